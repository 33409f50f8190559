"""check --fix: a copy with what is certain corrected and the rest noted; the original untouched."""

from __future__ import annotations

import hashlib
import io
import re
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from bureau import fawen
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from rosters.cleaning import clean_copy, correction
from rosters.finding import Level
from rosters.reader import read_roster

DATA = Path(__file__).parent / "data"
ID = "99010119900101006X"
HEAD = [
    "姓名",
    "公民身份号码",
    "手机号码",
    "电子邮箱",
    "入党日期",
    "所在党支部",
    "主要事迹",
    "备注",
]
FIRST = "机械教工一支部"
ROWS: list[list[Any]] = [
    [
        "张　三",
        ID.lower(),
        "１３９１２３４５６７８",
        "z＠a.example",
        "20120304",
        FIRST,
        "ＡＢ　C",
        "=1+1",
    ],
    ["李四 ", "990101199001010041", "12345", "l@a.example", "二〇一二年三月", "机械教工一支"],
    ["王五", "９９0101199001010051", "13912345679", "坏的", "2012.1", FIRST],
]
UNITS = [
    ["支部代码", "党支部名称", "简称", "上级党组织", "邮箱"],
    ["00101", "机械学院党委教工第一党支部", "机械教工一支部", None, "j1＠a.example"],
]


def made(path: Path) -> Path:
    book = Workbook()
    page = book.worksheets[0]
    page.title = "党员"
    page.merge_cells("A1:H1")
    page["A1"] = "党员名册"
    for number, row in enumerate([HEAD, *ROWS], 2):
        for column, value in enumerate(row, 1):
            cell = page.cell(number, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    page["I2"] = "合计"
    page["I3"] = "=LEN(A3)"
    page["A3"].font = Font(name="楷体", bold=True)
    page["A5"].comment = Comment("原有的批注", "某人")
    page.column_dimensions["B"].width = 33
    page.freeze_panes = "A3"
    other = book.create_sheet("党支部")
    for row in UNITS:
        other.append(row)
    book.save(path)
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return made(tmp_path / "名册.xlsx")


def copied(source: Path) -> tuple[Any, Any]:
    roster = read_roster([source])
    result = clean_copy(source.read_bytes(), roster, source.name)
    return result, load_workbook(io.BytesIO(result.content))


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("name", " 王　毅", "王毅"),
        ("id_card", ID.lower(), ID),
        ("id_card", "９９0101199001010051", "990101199001010051"),
        ("id_card", "990101199001010041x", "990101199001010041x"),
        ("mobile", "１３９　１２３４", "139 1234"),
        ("email", "a＠b．example；c@d.example", "a@b.example；c@d.example"),
        ("join_date", "２０１２.３.４ ", "2012.3.4"),
        ("join_date", "20120304", "2012年3月4日"),
        ("join_date", "二〇一二年三月", "2012年3月"),
        ("join_date", "2012.1", "2012.1"),
        ("join_date", "不详", "不详"),
        ("join_date", "2012.13.4", "2012.13.4"),
        ("deeds", "ＡＢ　C", "ＡＢ　C"),
        (None, "ＡＢ　C", "ＡＢ　C"),
        ("name", "王\x07毅", "王\x07毅"),
        ("name", "", ""),
        ("name", "张三　李四 ", "张三 李四"),
        ("name", "张三、李四", "张三、李四"),
        ("name", "买买提 艾力", "买买提艾力"),
        ("name", "欧阳 修", "欧阳修"),
    ],
)
def test_only_what_is_certain_is_corrected(field: str | None, text: str, expected: str) -> None:
    assert correction(field, text) == expected


def test_the_copy_is_corrected_and_noted(source: Path) -> None:
    result, book = copied(source)
    page = book["党员"]
    assert page["A3"].value == "张三"
    assert page["B3"].value == ID
    assert page["C3"].value == "13912345678"
    assert page["D3"].value == "z@a.example"
    assert page["E3"].value == "2012年3月4日"
    assert page["E4"].value == "2012年3月"
    assert page["G3"].value == "ＡＢ　C"
    assert book["党支部"]["E2"].value == "j1@a.example"
    assert {"党员!A3", "党员!B3", "党支部!E2"} <= set(result.corrected)
    for cell in ("B4", "C4", "F4", "D5"):
        assert page[cell].comment is not None, cell
        assert page[cell].fill.fgColor.rgb[2:] in {"FFC7CE", "FFEB9C"}
    assert page["A3"].comment.text == "〔fawen 检查〕\n已改正：原来是「张　三」"
    assert page["A3"].fill.fill_type is None  # coloured is what is left to do
    assert page["G3"].comment is None


