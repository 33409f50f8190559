"""考察表: a member of a leading group, four questions with scores and comments, a total."""

from __future__ import annotations

from templates.samples.boxes import LEFT, MIDDLE, SMALL, Box, grid, label
from templates.samples.controls import control, marked
from templates.samples.package import Package
from templates.samples.paper import (
    LINE,
    TITLE,
    Face,
    Form,
    footers,
    paragraph,
    run,
    section,
    styles,
)

QUESTIONS = (
    ("一问担当", "关键时刻在不在岗、敢不敢管，任务有没有推给别人"),
    ("二问落实", "布置的事办到了哪一步，排查、登记、值守有没有缺漏"),
    ("三问联系", "师生的难处知道多少，诉求有没有当日回应"),
    ("四问作风", "报数实不实，纪律严不严，有没有搞形式"),
)
GRADES = ("优秀", "称职", "基本称职", "不称职")
_PERSON = (1250, 1700, 1250, 1650, 1344, 1650)
_ASKED = (1344, 3300, 1800, 2400)


def assessment() -> Package:
    """Write the form that a superior organisation fills in on a member of a leading group."""
    person = grid(
        _PERSON,
        (
            (560, (label("姓名"), _of("姓名"), label("性别"), _of("性别"), label("出生年月"),
                   _of('出生日期 | 日期("点")'))),
            (560, (label("党内职务"), _of("党内职务"), label("所在支部"), _of("所在党支部", 3))),
            (560, (label("党组织"), _of("二级党组织.党组织名称", 5))),
        ),
    )  # fmt: skip
    head = (
        Box(marked(run("项目", SMALL)), form=MIDDLE),
        label("考察内容"),
        label("得分（0-100）"),
        label("评语"),
    )
    rows: list[tuple[int, tuple[Box, ...]]] = [(620, head)]
    rows += [
        (900, (label(name), Box(run(words, SMALL), form=LEFT),
                Box(control("", "填分数", SMALL, title="得分（0-100）"), form=MIDDLE),
                Box(control("", "点此写评语", SMALL, title="评语"), form=LEFT)))
        for name, words in QUESTIONS
    ]  # fmt: skip
    rows += [
        (620, (label("合计"), Box(run("四项得分相加", SMALL), form=LEFT),
               Box(control("总分", "填总分", SMALL, title="总分（0-400）"), form=MIDDLE),
               Box(run("满分400分", SMALL), form=LEFT))),
        (1000, (label("综合意见"), Box(control("综合意见", "点此写综合意见", SMALL), 3, LEFT))),
        (620, (label("等次"), Box(control("等次", "选等次", SMALL, choices=GRADES), form=MIDDLE),
               label("考察人"), Box(control("考察人", "写姓名", SMALL), form=LEFT))),
        (620, (label("考察日期"),
               Box(control("考察日期", "选日期", SMALL, date=True), 3, MIDDLE))),
    ]  # fmt: skip
    above = Form("center", line=640, style="Title")
    below = Form("center", after=LINE // 2)
    body = (
        paragraph(run("{{ 标题 }}", TITLE), form=above),
        paragraph(run("（{{ 署名 }}　{{ 成文日期 | 日期 }}）", Face("楷体_GB2312")), form=below),
        person,
        paragraph(form=Form(line=160)),
        grid(_ASKED, rows),
        paragraph(run("注：每项满分100分，没有的写 0；表头和项目请勿改动，填好后随本邮件发回。",
                      Face(size=21, spacing=0)), form=Form("left", line=320, before=80)),
        section(),
    )  # fmt: skip
    return Package("".join(body), styles(), footers())


def _of(tag: str, span: int = 1) -> Box:
    return Box(run(f"{{{{ {tag} }}}}", SMALL), span, MIDDLE)
