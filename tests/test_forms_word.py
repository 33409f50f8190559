"""Forms in Word: content controls and marked tables, read back also where tags were lost."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from clerk_forms import read, written

from rosters.finding import InputError
from templates import form
from templates.forms.values import Sort
from templates.library import Library
from templates.said import Said
from templates.tags import Names
from templates.template import Template

if TYPE_CHECKING:
    from templates.forms.values import Answer, Layout

VALUES: dict[str, Any] = {
    "标题": "考察表", "署名": "组织部", "成文日期": "2026年12月1日", "姓名": "余霞", "性别": "女",
    "出生日期": "1972-12-20", "党内职务": "党委书记", "所在党支部": "一支部", "简称": "文学院党委",
    "二级党组织": {"党组织名称": "文学院党委"}, "党组织名称": "中共测试大学文学院委员会",
    "书记": "余霞", "联系人": "孙成", "联系电话": "010-62750001", "党员数": "88",
    "关键节点": "12月8日｜演练\n12月12日｜返校",
}  # fmt: skip
SCORES = ("90", "好", "85", "可以", "88", "稳", "91.5", "实；也快")
SAID = {"总分": "354.5", "等次": "优秀", "考察人": "李四", "考察日期": "2026年12月3日"}
TOKEN = "ABCDEFGHIJKL"


@cache
def sent(kind: str) -> tuple[Layout, bytes]:
    """Fill a shipped form as it goes out, with its token."""
    stock = Library().source(kind)
    template = stock.open(Names((*VALUES, "点", "日期", "事项")))
    assert isinstance(template, Template)
    halves, _, _ = template.issued(VALUES, Said(), lambda _: TOKEN)
    return form.layout_of(stock.content, stock.shown), b"".join(halves)


def assessed(**more: str) -> Answer:
    layout, content = sent("考察表")
    return read(layout, written(content, {**SAID, **more}, SCORES), "考察.docx")


def changed(content: bytes, old: str, new: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(out, "w") as made:
        for name in package.namelist():
            data = package.read(name)
            if name == "word/document.xml":
                text = data.decode()
                assert re.search(old, text)
                data = re.sub(old, new, text).encode()
            made.writestr(name, data)
    return out.getvalue()


def test_a_layout_of_word_says_what_is_asked_for() -> None:
    fields = {one.name: one for one in sent("考察表")[0].fields}
    assert fields["得分(0-100)"].sort is Sort.NUMBER
    assert (fields["总分"].low, fields["总分"].high) == (0, 400)
    assert fields["等次"].choices == ("优秀", "称职", "基本称职", "不称职")
    assert fields["考察日期"].sort is Sort.DATE
    assert "考察内容" not in fields


def test_an_assessment_comes_back() -> None:
    answer = assessed()
    assert (answer.token, answer.faults) == (TOKEN, ())
    assert answer.values["总分"].number == Decimal("354.5")
    assert str(answer.values["考察日期"].day) == "2026-12-03"
    assert answer.values["综合意见"].blank
    assert [line.item.partition("　")[0] for line in answer.lines] == [
        "一问担当", "二问落实", "三问联系", "四问作风",
    ]  # fmt: skip
    last = answer.lines[-1].values
    assert (last["得分(0-100)"].number, last["评语"].raw) == (Decimal("91.5"), "实；也快")


def test_what_nobody_wrote_is_blank() -> None:
    layout, content = sent("考察表")
    answer = read(layout, content, "空.docx")
    assert answer.faults == ()
    assert all(one.blank for one in answer.values.values())
    assert answer.written == ()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"总分": "401"}, "超出范围"), ({"等次": "良好"}, "不在可选的内容里"),
        ({"考察日期": "下周"}, "不是日期"), ({"总分": "三百"}, "看不出是几"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_told(said: dict[str, str], words: str) -> None:
    [fault] = assessed(**said).faults
    assert fault.rule == "form.value"
    assert words in fault.message


def test_tags_that_a_program_took_away_are_made_up_for_by_words() -> None:
    layout, content = sent("考察表")
    bare = changed(written(content, SAID, SCORES), r"<w:tag [^>]*/>", "")
    answer = read(layout, bare, "考察.docx")
    assert answer == assessed()


def test_controls_that_are_gone_leave_their_words() -> None:
    layout, content = sent("考察表")
    text = written(content, SAID, SCORES)
    gone = changed(text, r"<w:sdtPr>.*?</w:sdtPr>|</?w:sdt>|</?w:sdtContent>", "")
    answer = read(layout, gone, "考察.docx")
    assert answer.faults == ()
    assert answer.values["总分"].raw == "354.5"
    assert answer.values["综合意见"].blank  # its hint is no answer
    assert [line.values["评语"].raw for line in answer.lines] == list(SCORES[1::2])


def test_a_changed_heading_is_told() -> None:
    layout, content = sent("考察表")
    answer = read(layout, changed(content, "评语</w:t>", "意见</w:t>"), "考察.docx")
    assert [one.rule for one in answer.faults] == ["form.heading"]


def test_another_document_is_told() -> None:
    layout, _ = sent("考察表")
    other = Library().source("荣誉证书").content
    with pytest.raises(InputError) as caught:
        read(layout, other, "x.docx")
    assert [one.rule for one in caught.value.findings] == ["form.other"]


@pytest.mark.parametrize("lost", [False, True])
def test_a_plan_comes_back_with_each_of_its_sections(lost: bool) -> None:
    layout, content = sent("工作预案")
    said = {"12月8日措施": "分三组演练", "12月12日责任人": "李四 5123", "物资场所": "无"}
    filled = written(content, said, ("张三", "5", "统筹"))
    if lost:
        filled = changed(filled, r"<w:tag [^>]*/>", "")
    answer = read(layout, filled, "预案.docx")
    assert answer.faults == ()
    assert {name: one.raw for name, one in answer.values.items() if not one.blank} == said
    assert answer.values["12月12日措施"].blank
    assert answer.values["物资场所"].none
    assert [(one.item, one.values["人数"].number) for one in answer.written] == [("综合协调组", 5)]


def test_two_controls_of_one_tag_are_told_before_they_go_out() -> None:
    content = changed(Library().source("考察表").content, '考察人"', '总分"')
    with pytest.raises(InputError) as caught:
        form.layout_of(content, "考察表.docx")
    assert "总分" in caught.value.findings[0].message
