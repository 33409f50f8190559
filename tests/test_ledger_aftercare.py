"""Another address, 补发, 误发请删除 and corrections in the ledger, each hung on the chain."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

import pytest
from postal import LEASE, START, Batch, make_batch, make_letter
from stores import tamper

from merge.letter import CORRECTION, CORRECTS
from merge.manifest import Manifest
from outbox.ledger.exceptions import as_signed, signed_form
from outbox.ledger.moves import Act
from outbox.ledger.states import Channel, EntryKind, LetterState, MarkKind
from outbox.ledger.values import Arrived, Mark, Outcome
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from outbox.ledger.server import Server
    from outbox.ledger.values import LetterInfo

NEW = ("new@branch.example",)
ACT = Act(START, "王芳", "地址有误")
BOX = "zzb@uni.example"


@pytest.fixture
def batch(tmp_path: Path, place: Path | Server) -> Iterator[Batch]:
    made = make_batch(tmp_path, 3, place=place)
    made.approve()
    with made.ledger:
        yield made


def letters(batch: Batch) -> tuple[LetterInfo, ...]:
    return batch.ledger.letters(batch.name)


def came_to(batch: Batch, *states: LetterState) -> tuple[LetterInfo, ...]:
    """Let each letter come to a state, in order; those without one stay."""
    ledger = batch.ledger
    claimed = ledger.claim(
        batch.name, "live", "w", START, LEASE, domain="uni.example", limit=len(states)
    )
    for letter, state in zip(claimed, states, strict=True):
        if state in {LetterState.QUEUED, LetterState.DEFERRED}:
            ledger.release(letter, START)
            continue
        if state is LetterState.LEASED:
            continue
        assert ledger.to_dot(letter, START, LEASE, BOX)
        if state is not LetterState.DOT:
            assert ledger.settle(letter, Outcome(state, "dot", 550, account=BOX), START)
    return letters(batch)


def whole(batch: Batch, *names: str) -> None:
    """Hold the ledger's own invariants."""
    ledger = batch.ledger
    for name in (batch.name, *names):
        info = ledger.batch(name)
        assert sum(ledger.counts(name).values()) == info.letters + ledger.added(name)
        assert ledger.unexplained(name) == []
        signed = ledger.manifest(name).letters
        back = as_signed(ledger.letters(name), ledger.entries(batch=name))
        assert [(one.organisation, one.to, one.subject) for one in back] == [
            (one.organisation, one.to, one.subject) for one in signed
        ]
    assert ledger.broken() is None


@pytest.mark.parametrize(
    "state",
    [LetterState.QUEUED, LetterState.LEASED, LetterState.HELD, LetterState.REJECTED,
     LetterState.EXPIRED],
)  # fmt: skip
def test_what_has_not_gone_goes_to_the_new_address(batch: Batch, state: LetterState) -> None:
    first = came_to(batch, state)[0]
    was = batch.ledger.letters(batch.name)[0]
    now = batch.ledger.readdress(first.id, NEW, ACT, second="李明")
    held = state is LetterState.HELD
    assert (now.to, now.state) == (NEW, LetterState.HELD if held else LetterState.QUEUED)
    assert now.fence > was.fence
    [entry] = batch.ledger.entries(EntryKind.READDRESS)
    assert (entry.letter, entry.who) == (first.id, "王芳")
    assert entry.data == {
        "from": list(first.to), "to": list(NEW), "why": "地址有误", "second": "李明",
    }  # fmt: skip
    found = batch.ledger.inspect(UTC).findings  # it was signed without what an approval needs
    assert not [one for one in found if "信的状态" in one.message]
    if state is LetterState.LEASED:  # whoever had it must not send it any more
        assert not batch.ledger.to_dot(first, START, LEASE, BOX)
    if not held:
        [again] = batch.ledger.claim(
            batch.name, "live", "w2", START, LEASE, domain="uni.example", limit=1
        )
        assert (again.id, again.to, again.attempts) == (first.id, NEW, 0)
    whole(batch)


