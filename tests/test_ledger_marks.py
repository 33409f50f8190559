"""Marks on letters, on both stores: once, in the chain, and a tampering with them is seen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from postal import LEASE, START, Batch, make_batch
from stores import tamper

from outbox.ledger.fate import counted, state_word
from outbox.ledger.states import LetterState, MarkKind
from outbox.ledger.values import Arrived, Mark, Outcome, Witness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from outbox.ledger.server import Server

ACCOUNT = "zzb@uni.example"
SHA = "ab" * 32
MAIL = Arrived(ACCOUNT, 7, 41, SHA, "bounce", None, "postmaster@mx.example", "退信", "550", START)
SECOND = timedelta(seconds=1)


@pytest.fixture
def batch(tmp_path: Path, place: Path | Server) -> Iterator[Batch]:
    """A batch of which the first letter is accepted, the second in doubt, the third queued."""
    made = make_batch(tmp_path, 3, place=place)
    made.approve()
    with made.ledger as ledger:
        first, second = ledger.claim(
            made.name, "live", "w", START, LEASE, domain="uni.example", limit=2
        )
        assert ledger.to_dot(first, START, LEASE, ACCOUNT)
        accepted = Outcome(LetterState.ACCEPTED, "dot", 250, "ok", account=ACCOUNT)
        assert ledger.settle(first, accepted, START + SECOND)
        assert ledger.to_dot(second, START + 2 * SECOND, LEASE, ACCOUNT)
        doubted = Outcome(LetterState.IN_DOUBT, "dot", account=ACCOUNT)
        assert ledger.settle(second, doubted, START + LEASE + 3 * SECOND)
        yield made


def mark(batch: Batch, number: int = 0, kind: MarkKind = MarkKind.BOUNCED) -> Mark:
    letter = batch.ledger.letters(batch.name)[number]
    return Mark(letter.id, kind, "hq@branch.example", "550 没有此人", SHA, START + LEASE)


def test_a_mark_is_made_once_and_changes_no_state(batch: Batch) -> None:
    ledger, one = batch.ledger, mark(batch)
    assert ledger.file(MAIL, [one], "王芳") == (one,)
    assert ledger.file(MAIL, [one], "王芳") == ()
    assert ledger.file(MAIL._replace(uid=42), [one], "王芳") == ()  # the same mail, come again
    assert ledger.marks(batch.name) == (one,)
    assert [mail.uid for mail in ledger.mails()] == [41, 42]
    assert ledger.kept(ACCOUNT, 7) == {41, 42}
    assert batch.states() == {"accepted": 1, "in_doubt": 1, "queued": 1}
    assert counted(ledger.marks())[MarkKind.BOUNCED] == 1
    first = ledger.letters(batch.name)[0]
    assert state_word(first, ledger.marks()) == "服务器已接收，退信"
    assert ledger.bounced_since(START) == {batch.name: 1}
    assert ledger.bounced_since(START + 2 * LEASE) == {}
    assert ledger.broken() is None
    assert ledger.unexplained(batch.name) == []


@pytest.mark.parametrize("number", [1, 2])
def test_only_an_accepted_letter_is_marked(batch: Batch, number: int) -> None:
    assert batch.ledger.file(MAIL, [mark(batch, number)], "王芳") == ()
    assert batch.ledger.marks() == ()
    assert [one.uid for one in batch.ledger.mails()] == [41]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM mark",
        "UPDATE mark SET words = '250 ok'",
        "UPDATE mark SET kind = 'replied'",
        "UPDATE mark SET address = 'other@branch.example'",
        "UPDATE mark SET mail = ''",
        "UPDATE mark SET letter = letter + 1",
        "INSERT INTO mark (letter, kind, address, words, mail, at, move)"
        " SELECT letter, 'replied', address, words, mail, at, 1 FROM mark",
    ],
)
def test_a_mark_written_past_the_ledger_is_seen(batch: Batch, sql: str) -> None:
    batch.ledger.file(MAIL, [mark(batch)], "王芳")
    tamper(batch.place, sql)
    assert batch.ledger.broken() is None
    assert batch.ledger.unexplained(batch.name)


def test_a_link_of_a_mark_cannot_be_unsaid(batch: Batch) -> None:
    batch.ledger.file(MAIL, [mark(batch)], "王芳")
    # Of a letter: a signature has such a link, too.
    sql = "UPDATE move SET reason = 'replied' WHERE before = after AND letter IS NOT NULL"
    tamper(batch.place, sql)
    assert batch.ledger.broken() == len(batch.ledger.moves())


def test_a_folder_is_remembered_and_its_replacement_too(batch: Batch) -> None:
    ledger = batch.ledger
    assert ledger.seen(ACCOUNT, "Sent") is None
    assert ledger.see(ACCOUNT, "Sent", 7, 10, START).changed is None
    assert ledger.see(ACCOUNT, "Sent", 7, 12, START + LEASE).changed is None
    later = START + 2 * LEASE
    assert ledger.see(ACCOUNT, "Sent", 8, 1, later).changed == later
    known = ledger.see(ACCOUNT, "Sent", 8, 3, later + LEASE)
    assert (known.changed, known.uid) == (later, 3)
    assert ledger.seen(ACCOUNT, "Sent") == known


def test_witnesses_are_what_the_server_has_taken_and_nothing_else(batch: Batch) -> None:
    ledger = batch.ledger
    first, second, _ = ledger.letters(batch.name)
    assert ledger.resolve(second.id, START + 2 * LEASE, "王芳", "电话问过", sent=True)
    token = ledger.canary(ACCOUNT, START + LEASE)
    ledger.sing(ACCOUNT, token, START + LEASE)
    assert ledger.witnesses(ACCOUNT, START) == (
        Witness(first.token, START + SECOND),
        Witness(token, START + LEASE),
    )
    assert ledger.witnesses("other@uni.example", START) == ()


def test_doubts_know_when_their_dot_was_committed(batch: Batch) -> None:
    [doubt] = batch.ledger.doubts(ACCOUNT)
    assert doubt.letter.organisation == "002"
    assert doubt.first == START + 2 * SECOND
    assert doubt.last == START + LEASE + 3 * SECOND
    assert batch.ledger.doubts("other@uni.example") == ()
    assert batch.ledger.doubtful() == {batch.name: 1}


def test_a_refused_letter_is_counted_until_it_has_gone_another_way(batch: Batch) -> None:
    ledger = batch.ledger
    assert ledger.refused_since(START) == {}
    (third,) = ledger.claim(batch.name, "live", "w", START, LEASE, domain="uni.example", limit=1)
    refused = Outcome(LetterState.REJECTED, "rcpt", 550, "5.1.1", account=ACCOUNT)
    assert ledger.settle(third, refused, START + LEASE)
    assert ledger.refused_since(START) == {batch.name: 1}
    assert ledger.refused_since(START + 2 * LEASE) == {}
    assert ledger.file(MAIL, [mark(batch)], "王芳")
    assert ledger.bounced_since(START) == {batch.name: 1}
    ledger.cancel(batch.name, START + LEASE, "王芳", "另行通知")
    assert ledger.batch(batch.name).state == "cancelled"
    assert ledger.refused_since(START) == ledger.bounced_since(START) == {}, "nothing more leaves"
