"""The parts of a red-headed document: 版头, 标题, 主送, 署名 and 版记, with their tags."""

from __future__ import annotations

from dataclasses import replace

from templates.samples.paper import (
    BIAO,
    BODY,
    CELL,
    CHAR,
    LINE,
    RED,
    SMALL,
    TEXT,
    TITLE,
    WIDTH,
    Face,
    Form,
    paragraph,
    run,
)

# 36 pt at 76 % is 27.4 pt wide: 16 characters fit on 156 mm, and look as tall as they should.
_MARK = Face(BIAO, 72, colour=RED, spacing=0, width=76)
_RULE = f'<w:bottom w:val="single" w:sz="12" w:space="11" w:color="{RED}"/>'
_TITLE_LINE = 640
_INSET = 280  # one character of 四号


def head() -> str:
    """Write 发文机关标志 35 mm below the top of the text, 发文字号, and the red line (7.2)."""
    mark = Form("center", line=900, before=1784)
    number = Form("center", before=2 * LINE, border=_RULE)
    return paragraph(run("{{ 发文机关标志 }}", _MARK), form=mark) + paragraph(
        run("{{ 发文字号 }}"), form=number
    )


def title() -> str:
    """Write 标题 two lines below the red line (7.3.1)."""
    form = Form("center", line=_TITLE_LINE, before=2 * LINE, style="Title", keep=True)
    return paragraph(run("{{ 标题 }}", TITLE), form=form)


def addressees() -> str:
    """Write 主送机关 one line below the title, flush left (7.3.2)."""
    return paragraph(run("{{ 主送 }}："), form=Form("both", before=LINE))


def body() -> str:
    """Write the place of the body."""
    return paragraph(run("{{ 正文 }}"), form=TEXT)


def signature() -> str:
    """Write 署名 centred over 成文日期, with room for the seal (7.3.5.1).

    Both are centred in the 15 characters at the right, so that a date of seven characters stands
    four from the edge, and an organ of up to 15 stays on its line.
    """
    organ = Form("center", before=3 * LINE, left=13 * CHAR, keep=True)
    return paragraph(run("{{ 署名 }}"), form=organ) + paragraph(
        run("{{ 成文日期 | 日期 }}"), form=replace(organ, before=0, keep=False)
    )


def imprint() -> str:
    """Write 版记 at the foot of the last page: 抄送 where there is one, 印发 (7.4)."""
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="auto"/>'
        for side, size in (("top", 8), ("bottom", 8), ("insideH", 6))
    )
    copy = replace(CELL, align="both", left=4 * _INSET, right=_INSET, hanging=3 * _INSET)
    issued = replace(
        CELL,
        left=_INSET,
        right=_INSET,
        tabs=f'<w:tab w:val="right" w:pos="{WIDTH - _INSET}"/>',
    )
    rows = (
        paragraph(run("{%tr if 抄送 %}", SMALL), form=issued),
        paragraph(run("抄送：{{ 抄送 }}。", SMALL), form=copy),
        paragraph(run("{%tr endif %}", SMALL), form=issued),
        paragraph(run("{{ 印发机关 }}\t{{ 印发日期 | 日期 }}印发", SMALL), form=issued),
    )
    return (
        '<w:tbl><w:tblPr><w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="margin" '
        'w:horzAnchor="page" w:tblpX="1588" w:tblpYSpec="bottom"/>'
        f'<w:tblW w:w="{WIDTH}" w:type="dxa"/><w:tblBorders>{lines}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
        '<w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{WIDTH}"/></w:tblGrid>'
        + "".join(
            f'<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="{WIDTH}" '
            f'w:type="dxa"/></w:tcPr>{row}</w:tc></w:tr>'
            for row in rows
        )
        + "</w:tbl>"
        + paragraph(run("", BODY), form=Form(line=20))
    )