@pytest.mark.parametrize("state", [LetterState.DOT, LetterState.IN_DOUBT])
def test_an_address_is_not_changed_under_way_or_in_doubt(batch: Batch, state: LetterState) -> None:
    first = came_to(batch, state)[0]
    with pytest.raises(InputError, match=r"等服务器回音|存疑"):
        batch.ledger.readdress(first.id, NEW, ACT)
    assert not batch.ledger.entries(EntryKind.READDRESS)
    assert letters(batch)[0].to == first.to


def test_a_letter_that_was_accepted_stays_and_its_copy_goes_to_the_new_address(
    batch: Batch,
) -> None:
    accepted = LetterState.ACCEPTED
    first = came_to(batch, accepted, accepted, accepted)[0]
    assert batch.ledger.finish(batch.name, START, "王芳")
    assert batch.ledger.readdress(first.id, NEW, ACT).to == first.to
    assert batch.ledger.batch(batch.name).state == "done", "an address alone sends nothing"

    copy, recall = batch.ledger.resend(first.id, ACT, recall=first.to, day="2026年11月23日")
    assert (copy.n, copy.to, copy.subject) == (2, NEW, f"【补发】{first.subject}")
    assert (copy.body, copy.attachments) == (first.body, first.attachments)
    assert (recall.kind, recall.to, recall.attachments) == ("recall", first.to, ())
    for word in (first.name, first.short, first.subject, "党", batch.name):
        assert word not in recall.body
        assert word not in recall.subject
    assert batch.ledger.batch(batch.name).state == "sending"
    whole(batch)

    third = came_to(batch, accepted, accepted)[3]
    assert third.state is accepted
    again = batch.ledger.readdress(third.id, ("third@branch.example",), ACT)
    [last] = batch.ledger.resend(again.id, ACT)
    assert (last.n, last.to) == (3, ("third@branch.example",))
    assert last.subject == f"【补发2】{first.subject}"
    whole(batch)


def test_a_copy_that_was_called_back_is_not_counted_in_the_next_ones_subject(
    batch: Batch,
) -> None:
    ledger, accepted = batch.ledger, LetterState.ACCEPTED
    first = came_to(batch, accepted, accepted, accepted)[0]
    for subject in (f"【补发】{first.subject}", f"【补发】{first.subject}"):
        [copy] = ledger.resend(first.id, ACT)
        assert copy.subject == subject
        ledger.cancel(batch.name, START, "王芳", "写错了", only=[first.organisation])
    [copy] = ledger.resend(first.id, ACT)
    assert (copy.n, copy.subject) == (4, f"【补发】{first.subject}")
    [doubt] = [one for one in came_to(batch, LetterState.IN_DOUBT) if one.n == 4]
    [last] = ledger.resend(doubt.id, ACT, although_in_doubt=True)
    assert last.subject == f"【补发2】{first.subject}", "it may have left"
    whole(batch)


def test_found_not_to_have_left_it_goes_though_its_copy_was_called_back(batch: Batch) -> None:
    ledger = batch.ledger
    doubt, *_ = came_to(batch, LetterState.IN_DOUBT)
    ledger.resend(doubt.id, ACT, although_in_doubt=True)
    ledger.cancel(batch.name, START, "王芳", "等一等", only=[doubt.organisation])
    assert ledger.resolve(doubt.id, START, "王芳", "已发送里没有", sent=False)
    assert ledger.letter(doubt.id).state == "queued", "no copy is on its way"
    whole(batch)


@pytest.mark.parametrize("halted", [False, True])
def test_a_batch_of_which_all_has_arrived_is_done_though_a_killed_sending_left_it_open(
    batch: Batch, halted: bool
) -> None:
    ledger, accepted = batch.ledger, LetterState.ACCEPTED
    came_to(batch, accepted, accepted, accepted)
    if halted:
        assert ledger.halt(batch.name, START, "王芳", "停")
    assert ledger.cancel(batch.name, START, "王芳", "名册有误") == 0
    ended = ledger.batch(batch.name)
    assert (ended.state, ended.reason) == ("done", ""), "nothing was called back"
    whole(batch)


