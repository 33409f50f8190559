"""The layout of an .xlsx form: named cells, the marked table, and what each of them takes."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from rosters import gate
from rosters.finding import Finding, InputError, Level, Place, refuse
from rosters.secrecy import ADVICE, MESSAGE, names_secret, where_secret
from templates.forms.values import TABLE, Column, Field, Layout, Sort, Spot, Table, sort_of
from templates.tags import TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_LOST = re.compile(
    r"xl/(charts|drawings/drawing|diagrams|activeX|ctrlProps|slicers)", re.IGNORECASE
)
_AREA = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_LEFT, _UP = 8, 3  # how far a label may stand from its cell
MOST_ROWS = 400  # of a table, below its heading


@dataclass
class Opened:
    """A form's workbook with its layout."""

    book: Workbook
    layout: Layout
    shown: str
    faults: list[Finding] = field(default_factory=list)


def opened(content: bytes, shown: str) -> Opened:
    """Open an .xlsx form that the unit made.

    Raises:
        InputError: it is no usable workbook, bears a mark of secrecy, or names wrong places.

    """
    from openpyxl import load_workbook

    gate.check(content, "xlsx", shown=shown)
    where = [*where_secret(content), *(["文件名"] if names_secret(shown) else [])]
    refuse(
        [Finding(Level.ERROR, "密级", Place(shown, where=one), MESSAGE, ADVICE) for one in where]
    )
    _whole(content, shown)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that are left out: `_whole` has looked
            book = load_workbook(io.BytesIO(content))
    except Exception as error:  # whatever a damaged file makes the parser raise
        refuse([fault(shown, "", "这个工作簿已损坏，打不开", "请用 Excel 或 WPS 打开后另存一份")])
        raise InputError(shown) from error
    made = Opened(book, Layout(".xlsx"), shown)
    spots, table = [], None
    for name, sheet, area in _named(made):
        if name == TABLE:
            table = _table(made, sheet, area)
        else:
            spots.append(_spot(sheet, name, area))
    refuse(made.faults)
    made.layout = Layout(".xlsx", tuple(spots), table)
    refuse(_twice(made.layout, shown))
    return made


def fault(shown: str, where: str, message: str, advice: str) -> Finding:
    """Make a finding about a form."""
    return Finding(Level.ERROR, "form", Place(shown, where=where), message, advice)


