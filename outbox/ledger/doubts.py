"""What the Sent folder is asked about: letters in doubt, and the witnesses of what it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, union_all

from outbox.ledger import mailtables, schema, tables
from outbox.ledger.recovery import Recovery
from outbox.ledger.rows import token_of
from outbox.ledger.states import Channel, LetterState
from outbox.ledger.values import Doubt, Witness, letter_info

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Function

_T = tables.letter


class Doubts(Recovery):
    """Questions about when letters left, and canaries; no letter is moved here."""

    def first_dot(self, account: str) -> datetime | None:
        """Tell when the first letter left from a mailbox."""
        return self._dot(account, func.min(tables.move.c.at))

    def last_dot(self, account: str) -> datetime | None:
        """Tell when the last letter left from a mailbox."""
        return self._dot(account, func.max(tables.move.c.at))

    def _dot(self, account: str, which: Function[datetime]) -> datetime | None:
        move = tables.move
        query = select(which).where(move.c.account == account, move.c.after == LetterState.DOT)
        with self._store.reading() as connection:
            found: datetime | None = connection.execute(query).scalar_one()
        return found

    def doubts(self, account: str, batch: str | None = None) -> tuple[Doubt, ...]:
        """List the letters in doubt that a mailbox sent, each with the times of its last dot."""
        move = tables.move
        dot = (
            select(move.c.letter, func.max(move.c.at).label("first"))
            .where(move.c.after == LetterState.DOT, move.c.account == account)
            .group_by(move.c.letter)
            .subquery()
        )
        doubt = (
            select(move.c.letter, func.max(move.c.at).label("last"))
            .where(move.c.after == LetterState.IN_DOUBT)
            .group_by(move.c.letter)
            .subquery()
        )
        query = (
            select(_T.c.id, dot.c.first, doubt.c.last)
            .join(dot, dot.c.letter == _T.c.id)
            .join(doubt, doubt.c.letter == _T.c.id)
            .where(_T.c.state == LetterState.IN_DOUBT, _T.c.channel != Channel.REHEARSAL)
            .order_by(_T.c.id)
        )
        if batch is not None:
            query = query.where(_T.c.batch == batch)
        with self._store.reading() as connection:
            times = {number: (first, last) for number, first, last in connection.execute(query)}
            rows = connection.execute(select(_T).where(_T.c.id.in_(times)).order_by(_T.c.id))
            return tuple(Doubt(letter_info(row), *times[row["id"]]) for row in rows.mappings())

    def witnesses(self, account: str, since: datetime) -> tuple[Witness, ...]:
        """List what the server has taken from a mailbox since then, oldest first: it said 250.

        What a person has said, or the Sent folder itself, is no witness of the Sent folder.
        """
        attempt, canary = tables.attempt, mailtables.canary
        letters = (
            select(_T.c.token, attempt.c.at)
            .join(_T, _T.c.id == attempt.c.letter)
            .where(
                attempt.c.account == account,
                attempt.c.outcome == LetterState.ACCEPTED,
                attempt.c.at >= since,
                _T.c.channel != Channel.REHEARSAL,
            )
        )
        own = select(canary.c.token, canary.c.at).where(
            canary.c.account == account, canary.c.at >= since
        )
        both = union_all(letters, own).subquery()
        query = select(both.c.token, both.c.at).order_by(both.c.at)
        with self._store.reading() as connection:
            return tuple(Witness(**row) for row in connection.execute(query).mappings())

    def canary(self, account: str, at: datetime) -> str:
        """Make the token of a letter of the account to itself."""
        return token_of(self.key, "canary", account, schema.stamp(at))

    def sing(self, account: str, token: str, at: datetime) -> None:
        """Record that the server took a canary."""
        values = {"account": account, "token": token, "at": at}
        with self._store.writing() as connection:
            connection.execute(insert(mailtables.canary).values(values))
