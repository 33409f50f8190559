"""A worksheet as a grid of values, each as staff see it, with what was odd about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from rosters.roster import Value  # noqa: TC001 - a NamedTuple needs it


class Oddity(NamedTuple):
    """Something odd in one cell: its rule and what there is to say about it."""

    rule: str
    detail: str


class Merge(NamedTuple):
    """A merged range, both corners inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Grid:
    """A sheet's values column by column, its merges and what it hides; all counted from 1.

    Every column is as long as the sheet is high: a value for each row, None where it is empty.
    """

    file: str
    name: str
    hidden: bool = False
    columns: list[list[Value]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    oddities: dict[tuple[int, int], Oddity] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """Count the rows."""
        return len(self.columns[0]) if self.columns else 0

    def value(self, row: int, column: int) -> Value:
        """Return a cell's value; None where it is empty or outside."""
        if not (0 < column <= len(self.columns) and 0 < row <= self.height):
            return None
        return self.columns[column - 1][row - 1]

    def cells(self, row: int) -> dict[int, Value]:
        """Return the filled cells of a row by their column."""
        if not 0 < row <= self.height:
            return {}
        return {
            column: value
            for column, values in enumerate(self.columns, 1)
            if (value := values[row - 1]) is not None
        }

    def text(self, row: int, column: int) -> str:
        """Return a cell's text; empty where there is none."""
        value = self.value(row, column)
        return "" if value is None else str(value)

    def blank_merged(self) -> None:
        """Empty what a merge hides: only its first cell is seen."""
        for merge in self.merges:
            for column in range(merge.left, min(merge.right, len(self.columns)) + 1):
                values = self.columns[column - 1]
                for row in range(merge.top, min(merge.bottom, len(values)) + 1):
                    if (row, column) != merge[:2]:
                        values[row - 1] = None
                        self.oddities.pop((row, column), None)

    @cached_property
    def down(self) -> dict[int, list[Merge]]:
        """Merges of one column that reach down, by each row they reach below their first."""
        found: dict[int, list[Merge]] = {}
        for merge in self.merges:
            if merge.left == merge.right:
                for row in range(merge.top + 1, merge.bottom + 1):
                    found.setdefault(row, []).append(merge)
        return found


def letter(column: int) -> str:
    """Name a column as Excel does: 28 is AB."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def number(name: str) -> int:
    """Count a column's letters back: AB is 28."""
    count = 0
    for one in name:
        count = count * 26 + ord(one) - 64
    return count


def area(reference: str) -> Merge:
    """Read a range such as B2:D4, or a single cell.

    Raises:
        ValueError: it is none.

    """
    first, _, last = reference.replace("$", "").partition(":")
    top, left = _corner(first)
    bottom, right = _corner(last or first)
    return Merge(min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def _corner(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    if not (letters.isascii() and letters.isupper()):
        raise ValueError(f"not a cell: {reference!r}")
    return int(reference[len(letters) :]), number(letters)
