"""推荐表: the workbook of nominations, with its sheets beside 推荐名单, as people keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rosters.fields import FIELDS
from rosters.finding import Finding, InputError, Level, Place
from rosters.lists import Form, Lists, read
from rosters.roster import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from merge.awards import Rules

UNIT, BRANCH, NAME, NUMBER, HONOUR = "推荐单位", "所在党支部", "姓名", "身份证号", "荣誉称号"
YEAR, UNTIL, SORT, BEGIN, END = "年份", "影响期至", "处分种类", "公示开始", "公示结束"
VERDICT, ANSWER, DEEDS, LEVEL = "结论", "答复", "主要事迹", "等次"
LIST, SHOWN, OBJECTIONS = "推荐名单", "公示", "异议"
DISCIPLINE, PAST, CHECKED = "处分", "历年表彰", "名单核对"
COLLECTIVES, BODY = "推荐集体", "党组织"


def _known(key: str, *more: str) -> tuple[str, ...]:
    return (*FIELDS[key].names(Kind.MEMBERS), *more)


WORDS = {
    UNIT: _known("org", "推荐党组织", "推荐单位名称", "二级单位", "二级党组织名称", "单位名称"),
    BRANCH: _known("branch"),
    NAME: _known("name", "推荐人选", "被推荐人", "被推荐人姓名", "推荐对象", "当事人", "被反映人",
                 "受处分人", "受处分人姓名", "公示对象"),
    NUMBER: _known("id_card"),
    HONOUR: _known("award", "推荐称号", "推荐荣誉", "推荐类别", "荣誉名称", "曾获荣誉", "奖励名称"),
    YEAR: ("年度", "表彰年份", "表彰年度", "表彰时间", "表彰日期", "授予时间", "授予日期",
           "获奖年份", "获奖时间", "获奖年度"),
    UNTIL: ("影响期限至", "影响期满", "影响期止", "影响期", "影响期截止", "处分影响期至",
            "处分影响期", "处分期满", "解除日期", "解除时间", "期满日期", "截止日期"),
    SORT: ("处分", "处分类型", "处分类别", "处分名称"),
    BEGIN: ("开始日期", "开始时间", "公示开始日期", "公示开始时间", "公示起", "起始日期", "起"),
    END: ("截止日期", "结束日期", "结束时间", "公示结束日期", "公示截止日期", "公示截止",
          "公示结束时间", "公示止", "止"),
    VERDICT: ("处理结果", "调查结论", "核查结论", "核查结果", "调查结果", "办理结果", "处理情况"),
    ANSWER: ("核对结果", "核对意见", "核对情况", "核对答复", "回复", "答复情况", "确认情况"),
    BODY: ("集体", "集体名称", "推荐集体", "党组织名称", "基层党组织", "受表彰单位", "党支部",
           "党支部名称", "支部名称", "单位名称"),
    DEEDS: _known("deeds"),
    LEVEL: _known("award_level"),
}  # fmt: skip
_PERSON = (UNIT, BRANCH, NAME, NUMBER)
FORMS = (
    Form(LIST, ("推荐名单", "推荐", "人选"), (UNIT, NAME, HONOUR), (BRANCH, NUMBER, LEVEL, DEEDS)),
    Form(SHOWN, ("公示",), (BEGIN, END), (*_PERSON, HONOUR)),
    Form(OBJECTIONS, ("异议", "公示异议"), (NAME, VERDICT), (UNIT, BRANCH, NUMBER)),
    Form(DISCIPLINE, ("处分",), (NAME,), (UNIT, BRANCH, NUMBER, SORT, UNTIL)),
    Form(PAST, ("历年表彰", "历年", "往年", "以往表彰", "已获表彰"), (NAME, HONOUR, YEAR),
         (UNIT, BRANCH, NUMBER)),
    Form(CHECKED, ("名单核对", "核对"), (ANSWER,), _PERSON),
    Form(COLLECTIVES, (COLLECTIVES, "集体推荐名单", "集体推荐", "先进集体", "集体"),
         (BODY, HONOUR), (UNIT,)),
)  # fmt: skip


def needed(rules: Rules, *, asked: bool = False) -> tuple[str, ...]:
    """List the sheets that the rules cannot do without at a job's stage; `asked`: by mail."""
    settled = rules.stage == "表彰"
    wanted = (
        (LIST, True),
        (DISCIPLINE, True),
        (PAST, bool(rules.apart)),
        (SHOWN, settled and bool(rules.shown)),
        (OBJECTIONS, settled and bool(rules.shown)),
        (CHECKED, rules.answered and rules.stage != "核对" and not asked),
    )
    return tuple(name for name, when in wanted if when)


def nominations(
    path: Path, rules: Rules, shown: Callable[[Path], str], *, asked: bool = False
) -> Lists:
    """Read the workbook; a sheet that the rules need and that is not there is an error.

    `asked` tells that a name check was sent, whose answers are collected.

    Raises:
        InputError: it cannot be read at all.

    """
    try:
        made = read(path, FORMS, WORDS, shown)
    except InputError as error:
        raise InputError("推荐表读不了", findings=error.findings) from error
    for name in needed(rules, asked=asked):
        if name not in made.heads:
            advice = "请加上这张工作表；没有内容的，只留一行表头"
            place = Place(made.shown)
            said = f"没有「{name}」工作表"
            made.findings.append(Finding(Level.ERROR, "award.sheet", place, said, advice))
    return made
