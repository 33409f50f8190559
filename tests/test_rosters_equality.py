"""Our reading equals openpyxl's: on every workbook of the tests, and on any that it can write."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import oracle
import pytest
import roster_books
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

import rosters
from rosters import marks, package, workbook
from rosters.assembly import Assembly
from rosters.finding import InputError
from rosters.keeper import KEEPER

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases" / "rosters").glob("*.json"))
BOOKS = [
    *sorted((HERE / "data").glob("*.xlsx")),
    *sorted((Path(rosters.__file__).parent / "samples").glob("*.xlsx")),
]


def ours(content: bytes) -> list[oracle.Seen]:
    return [oracle.seen(one) for one in KEEPER.read(content, ".xlsx", "甲.xlsx")[0]]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_each_case_is_read_as_openpyxl_reads_it(path: Path, tmp_path: Path) -> None:
    content = roster_books.build(roster_books.loaded(path), tmp_path / "a.xlsx").read_bytes()
    assert ours(content) == oracle.openpyxl_sees(content)


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_each_workbook_is_read_as_openpyxl_reads_it(path: Path) -> None:
    content = path.read_bytes()
    assert ours(content) == oracle.openpyxl_sees(content)


FORMATS = [
    *("General", "@", "0", "0.00", "000", "#,##0", "0%", '"第"0"网格"', "0.0_ ", "[Red]0;-0"),
    *("yyyy-mm-dd", 'yyyy"年"m"月"', "m/d/yy h:mm", "[h]:mm:ss", "h:mm", "mm:ss.0", "yyyy"),
]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**18),
    st.floats(-1e9, 1e9).filter(lambda one: one == 0 or abs(one) > 1e-6),
    st.dates(dt.date(1901, 1, 1), dt.date(2100, 1, 1)),
    st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2100, 1, 1)),  # noqa: DTZ001 - as in a cell
    st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=9).filter(
        lambda text: "_x" not in text and "密" not in text and not text.startswith("=")
    ),
    st.sampled_from(["#N/A", "全　角", " a ", "王\u200b毅", "张\n三", "２０２０", "密封", "=1+1"]),
)
CELLS = st.lists(st.lists(st.tuples(VALUES, st.sampled_from(FORMATS)), max_size=5), max_size=6)


def written(rows: list[list[tuple[object, str]]], merged: str = "") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(rows, 1):
        for column, (value, code) in enumerate(row, 1):
            cell = sheet.cell(number, column)
            cell.value = value  # type: ignore[assignment]  # what a cell may hold
            cell.number_format = code
    if merged:
        sheet.merge_cells(merged)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@settings(max_examples=120, deadline=None)
@given(CELLS, st.sampled_from(["", "A1:B2", "B1:B4"]))
def test_any_workbook_is_read_as_openpyxl_reads_it(
    rows: list[list[tuple[object, str]]], merged: str
) -> None:
    # A span of a thousand million days makes the parser give up the workbook: known, and refused.
    cells = [cell for row in rows for cell in row]
    assume(not any(code.startswith("[h]") and _huge(value) for value, code in cells))
    content = written(rows, merged)
    assert ours(content) == oracle.openpyxl_sees(content)


def _huge(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) >= 10**9


def test_a_span_beyond_all_time_is_one_finding() -> None:
    with pytest.raises(InputError) as raised:
        ours(written([[(10**9, "[h]:mm:ss")]]))
    assert [one.rule for one in raised.value.findings] == ["workbook-damaged"]


def changed(content: bytes, old: str, new: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(out, "w") as copy:
        for name in book.namelist():
            part = book.read(name)
            if name.endswith("sheet1.xml"):
                assert old.encode() in part
                part = part.replace(old.encode(), new.encode())
            copy.writestr(name, part)
    return out.getvalue()


ROWS: list[list[tuple[object, str]]] = [
    [("姓名", "General"), (1.5, "0.00"), (dt.date(2020, 2, 1), "yyyy-mm-dd")],
    [("王毅", "General"), (7, "000"), (True, "General")],
]
# Each is a way of writing that no program we know has, and that the format allows.
ODD = {
    "a comment that holds a cell": ("<sheetData>", '<!--<c r="F9"><v>1</v></c>--><sheetData>'),
    "no places": ('<c r="B1" s="1"', '<c s="1"'),
    "attributes in another order": ('<c r="A2" ', '<c  r="A2" '),
    "single quotes": ('r="B2"', "r='B2'"),
    "space in a tag": ('<c r="B2" s="3" t="n"><v>', '<c r="B2" s="3" t="n" ><v >'),
    "another attribute": ('<c r="B2"', '<c cm="1" r="B2"'),
}


@pytest.mark.parametrize("name", ODD)
def test_a_sheet_of_another_form_is_read_all_the_same(name: str) -> None:
    content = changed(written(ROWS), *ODD[name])
    found = ours(content)
    assert found == oracle.openpyxl_sees(content)
    assert found[0].cells[2, 2] == ("str", "007")


def test_the_swift_pass_reads_what_programs_write_and_nothing_is_done_twice() -> None:
    content = written(ROWS)
    assert "again" not in [piece[0] for piece in workbook.pieces(content, ".xlsx", "a")]
    content = changed(content, *ODD["another attribute"])
    assert "again" in [piece[0] for piece in workbook.pieces(content, ".xlsx", "a")]


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_both_passes_see_the_same(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        told = package.read(archive)
        for sheet in told.sheets:
            with archive.open(sheet.part) as one, archive.open(sheet.part) as other:
                assert marks.swift(one, told.styles) == marks.thorough(other, told.styles)


def test_chinese_dates_that_excel_names_by_number_alone_are_dates() -> None:
    content = changed_style(written([[(43862, "yyyy-mm-dd"), (43862, "yyyy")]]), (31, 57))
    [grid] = KEEPER.read(content, ".xlsx", "a")[0]
    assert [str(one) for one in grid.cells(1).values()] == ["2020年2月1日", "2020年2月"]


def changed_style(content: bytes, numbers: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(out, "w") as copy:
        for name in book.namelist():
            part = book.read(name)
            if name == "xl/styles.xml":
                for old, new in zip((164, 165), numbers, strict=True):
                    part = part.replace(
                        f'<xf numFmtId="{old}"'.encode(), f'<xf numFmtId="{new}"'.encode()
                    )
            copy.writestr(name, part)
    return out.getvalue()


def test_pieces_make_grids_without_a_child_too() -> None:
    assembly = Assembly("甲.xlsx")
    content = written(ROWS)
    for piece in workbook.pieces(content, ".xlsx", "甲.xlsx"):
        assembly.take(piece)
    assert [oracle.seen(one) for one in assembly.grids] == ours(content)
