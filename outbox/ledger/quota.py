"""How much a mailbox has sent, when it rests, and when a batch goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, insert, or_, select

from outbox.ledger import pacetables, tables
from outbox.ledger.allowance import Budget
from outbox.ledger.custody import Custody
from outbox.ledger.states import LetterState
from outbox.ledger.values import Pause

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Column, ColumnElement
    from sqlalchemy.engine import Connection

    from outbox.ledger.allowance import Cap

_UNBOUND = 1_000_000  # letters: what may leave where there is no cap
# So far ahead of now nothing is written, but by a clock that ran ahead and was put right since.
AHEAD = timedelta(days=2)
_MOVE, _LETTER = tables.move, tables.letter


class Quota(Custody):
    """Counts dots, so that neither a restart nor a second sender exceeds a cap."""

    def dots(self, account: str, since: datetime) -> int:
        """Count what a mailbox has sent since then, for its quota: the dots that were committed."""
        with self._store.reading() as connection:
            return _dots(connection, Budget(account), since, None)

    def room(self, budget: Budget, at: datetime) -> tuple[int, datetime]:
        """Return how many letters may leave now, and when the next one may.

        Windows slide: any 60 seconds, any 24 hours.
        """
        with self._store.reading() as connection:
            when = [_next(connection, budget, cap, at) for cap in budget.caps]
            return free(connection, budget, at), max([at, *when])

    def pause_of(self, account: str) -> Pause | None:
        """Return until when a mailbox rests, as it was last told to."""
        table = pacetables.pause
        query = select(table.c.until, table.c.step, table.c.reason)
        with self._store.reading() as connection:
            row = connection.execute(query.where(table.c.account == account)).mappings()
            found = row.one_or_none()
        return Pause(**found) if found else None

    def next_at(self, batch: str, channel: str) -> datetime | None:
        """Return when the next deferred letter is due, or the next lease ends."""
        table = tables.letter
        due = select(func.min(func.coalesce(table.c.next_at, table.c.lease_until))).where(
            table.c.batch == batch,
            table.c.channel == channel,
            table.c.state.in_([LetterState.DEFERRED, LetterState.LEASED, LetterState.DOT]),
        )
        with self._store.reading() as connection:
            found: datetime | None = connection.execute(due).scalar_one()
        return found

    def rest(self, account: str, until: datetime, step: int, reason: str) -> None:
        """Let a mailbox rest until then."""
        with self._store.writing() as connection:
            table = pacetables.pause
            connection.execute(delete(table).where(table.c.account == account))
            values = {"account": account, "until": until, "step": step, "reason": reason}
            connection.execute(insert(table).values(values))


def free(connection: Connection, budget: Budget, at: datetime) -> int:
    """Count the letters that may be claimed now, inside a transaction."""
    if not budget.caps:
        return _UNBOUND
    leased = _leased(connection, budget, at)
    left = (
        cap.most - leased - _dots(connection, budget, at - cap.window, at) for cap in budget.caps
    )
    return max(0, min(left))


def _next(connection: Connection, budget: Budget, cap: Cap, at: datetime) -> datetime:
    """Return when a window lets the next letter go; a leased letter counts as sent now."""
    since = at - cap.window
    sent = _dots(connection, budget, since, at)
    over = sent + _leased(connection, budget, at) - cap.most
    if over < 0:
        return at
    if over >= sent:
        return at + cap.window
    query = select(_MOVE.c.at).where(_sent(budget, since, at)).order_by(_MOVE.c.at)
    oldest: datetime = connection.execute(query.offset(over).limit(1)).scalar_one()
    return oldest + cap.window


def _dots(connection: Connection, budget: Budget, since: datetime, at: datetime | None) -> int:
    query = select(func.count()).select_from(_MOVE).where(_sent(budget, since, at))
    return int(connection.execute(query).scalar_one())


def _sent(budget: Budget, since: datetime, at: datetime | None) -> ColumnElement[bool]:
    whose = _whose(_MOVE.c.account, budget)
    sent = and_(whose, _MOVE.c.after == LetterState.DOT, _MOVE.c.at > since)
    return sent if at is None else and_(sent, _MOVE.c.at <= at + AHEAD)


def _leased(connection: Connection, budget: Budget, at: datetime) -> int:
    query = select(func.count()).where(
        _whose(_LETTER.c.account, budget),
        _LETTER.c.state == LetterState.LEASED,
        _LETTER.c.lease_until > at,
    )
    return int(connection.execute(query.select_from(_LETTER)).scalar_one())


def _whose(column: Column[str], budget: Budget) -> ColumnElement[bool]:
    own = column == budget.account
    if not budget.domain:
        return own
    return or_(own, column.endswith(f"@{budget.domain}", autoescape=True))
