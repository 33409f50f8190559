"""Which cells decided something of a row, kept small: rows that are alike share one trace."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from merge.book import Book
from merge.envelope import Envelope, address
from rosters.finding import Cell
from rosters.roster import Member

if TYPE_CHECKING:
    from collections.abc import Collection

    from merge.form import Receiver as How
    from merge.record import Subject
    from rosters.finding import Finding
    from rosters.roster import Roster, Row


class Trace(NamedTuple):
    """The cells that were read for a row: columns of its `own`, and cells of other rows."""

    own: frozenset[str] = frozenset()
    others: frozenset[Cell] = frozenset()

    def cells(self, row: Row | None) -> set[Cell]:
        """List the cells for one row."""
        if row is None:
            return set(self.others)
        return {Cell(row.sheet.key, row.number, column) for column in self.own} | self.others

    def __or__(self, other: Trace) -> Trace:
        return Trace(self.own | other.own, self.others | other.others)


NOTHING = Trace()


@dataclass
class Traces:
    """Traces that are equal, kept once, each with its number; NOTHING has 0."""

    every: list[Trace] = field(default_factory=lambda: [NOTHING])
    _known: dict[Trace, int] = field(default_factory=lambda: {NOTHING: 0})
    _told: dict[int, int] = field(default_factory=lambda: {id(NOTHING): 0})

    def of(self, row: Row | None, cells: Collection[Cell]) -> Trace:
        """Keep the cells that were read for a row."""
        if not cells:
            return NOTHING
        here = None if row is None else (row.sheet.key, row.number)
        others = frozenset(cell for cell in cells if (cell.sheet, cell.row) != here)
        own = frozenset(cell.column for cell in cells if (cell.sheet, cell.row) == here)
        return self.one(Trace(own, others))

    def both(self, first: Trace, second: Trace) -> Trace:
        """Put two traces of a row together."""
        if first is NOTHING or second is NOTHING:
            return second if first is NOTHING else first
        return self.one(first | second)

    def one(self, trace: Trace) -> Trace:
        """Return the one trace that is kept of all equal ones."""
        return self.every[self.number(trace)]

    def number(self, trace: Trace) -> int:
        """Return the number of a trace, by which rows that are alike are kept small."""
        number = self._told.get(id(trace))  # those that are kept already are never gone
        if number is None:
            number = self._known.setdefault(trace, len(self.every))
            if number == len(self.every):
                self.every.append(trace)
                self._told[id(trace)] = number
        return number


@dataclass
class Receivers:
    """Finds who receives. Members of one organisation share the way to its address."""

    roster: Roster
    how: How
    traces: Traces
    _known: dict[tuple[str, str | None], tuple[Envelope, Trace]] = field(default_factory=dict)

    def of(self, subject: Subject) -> tuple[Envelope | Finding, Trace]:
        """Find the receiver of a document, and what cells lead there."""
        way = None
        if isinstance(subject, Member):
            sheet = subject.row.sheet
            if not self.how.startswith("本级") or not sheet.has("email"):
                way = sheet.key, subject.organisation
        if way in self._known:
            return self._known[way]
        cells: set[Cell] = set()
        result = address(Book(self.roster, cells), subject, self.how)
        if not isinstance(result, Envelope):
            cells.update(result.cells)
        trace = self.traces.of(None if subject is None else subject.row, cells)
        if way and isinstance(result, Envelope):
            self._known[way] = result, trace
        return result, trace