def test_what_was_corrected_is_listed_and_no_number_told_whole(source: Path) -> None:
    result, book = copied(source)
    told = {f"{one.sheet}!{one.cell}": (one.before, one.after) for one in result.corrections}
    assert told["党员!A3"] == ("张　三", "张三")
    assert told["党员!E3"] == ("20120304", "2012年3月4日")
    assert set(told) == set(result.corrected)
    both = "\n".join(f"{before} {after}" for before, after in told.values())
    assert not re.search(r"\d{15}|\d{11}|\d{3}\s\d{4}\s\d{4}", both)
    for at, (before, _) in told.items():
        sheet, cell = at.split("!")
        assert f"已改正：原来是「{before}」" in book[sheet][cell].comment.text
    ran = fawen("check", source.name, "--fix", "-o", "副本.xlsx", cwd=source.parent)
    assert "改正  党员!A3：「张　三」→「张三」" in ran.out
    assert sum(line.startswith("改正  ") for line in ran.out.splitlines()) == len(told)


def test_the_look_of_the_original_is_kept(source: Path) -> None:
    _, book = copied(source)
    page = book["党员"]
    assert (page["A3"].font.name, page["A3"].font.bold) == ("楷体", True)
    assert page.column_dimensions["B"].width == 33
    assert page.freeze_panes == "A3"
    assert [str(one) for one in page.merged_cells.ranges] == ["A1:H1"]
    assert page["A5"].comment.text.startswith("原有的批注")


def test_formulas_stay_and_none_is_made_of_text(source: Path) -> None:
    _, book = copied(source)
    assert (book["党员"]["I3"].data_type, book["党员"]["I3"].value) == ("f", "=LEN(A3)")
    assert (book["党员"]["H3"].data_type, book["党员"]["H3"].value) == ("s", "=1+1")


def test_formulas_keep_what_they_came_to(source: Path) -> None:
    """A copy that was never opened in Excel reads like the original, and without errors."""
    worked = with_results(source, {"I3": ("n", "3"), "F4": ("str", FIRST), "F5": ("e", "#N/A")})
    result = clean_copy(worked.read_bytes(), read_roster([worked]), worked.name)
    copy = worked.with_name("副本.xlsx")
    copy.write_bytes(result.content)
    book = load_workbook(copy, data_only=True)
    assert [book["党员"][at].value for at in ("I3", "F4", "F5")] == [3, FIRST, "#N/A"]
    assert load_workbook(copy)["党员"]["F4"].value == "=F3"
    found = {(one.rule, one.place.cell) for one in read_roster([copy]).findings}
    assert ("cell-formula", "F4") not in found
    assert ("cell-error", "F5") in found


def with_results(path: Path, results: dict[str, tuple[str, str]]) -> Path:
    """Put formulas with their results into a workbook, as a spreadsheet program saves them."""
    book = load_workbook(path)
    for at in results:
        book["党员"][at].value = f"={at[0]}3" if at != "I3" else "=LEN(A3)"
    book.save(path)
    target = path.with_name("算过.xlsx")
    with zipfile.ZipFile(path) as parts, zipfile.ZipFile(target, "w") as out:
        for name in parts.namelist():
            text = parts.read(name)
            if name == "xl/worksheets/sheet1.xml":
                for at, (kind, value) in results.items():
                    pattern = rf'<c r="{at}"([^>]*)><f>([^<]*)</f>(?:<v ?/>|<v></v>)'
                    new = rf'<c r="{at}"\1 t="{kind}"><f>\2</f><v>{value}</v>'
                    text, count = re.subn(pattern.encode(), new.encode(), text)
                    assert count == 1, at
            out.writestr(name, text)
    return target


