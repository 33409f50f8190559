"""Who keeps a ledger, where its chain ends, and what does not add up in it."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select

from outbox.ledger import tables
from outbox.ledger.chain import GENESIS, HEAD
from outbox.ledger.entries import enter, entries
from outbox.ledger.reader import Reader
from outbox.ledger.states import EntryKind, LetterState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime, tzinfo

    from sqlalchemy.engine import Connection

    from outbox.ledger.forgetting import Dropped
    from outbox.ledger.links import Told, Walk
    from outbox.ledger.moves import Act
    from outbox.ledger.values import Entry
    from rosters.finding import Finding

_MOVE, _META, _LETTER = tables.move, tables.meta, tables.letter
_OPEN = (LetterState.LEASED, LetterState.DOT, LetterState.IN_DOUBT)
_DIGITS = 20  # of a head's code


class End(NamedTuple):
    """Where a chain ends: its last hash, how many links it has, and when the last was made."""

    head: str
    links: int
    at: datetime | None


class Inspection(NamedTuple):
    """What an audit of the ledger itself came to; `broken` names the first broken link."""

    end: End
    findings: tuple[Finding, ...]
    broken: str
    breaks: int
    old: int  # links of older versions, whose reasons cannot be forgotten


class Custody(Reader):
    """Answers about the ledger as a thing that is kept, and guards who may write in it."""

    @property
    def number(self) -> str:
        """Return the number that tells this ledger from any other: made from its key."""
        return number_of(self.key)

    @property
    def served(self) -> bool:
        """Tell whether it lies on a server, which many machines may use."""
        return self._store.served

    @property
    def moved(self) -> bool:
        """Tell whether the chain has grown since it was opened here."""
        return self._store.moved

    def guarded(self, guard: Callable[[Connection], None]) -> None:
        """Have somebody asked in the first transaction that writes; who refuses, raises."""
        self._store.guard = guard

    def followed(self, grown: Callable[[], None]) -> None:
        """Have somebody told after each transaction by which the chain grew."""
        self._store.grown = grown

    def reading(self) -> AbstractContextManager[Connection]:
        """Open a transaction that only reads."""
        return self._store.reading()

    def end(self) -> End:
        """Tell where the chain ends."""
        with self._store.reading() as connection:
            return read_end(connection)

    def head(self) -> str:
        """Return the last hash of the chain."""
        return self.end().head

    def passed(self, digits: str) -> tuple[int, datetime] | None:
        """Tell at which link, and when, the chain had this head; its first 20 digits are enough."""
        with self._store.reading() as connection:
            return read_passed(connection, digits)

    def keeper(self) -> Entry | None:
        """Return the last takeover; None where nobody keeps it yet."""
        with self._store.reading() as connection:
            return read_keeper(connection)

    def take_over(self, data: Mapping[str, object], act: Act) -> End:
        """Write down who keeps it from now on, whoever kept it before."""
        self._store.guard = None
        with self._store.writing() as connection:
            enter(connection, EntryKind.TAKEOVER, data, act)
        return self.end()

    def enter(self, kind: EntryKind, data: Mapping[str, object], act: Act, batch: str = "") -> None:
        """Write an entry about a batch, or about the whole ledger."""
        with self._store.writing() as connection:
            enter(connection, kind, data, act, batch=batch or None)

    def forget(self, batch: str, data: dict[str, object], act: Act) -> Dropped:
        """Drop what a batch knows of people, with its salts; the chain still verifies."""
        from outbox.ledger.forgetting import forget

        with self._store.writing() as connection:
            if not self.served:
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            return forget(connection, self.key, batch, data, act)

    def dropped(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the hashes of what returns were taken from: what is forgotten, and what stays."""
        from outbox.ledger import oblivion

        with self._store.reading() as connection:
            return oblivion.dropped(connection)

    def undecided(self, batch: str) -> int:
        """Count what lies in quarantine and would be forgotten with a batch."""
        from outbox.ledger import oblivion

        with self._store.reading() as connection:
            return oblivion.waiting(connection, batch)

    def last_moved(self, batch: str) -> datetime | None:
        """Tell when something last happened to a batch."""
        from outbox.ledger.forgetting import last_moved

        with self._store.reading() as connection:
            return last_moved(connection, batch)

    def last_link(self, batch: str) -> int:
        """Return the number of the last link that is about a batch; 0 where there is none."""
        query = select(func.max(_MOVE.c.id)).where(_MOVE.c.batch == batch)
        with self._store.reading() as connection:
            return int(connection.scalar(query) or 0)

    def unsettled(self, batch: str) -> int:
        """Count the letters of a batch, on any road, of which it is not known what became."""
        query = select(func.count()).where(_LETTER.c.batch == batch, _LETTER.c.state.in_(_OPEN))
        with self._store.reading() as connection:
            return int(connection.scalar(query) or 0)

    def compact(self) -> None:
        """Write the file anew, so that nothing of what was forgotten is left in it."""
        self._store.compact()

    def inspect(self, zone: tzinfo) -> Inspection:
        """Verify the chain and hold every row that proves something against it."""
        from outbox.ledger import links, provenance, testimony, vouchers
        from outbox.ledger.forgotten import forgotten
        from outbox.ledger.reminded import strayed

        with self._store.reading() as connection:
            walk = links.walk(connection, gapless=not self.served)
            letter = tables.letter
            rows = connection.execute(select(letter.c.id, letter.c.batch, letter.c.name))
            names = {number: (batch, name) for number, batch, name in rows}
            known, unsaid = forgotten(connection, walk)
            found = [
                *(_leap(leap, names, zone) for leap in walk.leaps[:1]),
                *unsaid,
                *provenance.batches(connection, walk, known),
                *provenance.letters(connection, walk, known, self.key),
                *testimony.attempts(connection, walk, names),
                *testimony.approvals(connection, walk),
                *testimony.marks(connection, walk, names),
                *testimony.entries(connection, walk, names),
                *strayed(connection, known),
                *vouchers.returns(connection),
            ]
            end = End(walk.head, walk.links, walk.last_at)
            old = int(connection.scalar(_OLD) or 0)
        return Inspection(end, tuple(found), _broken(walk, names, zone), walk.breaks, old)


