"""check --fix: a copy with what is certain corrected and the rest noted; the original untouched."""

from __future__ import annotations

import hashlib
import io
import re
import time
from pathlib import Path
from typing import Any

import pytest
from bureau import fawen
from openpyxl import Workbook, load_workbook
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
    assert page["A3"].comment is None


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
