"""汇总模板 and 上报表: the unit's own workbooks, filled, held against a recount cell by cell.

What stands in a formula is worked out here by an evaluator of its own; another test asks
LibreOffice, too.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from bureau import fawen
from openpyxl import Workbook, load_workbook
from ownbooks import boxed, growing, superior, typed
from recounted import NUMBERS, Office, office
from replies import ZONE, Organisation

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

UNIT = "中共测试大学委员会组织部"
STRANGER = "国际教育学院"
_PLUS, _RATE = re.compile(r"=([A-Z]+\d+)\+([A-Z]+\d+)"), re.compile(r"=([A-Z]+\d+)/([A-Z]+\d+)")
_SUM = re.compile(r"=SUM\(([A-Z]+)(\d+):([A-Z]+)(\d+)\)")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Three days as they come, a fourth on which all is nil; three workbooks of the unit."""
    made = office(tmp_path_factory.mktemp("own"), 4)
    for number, day in enumerate(made.days[:3]):
        made.report(day)
        if number == 1:
            made.accept(day)
    last = made.days[3]
    at = dt.datetime.combine(last, dt.time(9), ZONE)
    for one in made.made:
        before = [sent for day in made.days[:3] if (sent := made.counting(one, day))]
        values = made.values(one, nil=True) | {"备注": "", "在外人数": "0"}
        here = before[-1].values["在校人数"] if before else values["在校人数"]
        made.send(one, last, at, {**values, "在校人数": here, "合计人数": here})
    made.collect(at)
    forms = made.root / "forms"
    growing(forms / "汇总.xlsx")
    typed(forms / "一览.xlsx", names(made))
    superior(forms / "上报.xlsx")
    superior(forms / "上报一行.xlsx", table=True)
    return made


def names(town: Office) -> list[tuple[str, list[str]]]:
    """Name everybody in an order of the unit's own: by name, short name, code, former name.

    One that nobody knows stands among them; the last is left out.
    """
    groups = []
    for category in ("党总支", "分党委"):
        members = [one for one in reversed(town.made) if town.category(one) == category]
        spelt = [(one.name, one.short, one.key)[n % 3] for n, one in enumerate(members)]
        groups.append((category, spelt))
    groups[0][1].insert(2, STRANGER)
    del groups[1][1][-1]
    return groups


def asking(town: Office, summary: str, upward: str = "") -> None:
    """Have the job name the unit's workbooks; it was signed before it did."""
    job = town.root / "jobs" / "日报.md"
    lines = [one for one in job.read_text(encoding="utf-8").split("\n")
             if not one.startswith(("  汇总模板", "  上报表"))]  # fmt: skip
    at = next(n for n, one in enumerate(lines) if one.startswith("  截止时间"))
    own = [f"  汇总模板: forms/{summary}"] if summary else []
    own += [f"  上报表: forms/{upward}"] if upward else []
    job.write_text("\n".join([*lines[:at], *own, *lines[at:]]), encoding="utf-8")


def summed(town: Office, day: dt.date, *words: str) -> dict[str, Any]:
    """Ask for a day's workbooks; return what the command says as an object."""
    ran = fawen("--json", "returns", "日报", "--day", f"{day}", *words, cwd=town.root)
    assert ran.status in {0, 3}, ran.out + ran.err
    return ran.object


def worth(book: Workbook, sheet: Worksheet, value: Any) -> Any:
    """Work out what stands in a cell: a value, a sum, or one divided by another."""
    if not isinstance(value, str) or not value.startswith("="):
        return value or 0 if value is not None else None
    if "!" in value:
        title, cell = value[1:].split("!")
        return worth(book, book[title], book[title][cell].value)
    if found := _SUM.fullmatch(value):
        column, first, _, last = found.groups()
        cells = (sheet[f"{column}{row}"].value for row in range(int(first), int(last) + 1))
        return sum(worth(book, sheet, one) or 0 for one in cells)
    left, right = (_PLUS.fullmatch(value) or _RATE.fullmatch(value)).groups()  # type: ignore[union-attr]
    one, two = (worth(book, sheet, sheet[cell].value) or 0 for cell in (left, right))
    return one + two if "+" in value else one / two


def row_of(book: Workbook, sheet: Worksheet, row: int) -> list[Any]:
    return [worth(book, sheet, cell.value) for cell in sheet[row]]


