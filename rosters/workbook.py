"""Workbooks as people keep them: each worksheet becomes a grid of values as Excel shows them."""

from __future__ import annotations

import io
import re
import warnings
from typing import TYPE_CHECKING

from rosters import formulas, gate
from rosters.finding import Finding, InputError, Level, Place
from rosters.grid import Grid, Merge, Oddity, letter, number
from rosters.shown import Number, as_shown
from rosters.text import clean, forbidden, without_forbidden

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.cell.cell import Cell as ExcelCell
    from openpyxl.worksheet.worksheet import Worksheet

    from rosters.roster import Value

__all__ = ["Number", "grids"]

_SECRET = frozenset({"绝密", "机密", "秘密", "密级"})
_MARK = re.compile(r"(密级[:：]\s*)?(绝密|机密|秘密)(\s*★.*)?")  # GB/T 9704-2012, 7.2.2


def grids(content: bytes, shown: str) -> list[Grid]:
    """Read a workbook's worksheets, the hidden ones too, in their order.

    Args:
        content: of an .xlsx file.
        shown: what findings call the file.

    Raises:
        InputError: it is no workbook, or one that is not opened for safety's sake.

    """
    gate.check(content, "xlsx", shown=shown)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that hold no values
            book = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
            missing = formulas.uncomputed(content)
            read = [_grid(sheet, shown, missing.get(sheet.title, [])) for sheet in book.worksheets]
    except Exception as error:  # whatever a damaged file makes the parser raise
        raise InputError(
            f"{shown} 打不开",
            findings=[
                Finding(
                    Level.ERROR,
                    "workbook-damaged",
                    Place(shown),
                    "这个工作簿已损坏，打不开",
                    "请用 Excel 或 WPS 打开后另存一份",
                )
            ],
        ) from error
    _refuse_classified(read)
    return read


def _refuse_classified(read: list[Grid]) -> None:
    """Refuse what bears a mark of secrecy: nothing of it may be kept, or sent by mail."""
    findings = [
        Finding(
            Level.ERROR,
            "classified",
            Place(grid.file, grid.name, f"{letter(column)}{row}"),
            f"有密级标志「{odd.detail}」",
            "涉密文件不得在这里处理，请走机要渠道",
        )
        for grid in read
        for (row, column), odd in sorted(grid.oddities.items())
        if odd.rule == "classified"
    ]
    if findings:
        raise InputError("名册有密级标志，未作任何处理", findings=findings)


def _grid(sheet: Worksheet, shown: str, missing: list[tuple[str, int]]) -> Grid:
    grid = Grid(shown, clean(sheet.title), hidden=sheet.sheet_state != "visible")
    for cell in _filled(sheet):
        value = _value(cell, grid.oddities)
        if value is not None:
            grid.cells.setdefault(cell.row, {})[cell.column] = value
    for name, row in missing:
        grid.oddities[row, number(name)] = Oddity("cell-formula", "")
    grid.merges = [
        Merge(one.min_row, one.min_col, one.max_row, one.max_col)
        for one in sheet.merged_cells.ranges
    ]
    grid.hidden_rows = frozenset(
        row for row, dimension in sheet.row_dimensions.items() if dimension.hidden
    )
    grid.hidden_columns = frozenset(
        column
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden
        for column in range(dimension.min or 0, min(dimension.max or 0, 16384) + 1)
    )
    return grid


def _filled(sheet: Worksheet) -> Iterator[ExcelCell]:
    cells = sheet._cells  # noqa: SLF001 - the only sparse view: iter_rows would fill a whole far area
    for key in sorted(cells):
        cell = cells[key]
        if cell.value is not None:
            yield cell


def _value(cell: ExcelCell, oddities: dict[tuple[int, int], Oddity]) -> Value:
    raw = cell.value
    where = (cell.row, cell.column)
    if not isinstance(raw, str):
        return as_shown(raw, cell.number_format)
    if cell.data_type == "e":
        oddities[where] = Oddity("cell-error", raw)
        return None
    text = clean(raw)
    if text[:2] in _SECRET and _MARK.fullmatch(text):
        oddities[where] = Oddity("classified", text)
    bad = forbidden(text)
    if bad:
        oddities[where] = Oddity("cell-control", bad)
        text = without_forbidden(text).strip()
    elif text != raw:
        oddities[where] = Oddity("cell-normalised", raw)
    return text or None
