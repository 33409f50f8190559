"""A letter's way out: claimed, committed before its dot, settled, recovered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, insert, or_, select

from outbox.ledger import schema
from outbox.ledger.moves import Act, move_batch, move_letter
from outbox.ledger.reader import Reader, read_counts
from outbox.ledger.states import GONE, OPEN, REFUSED, BatchState, Channel, LetterState
from outbox.ledger.values import LetterInfo, Outcome, letter_info

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import RowMapping, Select
    from sqlalchemy.engine import Connection

_FINAL = frozenset({LetterState.ACCEPTED, LetterState.CANCELLED}) | REFUSED
_T = schema.letter


class Dispatch(Reader):
    """The moves of a letter that a worker makes; each is one short transaction."""

    def claim(
        self,
        batch: str,
        channel: str,
        worker: str,
        at: datetime,
        lease: timedelta,
        *,
        domain: str,
        limit: int = 1,
    ) -> tuple[LetterInfo, ...]:
        """Lease up to `limit` letters that may be sent now; none while the batch is not open.

        The first claim fixes a letter's Message-ID, in the sender's `domain`; it stays the same
        for every later attempt.
        """
        act = Act(at, worker)
        with self._store.writing() as connection:
            if not _opened(connection, batch, channel, act):
                return ()
            rows = connection.execute(_due(batch, channel, at).limit(limit)).mappings().all()
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
                cancel_as_sent(connection, row, other, Act(at, row["worker"]))
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
                settled_at=at if outcome.state in _FINAL else None,
                code=outcome.code,
                reply=outcome.text,
                reason=outcome.reason,
            )
            if moved:
                connection.execute(insert(schema.attempt).values(_attempt(row, outcome, at)))
            return moved

    def release(self, letter: LetterInfo, at: datetime, reason: str = "") -> bool:
        """Give a leased letter back untried; False: it is no longer this worker's."""
        with self._store.writing() as connection:
            row = _held(connection, letter)
            if row is None or row["state"] != LetterState.LEASED:
                return False
            return _requeue(connection, row, Act(at, row["worker"], reason))

    def recover(
        self, at: datetime, *, who: str = "", batch: str | None = None, channel: str | None = None
    ) -> tuple[int, int]:
        """End the leases that have run out; return (back in the queue, in doubt).

        With `batch` and `channel` every lease there is ended, run out or not: for a rehearsal,
        whose post office proves what it has received.
        """
        leased = _T.c.state.in_([LetterState.LEASED, LetterState.DOT])
        if batch is None or channel is None:
            ended = and_(leased, _T.c.lease_until <= at)
        else:
            ended = and_(leased, _T.c.batch == batch, _T.c.channel == channel)
        queued = doubted = 0
        act = Act(at, who, "投递中断，租约到期")
        with self._store.writing() as connection:
            for row in (
                connection.execute(select(_T).where(ended).order_by(_T.c.id)).mappings().all()
            ):
                if row["state"] == LetterState.LEASED:
                    queued += _requeue(connection, row, act)
                else:
                    doubted += _doubt(connection, row, act)
        return queued, doubted

    def resolve(self, number: int, at: datetime, who: str, reason: str, *, sent: bool) -> bool:
        """Settle a letter in doubt by proof or a person's word; False: it is not in doubt."""
        with self._store.writing() as connection:
            row = connection.execute(select(_T).where(_T.c.id == number)).mappings().one_or_none()
            if row is None or row["state"] != LetterState.IN_DOUBT:
                return False
            act = Act(at, who, reason)
            fence = row["fence"] + 1
            if sent:
                return move_letter(
                    connection,
                    row,
                    LetterState.ACCEPTED,
                    act,
                    fence=fence,
                    settled_at=at,
                    reason=reason,
                )
            return move_letter(connection, row, LetterState.QUEUED, act, fence=fence, reason=reason)

    def finish(self, batch: str, at: datetime, who: str) -> bool:
        """Close a batch of which nothing waits and nothing is in doubt; tell whether it closed."""
        with self._store.writing() as connection:
            row = batch_row(connection, batch)
            counts = read_counts(connection, batch, Channel.LIVE)
            left = sum(count for state, count in counts.items() if state not in _FINAL)
            if row is None or left or row["state"] not in OPEN:
                return False
            return move_batch(connection, row, BatchState.DONE, Act(at, who))

    def rest(self, account: str, until: datetime, step: int, reason: str) -> None:
        """Let a mailbox rest until then."""
        with self._store.writing() as connection:
            connection.execute(delete(schema.pause).where(schema.pause.c.account == account))
            values = {"account": account, "until": until, "step": step, "reason": reason}
            connection.execute(insert(schema.pause).values(values))