def expected(town: Office, one: Organisation, day: dt.date) -> dict[str, Any]:
    """Return the numbers of an organisation as they must stand, a blank as None."""
    rows = {row[1]: row for row in town.rows(day)}
    return dict(zip((*NUMBERS, "备注", "状态"), rows[one.short][3:9], strict=True))


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_rows_grow_in_the_units_layout(town: Office, number: int) -> None:
    day = town.days[number]
    asking(town, "汇总.xlsx")
    told = summed(town, day, "-o", "出.xlsx")
    assert [one["rule"] for one in told["findings"]] == []
    book, model = load_workbook(town.root / "出.xlsx"), load_workbook(town.root / "forms/汇总.xlsx")
    own = ["汇总", "分类", "说明"]
    assert book.sheetnames == [*own, "特殊情况", "分类合计", "逐日", "收文登记簿"]
    sheet, old = book["汇总"], model["汇总"]
    assert sheet["A1"].value == f"{day.year}年{day.month}月{day.day}日学生返校情况汇总表"
    assert (sheet["A2"].value, sheet["H2"].value) == (f"汇总单位：{UNIT}", 24)
    for at, one in enumerate(town.made):
        told_ = expected(town, one, day)
        here, away = told_["在校人数"], told_["在外人数"]
        rate = (away or 0) / told_["合计人数"] if told_["合计人数"] is not None else None
        assert row_of(book, sheet, 5 + at) == [
            at + 1, one.short, here, away, told_["合计人数"], rate, told_["新增人数"],
            told_["状态"], told_["备注"],
        ], one.short  # fmt: skip
        for cell, like in zip(sheet[5 + at], old[5], strict=True):
            looks, own_ = ((repr(c.font), repr(c.border), repr(c.fill)) for c in (cell, like))
            assert looks == own_
            assert cell.number_format == like.number_format
        assert sheet.row_dimensions[5 + at].height >= 22
    sums = dict(zip(NUMBERS, town.added(town.made, day), strict=True))
    _, *total = row_of(book, sheet, 29)
    asked = ("在校人数", "在外人数", "合计人数", "新增人数")
    assert [*total[:4], total[5]] == ["合计", *(sums[name] for name in asked)]
    _kept(sheet, old)
    _groups(town, book, day)


def _kept(sheet: Worksheet, old: Worksheet) -> None:
    """Nothing else of the sheet is lost; what stood below the table has moved down."""
    moved = {(cell.row + 23, cell.column): cell.value for row in old["A7:I8"] for cell in row}
    assert {place: sheet.cell(*place).value for place in moved} == moved
    assert {str(one) for one in sheet.merged_cells.ranges} == {
        "F31:I31" if str(one) == "F8:I8" else str(one) for one in old.merged_cells.ranges
    }
    for letter in "ABCDEFGHI":
        assert sheet.column_dimensions[letter].width == old.column_dimensions[letter].width
    assert sheet.print_title_rows == "$1:$4"
    assert sheet.print_area == "'汇总'!$A$1:$I$31"
    assert sheet.freeze_panes == "C5"
    assert sheet.oddFooter.center.text == old.oddFooter.center.text
    assert sheet.page_setup.orientation == "landscape"
    assert [str(one.sqref) for one in sheet.conditional_formatting] == ["G5:G28"]
    assert [str(one.sqref) for one in sheet.data_validations.dataValidation] == ["C5:D28"]


def _groups(town: Office, book: Workbook, day: dt.date) -> None:
    sheet = book["分类"]
    assert sheet["A1"].value == f"分类情况（{day.year}年{day.month}月{day.day}日）"
    for row, name in enumerate(("分党委", "党总支", ""), start=4):
        members = [one for one in town.made if name in {"", town.category(one)}]
        owed, reported, nil, _, _, silent = town.counted(members, day)
        new = town.added(members, day)[NUMBERS.index("新增人数")]
        told = [cell.value for cell in sheet[row]]
        assert told == [name or "合计", owed, reported, nil, silent, new]
    silent_ = [one.short for one in town.made if town.word(one, day) == "未报"]
    assert sheet["A8"].value == "未报单位：" + "、".join(silent_)
    away = town.added(town.made, day)[NUMBERS.index("在外人数")]
    assert worth(book, sheet, sheet["B9"].value) == away
    assert book["说明"]["A1"].value == "本表每日17:30前交办公室，一式两份。"


