"""Ruled sheets of a workbook that people read: a title, a head, rows with edges; linked, marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from outbox.office.book import lines_of
from outbox.office.returns import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

Value: TypeAlias = "str | int | float | None"

_THIN = Side(style="thin", color="808080")
_EDGES = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="F2DCDB")
_OPEN = PatternFill("solid", fgColor="FFF2CC")
_ACROSS, _NAMES = 170, 3  # widths of columns that a page takes and can still be read; names
_TALLEST = 409  # points: no program lays a row higher
_TITLE, _PLAIN = Font(name="黑体", size=16), Font(name="宋体", size=10)
_BOLD = Font(name="宋体", size=10, bold=True)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a sheet; `link` is where its source lies, `marked` that somebody must look.

    Every cell leads there, or only the last (`last`), where a row holds many words.
    """

    cells: tuple[Value, ...]
    link: str = ""
    marked: bool = False
    bold: bool = False
    last: bool = False


def value(said: str, *, numeric: bool) -> Value:
    """Put what was said into a cell: a number as a number, a blank as nothing."""
    if not said:
        return None
    known = numbers({"": said}).get("") if numeric else None
    return number(known) if known is not None else said


def number(found: Decimal | None) -> Value:
    """Put a number into a cell; a blank is never zero."""
    if found is None:
        return None
    return int(found) if found == found.to_integral_value() else float(found)


def sheet(
    book: Workbook,
    name: str,
    title: str,
    head: Sequence[str],
    widths: Sequence[float],
    lines: Iterable[Line],
    *,
    freeze: str = "A3",
) -> Worksheet:
    """Add a sheet: title, head with the widths of its columns, rows; 无 where there are none."""
    made = cast("Worksheet", book.create_sheet(name))
    made.append([title])
    made.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(head))
    made["A1"].font = _TITLE
    made["A1"].alignment = Alignment(horizontal="center", vertical="center")
    made.row_dimensions[1].height = 30
    for column, (word, width) in enumerate(zip(head, widths, strict=True), start=1):
        made.column_dimensions[get_column_letter(column)].width = width
        cell = _put(made, 2, column, word, _BOLD)
        cell.fill = _HEAD
    empty = Line(("无", *("" for _ in head[1:])))
    for row, line in enumerate([*lines] or [empty], start=3):
        for column, said in enumerate(line.cells, start=1):
            cell = _put(made, row, column, said, _BOLD if line.bold else _PLAIN)
            leads = not line.last or column == len(line.cells)
            if line.link and leads and said not in {"", None}:
                cell.hyperlink = line.link
            if line.marked:
                cell.fill = _OPEN
        pairs = zip(line.cells, widths, strict=False)
        high = max((lines_of(said, width) for said, width in pairs if said is not None), default=1)
        if high > 1:
            made.row_dimensions[row].height = min(14 * high + 4, _TALLEST)
    made.freeze_panes = freeze
    made.print_title_rows = "1:2"
    made.page_setup.orientation = "landscape"
    made.page_setup.paperSize = 9  # A4
    across = int(sum(widths) // _ACROSS) + 1
    if across > 1:  # a wide table goes on over several pages, each with the names of its rows
        made.print_title_cols = f"A:{get_column_letter(_NAMES)}"
        made["A1"].alignment = Alignment(horizontal="left", vertical="center")
    made.page_setup.fitToWidth, made.page_setup.fitToHeight = across, 0
    made.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return made


def _put(sheet: Worksheet, row: int, column: int, value: Value, font: Font) -> Cell:
    cell = cast("Cell", sheet.cell(row, column))
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula from data: "=…" stays text
    cell.font, cell.border = font, _EDGES
    centred = None if isinstance(value, str) and row > 2 else "center"  # noqa: PLR2004 - below the head
    cell.alignment = Alignment(horizontal=centred, vertical="center", wrap_text=True)
    return cell
