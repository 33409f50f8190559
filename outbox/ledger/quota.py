"""How much a mailbox has sent, when it rests, and when a batch goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from outbox.ledger import schema
from outbox.ledger.reader import Reader
from outbox.ledger.states import LetterState
from outbox.ledger.values import Pause

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement


class Quota(Reader):
    """Counts dots, so that neither a restart nor a second sender exceeds a cap."""

    def dots(self, account: str, since: datetime) -> int:
        """Count what a mailbox has sent since then, for its quota: the dots that were committed."""
        table = schema.move
        query = select(func.count()).where(*_dots(account, since)).select_from(table)
        with self._store.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def dot_at(self, account: str, since: datetime, number: int) -> datetime | None:
        """Return when the mailbox's dot of that number (from 0) since then was committed."""
        table = schema.move
        query = select(table.c.at).where(*_dots(account, since)).order_by(table.c.at)
        with self._store.reading() as connection:
            return connection.execute(query.offset(number).limit(1)).scalar_one_or_none()

    def pause_of(self, account: str) -> Pause | None:
        """Return until when a mailbox rests, as it was last told to."""
        table = schema.pause
        query = select(table.c.until, table.c.step, table.c.reason)
        with self._store.reading() as connection:
            row = connection.execute(query.where(table.c.account == account)).mappings()
            found = row.one_or_none()
        return Pause(**found) if found else None

    def next_at(self, batch: str, channel: str) -> datetime | None:
        """Return when the next deferred letter is due, or the next lease ends."""
        table = schema.letter
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
            connection.execute(delete(schema.pause).where(schema.pause.c.account == account))
            values = {"account": account, "until": until, "step": step, "reason": reason}
            connection.execute(insert(schema.pause).values(values))


def _dots(account: str, since: datetime) -> tuple[ColumnElement[bool], ...]:
    table = schema.move
    return (table.c.account == account, table.c.after == LetterState.DOT, table.c.at > since)
