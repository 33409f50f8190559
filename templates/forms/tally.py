"""A unit's own workbook in which returns are put together: its tables and single places, found.

A table is known by its heading (of one row or two), by the defined name 填报表 or 汇总表, or by a
row of tags; a single place by a tag, a defined name, or the label before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook

    from rosters.finding import Finding


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: what it asks for, and the tagged text of its model row, if it has."""

    column: int
    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Roll:
    """A table: one row an organisation, a group or a day.

    `own` are columns that ask for nothing known: the unit's own words and formulas. `who` is the
    column of names, 0 where there is none. `typed` are rows that name somebody, `free` those that
    wait for a name, `sums` those of 小计 and 合计.
    """

    sheet: str
    head: int
    columns: tuple[Column, ...]
    own: tuple[int, ...]
    who: int
    typed: tuple[tuple[int, str], ...] = ()
    free: tuple[int, ...] = ()
    sums: tuple[tuple[int, str], ...] = ()

    @property
    def rows(self) -> tuple[int, ...]:
        """List the rows for organisations, in order."""
        return tuple(sorted((*(row for row, _ in self.typed), *self.free)))

    @property
    def last(self) -> int:
        """Return the last row of the table, the sums included."""
        return max((*self.rows, *(row for row, _ in self.sums), self.head))


@dataclass(frozen=True, slots=True)
class Place:
    """A single place: what it asks for, or a text with tags."""

    sheet: str
    row: int
    column: int
    text: str


@dataclass
class Tally:
    """The workbook, opened, with what was found in it."""

    book: Workbook
    shown: str
    rolls: list[Roll] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
