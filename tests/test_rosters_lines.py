"""Rows that are read by their form are what the parser reads; what has no form is left to it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import oracle
import pytest
import roster_books
from openpyxl import Workbook

import rosters
from rosters import gate, package, workbook
from rosters.assembly import Assembly
from rosters.blocks import UnlikeError
from rosters.finding import InputError
from rosters.lines import Lines
from rosters.strings import Texts

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases" / "rosters").glob("*.json"))
BOOKS = [
    *sorted((HERE / "data").glob("*.xlsx")),
    *sorted((Path(rosters.__file__).parent / "samples").glob("*.xlsx")),
]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def read(content: bytes, *, lines: bool) -> tuple[list[oracle.Seen], list[object]]:
    """Read by the form of the rows, or only by the parser."""
    with pytest.MonkeyPatch.context() as patch:
        if not lines:
            patch.setattr(workbook, "_lines", refused)
        assembly = Assembly("甲.xlsx")
        for piece in workbook.pieces(content, ".xlsx", "甲.xlsx"):
            assembly.take(piece)
    grids = assembly.grids
    odd = [(one.oddities, one.merges, one.hidden_rows, one.hidden_columns) for one in grids]
    return [oracle.seen(one) for one in grids], list(odd)


def refused(*_: object) -> None:
    raise UnlikeError


def by_form(content: bytes) -> bool:
    """Tell whether all of a workbook is read by the form of its rows."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            told, texts = package.read(archive), Texts()
            if workbook.STRINGS in archive.namelist():
                with archive.open(workbook.STRINGS) as part:
                    list(texts.read(part))
            for sheet in told.sheets:
                with archive.open(sheet.part) as part:
                    list(Lines(told.styles, texts).blocks(part))
    except (UnlikeError, ValueError):
        return False
    return True


def _content(path: Path, folder: Path) -> bytes:
    if path.suffix == ".xlsx":
        return path.read_bytes()
    return roster_books.build(roster_books.loaded(path), folder / "a.xlsx").read_bytes()


@pytest.mark.parametrize("path", [*CASES, *BOOKS], ids=lambda path: path.stem)
def test_both_roads_read_the_same(path: Path, tmp_path: Path) -> None:
    content = _content(path, tmp_path)
    try:
        gate.check(content, "xlsx")
    except InputError:
        return
    assert read(content, lines=True) == read(content, lines=False)


def test_nearly_every_workbook_is_read_by_its_form(tmp_path: Path) -> None:
    others = [one.stem for one in (*CASES, *BOOKS) if not by_form(_content(one, tmp_path))]
    assert len(others) <= len([*CASES, *BOOKS]) // 10, others


def book(rows: str, strings: str = "", foot: str = "", head: str = "") -> bytes:
    """Write a workbook with these rows and shared strings."""
    made = Workbook()
    stream, out = io.BytesIO(), io.BytesIO()
    made.active.cell(1, 1, "甲")  # type: ignore[union-attr]  # a new workbook has a sheet
    made.save(stream)
    parts = {
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{head}<sheetData>{rows}'
        f"</sheetData>{foot}</worksheet>",
        workbook.STRINGS: f'<sst xmlns="{MAIN}">{strings}</sst>',
    }
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(out, "w") as target:
        for name in dict.fromkeys([*source.namelist(), *parts]):
            target.writestr(name, parts[name] if name in parts else source.read(name))
    return out.getvalue()


STRINGS = [
    *("<si><t>甲</t></si>", "<si><t> 甲 </t></si>", '<si><t xml:space="preserve"> 乙 </t></si>'),
    *(
        "<si><t/></si>",
        "<si/>",
        "<si><t></t></si>",
        "<si></si>",
        "<si><t>&#x4E59;&amp;&lt;</t></si>",
    ),
    "<si><r><t>丙</t></r><r><rPr><b/><sz val='11'/></rPr><t>丁</t></r></si>",
    '<si><t>戊</t><rPh sb="0" eb="1"><t>wu</t></rPh><phoneticPr fontId="1"/></si>',
    '<si><t>己</t><phoneticPr fontId="1" type="noConversion"/></si>',
    *("<si><t>a\r\nb</t></si>", "<si><t>２０２０　年</t></si>", "<si><t>机密★1年 </t></si>"),
    *("<si><t>_x0041_庚</t></si>", "<si><t>a<!-- c -->b</t></si>", "<si><t><![CDATA[z]]></t></si>"),
    *("<si><t>辛\x7f</t></si>", '<si><t xml:space="preserve">\u200b壬</t></si>'),
]


