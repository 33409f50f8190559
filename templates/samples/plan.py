"""工作预案: a cover that is filled in already, and a section for each key date, to be written."""

from __future__ import annotations

from templates.samples.boxes import LEFT, MIDDLE, SMALL, Box, grid, label
from templates.samples.controls import control, marked
from templates.samples.package import Package
from templates.samples.paper import (
    CHAR,
    HEI,
    KAI,
    LINE,
    TEXT,
    TITLE,
    Face,
    Form,
    footers,
    paragraph,
    run,
    section,
    styles,
)

_COVER = (2000, 2422, 2000, 2422)
_PEOPLE = (2444, 2000, 2000, 2400)
_HEAD = Face(HEI)


def plan() -> Package:
    """Write the form of a plan: the organisation's own cover, sections by 关键节点 of the job."""
    cover = grid(
        _COVER,
        (
            (620, (label("党组织"), _of("党组织名称", 3))),
            (620, (label("书记"), _of("书记"), label("联系人"), _of('联系人 | 默认("")'))),
            (620, (label("联系电话"), _of("联系电话"), label("党员数"), _of("党员数"))),
            (620, (label("预案负责人"), _asked("预案负责人", "点此写姓名"), label("负责人电话"),
                   _asked("负责人电话", "点此写电话"))),
            (620, (label("制定日期"),
                   Box(control("制定日期", "选日期", SMALL, date=True), 3, MIDDLE))),
        ),
    )  # fmt: skip
    people = grid(
        _PEOPLE,
        (
            (560, (Box(marked(run("组别", SMALL)), form=MIDDLE), label("负责人"), label("人数"),
                   label("职责"))),
            *(
                (620, (label(name), _cell("姓名"), _cell("几人"), _cell("做什么")))
                for name in ("综合协调组", "排查登记组", "值守保障组", "宣传引导组")
            ),
        ),
    )  # fmt: skip
    body = (
        paragraph(form=Form(line=LINE * 3)),
        paragraph(run("{{ 简称 }}", TITLE), form=Form("center", line=760, style="Title")),
        paragraph(run("{{ 标题 }}", TITLE), form=Form("center", line=760, style="Title")),
        paragraph(form=Form(line=LINE * 3)),
        cover,
        paragraph(run("{{ 署名 }}制发", Face(KAI)), form=Form("center", before=LINE * 3)),
        paragraph(run("{{ 成文日期 | 日期 }}", Face(KAI)), form=Form("center")),
        _heading("一、组织领导", new_page=True),
        people,
        _heading("二、关键节点安排"),
        paragraph(run('{%p for 点 in 关键节点 | 分列("日期", "事项") %}')),
        paragraph(
            run("{{ loop.index }}.{{ 点.日期 }}　{{ 点.事项 }}", Face(KAI)),
            form=Form("both", first=2 * CHAR, before=160, keep=True),
        ),
        _line("{{ 点.日期 }}主要措施：", "{{ 点.日期 }}措施", "点此写这一天前后要做的事、谁来做"),
        _line("{{ 点.日期 }}责任人：", "{{ 点.日期 }}责任人", "点此写姓名和电话"),
        paragraph(run("{%p endfor %}")),
        _heading("三、应急处置"),
        _line("发现情况后：", "应急处置", "点此写先做什么、报给谁、多久报到"),
        _heading("四、物资和场所"),
        _line("现有和缺口：", "物资场所", "点此写清单；没有缺口的写“无”"),
        section(),
    )
    return Package("".join(body), styles(), footers())


def _of(tag: str, span: int = 1) -> Box:
    return Box(run(f"{{{{ {tag} }}}}", SMALL), span, MIDDLE)


def _asked(tag: str, hint: str) -> Box:
    return Box(control(tag, hint, SMALL), form=MIDDLE)


def _cell(hint: str) -> Box:
    return Box(control("", hint, SMALL), form=LEFT if hint == "做什么" else MIDDLE)


def _heading(text: str, *, new_page: bool = False) -> str:
    form = Form("both", first=2 * CHAR, before=200, after=120, keep=True, new_page=new_page)
    return paragraph(run(text, _HEAD), form=form)


def _line(words: str, tag: str, hint: str) -> str:
    return paragraph(run(words), control(tag, hint), form=TEXT)
