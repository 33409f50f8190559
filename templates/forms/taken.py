"""A form as the child read it: plain cells and words, before anybody understood them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from templates.forms.values import TABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

Cell: TypeAlias = "str | int | float | bool"
Area: TypeAlias = "tuple[str, int, int, int, int]"  # sheet, first row and column, last ones


@dataclass(frozen=True, slots=True)
class Page:
    """A worksheet: its title, and what stands in its cells by row and column, from 1."""

    title: str
    cells: Mapping[tuple[int, int], Cell]

    def row(self, number: int) -> dict[int, Cell]:
        """Return what stands in a row, by columns."""
        return {column: cell for (row, column), cell in self.cells.items() if row == number}

    @property
    def last(self) -> int:
        """The last row in which something stands."""
        return max((row for row, _ in self.cells), default=0)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of a Word file: the texts of its rows, and which row is marked, -1 for none."""

    rows: tuple[tuple[str, ...], ...]
    marked: int = -1


@dataclass(frozen=True, slots=True)
class Control:
    """A content control: its tag, and what was written into it, "" while its hint stands there."""

    tag: str
    text: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A form that came back. `kind` is xlsx, xls, ods or docx; `token` is "" without one.

    `told` says that the hidden sheet with the form's own places was found. `where` is where named
    areas stand, or stood when the form went out. Word files have `lines`, `grids` and `controls`.
    """

    shown: str
    kind: str
    token: str = ""
    told: bool = False
    where: Mapping[str, Area] = field(default_factory=dict)
    pages: tuple[Page, ...] = ()
    lines: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()
    controls: tuple[Control, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """List every text in it: of cells, of the tables and paragraphs of a Word file."""
        cells = (one for page in self.pages for one in page.cells.values())
        of_grids = (text for grid in self.grids for row in grid.rows for text in row)
        return (*(one for one in cells if isinstance(one, str)), *of_grids, *self.lines)


def put_together(found: list[tuple[Any, ...]], shown: str) -> Taken:
    """Put the child's pieces together.

    Raises:
        TypeError, ValueError, KeyError, IndexError: they are not what the child writes.

    """
    (_, kind, token, told, named), *rest = found
    if kind == "docx":
        return Taken(
            shown,
            "docx",
            str(token),
            lines=tuple(str(one[1]) for one in rest if one[0] == "line"),
            grids=tuple(_grid(*one[1:]) for one in rest if one[0] == "grid"),
            controls=tuple(
                Control(str(one[1]), str(one[2])) for one in rest if one[0] == "control"
            ),
        )
    where: dict[str, Area] = dict(named) or _told(str(told))
    pages = tuple(
        Page(str(title), {(row, column): value for row, column, value in cells})
        for _, title, cells in rest
    )
    return Taken(shown, str(kind), str(token), bool(told), where, pages)


def _grid(rows: Any, marked: Any) -> Grid:  # noqa: ANN401 - plain values
    return Grid(tuple(tuple(map(str, row)) for row in rows), int(marked))


def _told(text: str) -> dict[str, Area]:
    """Read where the fields stood when the form went out."""
    from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

    try:
        told = json.loads(text) if text else {}
        made: dict[str, Area] = {}
        for name, sheet, cell, _ in told.get("spots", ()):
            letters, row = coordinate_from_string(cell)
            column = column_index_from_string(letters)
            made[name] = (sheet, row, column, row, column)
        if table := told.get("table"):
            sheet, row, _, columns = table
            numbers = [int(one) for _, one in columns]
            made[TABLE] = (sheet, int(row), min(numbers), int(row), max(numbers))
    except Exception:  # noqa: BLE001 - somebody wrote into that sheet: it tells nothing
        return {}
    return made