def test_what_was_refused_waits_again_and_is_no_copy(batch: Batch) -> None:
    first = came_to(batch, LetterState.REJECTED)[0]
    [now] = batch.ledger.resend(first.id, ACT)
    assert (now.id, now.n, now.state, now.attempts) == (first.id, 1, LetterState.QUEUED, 0)
    assert batch.ledger.added(batch.name) == 0
    whole(batch)


def test_what_waits_or_is_in_doubt_is_not_sent_again_without_a_word(batch: Batch) -> None:
    ledger = batch.ledger
    doubt, waiting, _ = came_to(batch, LetterState.IN_DOUBT)
    with pytest.raises(InputError, match="还没有发出"):
        ledger.resend(waiting.id, ACT)
    with pytest.raises(InputError, match="两份"):
        ledger.resend(doubt.id, ACT)
    assert len(letters(batch)) == 3
    [copy] = ledger.resend(doubt.id, ACT, although_in_doubt=True)
    [entry] = ledger.entries(EntryKind.RESEND)
    assert entry.data["in_doubt"] is True
    with pytest.raises(InputError, match="还没有发出"):
        ledger.resend(copy.id, ACT)
    # Found not to have left it stays away: its copy is on its way.
    assert ledger.resolve(doubt.id, START, "王芳", "没有发出", sent=False)
    assert ledger.letter(doubt.id).state is LetterState.CANCELLED
    whole(batch)


def test_a_bounce_is_mended_by_a_copy_until_that_bounces(batch: Batch) -> None:
    ledger = batch.ledger
    first = came_to(batch, *[LetterState.ACCEPTED] * 3)[0]

    def bounce(letter: LetterInfo, uid: int) -> None:
        mail = Arrived(BOX, 1, uid, f"{uid:064}", "bounce", letter.id, "", "", "", START)
        mark = Mark(letter.id, MarkKind.BOUNCED, letter.to[0], "550", mail.sha256, START)
        assert ledger.file(mail, [mark], "王芳") == (mark,)

    bounce(first, 1)
    assert ledger.bounced_since(START) == {batch.name: 1}
    ledger.resend(first.id, ACT)
    assert ledger.bounced_since(START) == {}
    assert ledger.cancel(batch.name, START, "王芳", "弄错了", only=[first.organisation]) == 1
    assert ledger.bounced_since(START) == {batch.name: 1}, "what was called back mends nothing"
    ledger.resend(first.id, ACT)
    assert ledger.bounced_since(START) == {}
    copy = came_to(batch, LetterState.ACCEPTED)[-1]
    bounce(copy, 2)
    assert ledger.bounced_since(START) == {batch.name: 1}


def test_what_no_entry_explains_is_not_what_was_signed(batch: Batch) -> None:
    first = came_to(batch, *[LetterState.ACCEPTED] * 3)[0]
    [copy] = batch.ledger.resend(first.id, ACT)
    entries = batch.ledger.entries()
    assert signed_form(copy, entries) is not None
    for odd in (
        copy._replace(to=("spy@evil.example",)),
        copy._replace(n=3),
        copy._replace(subject=first.subject),
        copy._replace(id=99),
        copy._replace(kind="recall"),
    ):
        assert signed_form(odd, entries) is None
    moved = first._replace(to=("spy@evil.example",))
    assert as_signed([moved], entries) == (moved,), "it is left for the comparison to find"
    tamper(batch.place, "UPDATE entry SET data = replace(data, 'dzz001', 'spy')")
    assert batch.ledger.unexplained(batch.name) == [first.name]


ACCEPTED = LetterState.ACCEPTED


@pytest.mark.parametrize(
    ("states", "recall", "ended"),
    [
        ((ACCEPTED, ACCEPTED, ACCEPTED), False, "done"),
        ((ACCEPTED, ACCEPTED, ACCEPTED), True, "done"),
        ((LetterState.IN_DOUBT, ACCEPTED, ACCEPTED), False, "cancelled"),  # nobody knows of one
        ((LetterState.REJECTED, ACCEPTED, ACCEPTED), False, "cancelled"),  # its copy is itself
        ((ACCEPTED, ACCEPTED), False, "cancelled"),  # one has not left at all
    ],
)
def test_a_batch_of_which_copies_alone_are_called_back_was_issued(
    batch: Batch, states: tuple[LetterState, ...], recall: bool, ended: str
) -> None:
    ledger = batch.ledger
    first = came_to(batch, *states)[0]
    to = first.to if recall else ()
    made = ledger.resend(first.id, ACT, recall=to, day="2026年11月23日", although_in_doubt=True)
    waiting = len(made) + 3 - len(states)
    assert ledger.cancel(batch.name, START, "王芳", "不发了") == waiting
    assert ledger.batch(batch.name).state == ended
    whole(batch)


