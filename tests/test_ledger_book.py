"""Batches in the ledger: recorded, signed, called back, and never sent twice between them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from postal import LEASE, START, Batch, make_batch

from merge.manifest import Manifest
from outbox.ledger.states import Channel, LetterState
from outbox.ledger.values import Outcome
from rosters.finding import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from outbox.ledger.server import Server


@pytest.fixture
def batch(tmp_path: Path, place: Path | Server) -> Iterator[Batch]:
    made = make_batch(tmp_path, 3, place=place)
    with made.ledger:
        yield made


def accept_all(batch: Batch, name: str) -> None:
    ledger = batch.ledger
    for letter in ledger.claim(name, "live", "w", START, LEASE, domain="uni.example", limit=9):
        assert ledger.to_dot(letter, START, LEASE, "a@uni.example")
        assert ledger.settle(letter, Outcome(LetterState.ACCEPTED, "dot", 250), START)


def sign(batch: Batch, name: str, digest: str) -> None:
    batch.ledger.approve(
        name, digest, by="李明", basis="当面", basis_sha256="", typed_by="王芳", at=START
    )


def test_a_batch_is_recorded_once(batch: Batch) -> None:
    again = batch.ledger.record(batch.manifest, "outbox/y", START, "别人")
    assert not again.fresh
    assert again.folder == "outbox/x"
    assert len(batch.ledger.letters(batch.name)) == 3
    assert [one.name for one in batch.ledger.batches()] == [batch.name]
    assert batch.ledger.manifest(batch.name) == batch.manifest


def test_letters_come_back_as_they_were_signed(batch: Batch) -> None:
    for kept, signed in zip(batch.ledger.letters(batch.name), batch.manifest.letters, strict=True):
        for field in ("organisation", "to", "cc", "subject", "body", "attachments", "content"):
            assert getattr(kept, field) == getattr(signed, field)


def test_other_content_under_the_same_name_is_refused(batch: Batch) -> None:
    named = batch.name

    class Twin(Manifest):
        """Eight digits that meet by chance."""

        batch = named

    with pytest.raises(InputError, match="内容却不同"):
        batch.ledger.record(Twin("通知", batch.manifest.letters[:1], ()), "outbox/x", START, "王芳")


def test_nothing_of_a_draft_can_be_claimed(batch: Batch) -> None:
    assert batch.ledger.claim(batch.name, "live", "w", START, LEASE, domain="uni.example") == ()


def test_a_signature_names_its_digest_and_evidence(batch: Batch) -> None:
    info = batch.ledger.approve(
        batch.name,
        batch.manifest.digest,
        by="李明",
        basis="批示.pdf",
        basis_sha256="ab" * 32,
        typed_by="王芳",
        at=START,
    )
    assert (info.state, info.approved_by, info.approved_at) == ("approved", "李明", START)
    (signed,) = batch.ledger.approvals(batch.name)
    assert (signed.basis, signed.basis_sha256, signed.typed_by) == ("批示.pdf", "ab" * 32, "王芳")


def test_what_cannot_be_signed(batch: Batch) -> None:
    with pytest.raises(InputError, match="不一致"):
        sign(batch, batch.name, "0" * 64)
    with pytest.raises(UsageError, match="没有批次"):
        sign(batch, "无此批次", "0" * 64)
    sample = replace(batch.manifest, sample=True)
    batch.ledger.record(sample, "outbox/s", START, "王芳")
    with pytest.raises(InputError, match="样张"):
        sign(batch, sample.batch, sample.digest)
    sign(batch, batch.name, batch.manifest.digest)
    with pytest.raises(InputError, match="不能再签发"):
        sign(batch, batch.name, batch.manifest.digest)
    assert len(batch.ledger.approvals(batch.name)) == 1


def test_unknown_names_are_said(batch: Batch) -> None:
    for ask in (batch.ledger.batch, batch.ledger.manifest):
        with pytest.raises(UsageError, match="没有批次“无”"):
            ask("无")
    with pytest.raises(UsageError, match="99"):
        batch.ledger.letter(99)


def test_the_same_content_is_not_sent_by_another_batch(batch: Batch) -> None:
    ledger = batch.ledger
    batch.approve()
    # Another job's name, another subject: the attachments are what counts.
    letters = tuple(replace(one, subject="另一主题") for one in batch.manifest.letters)
    other = replace(batch.manifest, job="通知二", letters=letters)
    ledger.record(other, "outbox/z", START, "王芳")
    sign(batch, other.batch, other.digest)
    assert ledger.sent_elsewhere(other.batch) == {}, "signed is not sent"
    accept_all(batch, batch.name)
    found = ledger.sent_elsewhere(other.batch)
    assert list(found.values()) == [batch.name] * 3
    assert ledger.block_sent(other.batch, START, "w") == found
    assert all(
        (one.state, one.reason) == ("cancelled", f"已由批次{batch.name}发出")
        for one in ledger.letters(other.batch)
    )
    assert ledger.sent_elsewhere(batch.name) == {}, "the first is not blocked by the second"


def test_a_race_between_two_batches_is_decided_at_the_dot(batch: Batch) -> None:
    ledger = batch.ledger
    batch.approve()
    other = replace(batch.manifest, job="通知二")
    ledger.record(other, "outbox/z", START, "王芳")
    sign(batch, other.batch, other.digest)
    (ours,) = ledger.claim(batch.name, "live", "w1", START, LEASE, domain="uni.example")
    (theirs,) = ledger.claim(other.batch, "live", "w2", START, LEASE, domain="uni.example")
    assert ledger.to_dot(ours, START, LEASE, "a@uni.example")
    assert not ledger.to_dot(theirs, START, LEASE, "a@uni.example")
    assert ledger.letter(theirs.id).state == "cancelled"


def test_only_what_has_not_left_is_called_back(batch: Batch) -> None:
    ledger = batch.ledger
    batch.approve()
    (first,) = ledger.claim(batch.name, "live", "w", START, LEASE, domain="uni.example")
    ledger.to_dot(first, START, LEASE, "a@uni.example")
    assert ledger.cancel(batch.name, START, "王芳", "有误", only={"002"}) == 1
    assert batch.states() == {"dot": 1, "cancelled": 1, "queued": 1}
    assert ledger.cancel(batch.name, START, "王芳", "有误") == 1
    assert batch.states() == {"dot": 1, "cancelled": 2}
    assert ledger.batch(batch.name).state == "cancelled"
    assert ledger.settle(first, Outcome(LetterState.ACCEPTED, "dot", 250), START)


def test_a_leased_letter_that_is_called_back_never_reaches_its_dot(batch: Batch) -> None:
    batch.approve()
    (first,) = batch.ledger.claim(batch.name, "live", "w", START, LEASE, domain="uni.example")
    batch.ledger.cancel(batch.name, START, "王芳", "有误", only={"001"})
    assert not batch.ledger.to_dot(first, START, LEASE, "a@uni.example")


def test_trials_and_rehearsals_touch_no_live_letter(batch: Batch) -> None:
    ledger = batch.ledger
    assert ledger.enrol(batch.name, Channel.REHEARSAL) == 3
    assert ledger.enrol(batch.name, Channel.REHEARSAL) == 0
    for number in (1, 2):
        laid = ledger.enrol(batch.name, Channel.TRIAL, address="me@uni.example", only={"002"})
        assert laid == 1
        trial = ledger.letters(batch.name, "trial")[-1]
        assert (trial.n, trial.to, trial.organisation) == (number, ("me@uni.example",), "002")
        assert trial.subject.startswith("【试发】")
    tokens = [one.token for road in Channel for one in ledger.letters(batch.name, road)]
    assert len(set(tokens)) == len(tokens) == 8
    assert batch.states() == {"queued": 3}
    for channel, address in ((Channel.LIVE, "me@uni.example"), (Channel.TRIAL, "")):
        with pytest.raises(ValueError, match="rehearsal"):
            ledger.enrol(batch.name, channel, address=address)


def test_a_batch_is_done_when_nothing_waits(batch: Batch) -> None:
    batch.approve()
    assert not batch.ledger.finish(batch.name, START, "w")
    accept_all(batch, batch.name)
    assert batch.ledger.finish(batch.name, START, "w")
    assert batch.ledger.batch(batch.name).state == "done"
