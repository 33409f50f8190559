"""What is kept of a mailbox's pace: its share of the rate, its connections, its breakers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, insert, or_, select, update

from outbox.ledger import pacetables, tables
from outbox.ledger.allowance import Breaker, Tempo
from outbox.ledger.lookups import read_attempt
from outbox.ledger.quota import Quota
from outbox.ledger.states import LetterState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import ColumnElement, RowMapping

    from outbox.ledger.values import Attempt

_TEMPO, _SEAT, _BREAKER = pacetables.tempo, pacetables.seat, pacetables.breaker
# What may say something about the content: a letter put off may have been put off for it.
_TELLING = (LetterState.ACCEPTED, LetterState.HELD, LetterState.DEFERRED, LetterState.EXPIRED)


class Pacing(Quota):
    """Reads and writes a mailbox's pace; each change is one short transaction."""

    def tempo_of(self, account: str) -> Tempo | None:
        """Return how fast a mailbox goes; None where it has never been told."""
        columns = [column for column in _TEMPO.c if column.name != "account"]
        query = select(*columns).where(_TEMPO.c.account == account)
        with self._store.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return _tempo(row) if row else None

    def change_tempo(self, account: str, first: Tempo, change: Callable[[Tempo], Tempo]) -> Tempo:
        """Change how fast a mailbox goes, from what it is now, or from `first`; return the new."""
        where = _TEMPO.c.account == account
        columns = [column for column in _TEMPO.c if column.name != "account"]
        with self._store.writing() as connection:
            row = connection.execute(select(*columns).where(where)).mappings().one_or_none()
            then = change(_tempo(row) if row else first)
            if row is None:
                connection.execute(insert(_TEMPO).values(account=account, **then._asdict()))
            else:
                connection.execute(update(_TEMPO).where(where).values(**then._asdict()))
        return then

    def take_seat(
        self, account: str, worker: str, at: datetime, until: datetime, most: int
    ) -> datetime | None:
        """Take, or keep, one of the mailbox's `most` connections; return when one is free, if none.

        A seat that has run out is free; a worker that went on holding it keeps its own.
        """
        mine = and_(_SEAT.c.account == account, _SEAT.c.worker == worker)
        with self._store.writing() as connection:
            gone = and_(_SEAT.c.account == account, or_(_SEAT.c.until <= at, mine))
            connection.execute(delete(_SEAT).where(gone))
            others = select(func.count(), func.min(_SEAT.c.until)).where(_SEAT.c.account == account)
            taken, first = connection.execute(others).one()
            if taken >= most:
                free: datetime = first
                return free
            connection.execute(insert(_SEAT).values(account=account, worker=worker, until=until))
        return None

    def leave_seat(self, account: str, worker: str) -> None:
        """Give the connection back."""
        mine = and_(_SEAT.c.account == account, _SEAT.c.worker == worker)
        with self._store.writing() as connection:
            connection.execute(delete(_SEAT).where(mine))

    def breaker(self, batch: str, account: str) -> Breaker | None:
        """Return how the batch stands with this mailbox's service, None where nothing is known."""
        query = select(_BREAKER.c.until, _BREAKER.c.step).where(_open(batch, account))
        with self._store.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return Breaker(**row) if row else None

    def judged(self, batch: str, account: str, number: int) -> tuple[Attempt, ...]:
        """List the last `number` attempts whose answers may speak of the content, newest first."""
        attempt, letter = tables.attempt, tables.letter
        since = select(_BREAKER.c.since).where(_open(batch, account)).scalar_subquery()
        query = (
            select(*(column for column in attempt.c if column.name != "id"))
            .join(letter, letter.c.id == attempt.c.letter)
            .where(
                letter.c.batch == batch,
                attempt.c.account == account,
                attempt.c.outcome.in_(_TELLING),
                attempt.c.id > func.coalesce(since, 0),
            )
            .order_by(attempt.c.id.desc())
            .limit(number)
        )
        with self._store.reading() as connection:
            return tuple(read_attempt(row) for row in connection.execute(query).mappings())

    def break_off(self, batch: str, account: str, until: datetime, step: int) -> None:
        """Let nothing of a batch leave from this mailbox before then."""
        self._set(batch, account, {"until": until, "step": step})

    def make_whole(self, batch: str, account: str) -> None:
        """Let a batch go on after its probe was taken; what was refused before counts no more."""
        newest = select(func.coalesce(func.max(tables.attempt.c.id), 0)).scalar_subquery()
        self._set(batch, account, {"until": None, "step": 0, "since": newest})

    def probe(self, batch: str, account: str, at: datetime, until: datetime) -> bool:
        """Take the right to send one letter as a probe; False: another sender has it."""
        due = and_(_open(batch, account), _BREAKER.c.until <= at)
        with self._store.writing() as connection:
            done = connection.execute(update(_BREAKER).where(due).values(until=until))
            return done.rowcount == 1

    def _set(self, batch: str, account: str, values: dict[str, object]) -> None:
        with self._store.writing() as connection:
            where = _open(batch, account)
            done = connection.execute(update(_BREAKER).where(where).values(values))
            if not done.rowcount:
                row = {"batch": batch, "account": account, "since": 0, **values}
                connection.execute(insert(_BREAKER).values(row))


def _tempo(row: RowMapping) -> Tempo:
    return Tempo(**{**row, "assumed": bool(row["assumed"])})


def _open(batch: str, account: str) -> ColumnElement[bool]:
    return and_(_BREAKER.c.batch == batch, _BREAKER.c.account == account)
