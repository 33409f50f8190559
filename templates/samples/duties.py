"""支部责任清单: a branch's members with their grids, and the duties of those grids."""

from __future__ import annotations

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
from templates.samples.table import Look, table


def duties() -> Package:
    """Write the template of a branch's list of duties.

    The duties of grids stand in the order of the job's table; a grid that it does not name gets
    the duty of 其他网格职责, so that no member stands without one.
    """
    members = table(
        ((1000, "序号"), (1900, "姓名"), (2500, "人员类别"), (3444, "所在网格")),
        (
            ("{%tr for 人 in 全部党员 %}",),
            ("{{ loop.index }}", "{{ 人.姓名 }}", "{{ 人.人员类别 }}", '{{ 人.网格 | 默认("—") }}'),
            ("{%tr endfor %}",),
        ),
    )
    grids = table(
        ((1344, "网格"), (2700, "本支部党员"), (4800, "责任")),
        (
            ("{%tr for 项 in 网格职责 %}",),
            ('{%tr if 全部党员 | 选("网格", 项.网格) %}',),
            ("{{ 项.网格 }}", _members_of("项.网格"), "{{ 项.职责 }}"),
            ("{%tr endif %}",),
            ("{%tr endfor %}",),
            ('{%tr for 格 in 全部党员 | 列("网格") | 去空 | 去重 %}',),
            ('{%tr if 格 not in (网格职责 | 列("网格")) %}',),
            ("{{ 格 }}", _members_of("格"), "{{ 其他网格职责 }}"),
            ("{%tr endif %}",),
            ("{%tr endfor %}",),
        ),
        Look(left={1, 2}),
    )
    parts = (
        _title(),
        paragraph(run("{{ 正文 }}"), form=TEXT),
        _caption("一、党员名单（共{{ 党员数 }}名）"),
        members,
        _caption("二、所在网格职责"),
        grids,
        paragraph(form=Form(line=20)),  # Word wants a paragraph after the last table
        section(),
    )
    return Package("".join(parts), styles(), footers())


def _members_of(grid: str) -> str:
    return f'{{{{ 全部党员 | 选("网格", {grid}) | 连接("、", "姓名") }}}}'


def _title() -> str:
    above = Form("center", line=640, style="Title")
    below = Form("center", before=LINE // 3, after=LINE // 2)
    return (
        paragraph(run("{{ 简称 }}", TITLE), form=above)
        + paragraph(run("{{ 标题 }}", TITLE), form=above)
        + paragraph(run("（{{ 署名 }}　{{ 成文日期 | 日期 }}）", Face(KAI)), form=below)
    )


def _caption(text: str) -> str:
    form = Form("both", first=2 * CHAR, before=180, after=120, keep=True)
    return paragraph(run(text, Face(HEI)), form=form)