_OLD = select(func.count()).select_from(_MOVE).where(_MOVE.c.seal == "")


def number_of(key: bytes) -> str:
    """Make a ledger's number from its key, which it does not tell."""
    return hmac.new(key, b"ledger", hashlib.sha256).hexdigest()[:32]


def read_end(connection: Connection) -> End:
    """Read where the chain ends, in a transaction."""
    head = connection.scalar(select(_META.c.value).where(_META.c.key == HEAD))
    count, at = connection.execute(select(func.count(), func.max(_MOVE.c.id))).one()
    last = connection.scalar(select(_MOVE.c.at).where(_MOVE.c.id == at)) if at else None
    return End(str(head), int(count), last)


def read_passed(connection: Connection, digits: str) -> tuple[int, datetime] | None:
    """Find the link whose hash begins so, in a transaction."""
    query = select(_MOVE.c.id, _MOVE.c.at).where(_MOVE.c.hash.startswith(digits, autoescape=True))
    if len(digits) == len(GENESIS):
        query = select(_MOVE.c.id, _MOVE.c.at).where(_MOVE.c.hash == digits)  # by the index
    elif len(digits) < _DIGITS:
        return None
    row = connection.execute(query.limit(1)).one_or_none()
    return (int(row[0]), row[1]) if row else None


def read_keeper(connection: Connection) -> Entry | None:
    """Read the last takeover, in a transaction."""
    found = entries(connection, EntryKind.TAKEOVER)
    return found[-1] if found else None


def _broken(walk: Walk, names: Mapping[int, tuple[str, str]], zone: tzinfo) -> str:
    one = walk.first_break
    if one is None:
        return ""
    if one.link is None:
        return f"第 {one.number} 条：{one.cause}"
    from outbox.ledger import links

    short = {number: name for number, (_, name) in names.items()}
    return f"{links.describe(one.link, short, zone)}：{one.cause}"


def _leap(told: Told, names: Mapping[int, Any], zone: tzinfo) -> Finding:
    from outbox.ledger import links, provenance

    short = {number: name for number, (_, name) in names.items()}
    said = f"{links.describe(told, short, zone)}不接上一次的状态，有记录被删去或插入"
    return provenance.flaw("chain", told.batch or "", "", said)