def batch_row(connection: Connection, name: str) -> RowMapping | None:
    """Read a batch's row inside a transaction."""
    columns = [schema.batch.c.name, schema.batch.c.state, schema.batch.c.fence]
    query = select(*columns).where(schema.batch.c.name == name)
    return connection.execute(query).mappings().one_or_none()


def cancel_as_sent(connection: Connection, row: RowMapping, other: str, act: Act) -> bool:
    """Cancel a letter because another batch has sent it."""
    reason = f"已由批次{other}发出"
    act = Act(act.at, act.who, reason)
    return move_letter(
        connection,
        row,
        LetterState.CANCELLED,
        act,
        fence=row["fence"] + 1,
        reason=reason,
        settled_at=act.at,
        lease_until=None,
        next_at=None,
    )


def _opened(connection: Connection, batch: str, channel: str, act: Act) -> bool:
    row = batch_row(connection, batch)
    if row is None:
        return False
    if channel != Channel.LIVE:
        return row["state"] not in {BatchState.CANCELLED, BatchState.SUPERSEDED}
    if row["state"] == BatchState.APPROVED:
        return move_batch(connection, row, BatchState.SENDING, act)
    return row["state"] in OPEN


def _due(batch: str, channel: str, at: datetime) -> Select[*tuple[Any, ...]]:
    ready = or_(
        _T.c.state == LetterState.QUEUED,
        and_(_T.c.state == LetterState.DEFERRED, _T.c.next_at <= at),
    )
    query = select(_T).where(_T.c.batch == batch, _T.c.channel == channel, ready)
    return query.order_by(_T.c.id).with_for_update(skip_locked=True)


def _letters(connection: Connection, numbers: list[int]) -> tuple[LetterInfo, ...]:
    query = select(_T).where(_T.c.id.in_(numbers)).order_by(_T.c.id)
    return tuple(letter_info(row) for row in connection.execute(query).mappings())


def _held(connection: Connection, letter: LetterInfo) -> RowMapping | None:
    query = select(_T).where(_T.c.id == letter.id, _T.c.fence == letter.fence)
    return connection.execute(query).mappings().one_or_none()


def _rival(connection: Connection, row: RowMapping) -> str:
    """Name the batch that has sent the same, or may have; "" where there is none."""
    if row["channel"] != Channel.LIVE or row["n"] != 1:
        return ""
    query = select(_T.c.batch).where(
        _T.c.organisation == row["organisation"],
        _T.c.kind == row["kind"],
        _T.c.content == row["content"],
        _T.c.channel == Channel.LIVE,
        _T.c.batch != row["batch"],
        _T.c.state.in_(GONE),
    )
    return connection.execute(query.order_by(_T.c.id).limit(1)).scalar_one_or_none() or ""


def _requeue(connection: Connection, row: RowMapping, act: Act) -> bool:
    fence = row["fence"] + 1
    return move_letter(connection, row, LetterState.QUEUED, act, fence=fence, lease_until=None)


def _doubt(connection: Connection, row: RowMapping, act: Act) -> bool:
    fence = row["fence"] + 1
    moved = move_letter(
        connection, row, LetterState.IN_DOUBT, act, fence=fence, lease_until=None, reason=act.reason
    )
    outcome = Outcome(LetterState.IN_DOUBT, "dot", reason=act.reason)
    if moved:
        connection.execute(insert(schema.attempt).values(_attempt(row, outcome, act.at)))
    return moved


def _attempt(row: RowMapping, outcome: Outcome, at: datetime) -> dict[str, object]:
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
