"""网格责任表: the grids of a branch, their areas, people, whom they look after, and duties."""

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

_HEAD = Face(HEI, 24, spacing=0)
_BELOW = Face(KAI)
# A table, or as a row of a 发文单 has it, lines of so many columns.
_LISTED = '网格职责 | 分列("网格", "责任区", "联系对象", "职责")'


def grids() -> Package:
    """Write the template of a branch's grids.

    They stand in the order of the job's table; a grid that it does not name stands at the end,
    so that nobody is left out.
    """
    head = (
        (1300, "网格"),
        (1600, "责任区"),
        (2850, '网格员{% if 脱敏 != "不印" %}及电话{% endif %}'),
        (1400, "联系对象"),
        (1694, "职责"),
    )
    rows: tuple[tuple[str | tuple[str, ...], ...], ...] = (
        (f"{{%tr for 项 in {_LISTED} %}}",),
        ('{%tr if 党员 | 选("网格", 项.网格) %}',),
        (
            "{{ 项.网格 }}",
            '{{ 项.责任区 | 默认("—") }}',
            _people("项.网格"),
            '{{ 项.联系对象 | 默认("—") }}',
            "{{ 项.职责 }}",
        ),
        ("{%tr endif %}",),
        ("{%tr endfor %}",),
        ('{%tr for 格 in 党员 | 列("网格") | 去空 | 去重 %}',),
        (f'{{%tr if 格 not in ({_LISTED} | 列("网格")) %}}',),
        ("{{ 格 }}", "—", _people("格"), "—", "—"),
        ("{%tr endif %}",),
        ("{%tr endfor %}",),
    )
    parts = (
        *_title(),
        paragraph(run("{{ 正文 }}"), form=TEXT),
        paragraph(
            run(
                "本支部党员{{ 党员 | 数 }}名，"
                '分在{{ 党员 | 列("网格") | 去空 | 去重 | 数 }}个网格。'
                '支部书记：{{ 书记 | 默认("暂缺") }}。'
            ),
            form=Form("both", first=2 * CHAR, after=120, keep=True),
        ),
        table(head, rows, Look(head=_HEAD, left={1, 2, 3, 4})),
        paragraph(form=Form(line=20)),  # Word wants a paragraph after the last table
        section(),
    )
    return Package("".join(parts), styles(), footers())


def _people(grid: str) -> tuple[str, ...]:
    return (
        f'{{%p for 人 in 党员 | 选("网格", {grid}) | 姓氏笔画 %}}',
        "{{ 人.姓名 }}　{{ 人.手机号码 | 脱敏(脱敏) }}",
        "{%p endfor %}",
    )


def _title() -> tuple[str, ...]:
    above = Form("center", line=640, style="Title")
    below = Form("center", before=LINE // 3, after=LINE // 2)
    return (
        paragraph(run("{{ 简称 }}", TITLE), form=above),
        paragraph(run("{{ 标题 }}", TITLE), form=above),
        paragraph(run("（{{ 署名 }}　{{ 成文日期 | 日期 }}）", _BELOW), form=below),
    )
