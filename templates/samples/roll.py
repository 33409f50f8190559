"""党员名册: a branch's own members on A4 across, by 姓氏笔画, numbers masked as the job says."""

from __future__ import annotations

from templates.samples.package import Package
from templates.samples.paper import (
    HEI,
    KAI,
    SONG,
    TEXT,
    TITLE,
    Face,
    Form,
    field,
    paragraph,
    run,
    styles,
)
from templates.samples.table import Look, table

_SIDE = 1020  # twips: 18 mm left and right
_WIDTH = 16838 - 2 * _SIDE  # of the text, on A4 across
_TEXT = Face(size=21, spacing=0)
_LINE = Face(KAI, 28, spacing=0)
_PAGE = Face(SONG, 21, spacing=0)
# What rosters call them; whoever is neither is counted as 其他.
_FORMAL = '["正式党员", "正式", "正", "中共正式党员", "中共党员（正式）", "中共党员(正式)"]'
_PROBATIONARY = '["预备党员", "预备", "预", "中共预备党员", "中共党员（预备）", "中共党员(预备)"]'
_OTHERS = f'党员 | 不选("人员类别", {_FORMAL}) | 不选("人员类别", {_PROBATIONARY})'
_NUMBERS = ("公民身份号码", "手机号码")
_SIGNED = "支部书记（签字）：　　　　　　　　　　　　核对日期：　　　　年　　月　　日"
_COLUMNS = (
    (650, "序号", "{{ loop.index }}"),
    (1500, "姓名", "{{ 人.姓名 }}"),
    (650, "性别", "{{ 人.性别 }}"),
    (1050, "民族", "{{ 人.民族 }}"),
    (1300, "出生日期", '{{ 人.出生日期 | 日期("点") }}'),
    (2350, "公民身份号码", "{{ 人.公民身份号码 | 脱敏(脱敏) }}"),
    (1500, "学历", "{{ 人.学历 }}"),
    (1250, "人员类别", "{{ 人.人员类别 }}"),
    (1450, "加入党组织日期", '{{ 人.加入党组织日期 | 日期("点") }}'),
    (1450, "转为正式党员日期", '{{ 人.转为正式党员日期 | 日期("点") }}'),
    (1648, "手机号码", "{{ 人.手机号码 | 脱敏(脱敏) }}"),
)


def roll() -> Package:
    """Write the template of a branch's roll of members."""
    ends = Form("left", line=500, before=60, after=60, tabs=_right(_WIDTH))
    parts = (
        paragraph(
            run("{{ 简称 }}{{ 标题 }}", TITLE),
            form=Form("center", line=640, style="Title", keep=True),
        ),
        paragraph(run("{{ 正文 }}"), form=TEXT),
        paragraph(run("编制单位：{{ 署名 }}\t{{ 成文日期 | 日期 }}", _LINE), form=ends),
        # A table for each, as one column less makes the others wider.
        _steer('if 脱敏 == "不印"'),
        _members([one for one in _COLUMNS if one[1] not in _NUMBERS]),
        _steer("else"),
        _members(_COLUMNS),
        _steer("endif"),
        paragraph(form=Form(line=20)),  # Word wants a paragraph after the last table
        _section(),
    )
    foot = paragraph(
        run("{{ 简称 }}{{ 标题 }}　第 ", _PAGE),
        field("PAGE", _PAGE),
        run(" 页，共 ", _PAGE),
        field("NUMPAGES", _PAGE),
        run(" 页", _PAGE),
        form=Form("center", line=240, exact=False),
    )
    return Package("".join(parts), styles(), {"footer1": foot, "footer2": foot})


def _members(columns: list[tuple[int, str, str]] | tuple[tuple[int, str, str], ...]) -> str:
    spare = _WIDTH - sum(width for width, *_ in columns)
    head = [(width + spare // len(columns), name) for width, name, _ in columns]
    head[-1] = (head[-1][0] + _WIDTH - sum(width for width, _ in head), head[-1][1])
    counts = (
        "共{{ 党员 | 数 }}名，其中正式党员"
        f'{{{{ 党员 | 选("人员类别", {_FORMAL}) | 数 }}}}名，预备党员'
        f'{{{{ 党员 | 选("人员类别", {_PROBATIONARY}) | 数 }}}}名'
        f"{{% if {_OTHERS} %}}，其他{{{{ {_OTHERS} | 数 }}}}名{{% endif %}}"
    )
    rows = (
        ("{%tr for 人 in 党员 | 姓氏笔画 %}",),
        tuple(text for *_, text in columns),
        ("{%tr endfor %}",),
        ((counts, _SIGNED),),  # in one row: a signature never stands alone on a page
    )
    return table(head, rows, Look(_TEXT, Face(HEI, 21, spacing=0), room=30))


def _steer(inside: str) -> str:
    return paragraph(run(f"{{%p {inside} %}}"), form=TEXT)


def _right(at: int) -> str:
    return f'<w:tab w:val="right" w:pos="{at}"/>'


def _section() -> str:
    return (
        '<w:sectPr><w:footerReference w:type="default" r:id="footer1"/>'
        '<w:footerReference w:type="even" r:id="footer2"/>'
        '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
        f'<w:pgMar w:top="1134" w:right="{_SIDE}" w:bottom="1020" w:left="{_SIDE}" w:header="567" '
        'w:footer="567" w:gutter="0"/></w:sectPr>'
    )
