"""The layout of an .xlsx form: named cells, the marked table, and what each of them takes."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rosters import gate
from rosters.finding import Finding, InputError, Level, Place, refuse
from rosters.secrecy import ADVICE, MESSAGE, names_secret, where_secret
from templates.forms.marked import marked, squeezed
from templates.forms.takes import field_of
from templates.forms.unfilled import odd
from templates.forms.values import TABLE, Layout, Spot
from templates.tags import TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_LOST = re.compile(
    r"xl/(charts|drawings/drawing|diagrams|activeX|ctrlProps|slicers)", re.IGNORECASE
)
_AREA = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_ROWS, _COLUMNS = 1_048_576, 16_384  # of a sheet of Excel
_LEFT, _UP = 8, 3  # how far a label may stand from its cell


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
    book = loaded(content, shown)
    made = Opened(book, Layout(".xlsx"), shown, list(odd(book, shown)))
    spots, table, still = [], None, frozenset(_words(book))
    for name, sheet, area in _named(made):
        if name == TABLE:
            table = marked(sheet, area)
            if table is None:
                words = "「填报表」标出的不是一行标题，或它下面没有空行"
                advice = "请让名称「填报表」指着标题那一行"
                made.faults.append(fault(shown, sheet.title, words, advice))
        else:
            spots.append(_spot(sheet, name, area))
    refuse(made.faults)
    made.layout = Layout(".xlsx", tuple(spots), table, still)
    refuse(_twice(made.layout, shown))
    return made


def loaded(content: bytes, shown: str, *, rich: bool = False) -> Workbook:
    """Open a workbook that the unit made and that is written again; `rich` keeps words in colour.

    Raises:
        InputError: it is no usable workbook, bears a mark of secrecy, or would lose something.

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
            book = load_workbook(io.BytesIO(content), rich_text=rich)
    except Exception as error:  # whatever a damaged file makes the parser raise
        refuse([fault(shown, "", "这个工作簿已损坏，打不开", "请用 Excel 或 WPS 打开后另存一份")])
        raise InputError(shown) from error
    return book


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
        if found is None or places[0][0] not in made.book.sheetnames or not _there(found):
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


def _there(found: re.Match[str]) -> bool:
    """Tell whether a sheet has such cells at all."""
    row, column, bottom, right = _numbers(found)
    return 1 <= row <= bottom <= _ROWS and 1 <= column <= right <= _COLUMNS


def _spot(sheet: Worksheet, name: str, area: tuple[int, int, int, int]) -> Spot:
    row, column = area[:2]
    cell = sheet.cell(row, column)
    label, away = _label(sheet, row, column)
    field = field_of(sheet, name, cell)
    return Spot(field, sheet.title, cell.coordinate, label, away, cell.value is not None)


def _label(sheet: Worksheet, row: int, column: int) -> tuple[str, tuple[int, int]]:
    """Find the words that stand before a cell, in its row or above it, and how far away."""
    near = [(row, at) for at in range(column - 1, max(0, column - 1 - _LEFT), -1)]
    near += [(at, column) for at in range(row - 1, max(0, row - 1 - _UP), -1)]
    for at, beside in near:
        text = squeezed(sheet.cell(at, beside).value)
        if text and not TAG.search(text) and not text.startswith("="):
            return text, (row - at, column - beside)
    return "", (0, 0)


def _words(book: Workbook) -> Iterator[str]:
    """List all that stands in the empty form."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows(values_only=True):
            yield from (squeezed(one) for one in row if one is not None)


def _twice(layout: Layout, shown: str) -> list[Finding]:
    """Find names that mean two fields."""
    names = [one.name for one in layout.fields]
    return [
        fault(shown, "", f"有两处都叫「{name}」", "请改一个名称或标题")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
