"""An .xlsx form made ready to go out: days filled in, all but the inputs locked, values checked."""

from __future__ import annotations

import io
import json
import re
import zipfile
from copy import copy
from datetime import datetime
from typing import TYPE_CHECKING, Any

from openpyxl.cell import Cell
from openpyxl.styles import Protection
from openpyxl.worksheet.datavalidation import DataValidation

from rosters.finding import refuse
from templates.forms.book import fault
from templates.forms.values import HIDDEN, Sort

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from openpyxl.worksheet.worksheet import Worksheet

    from templates.forms.book import Opened
    from templates.forms.values import Field, Layout

SLOT = "TOKENSTANDSHERE"  # where the token goes, in the cell B1 of the hidden sheet
_MOST = 999_999_999
_DAY = "yyyy-mm-dd"
_CORE = "docProps/core.xml"
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_UNLOCKED = Protection(locked=False)


def ready(form: Opened, days: Sequence[date] = ()) -> list[tuple[str, bytes]]:
    """Write the form's package: same form and days, same bytes.

    Args:
        form: as it was opened; it is used up.
        days: those that are reported on, one row each; none where rows are items.

    Raises:
        InputError: the table has fewer rows than there are days.

    """
    inputs = [*_single(form), *_rows(form, days)]
    for cell, field in inputs:
        cell.protection = copy(_UNLOCKED)
        _validated(form.book[cell.parent.title], cell, field)
    for sheet in [form.book[name] for name in dict.fromkeys(c.parent.title for c, _ in inputs)]:
        sheet.protection.sheet = True
        sheet.protection.formatColumns = sheet.protection.formatRows = False
        sheet.protection.selectLockedCells = False
    _hidden(form)
    out = io.BytesIO()
    form.book.properties.created = datetime(1980, 1, 1)  # noqa: DTZ001 - as openpyxl writes it
    form.book.save(out)
    return list(members(out.getvalue()))


def places(layout: Layout) -> str:
    """Write where each field stands, for files in which names are lost (.xls, .ods)."""
    table = layout.table
    told: dict[str, Any] = {
        "spots": [[one.field.name, one.sheet, one.cell, one.label] for one in layout.spots],
        "table": [
            table.sheet, table.row, table.day,
            [[one.field.name, one.column] for one in table.columns],
        ] if table else [],
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _single(form: Opened) -> Iterator[tuple[Cell, Field]]:
    for spot in form.layout.spots:
        cell = form.book[spot.sheet][spot.cell]
        if cell.value is None and isinstance(cell, Cell):
            yield cell, spot.field  # with a tag in it, it is filled in by us


def _rows(form: Opened, days: Sequence[date]) -> Iterator[tuple[Cell, Field]]:
    table = form.layout.table
    if table is None:
        return
    sheet = form.book[table.sheet]
    if len(days) > table.free:
        words = f"表格只有 {table.free} 个空行，要报 {len(days)} 天"
        cure = f"请在表格里再插入 {len(days) - table.free} 行"
        refuse([fault(form.shown, f"{table.sheet} › 第{table.row}行", words, cure)])
    count = len(days) if days and table.day else table.free
    for row in range(table.row + 1 + count, table.row + 1 + table.free):
        sheet.row_dimensions[row].hidden = True  # of days that nobody reports on
    for at in range(count):
        row = table.row + 1 + at
        for column in table.columns:
            cell = sheet.cell(row, column.column)
            if not isinstance(cell, Cell):
                continue  # merged into another
            if days and column.field.name == table.day:
                cell.value, cell.number_format = days[at], _day_form(cell)
            elif column.field.name == "序号" and column.made and cell.value is None:
                cell.value = at + 1
            elif not column.made and cell.value is None:
                yield cell, column.field


def _day_form(cell: Cell) -> str:
    return cell.number_format if cell.is_date or cell.number_format != "General" else _DAY


def _validated(sheet: Worksheet, cell: Cell, field: Field) -> None:
    """Have the program refuse at once what the field cannot take; the unit's own rule stays."""
    rules = sheet.data_validations.dataValidation
    if any(cell.coordinate in rule.sqref for rule in rules):
        return
    made = _rule(field)
    if made is None:
        return
    for rule in rules:
        if (rule.type, rule.formula1, rule.formula2, rule.prompt) == (
            made.type, made.formula1, made.formula2, made.prompt,
        ):  # fmt: skip
            rule.add(cell)
            return
    made.add(cell)
    sheet.add_data_validation(made)


def _rule(field: Field) -> DataValidation | None:
    if field.sort is Sort.NUMBER:
        low = field.low if field.low is not None else 0
        high = field.high if field.high is not None else _MOST
        whole = "整数" if field.whole else "数"
        return DataValidation(
            type="whole" if field.whole else "decimal", operator="between",
            formula1=str(low), formula2=str(high), allow_blank=True, showErrorMessage=True,
            errorTitle="请核对", error=f"这里填{whole}，没有请填 0。",
        )  # fmt: skip
    if field.sort is Sort.DATE:
        return DataValidation(
            type="date", operator="greaterThan", formula1="20000", allow_blank=True,
            showErrorMessage=True, errorTitle="请核对", error="这里填日期，例如 2026-11-26。",
        )  # fmt: skip
    return None  # choices are the unit's own rule; of text, all is taken


def _hidden(form: Opened) -> None:
    sheet: Worksheet = form.book.create_sheet(HIDDEN)
    sheet.sheet_state = "veryHidden"
    for row in (("回执编号", SLOT), ("位置", places(form.layout)), ("说明", "请勿改动本页")):
        sheet.append(row)


def members(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Take the package apart; who wrote it, and when, is not told."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            data = package.read(name)
            yield name, _STAMP.sub(rb"\g<1>1980-01-01T00:00:00Z", data) if name == _CORE else data
