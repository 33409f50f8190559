"""支部责任清单: a branch's members with their grids, and the duties of those grids."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from templates.samples.package import Package
from templates.samples.paper import (
    CELL,
    CHAR,
    HEI,
    KAI,
    LINE,
    TEXT,
    TITLE,
    WIDTH,
    Face,
    Form,
    footers,
    paragraph,
    run,
    section,
    styles,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_TEXT = Face(size=24, spacing=0)
_HEAD = Face(HEI, 24, spacing=0)


def duties() -> Package:
    """Write the template of a branch's list of duties.

    The duties of grids stand in the order of the job's table; a grid that it does not name gets
    the duty of 其他网格职责, so that no member stands without one.
    """
    members = _table(
        ((1000, "序号"), (1900, "姓名"), (2500, "人员类别"), (3444, "所在网格")),
        (
            ("{%tr for 人 in 全部党员 %}",),
            ("{{ loop.index }}", "{{ 人.姓名 }}", "{{ 人.人员类别 }}", '{{ 人.网格 | 默认("—") }}'),
            ("{%tr endfor %}",),
        ),
    )
    grids = _table(
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
        left={1, 2},
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


def _table(
    head: Sequence[tuple[int, str]], rows: Sequence[Sequence[str]], left: set[int] | None = None
) -> str:
    widths = [width for width, _ in head]
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="auto"/>'
        for side, size in (
            ("top", 8),
            ("left", 8),
            ("bottom", 8),
            ("right", 8),
            ("insideH", 4),
            ("insideV", 4),
        )
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{WIDTH}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>'
        + "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        + "</w:tblGrid>"
        + _row([name for _, name in head], widths, set(), _HEAD)
        + "".join(_row(row, widths, left or set(), _TEXT) for row in rows)
        + "</w:tbl>"
    )


def _row(texts: Sequence[str], widths: Sequence[int], left: set[int], face: Face) -> str:
    properties = "<w:cantSplit/>" + ("<w:tblHeader/>" if face is _HEAD else "")
    span = len(texts) == 1
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{sum(widths) if span else width}" w:type="dxa"/>'
        + (f'<w:gridSpan w:val="{len(widths)}"/>' if span else "")
        + '<w:vAlign w:val="center"/></w:tcPr>'
        + paragraph(run(text, face), form=_cell("left" if n in left else "center"))
        + "</w:tc>"
        for n, (text, width) in enumerate(zip(texts, widths, strict=False))
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>"


def _cell(align: str) -> Form:
    return replace(CELL, align=align, before=50, after=50)
