"""Make the example of a job in Word: `python -m merge.example`."""

from __future__ import annotations

from pathlib import Path

from merge.blank import blank
from templates.gongwen.prose import paragraph, run
from templates.gongwen.settings import Settings
from templates.wml import Element, element

NAME = "培训通知.docx"
_VALUES = {
    "发给": "各分党委、党总支、直属党支部",
    "标题": "关于举办党支部书记培训班的通知",
    "发文字号": "示大组〔2026〕15号",
    "成文日期": "2026年12月1日",
    "回执／截止": "请于12月8日（星期二）17:00前直接回复本邮件，写明参加人的姓名和手机号码；"
    "不参加的也请回复“不参加”。",
    "附件": "培训日程表",
    "发文机关": "中共示例大学委员会组织部",
}
_BODY = (
    "为提高党支部书记的履职能力，经研究，决定举办党支部书记培训班。现将有关事项通知如下。",
    "一、时间和地点",
    "12月15日至16日，每日8:30至17:30，学校党员活动中心报告厅。",
    "二、参加人员",
    "{{ 简称 }}现有党员{{ 党员数 }}名。请选派**党支部书记或者副书记**参加，原则上不得请假。",
    "【仅分党委】各分党委另派组织员1名，负责本单位参加人员的组织和考勤。",
    "三、有关要求",
    "（一）按时报到。**因故不能参加的**，须经本单位主要负责人同意，并书面说明。",
    "（二）认真准备。每人准备一个支部工作案例，在分组讨论时交流。",
    "附件",
    "培训日程表",
)
_TABLE = (
    ("时间", "内容", "主讲"),
    ("12月15日上午", "党支部工作条例解读", "组织部"),
    ("12月15日下午", "分组讨论", "各组召集人"),
    ("12月16日全天", "现场教学", "党校"),
)
_WIDTHS = (2611, 4022, 2211)  # twips


def make() -> bytes:
    """Make the file. Same bytes at any time."""
    body = [paragraph("GwText", *_runs(text)) for text in _BODY]
    return blank("通知", Settings(), _VALUES, [*body, _table(), paragraph("GwText")])


def _runs(text: str) -> list[Element]:
    parts = text.split("**")
    return [
        run(part, b={}, bCs={}) if index % 2 else run(part)
        for index, part in enumerate(parts)
        if part
    ]


def _table() -> Element:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = (element(one, val="single", sz=4, space=0, color="auto") for one in sides)
    told = element(
        "tblPr",
        element("tblW", w=sum(_WIDTHS), type="dxa"),
        element("tblBorders", *borders),
        element("tblLayout", type="fixed"),
    )
    made = element("tbl", told, element("tblGrid", *(element("gridCol", w=w) for w in _WIDTHS)))
    for texts in _TABLE:
        made.append(element("tr", *map(_cell, texts, _WIDTHS)))
    return made


def _cell(text: str, width: int) -> Element:
    return element(
        "tc",
        element("tcPr", element("tcW", w=width, type="dxa"), element("vAlign", val="center")),
        paragraph("GwCell", run(text)),
    )


if __name__ == "__main__":
    (Path(__file__).parent / "samples" / NAME).write_bytes(make())
