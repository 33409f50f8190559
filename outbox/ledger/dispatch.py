"""A letter's way out: claimed, committed before its dot, settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, or_, select

from outbox.ledger import schema
from outbox.ledger.allowance import Budget
from outbox.ledger.moves import (
    Act,
    begun,
    cancel_letter,
    move_batch,
    move_letter,
    requeue_letter,
    sent_by,
)
from outbox.ledger.pacing import Pacing
from outbox.ledger.quota import free
from outbox.ledger.reader import batch_row
from outbox.ledger.states import FINAL, GONE, OPEN, BatchState, Channel, LetterState
from outbox.ledger.values import LetterInfo, Outcome, letter_info

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import ColumnElement, RowMapping, Select
    from sqlalchemy.engine import Connection

_T = schema.letter


class Dispatch(Pacing):
    """The moves of a letter that a worker makes; each is one short transaction."""

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
            taken = [
                row["id"]
                for row in rows
                if move_letter(
                    connection,
                    row,
                    LetterState.LEASED,
                    act,
                    fence=row["fence"] + 1,
                    worker=worker,
                    account=budget.account,
                    lease_until=at + lease,
                    next_at=None,
                    first_at=row["first_at"] or at,
                    message_id=row["message_id"] or f"<{row['token']}@{domain}>",
                )
            ]
            return _letters(connection, taken)

    def to_dot(self, letter: LetterInfo, at: datetime, lease: timedelta, account: str) -> bool:
        """Commit that the terminator is about to leave; False: it must not.

        It must not when the lease has ended or was taken, or when another batch has meanwhile
        sent the same to the same organisation (the letter is then cancelled).
        """
        with self._store.writing() as connection:
            row = _held(connection, letter)
            if row is None or row["state"] != LetterState.LEASED or row["lease_until"] <= at:
                return False
            other = _rival(connection, row)
            act = Act(at, row["worker"], account=account)
            if other:
                cancel_letter(connection, row, sent_by(other, at, row["worker"]))
                return False
            return move_letter(connection, row, LetterState.DOT, act, lease_until=at + lease)

    def settle(self, letter: LetterInfo, outcome: Outcome, at: datetime) -> bool:
        """Write down what an attempt came to; False: the letter is no longer this worker's."""
        with self._store.writing() as connection:
            row = _held(connection, letter)
            if row is None or row["state"] not in {LetterState.LEASED, LetterState.DOT}:
                return False
            act = Act(at, row["worker"], outcome.reason)
            moved = move_letter(
                connection,
                row,
                outcome.state,
                act,
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


def _letters(connection: Connection, numbers: list[int]) -> tuple[LetterInfo, ...]:
    query = select(_T).where(_T.c.id.in_(numbers)).order_by(_T.c.id)
    return tuple(letter_info(row) for row in connection.execute(query).mappings())


_HELD = select(_T).where(_T.c.id == bindparam("id"), _T.c.fence == bindparam("fence"))


def _held(connection: Connection, letter: LetterInfo) -> RowMapping | None:
    words = {"id": letter.id, "fence": letter.fence}
    return connection.execute(_HELD, words).mappings().one_or_none()


def _rival(connection: Connection, row: RowMapping) -> str:
    """Name the batch that has sent the same, or may have; "" where there is none."""
    if row["channel"] != Channel.LIVE or row["n"] != 1:
        return ""
    words = {name: row[name] for name in ("organisation", "to", "kind", "content", "batch")}
    return connection.execute(_RIVAL, words).scalar_one_or_none() or ""


_RIVAL = (
    select(_T.c.batch)
    .where(
        or_(_T.c.organisation == bindparam("organisation"), schema.same_address(bindparam("to"))),
        _T.c.kind == bindparam("kind"),
        _T.c.content == bindparam("content"),
        _T.c.channel == Channel.LIVE,
        _T.c.batch != bindparam("batch"),
        _T.c.state.in_(GONE),
    )
    .order_by(_T.c.id)
    .limit(1)
)
_ATTEMPT = insert(schema.attempt)


def attempt_values(row: RowMapping, outcome: Outcome, at: datetime) -> dict[str, object]:
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