@pytest.mark.parametrize("number", [0, 2])
def test_names_that_stand_there_already_are_resolved(town: Office, number: int) -> None:
    day = town.days[number]
    asking(town, "一览.xlsx")
    told = summed(town, day, "-o", "出.xlsx")
    book = load_workbook(town.root / "出.xlsx")
    sheet = book["返校情况"]
    known = {spelt: one for one in town.made for spelt in (one.name, one.short, one.key)}
    lines = names(town)
    lost = next(one for one in town.made if town.category(one) == "分党委")
    row, number = 4, 0
    for group, (category, members) in enumerate(lines):
        first, parts = row, []
        assert sheet.cell(row, 1).value == category
        for spelt in members + ([lost.short] if group else []):
            one = known.get(spelt)
            own = spelt == lost.short and group
            number += 1
            told_ = expected(town, one, day) if one else {}
            line = [cell.value for cell in sheet[row]][1:]
            assert line == [
                24 if own else number, spelt, told_.get("新增人数"), told_.get("在校人数"),
                None if own else f"{number}号楼", told_.get("在外人数"), told_.get("状态"),
            ], spelt  # fmt: skip
            parts += [one] if one else []
            row += 1
        assert sheet.cell(row, 3).value == "小计"
        sums = dict(zip(NUMBERS, town.added(parts, day), strict=True))
        assert worth(book, sheet, sheet.cell(row, 4).value) == sums["新增人数"]
        assert worth(book, sheet, sheet.cell(row, 5).value) == sums["在校人数"]
        assert sheet.cell(row, 7).value == sums["在外人数"]
        assert f"A{first}:A{row}" in {str(one) for one in sheet.merged_cells.ranges}
        row += 1
    sums = dict(zip(NUMBERS, town.added(town.made, day), strict=True))
    assert [sheet.cell(row, column).value for column in (1, 4, 5, 7)] == [
        "总  计", sums["新增人数"], sums["在校人数"], sums["在外人数"],
    ], "999 of another day is gone"  # fmt: skip
    assert sheet.cell(row + 1, 1).value == "注：新增人数为当日新增。"
    assert sheet.cell(row + 3, 1).value == "审核：              制表："
    assert sheet["A2"].value.split() == [f"制表单位：{UNIT}", f"填报日期：{date(day)}"]
    found = [(one["rule"], one["sheet"], one["cell"]) for one in told["findings"]]
    assert found == [
        ("tally.name", "返校情况", "C6"), ("tally.lacking", "返校情况", "第29行"),
        ("tally.field", "", ""),
    ]  # fmt: skip
    assert STRANGER in told["findings"][0]["message"]
    assert lost.short in told["findings"][1]["message"]
    assert "合计人数" in told["findings"][2]["message"]