@pytest.mark.parametrize("string", STRINGS)
def test_a_shared_string_is_the_parsers(string: str) -> None:
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    content = book(rows, f"{string}<si><t>终</t></si>")
    assert read(content, lines=True) == read(content, lines=False)


CELLS = [
    *('<c r="B2"/>', '<c r="B2" s="0"/>', '<c r="B2"></c>', '<c r="B2"><v></v></c>'),
    *('<c r="B2" t="e"><v>#N/A</v></c>', '<c r="B2" t="b"><v>1</v></c>'),
    *('<c r="B2" t="str"><v></v></c>', '<c r="B2" t="str"><f>A1</f><v>x &amp; y</v></c>'),
    *('<c r="B2"><f>A1</f></c>', '<c r="B2"><f>A1</f><v></v></c>'),
    *('<c r="B2" t="inlineStr"><is><t>内</t></is></c>', '<c r="B2"><v>1e3</v></c>'),
    *('<c r="B2" t="inlineStr"><is><t> 内 </t></is></c>', '<c r="B2" t="str"><v> a </v></c>'),
    *('<c r="B2" t="d"><v>2020-01-01</v></c>', '<c r="B2"><v>12345678901234567890</v></c>'),
    *('<c r="B2" t="s" ph="1"><v>0</v></c>', '<c r="B2"><v>-0.5</v></c>', '<c r="D2"><v>7</v></c>'),
]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("times", [1, 9])
def test_a_cell_is_the_parsers(cell: str, times: int) -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c>{cell.replace("2", str(n), 1)}</row>'
        for n in range(2, 2 + times)
    )
    content = book(f"{rows}<row r='99'/>".replace("'", '"'), "<si><t>甲</t></si>")
    assert read(content, lines=True) == read(content, lines=False)


def test_rows_may_be_missing_hidden_and_of_many_forms() -> None:
    def row(n: int) -> str:
        cells = [f'<c r="{"ABCDE"[at]}{n}"><v>{n * 10 + at}</v></c>' for at in range(5)]
        return "".join(one for at, one in enumerate(cells) if (n >> at) % 3)

    rows = "".join(
        f'<row r="{n}"{" hidden=" + chr(34) + "1" + chr(34) if n % 25 == 0 else ""}>{row(n)}</row>'
        for n in range(3, 9000, 2)
        if not 400 < n < 6000
    )
    foot = '<mergeCells count="1"><mergeCell ref="A10:A11"/></mergeCells>'
    head = '<cols><col min="2" max="2" width="9" hidden="1"/></cols>'
    content = book(rows, foot=foot, head=head)
    assert by_form(content)
    mine = read(content, lines=True)
    assert mine == read(content, lines=False)
    assert mine[0][0].hidden_rows
    assert mine[0][0].hidden_columns


@pytest.mark.parametrize("last", ['<c r="A9" s="0"/>', "<c r='A9'><f>B1</f></c>", ""])
def test_rows_that_are_missing_before_one_without_values(last: str) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="7"><c r="A7"><v>2</v></c></row>'
    content = book(f'{rows}<row r="9">{last}</row>'.replace("'", '"'))
    assert by_form(content)
    assert read(content, lines=True) == read(content, lines=False)


def test_a_mark_of_secrecy_with_space_beside_it_is_still_one() -> None:
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    content = book(rows, '<si><t xml:space="preserve">机密★1年 </t></si>')
    assembly = Assembly("甲.xlsx")
    for piece in workbook.pieces(content, ".xlsx", "甲.xlsx"):
        assembly.take(piece)
    with pytest.raises(InputError, match="密级"):
        assembly.whole()


@pytest.mark.parametrize(
    "row",
    [
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
        '<row r="1"><c r="A2"><v>7</v></c></row>',
        '<row r="1"><c r="B1"><v>7</v></c><c r="A1"><v>7</v></c></row>',
        '<row r="2"><c r="A2"><v>7</v></c></row><row r="1"><c r="A1"><v>7</v></c></row>',
        '<row r="1"> <c r="A1"><v>7</v></c></row>',
        '<row r="1"><c r="A1"><v> 7 </v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>&bogus;</v></c></row>',
    ],
)
def test_what_is_not_certain_is_left_to_the_parser(row: str) -> None:
    assert not by_form(book(row, "<si><t>甲</t></si>"))
