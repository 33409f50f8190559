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
    """A sheet's filled cells by row and column (both from 1), its merges and what it hides."""

    file: str
    name: str
    hidden: bool = False
    cells: dict[int, dict[int, Value]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    oddities: dict[tuple[int, int], Oddity] = field(default_factory=dict)

    @cached_property
    def down(self) -> dict[int, list[Merge]]:
        """Merges of one column that reach down, by each row they reach below their first."""
        found: dict[int, list[Merge]] = {}
        for merge in self.merges:
            if merge.left == merge.right:
                for row in range(merge.top + 1, merge.bottom + 1):
                    found.setdefault(row, []).append(merge)
        return found

    def text(self, row: int, column: int) -> str:
        """Return a cell's text; empty where there is none."""
        value = self.cells.get(row, {}).get(column)
        return "" if value is None else str(value)


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
