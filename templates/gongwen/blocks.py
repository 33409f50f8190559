"""The blocks of a document's body: frozen values that know their source line, and no layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from rosters.finding import Place


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look. `head` marks the heading of a level: the line, or its first sentence."""

    text: str
    bold: bool = False
    head: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `level` is 1 to 4 for 一、 （一） 1. （1）, and 0 for running text."""

    runs: tuple[Run, ...]
    level: int
    place: Place


@dataclass(frozen=True, slots=True)
class Statement:
    """A Jinja statement on a line of its own; `inside` is what stands between {% and %}."""

    inside: str
    place: Place


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table: the runs of each cell."""

    cells: tuple[tuple[Run, ...], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Table:
    """A table. Its columns are as wide, against each other, as the dashes below its head.

    `aligns` holds left, center, right or "" for each column.
    """

    head: TableRow
    rows: tuple[TableRow | Statement, ...]
    dashes: tuple[int, ...]
    aligns: tuple[str, ...]
    place: Place


Block: TypeAlias = Paragraph | Statement | Table


@dataclass(frozen=True, slots=True)
class Outline:
    """The blocks of a body in their order."""

    blocks: tuple[Block, ...] = ()
