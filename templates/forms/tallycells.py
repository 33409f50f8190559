"""Cells of a unit's workbook: a value put in, tags filled, a link, room for what they say."""

from __future__ import annotations

import datetime as dt
import re
from copy import copy
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from openpyxl.cell import MergedCell
from openpyxl.utils.cell import get_column_letter

from templates.forms.tallymatter import Value, shown
from templates.forms.tallyplaces import tags

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from templates.forms.register import Words

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LINE, _WIDTH = 15, 8.43  # points of a line, characters of a column that nobody set


def fill(cell: Cell | MergedCell, text: str, values: Mapping[str, Value], words: Words) -> None:
    """Fill the tags of a cell; a number that stands alone stays one."""
    if isinstance(cell, MergedCell):
        return
    asked = tags(text)
    if len(asked) == 1 and text.strip().startswith("{{") and text.strip().endswith("}}"):
        put(cell, values.get(words.meant(asked[0])))
        return
    for one in asked:
        said = shown(values.get(words.meant(one))).replace("\\", r"\\")
        text = re.sub(r"\{\{\s*" + re.escape(one) + r"\s*\}\}", said, text)
    put(cell, text)


def put(cell: Cell, value: Value) -> None:
    """Write a value into a cell: numbers as numbers, never a formula from data."""
    if isinstance(value, Decimal):
        cell.value = int(value) if value == value.to_integral_value() else float(value)
    elif isinstance(value, dt.datetime) and cell.is_date:
        cell.value = value.replace(tzinfo=None)
    else:
        text = _ILLEGAL.sub("", shown(value))
        kept: Any = text or None
        cell.value = kept
        if text:
            cell.data_type = "s"  # never a formula from data: "=…" stays text


def linked(cell: Any, link: str) -> None:  # noqa: ANN401 (a cell, whose style has no type)
    """Lead from a cell to where its number comes from."""
    style = copy(cell._style)  # noqa: SLF001 (a link must not change the unit's looks)
    cell.hyperlink = link
    cell._style = style  # noqa: SLF001 (likewise)


def heightened(sheet: Worksheet, row: int) -> None:
    """Make a row higher where its height would hide a part of what stands in its boxes."""
    widths = {
        (one.min_row, one.min_col): range(one.min_col, one.max_col + 1)
        for one in sheet.merged_cells.ranges
    }
    most = 1
    for cell in sheet[row]:
        boxed = cell.border.bottom.style or cell.border.top.style
        if not boxed or not isinstance(cell.value, str) or cell.data_type == "f":
            continue
        columns = widths.get((row, cell.column), range(cell.column, cell.column + 1))
        letters = map(get_column_letter, columns)
        width = sum(sheet.column_dimensions[one].width or _WIDTH for one in letters)
        room = max(1, int(width) - 1)
        lines = sum(-(-_wide(one) // room) or 1 for one in cell.value.split("\n"))
        if lines > 1:
            made: Any = copy(cell.alignment)
            made.wrap_text = True
            cell.alignment = made
        most = max(most, lines)
    if most > 1:
        known = sheet.row_dimensions[row].height or 0
        sheet.row_dimensions[row].height = max(known, _LINE * most + 4)


def _wide(text: str) -> int:
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)
