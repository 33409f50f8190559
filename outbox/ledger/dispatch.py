"""A letter's way out: claimed, committed before its dot, settled."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, insert, or_, select

from merge.letter import REMINDER
from outbox.ledger import tables
from outbox.ledger.allowance import Budget
from outbox.ledger.answer import answered
from outbox.ledger.lookups import batch_row
from outbox.ledger.moves import (
    Act,
    Only,
    begun,
    cancel_letter,
    move_batch,
    move_letter,
    move_letters,
    requeue_letter,
    sent_by,
)
from outbox.ledger.pacing import Pacing
from outbox.ledger.quota import free
from outbox.ledger.reminded import stale
from outbox.ledger.states import FINAL, GONE, OPEN, BatchState, Channel, LetterState
from outbox.ledger.values import LetterInfo, Outcome, letter_info

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import ColumnElement, RowMapping, Select
    from sqlalchemy.engine import Connection

    from outbox.ledger.moves import Row

_T = tables.letter


class Dispatch(Pacing):
    """The moves of a letter that a worker makes; each is one short transaction."""

    def stretch(self) -> None:
        """Make ready for many letters."""
        self._store.stretch()

    def claim(  # noqa: PLR0913 (what to claim, for whom, for how long, within what)
        self,
        batch: str,
        channel: str,
        worker: str,
        at: datetime,
        lease: timedelta,
        *,
        domain: str,
        limit: int = 1,
        budget: Budget = Budget(),  # noqa: B008 (frozen: nobody can change it)
    ) -> tuple[LetterInfo, ...]:
        """Lease up to `limit` letters that may be sent now; none while the batch is not open.

        The first claim fixes a letter's Message-ID, in the sender's `domain`; it stays the same
        for every later attempt. No more are leased than `budget` allows: dots in its windows and
        letters leased to the mailbox count together, so that no two senders can exceed a cap.
        """
        act = Act(at, worker)
        with self._store.writing() as connection:
            if not _opened(connection, batch, channel, act):
                return ()
            limit = min(limit, free(connection, budget, at))
            if limit < 1:
                return ()
            rows = _due(connection, batch, channel, at, limit)
            changes = [
                {
                    "fence": row["fence"] + 1,
                    "worker": worker,
                    "account": budget.account,
                    "lease_until": at + lease,
                    "next_at": None,
                    "first_at": row["first_at"] or at,
                    "message_id": row["message_id"] or f"<{row['token']}@{domain}>",
                }
                for row in rows
            ]
            move_letters(connection, rows, LetterState.LEASED, act, changes)
        return tuple(
            letter_info({**dict(row), **change, "state": LetterState.LEASED})
            for row, change in zip(rows, changes, strict=True)
        )

    def to_dot(self, letter: LetterInfo, at: datetime, lease: timedelta, account: str) -> bool:
        """Commit that the terminator is about to leave; False: it must not.

        It must not when the lease has ended or was taken, or when another batch has meanwhile
        sent the same to the same organisation (the letter is then cancelled). Nor does a reminder
        leave of whom something has come meanwhile, or whose time is over.
        """
        act = Act(at, letter.worker, account=account)
        ours = _as_claimed(letter, LetterState.LEASED)
        only = Only(_MAY_LEAVE, _leaving(letter, at))
        with self._store.writing() as connection:
            why = stale(connection, letter, at) if letter.kind == REMINDER else ""
            if why:
                row = _held(connection, letter)
                if row and row["state"] == LetterState.LEASED:
                    cancel_letter(connection, row, act._replace(reason=why))
                return False
            if move_letter(connection, ours, LetterState.DOT, act, only, lease_until=at + lease):
                return True
            row = _held(connection, letter)
            other = _rival(connection, letter) if row and row["state"] == LetterState.LEASED else ""
            if row and other:
                cancel_letter(connection, row, sent_by(other, at, letter.worker))
            return False

    def settle(self, letter: LetterInfo, outcome: Outcome, at: datetime) -> bool:
        """Write down what an attempt came to; False: the letter is no longer this worker's."""
        after = outcome.stage == LetterState.DOT  # nearly always; a late commit has no terminator
        guess = _as_claimed(letter, LetterState.DOT if after else LetterState.LEASED)
        with self._store.writing() as connection:
            if _settled(connection, guess, outcome, at):
                return True
            row = _held(connection, letter)
            if row is None or row["state"] not in {LetterState.LEASED, LetterState.DOT}:
                return False
            return _settled(connection, row, outcome, at)

    def release(self, letter: LetterInfo, at: datetime, reason: str = "") -> bool:
        """Give a leased letter back untried; False: it is no longer this worker's."""
        with self._store.writing() as connection:
            row = _held(connection, letter)
            if row is None or row["state"] != LetterState.LEASED:
                return False
            return requeue_letter(connection, row, Act(at, row["worker"], reason))