def test_a_copy_of_a_copy_says_each_thing_once(source: Path) -> None:
    first, _ = copied(source)
    target = source.with_name("副本.xlsx")
    target.write_bytes(first.content)
    second, book = copied(target)
    assert second.corrected == ()
    page = book["党员"]
    notes = [cell.comment.text for row in page.iter_rows() for cell in row if cell.comment]
    assert notes
    for note in notes:
        assert note.count("fawen 检查") <= 1
        lines = note.splitlines()
        assert len(lines) == len(set(lines)), note
    assert page["A5"].comment.text.startswith("原有的批注")
    mended = load_workbook(target)
    mended["党员"]["C4"].value = "13912345670"
    mended.save(target)
    _, book = copied(target)
    assert book["党员"]["C4"].comment is None
    assert book["党员"]["C4"].fill.fill_type is None


def test_rich_text_stays_rich(source: Path) -> None:
    book = load_workbook(source)
    bold = TextBlock(InlineFont(b=True), "先进")
    book["党员"]["G4"].value = CellRichText("事迹", bold)
    book["党员"]["A4"].value = CellRichText("李", TextBlock(InlineFont(b=True), "　四"))
    book.save(source)
    result, _ = copied(source)
    again = load_workbook(io.BytesIO(result.content), rich_text=True)["党员"]
    assert again["G4"].value == CellRichText("事迹", bold)
    assert again["A4"].value == "李四"


def test_notes_never_tell_a_number_whole(source: Path) -> None:
    _, book = copied(source)
    notes = [
        cell.comment.text
        for page in book
        for row in page.iter_rows()
        for cell in row
        if cell.comment
    ]
    assert notes
    assert not re.search(r"\d{15}|(?<!\d)1[3-9]\d{9}(?!\d)", "\n".join(notes))


def test_the_same_workbook_makes_the_same_copy(source: Path) -> None:
    first, _ = copied(source)
    time.sleep(1.1)  # openpyxl writes the second of saving
    second, _ = copied(source)
    assert first == second


@pytest.mark.parametrize("name", ["small", "北原师范学院名册.xlsx", "东江理工大学名册.xlsx"])
def test_reading_the_copy_finds_less_and_nothing_new(name: str, tmp_path: Path) -> None:
    path = made(tmp_path / "名册.xlsx") if name == "small" else DATA / name
    before = read_roster([path])
    result = clean_copy(path.read_bytes(), before, path.name)
    target = tmp_path / "副本.xlsx"
    target.write_bytes(result.content)
    after = read_roster([target])

    def told(roster: Any) -> set[tuple[str, str, str]]:
        return {(one.rule, one.place.sheet, one.place.cell) for one in roster.findings}

    def errors(roster: Any) -> set[tuple[str, str, str, str]]:
        wrong = (one for one in roster.findings if one.level is Level.ERROR)
        return {(one.rule, one.place.sheet, one.place.cell, one.message) for one in wrong}

    assert told(after) <= told(before)
    assert errors(after) <= errors(before)
    if any(one.rule == "cell-normalised" for one in before.findings):
        assert len(after.findings) < len(before.findings)
    assert [one.name for one in after.members] == [one.name for one in before.members]
    assert [one.addresses for one in after.organisations] == [
        one.addresses for one in before.organisations
    ]


def test_the_command_writes_the_copy_and_leaves_the_original(source: Path) -> None:
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    ran = fawen("--json", "check", "名册.xlsx", "--fix", "-o", "副本.xlsx", cwd=source.parent)
    assert ran.status == 1
    assert ran.object["corrected"] >= 8
    assert ran.object["noted"] >= 4
    assert load_workbook(source.parent / "副本.xlsx")["党员"]["A3"].value == "张三"
    assert hashlib.sha256(source.read_bytes()).hexdigest() == digest
    for words in (
        ("--fix", "-o", "名册.xlsx"),
        ("--fix", "-o", "副本.csv"),
        ("--fix",),
        ("-o", "副本.xlsx"),
    ):
        assert fawen("check", "名册.xlsx", *words, cwd=source.parent).status == 2
    assert hashlib.sha256(source.read_bytes()).hexdigest() == digest
