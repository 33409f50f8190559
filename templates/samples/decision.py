"""表彰决定: the decision, and on its own page the names by honour and organisation."""

from __future__ import annotations

from dataclasses import replace

from templates.samples.official import addressees, body, head, imprint, signature, title
from templates.samples.package import Package
from templates.samples.paper import (
    CHAR,
    HEADING,
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
    statement,
    styles,
)

_HONOURED = '选("荣誉称号", 称号)'
_COLUMNS = 5  # names to a line, each in five characters


def decision() -> Package:
    """Write the template of a decision of commendation; the names and counts are the same rows."""
    parts = (
        head(),
        title(),
        addressees(),
        body(),
        paragraph(run("附件：受表彰人员名单"), form=replace(TEXT, before=LINE)),
        signature(),
        _names(),
        imprint(),
        section(),
    )
    return Package("".join(parts), styles(), footers())


def _names() -> str:
    stops = "".join(
        f'<w:tab w:val="left" w:pos="{(2 + 5 * n) * CHAR}"/>' for n in range(1, _COLUMNS)
    )
    group = Form("both", first=2 * CHAR, keep=True)
    honour = replace(group, before=LINE // 2)
    count = f"{{{{ 全部党员 | {_HONOURED} | 数 }}}}"
    own = f"单位.全部党员 | {_HONOURED}"
    listed = f"{own} | 姓氏笔画"
    return "".join(
        (
            paragraph(run("附件", HEADING), form=Form("left", new_page=True)),
            paragraph(
                run("受表彰人员名单", TITLE),
                form=Form("center", line=640, before=LINE, after=LINE, style="Title"),
            ),
            statement('for 称号 in 全部党员 | 列("荣誉称号") | 去空 | 去重'),
            paragraph(run("{{ 称号 }}", Face(HEI)), run(f"（{count}名）", Face(HEI)), form=honour),
            statement("for 单位 in 下级"),
            statement(f"if {own}"),
            paragraph(run(f"{{{{ 单位.简称 }}}}（{{{{ {own} | 数 }}}}名）", Face(KAI)), form=group),
            paragraph(
                run(f"{{% for 人 in {listed} %}}{{{{ 人.姓名 }}}}\t{{% endfor %}}"),
                form=Form("left", left=2 * CHAR, tabs=stops),
            ),
            statement("endif"),
            statement("endfor"),
            statement("endfor"),
        )
    )
