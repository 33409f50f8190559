"""Tables as a workbook that looks as a careful office keeps it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from rosters.samples.tables import FILLED, NOTES, SIGNATURES, Table

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_SONG = "宋体"
_LINE = Side(style="thin", color="FF808080")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_WIDE = 24  # columns of this width hold names and sentences, which read better from the left
_ROW = 18  # points for a line


def _styles() -> tuple[NamedStyle, ...]:
    """Define each look once; a cell names the one it wears."""
    shade = PatternFill("solid", fgColor="FFE7EEF5")
    return (
        NamedStyle("表题", font=Font(name=_SONG, size=18, bold=True), alignment=_MIDDLE),
        NamedStyle(
            "表头",
            font=Font(name=_SONG, size=11, bold=True),
            alignment=_MIDDLE,
            border=_BOX,
            fill=shade,
        ),
        NamedStyle(
            "居中",
            font=Font(name=_SONG, size=11),
            alignment=_MIDDLE,
            border=_BOX,
            number_format="@",
        ),
        NamedStyle(
            "靠左", font=Font(name=_SONG, size=11), alignment=_LEFT, border=_BOX, number_format="@"
        ),
        NamedStyle(
            "数字",
            font=Font(name=_SONG, size=11),
            alignment=_MIDDLE,
            border=_BOX,
            number_format="0",
        ),
        NamedStyle(
            "日期",
            font=Font(name=_SONG, size=11),
            alignment=_MIDDLE,
            border=_BOX,
            number_format="yyyy-mm-dd",
        ),
        NamedStyle("说明", font=Font(name=_SONG, size=11), alignment=Alignment(vertical="center")),
    )


def _put(sheet: Worksheet, row: int, column: int, value: object, style: str) -> None:
    cell = sheet.cell(row, column)
    cell.value = value  # type: ignore[assignment]  # a table's values are those of cells
    cell.style = style


def _look(value: object, width: int) -> str:
    """Name the style for a value of the body, in a column of this width."""
    if isinstance(value, date):
        return "日期"
    if isinstance(value, int):
        return "数字"
    return "靠左" if width >= _WIDE else "居中"


def _lines(value: object, width: int) -> int:
    """Count the lines that a text takes; a Chinese character is two wide."""
    if not isinstance(value, str):
        return 1
    return -(-sum(1 if character.isascii() else 2 for character in value) // width)


def _upper_head(sheet: Worksheet, table: Table, row: int) -> None:
    """Write the upper of two rows of heads; a column of no group is merged downwards."""
    column = 1
    for text, width in table.groups:
        for offset in range(width):
            _put(sheet, row, column + offset, None, "表头")
        if text:
            sheet.cell(row, column).value = text
            sheet.merge_cells(None, row, column, row, column + width - 1)
        else:
            sheet.cell(row, column).value = table.head[column - 1]
            sheet.merge_cells(None, row, column, row + 1, column)
        column += width


def _head(sheet: Worksheet, table: Table) -> int:
    """Write title, date and heads; return the row of the last head."""
    last = len(table.head)
    _put(sheet, 1, 1, table.title, "表题")
    sheet.merge_cells(None, 1, 1, 1, last)
    sheet.row_dimensions[1].height = 34
    _put(sheet, 2, 1, FILLED[0], "说明")
    _put(sheet, 2, last - 1, FILLED[1], "说明")
    row = 3
    if table.groups:
        _upper_head(sheet, table, row)
        row += 1
    for column, heading in enumerate(table.head, start=1):
        merged = bool(table.groups) and sheet.cell(row - 1, column).value == heading
        if not merged:
            _put(sheet, row, column, heading, "表头")
    sheet.row_dimensions[row].height = 30
    return row


def _foot(sheet: Worksheet, table: Table, row: int) -> None:
    """Write who filled it in, and the notes, after a blank row."""
    _put(sheet, row + 1, 2, SIGNATURES[0], "说明")
    _put(sheet, row + 1, len(table.head) - 1, SIGNATURES[1], "说明")
    for offset, note in enumerate(table.notes, start=2):
        _put(sheet, row + offset, 1, note, "说明")


def _page(sheet: Worksheet, table: Table, head: int) -> None:
    """Set widths, what stays in sight, and how it prints: A4, landscape, heads repeated."""
    for column, (heading, width) in enumerate(zip(table.head, table.widths, strict=True), start=1):
        dimension = sheet.column_dimensions[get_column_letter(column)]
        dimension.width = width
        dimension.hidden = heading == table.hidden
    sheet.freeze_panes = f"C{head + 1}"
    sheet.print_title_rows = f"1:{head}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4 (ECMA-376 part 1, 18.3.1.63)
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _lay(book: Workbook, table: Table) -> None:
    sheet = book.create_sheet(table.sheet)
    head = _head(sheet, table)
    for row, values in enumerate(table.rows, start=head + 1):
        lines = 1
        for column, (value, width) in enumerate(zip(values, table.widths, strict=True), start=1):
            _put(sheet, row, column, value, _look(value, width))
            lines = max(lines, _lines(value, width))
        sheet.row_dimensions[row].height = lines * _ROW
    _foot(sheet, table, head + len(table.rows) + 1)
    _page(sheet, table, head)


def workbook(tables: tuple[Table, ...]) -> Workbook:
    """Make the workbook: the notes for those who fill it in, then the tables."""
    book = Workbook()
    for style in _styles():
        book.add_named_style(style)
    notes = book.worksheets[0]
    notes.title = "填表说明"
    notes.column_dimensions["A"].width = 90
    for row, line in enumerate(NOTES, start=1):
        _put(notes, row, 1, line, "表题" if row == 1 else "说明")
        notes.row_dimensions[row].height = 34 if row == 1 else 24
    for table in tables:
        _lay(book, table)
    book.active = 1
    book.properties.creator = "示例大学党委组织部"
    book.properties.created = datetime(2026, 9, 10, 8)  # noqa: DTZ001  # openpyxl wants it naive
    return book
