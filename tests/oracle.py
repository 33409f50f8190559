"""A workbook as openpyxl reads it: what our own reading must equal, cell by cell."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

from openpyxl import load_workbook

from rosters.grid import number
from rosters.shown import as_shown
from rosters.text import clean, forbidden, without_forbidden

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from rosters.grid import Grid

_UNCOMPUTED = re.compile(
    rb"""<c\s([^>]*)>\s*<f\b(?:[^<>]*/>|[^<>]*>[^<]*</f>)\s*(<v\s*/>|<v>\s*</v>)?\s*</c>"""
)
_PLACE = re.compile(rb"""\br="([A-Z]{1,3})([0-9]{1,7})\"""")


class Seen(NamedTuple):
    """A sheet in a form that can be compared; a value with its type."""

    name: str
    hidden: bool
    cells: dict[tuple[int, int], tuple[str, str]]
    odd: dict[tuple[int, int], str]
    merges: set[tuple[int, ...]]
    hidden_rows: set[int]
    hidden_columns: set[int]


def seen(grid: Grid) -> Seen:
    cells = {
        (row, column): _typed(value)
        for row in range(1, grid.height + 1)
        for column, value in grid.cells(row).items()
    }
    odd = {at: one.rule for at, one in grid.oddities.items()}
    merges = {tuple(one) for one in grid.merges}
    hidden = set(grid.hidden_rows), set(grid.hidden_columns)
    return Seen(grid.name, grid.hidden, cells, odd, merges, *hidden)


def _typed(value: object) -> tuple[str, str]:
    return type(value).__name__, str(value)


def openpyxl_sees(content: bytes) -> list[Seen]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions that hold no values
        book = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for order, sheet in enumerate(book.worksheets, 1):
            parts[sheet.title] = archive.read(f"xl/worksheets/sheet{order}.xml")
    return [_sheet(one, parts[one.title]) for one in book.worksheets]


def _sheet(sheet: Worksheet, part: bytes) -> Seen:
    cells: dict[tuple[int, int], tuple[str, str]] = {}
    odd: dict[tuple[int, int], str] = {}
    for at, cell in sheet._cells.items():
        value = None if cell.value is None else _value(cell, odd)
        if value is not None:
            cells[at] = _typed(value)
    for attributes, value in _UNCOMPUTED.findall(part):
        place = _PLACE.search(attributes)
        if place and not (value and b't="str"' in attributes):
            odd[int(place[2]), number(place[1].decode())] = "cell-formula"
    merges = {
        (one.min_row, one.min_col, one.max_row, one.max_col) for one in sheet.merged_cells.ranges
    }
    rows = {row for row, told in sheet.row_dimensions.items() if told.hidden}
    columns = {
        column
        for told in sheet.column_dimensions.values()
        if told.hidden
        for column in range(told.min or 0, min(told.max or 0, 16384) + 1)
    }
    hidden = sheet.sheet_state != "visible"
    return Seen(clean(sheet.title), hidden, cells, odd, merges, rows, columns)


def _value(cell: Cell, odd: dict[tuple[int, int], str]) -> Any:
    raw = cell.value
    where = (cell.row, cell.column)
    if not isinstance(raw, str):
        return as_shown(raw, cell.number_format)
    if cell.data_type == "e":
        odd[where] = "cell-error"
        return None
    text = clean(raw)
    if text[:2] in {"绝密", "机密", "秘密", "密级"}:
        odd[where] = "classified"
    if forbidden(text):
        odd[where] = "cell-control"
        return without_forbidden(text).strip() or None
    if text != raw:
        odd[where] = "cell-normalised"
    return text or None