def date(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


@pytest.mark.parametrize("number", [1, 3])
def test_the_superiors_form_is_filled(town: Office, number: int) -> None:
    day = town.days[number]
    asking(town, "", "上报.xlsx")
    assert summed(town, day, "--upward", "报.xlsx")["findings"] == []
    sheet = load_workbook(town.root / "报.xlsx")["日报"]
    sums = dict(zip(NUMBERS, town.added(town.made, day), strict=True))
    owed, reported, nil, _, _, _ = town.counted(town.made, day)
    assert sheet["A2"].value == f"填报单位：{UNIT}"
    assert sheet["C2"].value == f"填报日期：{date(day)}"
    assert [[cell.value for cell in row] for row in sheet["A3:D5"]] == [
        ["在校人数", sums["在校人数"], "在外人数", sums["在外人数"]],
        ["新增人数", sums["新增人数"], "单位数", owed],
        ["已报", reported, "零报告", nil],
    ]
    open_ = [one.short for one in town.made if town.counting(one, day) is None]
    if number == 3:
        assert sums["新增人数"] == 0
        assert sheet["B6"].value == "零报告：应报 24 个单位，全部报送，均为零报告。"
    else:
        words, names_ = sheet["B6"].value.split(f"未计入 {len(open_)}：")
        assert words == f"应报 24 个单位，已报 {reported}（零报告 {nil}），"
        assert sorted(names_.removesuffix("。").split("、")) == sorted(open_)
    assert sheet["A8"].value.startswith("填表人：")


def test_a_superiors_form_of_one_row_says_elsewhere_who_is_missing(town: Office) -> None:
    day = town.days[1]
    asking(town, "", "上报一行.xlsx")
    ran = fawen("returns", "日报", "--day", f"{day}", "--upward", "报.xlsx", cwd=town.root)
    assert "没有写说明的地方" in ran.out
    assert "未计入" in ran.out
    sheet = load_workbook(town.root / "报.xlsx")["日报"]
    sums = dict(zip(NUMBERS, town.added(town.made, day), strict=True))
    told = [cell.value for cell in sheet[4]]
    assert told == [1, UNIT, sums["在校人数"], f"{sums['新增人数']}人"]


def refused(town: Office, book: Workbook, key: str = "汇总模板") -> list[str]:
    """Check a job whose own workbook is faulty; return the findings, as staff read them."""
    book.save(town.root / "forms" / "错.xlsx")
    asking(town, *(("错.xlsx",) if key == "汇总模板" else ("", "错.xlsx")))
    ran = fawen("--json", "check", "日报", cwd=town.root)
    told = [one for one in ran.object["findings"] if one["rule"][:5] in {"tally", "form", "job.r"}]
    return [f"{one['file']} › {one['sheet']} › {one['cell']}：{one['message']}" for one in told]


def plain(*head: str) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "表"
    sheet.append(list(head))
    sheet.append([None] * len(head))
    boxed(sheet, f"A1:{sheet.cell(2, len(head)).coordinate}")
    return book


def test_a_heading_that_means_nothing_is_told(town: Office) -> None:
    found = refused(town, plain("单位", "新增人数", "在校人", "隔离人数"))
    assert found == [
        "forms/错.xlsx › 表 › C1：「在校人」对不上表里的哪一栏，这一列空着",
        "forms/错.xlsx › 表 › D1：「隔离人数」对不上表里的哪一栏，这一列空着",
    ]


def test_what_cannot_be_filled_is_an_error_with_its_place(town: Office) -> None:
    book = plain("单位", "新增人数")
    book["表"]["A2"], book["表"]["B2"] = "{{ 单位 }}", "{{ 新增 }}"
    assert refused(town, book) == ["forms/错.xlsx › 表 › B2：「{{ 新增 }}」没有可以填的"]
    [found] = refused(town, plain("姓名", "性别"))
    assert "找不到要填的地方" in found
    book = plain("单位", "新增人数")
    book["表"].delete_rows(2)
    book["表"]["A2"] = "合计"
    [found] = refused(town, book)
    assert "表头下面没有可以填的空行" in found


def test_the_job_says_what_is_wrong_with_its_keys(town: Office) -> None:
    asking(town, "没有.xlsx", "上报.xls")
    ran = fawen("check", "日报", cwd=town.root)
    assert ran.status == 1
    assert "回执的汇总模板「forms/没有.xlsx」不存在" in ran.out
    assert "「上报表」不能是「forms/上报.xls」，请写一个 .xlsx 的路径" in ran.out
    told = summed(town, town.days[0], "-o", "出.xlsx")
    assert [one["rule"] for one in told["findings"]] == ["job.returns"], "a summary all the same"
    assert load_workbook(town.root / "出.xlsx").sheetnames[1] == "汇总"


def test_tags_make_the_model_row(town: Office) -> None:
    """A row of tags is the model of all; words around a tag stay, and so do colours."""
    book = plain("学院", "数", "情况")
    sheet = book["表"]
    sheet.insert_rows(1)
    sheet["A1"] = "{{ 日期 }}：应报{{ 应报 }}，新增{{ 新增人数 }}人"
    for cell, text in zip(
        "ABC", ("{{ 单位 }}", "{{ 在校人数 }}", "{{ 状态 }}（{{ 类别 }}）"), strict=True
    ):
        sheet[f"{cell}3"] = text
    day = town.days[0]
    assert refused(town, book) == []
    summed(town, day, "-o", "出.xlsx")
    sheet = load_workbook(town.root / "出.xlsx")["表"]
    new = town.added(town.made, day)[NUMBERS.index("新增人数")]
    assert sheet["A1"].value == f"{date(day)}：应报24，新增{new}人"
    for row, one in enumerate(town.made, start=3):
        told = expected(town, one, day)
        assert [cell.value for cell in sheet[row]] == [
            one.short, told["在校人数"], f"{told['状态']}（{town.category(one)}）",
        ]  # fmt: skip


@pytest.mark.libreoffice
def test_libreoffice_comes_to_the_same(town: Office) -> None:
    """Opened and worked out by another program, every cell is worth what the recount says."""
    day = town.days[0]
    asking(town, "汇总.xlsx")
    summed(town, day, "-o", "出.xlsx")
    folder = town.root / "算"
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
         "--convert-to", "xlsx", "--outdir", str(folder), str(town.root / "出.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    book, after = (
        load_workbook(town.root / "出.xlsx"),
        load_workbook(folder / "出.xlsx", data_only=True),
    )
    for title in ("汇总", "分类"):
        for row in book[title].iter_rows():
            for cell in row:
                mine, other = (
                    worth(book, book[title], cell.value),
                    after[title][cell.coordinate].value,
                )
                assert other == mine or other == pytest.approx(mine), cell.coordinate
    shutil.rmtree(folder)