def _whole(content: bytes, shown: str) -> None:
    """Refuse what would be lost from the file when it is written again."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        lost = [name for name in package.namelist() if _LOST.match(name)]
    if lost:
        words = "表格里有图形、图表或控件，填写时会丢失"
        refuse([fault(shown, "", words, "请删去图形、图表和控件，只留单元格，再另存")])


def _named(made: Opened) -> Iterator[tuple[str, Worksheet, tuple[int, int, int, int]]]:
    """Walk through the names of the workbook that mark a cell or an area of a sheet."""
    for name, defined in made.book.defined_names.items():
        if name.startswith(("_xlnm", "_")) or defined.hidden:
            continue
        places = list(defined.destinations) if "!" in (defined.attr_text or "") else []
        found = _AREA.fullmatch(places[0][1]) if len(places) == 1 else None
        if found is None or places[0][0] not in made.book.sheetnames:
            words = f"名称「{name}」没有指着一个单元格（{defined.attr_text}）"
            advice = "请在「公式 → 名称管理器」里改正或删去"
            made.faults.append(fault(made.shown, "", words, advice))
            continue
        yield name, made.book[places[0][0]], _numbers(found)


def _numbers(found: re.Match[str]) -> tuple[int, int, int, int]:
    from openpyxl.utils import column_index_from_string

    first, top, last, bottom = found.groups()
    left, row = column_index_from_string(first), int(top)
    return (
        (row, left, int(bottom), column_index_from_string(last)) if last else (row, left, row, left)
    )


def _spot(sheet: Worksheet, name: str, area: tuple[int, int, int, int]) -> Spot:
    row, column = area[:2]
    cell = sheet.cell(row, column)
    return Spot(_field(sheet, name, cell), sheet.title, cell.coordinate, _label(sheet, row, column))


def _label(sheet: Worksheet, row: int, column: int) -> str:
    """Find the words that stand before a cell, in its row or above it."""
    near = [(row, at) for at in range(column - 1, max(0, column - 1 - _LEFT), -1)]
    near += [(at, column) for at in range(row - 1, max(0, row - 1 - _UP), -1)]
    for at, beside in near:
        text = "".join(str(sheet.cell(at, beside).value or "").split())
        if text and not TAG.search(text) and not text.startswith("="):
            return text
    return ""


def _table(made: Opened, sheet: Worksheet, area: tuple[int, int, int, int]) -> Table:
    row, left, _, right = area
    free = _free(sheet, row, left, right)
    columns = []
    for at in range(left, right + 1):
        name = "".join(str(sheet.cell(row, at).value or "").split())
        if not name:
            continue
        below = sheet.cell(row + 1, at)
        formula = isinstance(below.value, str) and below.value.startswith("=")
        columns.append(Column(_field(sheet, name, below), at, made=formula or name == "序号"))
    day = next((one.field.name for one in columns if one.field.sort is Sort.DATE), "")
    if not columns or not free:
        words = "「填报表」标出的不是一行标题，或它下面没有空行"
        made.faults.append(
            fault(made.shown, sheet.title, words, "请让名称「填报表」指着标题那一行")
        )
    return Table(sheet.title, row, tuple(columns), free, day)


def _free(sheet: Worksheet, row: int, left: int, right: int) -> int:
    """Count the rows below a heading that are there to be filled in: up to the first with words."""
    count = 0
    last = min(max(sheet.max_row, row), row + MOST_ROWS)
    for at in range(row + 1, last + 1):
        cells = [sheet.cell(at, column) for column in range(left, right + 1)]
        words = [one.value for one in cells if isinstance(one.value, str)]
        if any(not one.startswith("=") for one in words):
            break  # 合计, a note, who filled it in
        if all(one.value is None and not one.border.bottom.style for one in cells):
            break  # no row of the table any more
        count += 1
    return count


def _field(sheet: Worksheet, name: str, cell: Any) -> Field:  # noqa: ANN401 - a cell, merged or not
    """Tell what a cell takes: by its data validation, its number format, or its name."""
    for rule in sheet.data_validations.dataValidation:
        if cell.coordinate in rule.sqref:
            made = _ruled(name, rule)
            if made is not None:
                return made
    if getattr(cell, "is_date", False):
        return Field(name, Sort.DATE)
    form = getattr(cell, "number_format", "General") or "General"
    if form == "@":
        return Field(name, Sort.TEXT)
    if form != "General" and "0" in form:
        return Field(name, Sort.NUMBER, whole="." not in form and "%" not in form)
    return Field(name, sort_of(name))


def _ruled(name: str, rule: Any) -> Field | None:  # noqa: ANN401 - openpyxl's DataValidation
    if rule.type == "list" and (rule.formula1 or "").startswith('"'):
        return Field(name, Sort.CHOICE, choices=tuple(rule.formula1.strip('"').split(",")))
    if rule.type == "date":
        return Field(name, Sort.DATE)
    if rule.type not in {"whole", "decimal"}:
        return None
    first, second = _decimal(rule.formula1), _decimal(rule.formula2)
    low = first if rule.operator in {None, "between", "greaterThanOrEqual"} else None
    high = {"between": second, None: second, "lessThanOrEqual": first}.get(rule.operator)
    return Field(name, Sort.NUMBER, low, high, whole=rule.type == "whole")


def _decimal(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _twice(layout: Layout, shown: str) -> list[Finding]:
    """Find names that mean two fields."""
    names = [one.name for one in layout.fields]
    return [
        fault(shown, "", f"有两处都叫「{name}」", "请改一个名称或标题")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
