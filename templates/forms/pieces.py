"""What came back is read in the child (rosters.child), through the gate, as plain values.

Excel and WPS keep a form's names and its hidden sheet; LibreOffice too. In .xls and .ods only the
values are read, and the hidden sheet tells where the names once stood.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from rosters import gate
from rosters.archive import UNREADABLE
from rosters.finding import InputError
from templates import imprint
from templates.forms.finding import none
from templates.forms.said import plain
from templates.forms.values import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openpyxl import Workbook

_OLE2, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_PDF = b"%PDF"
_KINDS = frozenset(
    {".xlsx", ".xlsm", ".xltx", ".xls", ".et", ".ods", ".docx", ".dotx", ".wps", ".doc"}
)
_AREA = re.compile(r"\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?")
MOST_CELLS = 50_000  # with something in them; no form has so many


def pieces(content: bytes, kind: str, shown: str) -> Iterator[tuple[Any, ...]]:
    """Read a file that came back, as plain values.

    Args:
        content: of the file.
        kind: its ending; which of them it is, the content says: people rename files.
        shown: what findings call the file.

    Raises:
        InputError: it is no form at all, or the gate refuses it.

    """
    found = kind_of(content, shown)
    if kind not in _KINDS:
        raise none(shown, "form.none", "不是 Excel 或 Word 文件", "请对方把填好的表格文件发回来")
    gate.check(content, found, shown=shown)
    if found == "docx":
        from templates.forms.wordpieces import word_pieces

        yield from word_pieces(content, shown)
        return
    try:
        read = _by_openpyxl(content) if found == "xlsx" else _by_calamine(content)
        yield from _book(found, imprint.read(content, "xlsx") if found == "xlsx" else "", *read)
    except (InputError, MemoryError):
        raise
    except Exception as error:  # whatever a damaged file makes the parsers raise
        raise none(shown, "form.damaged", "这个文件已损坏，打不开", "请对方重新发送") from error


def kind_of(content: bytes, shown: str) -> str:
    """Tell a form's kind by its content: xlsx, xls, ods or docx.

    Raises:
        InputError: it is a picture, a PDF, or nothing that a form can be.

    """
    if content.startswith(_PICTURES) or content[4:8] == b"ftyp" or content[8:12] == b"WEBP":
        raise none(
            shown, "form.picture", "发来的是照片，不是填好的表", "请对方把数填在表里，把表发回来"
        )
    if content.startswith(_PDF):
        raise none(shown, "form.pdf", "发来的是 PDF，不是填好的表", "请对方把填好的表格文件发回来")
    if content.startswith(_OLE2):
        return "xls"
    if not content.startswith(_ZIP):
        raise none(shown, "form.none", "不是 Excel 或 Word 文件", "请对方把填好的表格文件发回来")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
    except UNREADABLE as error:
        raise none(shown, "form.damaged", "这个文件已损坏，打不开", "请对方重新发送") from error
    if "mimetype" in names and "content.xml" in names:
        return "ods"
    return "docx" if any(one.startswith("word/") for one in names) else "xlsx"


def _book(
    kind: str, mark: str, named: dict[str, tuple[str, int, int, int, int]], sheets: Iterable[_Sheet]
) -> Iterator[tuple[Any, ...]]:
    token, told, count = "", "", 0
    pages = []
    for title, cells in sheets:
        made = {place: plain_of(value) for place, value in cells if value not in {None, ""}}
        count += len(made)
        if count > MOST_CELLS:
            raise none(title, "form.none", "格子太多，不是发去填报的表", "请对方填发去的那张表")
        if title == HIDDEN:
            by_name = {
                str(made.get((row, 1), "")): str(made.get((row, 2), "")) for row in range(1, 9)
            }
            token, told = by_name.get("回执编号", ""), by_name.get("位置", "")
        else:
            pages.append((title, tuple((*place, value) for place, value in made.items())))
    yield "form", kind, token.replace("-", "").strip() or mark, told, tuple(named.items())
    for page in pages:
        yield "page", *page


def plain_of(value: object) -> str | int | float | bool:
    """Return a cell's value as a plain one: days and times are texts."""
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dt.datetime | dt.date):
        return plain(value)
    return str(value)


def _by_openpyxl(content: bytes) -> tuple[dict[str, Any], Iterator[_Sheet]]:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that nobody reads here
        book = load_workbook(io.BytesIO(content), data_only=True)
    return dict(_names(book)), _cells(book)


def _names(book: Workbook) -> Iterator[tuple[str, tuple[str, int, int, int, int]]]:
    from openpyxl.utils.cell import range_boundaries

    for name, defined in book.defined_names.items():
        places = list(defined.destinations) if "!" in (defined.attr_text or "") else []
        if len(places) != 1 or not _AREA.fullmatch(places[0][1]):
            continue
        left, top, right, bottom = (
            int(one or 0) for one in range_boundaries(places[0][1].replace("$", ""))
        )
        yield name, (places[0][0], top, left, bottom, right)


def _cells(book: Workbook) -> Iterator[_Sheet]:
    for sheet in book.worksheets:
        yield (
            sheet.title,
            [
                ((cell.row, cell.column), cell.value)
                for row in sheet.iter_rows()
                for cell in row
                if cell.value is not None
            ],
        )


def _by_calamine(content: bytes) -> tuple[dict[str, Any], Iterator[_Sheet]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {}, _values(book)


def _values(book: Any) -> Iterator[_Sheet]:  # noqa: ANN401 - calamine's workbook
    for title in book.sheet_names:
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
        yield (
            title,
            [
                ((row, column), value)
                for row, line in enumerate(rows, 1)
                for column, value in enumerate(line, 1)
            ],
        )


if TYPE_CHECKING:
    _Sheet = tuple[str, list[tuple[tuple[int, int], object]]]
