"""The table of an .xlsx form that is filled in row by row: its columns, and which rows are free."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from openpyxl.cell import Cell

from templates.forms.takes import added, field_of
from templates.forms.values import Column, Field, Sort, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.worksheet.worksheet import Worksheet

MOST_ROWS = 400  # of a table, below its heading
END = re.compile(r"合计|总计|小计|共计|注[:1-9]|备注:|说明|填表|填报人|审核|负责人|单位\(盖章|联系")
DAY = re.compile(
    r"(?:报送|填报|统计|报告|上报)?(?:日期|时间)|(?:报送|填报)日"
)  # what a row is about
_COUNT = frozenset({"序号", "编号"})


def squeezed(value: object) -> str:
    """Return the text of a cell without blanks, as headings and labels are compared."""
    return unicodedata.normalize("NFKC", "".join(str("" if value is None else value).split()))


def headings(cells: Mapping[tuple[int, int], object]) -> dict[int, str]:
    """Return the headings of a heading's cells by their columns: of several rows the lowest."""
    made: dict[int, str] = {}
    for at, column in sorted(cells, key=lambda place: (place[1], place[0])):
        made[column] = squeezed(cells[at, column]) or made.get(column, "")
    return {column: name for column, name in made.items() if name}


def marked(sheet: Worksheet, area: tuple[int, int, int, int]) -> Table | None:
    """Read the table whose heading stands in an area; None where it has no rows to be filled in."""
    top, left, row, right = area
    names = headings(
        {(at, column): sheet.cell(at, column).value
         for at in range(top, row + 1) for column in range(left, right + 1)}
    )  # fmt: skip
    columns = []
    for at, name in names.items():
        below = sheet.cell(row + 1, at)
        formula = isinstance(below.value, str) and below.value.startswith("=")
        adds = added(below.value, row + 1, names) if formula else ()
        field = field_of(sheet, name, below)
        columns.append(Column(field, at, formula or name in _COUNT, adds=adds))
    days = (one.field for one in columns if one.field.sort is Sort.DATE)
    day = next((one.name for one in days if DAY.fullmatch(one.name)), "")
    asked = [one.column for one in columns if not one.made]
    free, end = _free(sheet, row, asked)
    rows = range(row + 1, row + free + 1)
    summed = {name for one in columns for name in one.adds}
    columns = [
        replace(
            one,
            field=_counted(one.field)
            if one.field.name in summed or _total(sheet, one, rows)
            else one.field,
            given=_given(sheet, one, rows),
        )
        for one in columns
    ]
    if not columns or not free:
        return None
    return Table(sheet.title, row, tuple(columns), free, day, end)


def _total(sheet: Worksheet, column: Column, rows: range) -> bool:
    """Tell whether a formula below a column counts what stands in it."""
    value = sheet.cell(rows.stop, column.column).value if rows else None
    return isinstance(value, str) and value.upper().startswith("=SUM")


def _counted(field: Field) -> Field:
    return replace(field, sort=Sort.NUMBER) if field.sort is Sort.TEXT else field


def _given(sheet: Worksheet, column: Column, rows: range) -> bool:
    """Tell whether the form names each of its rows in a column."""
    values = [sheet.cell(at, column.column).value for at in rows]
    return not column.made and bool(values) and all(one is not None for one in values)


def _free(sheet: Worksheet, row: int, asked: list[int]) -> tuple[int, str]:
    """Count the rows below a heading that are to be filled in; and tell what ends them."""
    last = min(max(sheet.max_row, row), row + MOST_ROWS)
    for at in range(row + 1, last + 1):
        whole = [sheet.cell(at, column) for column in range(1, sheet.max_column + 1)]
        first = next((squeezed(one.value) for one in whole if one.value is not None), "")
        empty = [sheet.cell(at, column) for column in asked]
        empty = [one for one in empty if isinstance(one, Cell) and one.value is None]
        if END.match(first) or not any(one.border.bottom.style for one in empty):
            return at - row - 1, first
    return last - row, ""
