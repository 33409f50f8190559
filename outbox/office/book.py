"""A workbook people keep: titled, bordered, ready to print; same rows, same bytes."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_THIN = Side(style="thin", color="808080")
_EDGES = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="F2DCDB")
_MARK = b"<dc:creator>fawen</dc:creator>"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet: a title, a head with the width of each column (in characters), rows, notes."""

    name: str
    title: str
    head: tuple[tuple[str, float], ...]
    rows: tuple[tuple[str | int, ...], ...]
    notes: tuple[str, ...] = ()


def bytes_of(pages: Sequence[Page], at: datetime) -> bytes:
    """Write the pages as one .xlsx; `at` is the time it says it was made."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for page in pages:
        _lay(book.create_sheet(page.name), page)
    out = io.BytesIO()
    book.save(out)
    return repacked(out.getvalue(), at)


def ours(path: Path) -> bool:
    """Tell whether a file is a workbook that was written here."""
    try:
        with zipfile.ZipFile(path) as package:
            return _MARK in package.read("docProps/core.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


def _lay(sheet: Worksheet, page: Page) -> None:
    columns = len(page.head)
    sheet.append([page.title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=columns)
    sheet["A1"].font = Font(name="黑体", size=16)
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 30
    sheet.append([heading for heading, _ in page.head])
    for index, (_, width) in enumerate(page.head, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
        cell = sheet.cell(2, index)
        cell.font = Font(name="宋体", size=10, bold=True)
        cell.fill = _HEAD
        cell.border = _EDGES
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[2].height = 30
    for number, row in enumerate(page.rows, start=3):
        for index, value in enumerate(row, start=1):
            _put(sheet, number, index, value)
        lines = max(
            lines_of(value, width) for value, (_, width) in zip(row, page.head, strict=True)
        )
        sheet.row_dimensions[number].height = 14 * lines + 6
    for number, note in enumerate(page.notes, start=3 + len(page.rows)):
        _put(sheet, number, 1, note, border=False)
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=columns)
    _for_print(sheet)


def lines_of(value: str | float, width: float) -> int:
    """Guess how many lines a value takes: programs do not grow rows that others have written."""
    room = max(1, int(width) - 1)
    return sum(
        max(1, -(-sum(2 if east_asian_width(one) in "WF" else 1 for one in line) // room))
        for line in str(value).split("\n")
    )


def _put(sheet: Worksheet, row: int, column: int, value: str | int, *, border: bool = True) -> None:
    cell = cast("Cell", sheet.cell(row, column))  # never a merged one: rows are written first
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula from data: "=…" stays text
    cell.font = Font(name="宋体", size=10)
    centred = "center" if isinstance(value, int) else None
    cell.alignment = Alignment(horizontal=centred, vertical="center", wrap_text=border)
    if border:
        cell.border = _EDGES


def _for_print(sheet: Worksheet) -> None:
    sheet.freeze_panes = "A3"
    sheet.print_title_rows = "1:2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    sheet.page_margins.left = sheet.page_margins.right = 0.5


def repacked(data: bytes, at: datetime) -> bytes:
    """Pack a workbook anew: same content, same bytes; `at` is the time it says it was made."""
    out = io.BytesIO()
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _core(stamp)
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, content)
    return out.getvalue()


def _core(stamp: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:creator>fawen</dc:creator>'
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{stamp}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{stamp}</dcterms:modified>'
        "</cp:coreProperties>"
    ).encode()
