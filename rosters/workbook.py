"""Workbooks as people keep them: each worksheet as values as Excel shows them, piece by piece.

This is what runs in the child (`rosters.child`); its pieces are put together by `rosters.assembly`.
"""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeAlias

from rosters import gate, marks, package, plaintext, secrecy
from rosters.blocks import Sorter, UnlikeError
from rosters.finding import Finding, InputError, Level, Place, refuse
from rosters.grid import Merge
from rosters.lines import Lines
from rosters.strings import Texts
from rosters.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from python_calamine import CalamineSheet, CalamineWorkbook

    from rosters.grid import Oddity
    from rosters.marks import Marks
    from rosters.package import Part
    from rosters.styles import Styles

# First ("texts", shared strings) …; then of each sheet
# ("grid", name, hidden), then ("rows", block) …, then ("end", oddities, merges, hidden rows, hidden
# columns); ("again",) takes back the rows of a grid; ("said", rule, message) is a remark.
Piece: TypeAlias = tuple[Any, ...]

_MARKED = ("有密级标志", "涉密文件不得在这里处理，请走机要渠道")
STRINGS = "xl/sharedStrings.xml"
_UNLIKE = (UnlikeError, ValueError)
_OLD = "旧格式的工作簿不含数字和日期的显示格式，前面的0可能已读不到"


def pieces(content: bytes, kind: str, shown: str) -> Iterator[Piece]:
    """Read a file's worksheets, the hidden ones too, in their order.

    Args:
        content: of the file.
        kind: its ending: .xlsx, .xls, .ods or .csv.
        shown: what findings call the file.

    Raises:
        InputError: it is no such file, or one that is not opened for safety's sake.

    """
    if kind == ".csv":
        yield from plaintext.pieces(content, shown)
        return
    # How far cells reach, `Lines` sees itself; before the parser does, the gate looks once more.
    gate.check(content, kind[1:], shown=shown, far=kind != ".xlsx")
    if kind == ".xlsx":
        _open(content, shown)
    try:
        yield from _xlsx(content, shown) if kind == ".xlsx" else _other(content, kind)
    except (MemoryError, InputError):
        raise
    except Exception as error:  # whatever a damaged file makes the parsers raise
        finding = Finding(
            Level.ERROR,
            "workbook-damaged",
            Place(shown),
            "这个工作簿已损坏，打不开",
            "请用 Excel 或 WPS 打开后另存一份",
        )
        raise InputError(f"{shown} 打不开", findings=[finding]) from error


def _open(content: bytes, shown: str) -> None:
    """Refuse a mark of secrecy that stands beside the cells, which `Sorter` looks at."""
    found = [
        Finding(Level.ERROR, "classified", Place(shown, where=where), *_MARKED)
        for where in secrecy.where_secret(content, cells=False)
    ]
    refuse(found, "名册有密级标志，未作任何处理")


def _xlsx(content: bytes, shown: str) -> Iterator[Piece]:
    book = None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        told = package.read(archive)
        texts = Texts()
        try:
            if STRINGS in archive.namelist():
                with archive.open(STRINGS) as part:
                    for some in texts.read(part):
                        yield "texts", some
            alike = True
        except _UNLIKE:
            alike = False
        for sheet in told.sheets:
            yield "grid", clean(sheet.name), sheet.hidden
            try:
                if not alike:
                    raise UnlikeError
                yield from _lines(archive, sheet, told.styles, texts)
            except _UNLIKE:
                yield ("again",)
                if book is None:
                    gate.check(content, "xlsx", shown=shown)
                    book = _book(content)
                yield from _parsed(archive, sheet, told.styles, book)


def _lines(archive: zipfile.ZipFile, sheet: Part, styles: Styles, texts: Texts) -> Iterator[Piece]:
    """Read a sheet that is written as programs write them; all but a few are."""
    lines = Lines(styles, texts)
    with archive.open(sheet.part) as part:
        for block in lines.blocks(part):
            yield "rows", block
    yield _end(lines.marks, {})


def _parsed(
    archive: zipfile.ZipFile, sheet: Part, styles: Styles, book: CalamineWorkbook
) -> Iterator[Piece]:
    """Read a sheet by the parser, which knows each way of writing one."""
    with ThreadPoolExecutor(1) as aside, archive.open(sheet.part) as part:
        loading = aside.submit(book.get_sheet_by_name, sheet.name)
        seen = marks.swift(part, styles)
    values = loading.result()
    try:
        yield from _rows(values, seen)
    except UnlikeError:  # no program that we know writes such a sheet
        with archive.open(sheet.part) as part:
            seen = marks.thorough(part, styles)
        yield ("again",)
        yield from _rows(values, seen)


def _rows(sheet: CalamineSheet, seen: Marks) -> Iterator[Piece]:
    sorter = Sorter(seen.values)
    left = sheet.start[1] if sheet.start else 0
    for block in sorter.blocks(sheet.iter_rows(), left):
        yield "rows", block
    yield _end(seen, sorter.oddities)


def _end(seen: Marks, others: Mapping[tuple[int, int], Oddity]) -> Piece:
    oddities = [(*at, *odd) for at, odd in {**others, **seen.oddities}.items()]
    return "end", oddities, list(map(tuple, seen.merges)), seen.hidden_rows, seen.hidden_columns


def _other(content: bytes, kind: str) -> Iterator[Piece]:
    """Read a workbook of which the parser tells the values only."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    if kind == ".xls":
        yield "said", "format-old", _OLD
    book = _book(content)
    for told in book.sheets_metadata:
        if told.typ != SheetTypeEnum.WorkSheet:
            continue
        yield "grid", clean(told.name), told.visible != SheetVisibleEnum.Visible
        sheet = book.get_sheet_by_name(told.name)
        sorter = Sorter(None)
        left = sheet.start[1] if sheet.start else 0
        for block in sorter.blocks(sheet.iter_rows(), left):
            yield "rows", block
        merges = [
            tuple(Merge(top + 1, begin + 1, bottom + 1, end + 1))
            for (top, begin), (bottom, end) in sheet.merged_cell_ranges or ()
        ]
        yield "end", [(*at, *odd) for at, odd in sorter.oddities.items()], merges, (), ()


def _book(content: bytes) -> CalamineWorkbook:
    from python_calamine import load_workbook

    return load_workbook(io.BytesIO(content))
