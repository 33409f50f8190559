"""What an attempt left open: leases that ran out, letters in doubt, a batch to be closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, insert, or_, select, update

from outbox.ledger import pacetables, tables
from outbox.ledger.dispatch import Dispatch, attempt_values
from outbox.ledger.lookups import batch_row, read_counts
from outbox.ledger.moves import Act, cancel_letter, move_batch, move_letter, requeue_letter
from outbox.ledger.quota import AHEAD
from outbox.ledger.states import FINAL, OPEN, BatchState, Channel, LetterState
from outbox.ledger.values import Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.engine import Connection

_T = tables.letter
_CALLED_BACK = frozenset({BatchState.CANCELLED, BatchState.SUPERSEDED})
_WITH_ITS_BATCH = "没有发出，本批已撤销"
_COPIED = "没有发出，已另有补发"


class Recovery(Dispatch):
    """The moves that time, proof or a person's word make."""

    def recover(
        self, at: datetime, *, who: str = "", batch: str | None = None, channel: str | None = None
    ) -> tuple[int, int]:
        """End the leases that have run out; return (back in the queue, in doubt).

        With `batch` and `channel` every lease there is ended, run out or not: for a rehearsal,
        whose post office proves what it has received.
        """
        leased = _T.c.state.in_([LetterState.LEASED, LetterState.DOT])
        if batch is None or channel is None:
            ended = and_(leased, or_(_T.c.lease_until <= at, _T.c.lease_until > at + AHEAD))
        else:
            ended = and_(leased, _T.c.batch == batch, _T.c.channel == channel)
        with self._store.reading() as connection:  # nearly always there is none
            if connection.scalar(select(_T.c.id).where(ended).limit(1)) is None:
                return 0, 0
        queued = doubted = 0
        act = Act(at, who, "投递中断，租约到期")
        with self._store.writing() as connection:
            for row in (
                connection.execute(select(_T).where(ended).order_by(_T.c.id)).mappings().all()
            ):
                if row["state"] == LetterState.LEASED:
                    queued += requeue_letter(connection, row, act)
                else:
                    doubted += _doubt(connection, row, act)
        return queued, doubted

    def set_right(self, at: datetime) -> None:
        """Forget the dates that only a clock which ran ahead can have written: `AHEAD` and more.

        Else a letter, a mailbox or a batch would wait until that year comes.
        """
        far = at + AHEAD
        columns = (
            _T.c.next_at,
            _T.c.first_at,
            pacetables.pause.c.until,
            pacetables.breaker.c.until,
            pacetables.seat.c.until,
        )
        with self._store.writing() as connection:
            for column in columns:
                late = update(column.table).where(column > far)
                connection.execute(late.values({column.name: at}))

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
            if not move_letter(
                connection, row, LetterState.QUEUED, act, fence=fence, reason=reason
            ):
                return False
            owner = batch_row(connection, row["batch"])
            back = connection.execute(select(_T).where(_T.c.id == number)).mappings().one()
            if owner is not None and owner["state"] in _CALLED_BACK:
                return cancel_letter(connection, back, Act(at, who, _WITH_ITS_BATCH))
            if _copied(connection, back):
                return cancel_letter(connection, back, Act(at, who, _COPIED))
            return True

    def take_up_held(self, batch: str, at: datetime, who: str) -> int:
        """Queue again what was held for its content, on a person's word; return how many."""
        held = select(_T).where(
            _T.c.batch == batch, _T.c.channel == Channel.LIVE, _T.c.state == LetterState.HELD
        )
        act = Act(at, who, "看过，再发")
        with self._store.writing() as connection:
            rows = connection.execute(held.order_by(_T.c.id)).mappings().all()
            return sum(requeue_letter(connection, row, act) for row in rows)

    def finish(self, batch: str, at: datetime, who: str) -> bool:
        """Close a batch of which nothing waits and nothing is in doubt; tell whether it closed."""
        with self._store.writing() as connection:
            row = batch_row(connection, batch)
            counts = read_counts(connection, batch, Channel.LIVE)
            left = sum(count for state, count in counts.items() if state not in FINAL)
            if row is None or left or row["state"] not in OPEN:
                return False
            return move_batch(connection, row, BatchState.DONE, Act(at, who))


def _copied(connection: Connection, row: RowMapping) -> bool:
    """Tell whether the same letter was queued again as a 补发, on a person's word, and stays so."""
    query = select(_T.c.id).where(
        *tables.copies(row["batch"], row["organisation"], row["kind"], row["channel"]),
        _T.c.n > row["n"],
        _T.c.state != LetterState.CANCELLED,
    )
    live = row["channel"] == Channel.LIVE
    return live and connection.execute(query.limit(1)).first() is not None


def _doubt(connection: Connection, row: RowMapping, act: Act) -> bool:
    fence = row["fence"] + 1
    moved = move_letter(
        connection, row, LetterState.IN_DOUBT, act, fence=fence, lease_until=None, reason=act.reason
    )
    outcome = Outcome(LetterState.IN_DOUBT, "dot", reason=act.reason)
    if moved:
        connection.execute(insert(tables.attempt).values(attempt_values(row, outcome, act.at)))
    return moved