def correction(batch: Batch, of: str, words: str) -> Manifest:
    """Write a correction of a batch, under the same number."""
    made = tuple(
        replace(
            make_letter(batch.folder, number),
            kind=CORRECTION,
            subject=f"【更正】{words}",
            attachments=(),
        )
        for number in (1, 2, 3)
    )
    return Manifest("通知-更正", made, (), number="示大组〔2026〕12号", meta={CORRECTS: of})


def test_a_signed_correction_supersedes_what_it_corrects_and_so_does_its_own(batch: Batch) -> None:
    ledger = batch.ledger
    came_to(batch, LetterState.ACCEPTED)
    one = correction(batch, batch.name, "一")
    ledger.record(one, "outbox/y", START, "王芳")
    assert ledger.corrects(one.batch) == batch.name
    assert ledger.corrected_by(batch.name) == (one.batch,)
    assert ledger.batch(batch.name).state == "sending", "a draft corrects nothing yet"
    sign(batch, one)
    assert ledger.batch(batch.name).state == "superseded"
    assert not ledger.resume(batch.name, START, "王芳")
    counts = ledger.counts(batch.name)
    assert (counts[LetterState.ACCEPTED], counts[LetterState.CANCELLED]) == (1, 2)
    with pytest.raises(InputError, match="不再发信") as refused:
        ledger.resend(letters(batch)[0].id, ACT)
    assert one.batch in refused.value.advice

    assert ledger.renumbered(one.batch) == {}
    sent = Batch(batch.path, ledger, one, batch.clock, batch.place)
    came_to(sent, *[LetterState.ACCEPTED] * 3)
    two = correction(batch, one.batch, "二")
    ledger.record(two, "outbox/z", START, "王芳")
    sign(batch, two)
    assert ledger.batch(one.batch).state == "superseded"
    assert ledger.renumbered(two.batch) == {}, "the same number, by right"
    assert ledger.sent_elsewhere(two.batch) == {}
    stranger = replace(correction(batch, batch.name, "三"), meta={})
    ledger.record(stranger, "outbox/x", START, "王芳")
    assert len(ledger.renumbered(stranger.batch)) == 3, "one number is one paper"
    whole(batch, one.batch, two.batch)


def sign(batch: Batch, manifest: Manifest) -> None:
    batch.ledger.approve(
        manifest.batch, manifest.digest,
        by="李明", basis="当面", basis_sha256="", typed_by="王芳", at=START,
    )  # fmt: skip


def test_only_what_was_signed_is_corrected(batch: Batch, tmp_path: Path) -> None:
    draft = replace(correction(batch, batch.name, "一"), job="另一份", meta={})
    batch.ledger.record(draft, "outbox/y", START, "王芳")
    for of in ("没有这一批", draft.batch):
        with pytest.raises(InputError, match="更正批次"):
            batch.ledger.record(correction(batch, of, "二"), "outbox/y", START, "王芳")
    assert not batch.ledger.entries(EntryKind.CORRECT)
    assert len(batch.ledger.batches()) == 2, tmp_path


def test_a_new_trial_calls_back_what_an_old_one_left(batch: Batch) -> None:
    ledger = batch.ledger
    ledger.enrol(batch.name, Channel.TRIAL, address=BOX, only=["001"], act=ACT)
    ledger.enrol(batch.name, Channel.TRIAL, address="b@uni.example", only=["001"], act=ACT)
    old, new = ledger.letters(batch.name, Channel.TRIAL)
    assert (old.state, new.state) == (LetterState.CANCELLED, LetterState.QUEUED)
    assert new.subject.startswith("【试发】")
    assert all(one.state is LetterState.QUEUED for one in letters(batch))
    whole(batch)