def _opened(connection: Connection, batch: str, channel: str, act: Act) -> bool:
    row = batch_row(connection, batch)
    if row is None:
        return False
    if channel != Channel.LIVE:
        return row["state"] not in {BatchState.CANCELLED, BatchState.SUPERSEDED}
    if row["state"] == BatchState.APPROVED:
        return move_batch(connection, row, BatchState.SENDING, act)
    return row["state"] in OPEN


def _due(
    connection: Connection, batch: str, channel: str, at: datetime, limit: int
) -> list[RowMapping]:
    """Read the first letters that may be sent now; each half has its index, an OR has none."""
    words = {"batch": batch, "channel": channel, "most": limit}
    found = [
        *connection.execute(_QUEUED, words).mappings(),
        *connection.execute(_DEFERRED, {**words, "at": at}).mappings(),
    ]
    return sorted(found, key=lambda row: int(row["id"]))[:limit]


def _waiting(*states: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    own = (_T.c.batch == bindparam("batch"), _T.c.channel == bindparam("channel"))
    query = select(_T).where(*own, *states).order_by(_T.c.id).limit(bindparam("most"))
    return query.with_for_update(skip_locked=True)


_QUEUED = _waiting(_T.c.state == LetterState.QUEUED)
_DEFERRED = _waiting(_T.c.state == LetterState.DEFERRED, _T.c.next_at <= bindparam("at"))


def _as_claimed(letter: LetterInfo, state: LetterState) -> dict[str, Any]:
    """Write a letter as its row must be while it is still its worker's: only a claim changes it."""
    names = ("id", "batch", "fence", "worker", "attempts", "first_at")
    return {**{name: getattr(letter, name) for name in names}, "state": state}


def _settled(connection: Connection, row: Row, outcome: Outcome, at: datetime) -> bool:
    moved = move_letter(
        connection,
        row,
        outcome.state,
        Act(at, row["worker"], answered(outcome.reason, outcome.code, outcome.text)),
        next_at=outcome.next_at,
        lease_until=None,
        attempts=row["attempts"] + outcome.counted,
        first_at=row["first_at"] if outcome.counted else begun(row),
        settled_at=at if outcome.state in FINAL else None,
        code=outcome.code,
        reply=outcome.text,
        reason=outcome.reason,
    )
    if moved:
        connection.execute(_ATTEMPT, attempt_values(row, outcome, at))
    return moved


_HELD = select(_T).where(_T.c.id == bindparam("id"), _T.c.fence == bindparam("fence"))


def _held(connection: Connection, letter: LetterInfo) -> RowMapping | None:
    words = {"id": letter.id, "fence": letter.fence}
    return connection.execute(_HELD, words).mappings().one_or_none()


def _rival(connection: Connection, letter: LetterInfo) -> str:
    """Name the batch that has sent the same, or may have; "" where there is none."""
    if letter.channel is not Channel.LIVE or letter.n != 1:
        return ""
    return connection.execute(_RIVAL, _same(letter)).scalar_one_or_none() or ""


def _same(letter: LetterInfo) -> dict[str, object]:
    names = ("organisation", "kind", "content", "batch")
    own = {f"b_{name}": getattr(letter, name) for name in names}
    return {**own, "b_to": json.dumps(letter.to)}


def _leaving(letter: LetterInfo, at: datetime) -> dict[str, object]:
    return {**_same(letter), "b_at": at}


_OTHER = _T.alias("other")
_RIVAL = (
    select(_OTHER.c.batch)
    .where(
        or_(
            _OTHER.c.organisation == bindparam("b_organisation"),
            tables.same_address(_OTHER, bindparam("b_to")),
        ),
        _OTHER.c.kind == bindparam("b_kind"),
        _OTHER.c.content == bindparam("b_content"),
        _OTHER.c.channel == Channel.LIVE,
        _OTHER.c.batch != bindparam("b_batch"),
        _OTHER.c.state.in_(GONE),
    )
    .order_by(_OTHER.c.id)
    .limit(1)
)
# A letter may leave while its lease lasts, unless another batch has sent the same.
_MAY_LEAVE = and_(
    _T.c.lease_until > bindparam("b_at"),
    or_(_T.c.channel != Channel.LIVE, _T.c.n != 1, ~_RIVAL.exists()),
)
_ATTEMPT = insert(tables.attempt)


def attempt_values(row: Row, outcome: Outcome, at: datetime) -> dict[str, object]:
    """Write an outcome as a row of `attempt`."""
    return {
        "letter": row["id"],
        "fence": row["fence"],
        "worker": row["worker"],
        "account": outcome.account,
        "outcome": outcome.state,
        "stage": outcome.stage,
        "code": outcome.code,
        "text": outcome.text,
        "at": at,
    }
