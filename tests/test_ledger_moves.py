"""Moves: compare-and-swap with a fence, leases, and a chain that shows every tampering."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from postal import LEASE, START, Batch, make_batch
from sqlalchemy.exc import IntegrityError
from stores import tamper

from outbox.ledger.allowance import Budget, Cap
from outbox.ledger.ledger import Ledger
from outbox.ledger.states import (
    BATCH_MOVES,
    LETTER_MOVES,
    REFUSED,
    WAITING,
    BatchState,
    LetterState,
    may,
)
from outbox.ledger.values import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from outbox.ledger.server import Server
    from outbox.ledger.values import LetterInfo

LATER = START + LEASE
ACCEPTED = Outcome(LetterState.ACCEPTED, "dot", 250, "ok", account="a@uni.example")


@pytest.fixture
def batch(tmp_path: Path, place: Path | Server) -> Iterator[Batch]:
    made = make_batch(tmp_path, 3, place=place)
    made.approve()
    with made.ledger:
        yield made


@pytest.fixture
def second(batch: Batch) -> Iterator[Ledger]:
    with Ledger.open(batch.place, at=START) as other:
        yield other


def claim(
    ledger: Ledger, batch: Batch, worker: str = "w", at: datetime = START, limit: int = 1
) -> tuple[LetterInfo, ...]:
    return ledger.claim(batch.name, "live", worker, at, LEASE, domain="uni.example", limit=limit)


def test_no_move_leads_from_the_dot_back_to_the_queue() -> None:
    assert not may(LetterState.DOT, LetterState.QUEUED)
    assert may(LetterState.IN_DOUBT, LetterState.QUEUED)
    assert set(LETTER_MOVES) == set(LetterState)
    assert set(BATCH_MOVES) == set(BatchState)
    before_dot = [state for state, after in LETTER_MOVES.items() if LetterState.DOT in after]
    assert before_dot == [LetterState.LEASED]
    assert not LETTER_MOVES[LetterState.ACCEPTED]
    # Where nobody has signed, what was called back comes back: a draft, its letters queued.
    assert LETTER_MOVES[LetterState.CANCELLED] == {LetterState.QUEUED}
    assert BATCH_MOVES[BatchState.CANCELLED] == BATCH_MOVES[BatchState.SUPERSEDED]
    assert BATCH_MOVES[BatchState.CANCELLED] == {BatchState.DRAFT}
    # What was refused nobody has; a person may send it to another address.
    assert all(LETTER_MOVES[state] == {LetterState.QUEUED} for state in REFUSED)
    assert not WAITING & REFUSED
    assert all(state.word for state in (*LetterState, *BatchState))


def test_two_workers_never_hold_the_same_letter(batch: Batch, second: Ledger) -> None:
    ours, theirs = claim(batch.ledger, batch, "w1", limit=2), claim(second, batch, "w2", limit=2)
    assert [one.organisation for one in ours] == ["001", "002"]
    assert [one.organisation for one in theirs] == ["003"]
    assert claim(second, batch) == ()


def test_a_lost_lease_cannot_reach_the_dot(batch: Batch, second: Ledger) -> None:
    (letter,) = claim(batch.ledger, batch, "w1")
    assert not batch.ledger.to_dot(letter, LATER, LEASE, "a"), "its lease has just ended"
    assert second.recover(LATER, who="w2") == (1, 0)
    (again,) = claim(second, batch, "w2", LATER)
    assert again.id == letter.id
    assert again.fence > letter.fence
    assert again.message_id == letter.message_id
    assert not batch.ledger.to_dot(letter, START, LEASE, "a"), "the fence has moved on"
    assert not batch.ledger.settle(letter, ACCEPTED, LATER)
    assert not batch.ledger.release(letter, LATER)
    assert second.to_dot(again, LATER, LEASE, "a")


def test_every_change_of_hands_moves_the_fence_on(batch: Batch, second: Ledger) -> None:
    ledger = batch.ledger
    (letter,) = claim(ledger, batch, "w1")
    assert second.recover(LATER, who="w2") == (1, 0)
    assert ledger.letter(letter.id).fence > letter.fence, "put back"
    (again,) = claim(ledger, batch, "w1", LATER)
    due = Outcome(LetterState.DEFERRED, "rcpt", 450, next_at=LATER)
    assert ledger.settle(again, due, LATER)
    (third,) = claim(second, batch, "w2", LATER)
    assert third.id == letter.id
    assert third.fence > again.fence, "claimed"
    assert not ledger.to_dot(again, LATER, LEASE, "a")
    assert not ledger.release(again, LATER), "what another holds"
    assert second.to_dot(third, LATER, LEASE, "a")


def test_a_lease_that_ends_after_the_dot_is_in_doubt_and_stays(batch: Batch) -> None:
    ledger = batch.ledger
    (letter,) = claim(ledger, batch)
    assert ledger.to_dot(letter, START, LEASE, "a")
    assert ledger.recover(START) == (0, 0)
    assert ledger.recover(LATER) == (0, 1)
    assert ledger.letter(letter.id).state == "in_doubt"
    assert ledger.recover(LATER + timedelta(days=9)) == (0, 0)
    assert letter.id not in [one.id for one in claim(ledger, batch, limit=9)]
    assert not ledger.settle(letter, ACCEPTED, LATER), "a zombie's word comes too late"


@pytest.mark.parametrize(("sent", "state"), [(True, "accepted"), (False, "queued")])
def test_a_person_settles_what_is_in_doubt(batch: Batch, sent: bool, state: str) -> None:
    ledger = batch.ledger
    (letter,) = claim(ledger, batch)
    assert not ledger.resolve(letter.id, START, "王芳", "问过对方", sent=sent)
    ledger.to_dot(letter, START, LEASE, "a")
    ledger.recover(LATER)
    assert ledger.resolve(letter.id, LATER, "王芳", "问过对方", sent=sent)
    assert ledger.letter(letter.id).state == state
    assert ledger.moves(letter=letter.id)[-1].who == "王芳"


def test_accepted_needs_its_dot(batch: Batch) -> None:
    (letter,) = claim(batch.ledger, batch)
    with pytest.raises(ValueError, match="no move from leased to accepted"):
        batch.ledger.settle(letter, ACCEPTED, START)
    assert batch.ledger.letter(letter.id).state == "leased", "nothing of it was written"
    assert batch.ledger.attempts(letter.id) == ()


def test_a_deferred_letter_waits_for_its_time(batch: Batch) -> None:
    ledger = batch.ledger
    letters = claim(ledger, batch, limit=3)
    due = START + timedelta(minutes=2)
    later = Outcome(LetterState.DEFERRED, "rcpt", 450, "later", next_at=due)
    for letter in letters:
        ledger.settle(letter, later, START)
    assert ledger.next_at(batch.name, "live") == due
    assert claim(ledger, batch, at=due - timedelta(seconds=1)) == ()
    assert [one.attempts for one in claim(ledger, batch, at=due, limit=3)] == [1, 1, 1]


def test_every_attempt_is_written_down(batch: Batch) -> None:
    (letter,) = claim(batch.ledger, batch)
    batch.ledger.to_dot(letter, START, LEASE, "a@uni.example")
    batch.ledger.settle(letter, ACCEPTED, LATER)
    (attempt,) = batch.ledger.attempts(letter.id)
    assert (attempt.stage, attempt.code, attempt.text, attempt.at) == ("dot", 250, "ok", LATER)
    assert (attempt.worker, attempt.account, attempt.fence) == ("w", "a@uni.example", letter.fence)
    states = [(move.before, move.after) for move in batch.ledger.moves(letter=letter.id)]
    assert states == [("queued", "leased"), ("leased", "dot"), ("dot", "accepted")]


def test_the_quota_counts_dots(batch: Batch) -> None:
    ledger = batch.ledger
    times = [START + timedelta(seconds=10 * step) for step in range(3)]
    for letter, at in zip(claim(ledger, batch, limit=3), times, strict=True):
        ledger.to_dot(letter, at, LEASE, "a@uni.example")
    assert ledger.dots("a@uni.example", START) == 2, "from then on, not at that time itself"
    assert ledger.dots("other@uni.example", START - LEASE) == 0
    at = times[-1]
    for most, room in ((4, (1, at)), (3, (0, times[0] + LEASE)), (2, (0, times[1] + LEASE))):
        assert ledger.room(Budget("a@uni.example", (Cap(most, LEASE),)), at) == room
    shared = Budget("b@uni.example", (Cap(3, LEASE),), "uni.example")
    assert ledger.room(shared, at)[0] == 0
    assert ledger.room(shared._replace(domain="ni.example"), at)[0] == 3


TAMPERING = [
    "UPDATE move SET who = '别人' WHERE id = 2",
    "UPDATE move SET after = 'rejected' WHERE id = (SELECT max(id) FROM move)",
    "UPDATE move SET at = replace(at, '2026', '2025') WHERE id = 1",
    "DELETE FROM move WHERE id = 2",
    "DELETE FROM move WHERE id = (SELECT max(id) FROM move)",
]


@pytest.mark.parametrize("sql", TAMPERING)
def test_the_chain_shows_what_was_changed(batch: Batch, sql: str) -> None:
    (letter,) = claim(batch.ledger, batch)
    batch.ledger.to_dot(letter, START, LEASE, "a")
    batch.ledger.settle(letter, ACCEPTED, START)
    assert batch.ledger.broken() is None
    assert tamper(batch.place, sql) == 1
    assert batch.ledger.broken() is not None


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE letter SET state = 'gone' WHERE id = 1",
        "UPDATE letter SET channel = 'radio' WHERE id = 1",
        "UPDATE batch SET state = 'sent'",
        "INSERT INTO letter SELECT 99, batch, organisation, kind, n, channel, name, short,"
        " category, \"to\", cc, subject, body, attachments, content, 'new', NULL, state, fence,"
        " worker, lease_until, next_at, attempts, first_at, settled_at, code, reply, reason,"
        " account FROM letter WHERE id = 1",
        "UPDATE letter SET message_id = '<same@uni.example>'",
    ],
)
def test_the_tables_refuse_what_must_not_be(batch: Batch, sql: str) -> None:
    with pytest.raises(IntegrityError):
        tamper(batch.place, sql)


def test_a_time_without_a_zone_is_refused(batch: Batch) -> None:
    with pytest.raises(Exception, match="without a zone"):
        batch.ledger.recover(datetime(2026, 11, 23))  # noqa: DTZ001 (what must be refused)
