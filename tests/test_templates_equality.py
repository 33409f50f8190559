"""Each part that we fill is canonically docxtpl's own, for the same record and environment."""

from __future__ import annotations

import io
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pytest
from docx.oxml import parse_xml
from docxtpl import DocxTemplate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from word import footnoted, picture, written

from rosters.finding import Place
from templates.program import sandbox
from templates.source import has_tags, read
from templates.tags import Names
from templates.template import Template

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from templates.reads import Use

SHIPPED = sorted(Path(str(files("templates"))).glob("samples/*.docx"))
NAMES = Names(["简称", "类别", "下级", "党员", "姓名", "备注", "人数", "空", "多行", "上级"])
RECORD: dict[str, Any] = {
    "简称": "文学院<A&B>",
    "类别": "分党委",
    "空": "",
    "多行": "一\n二\t三",
    "人数": 12,
    "备注": '"引\'号"&amp;',
    "上级": {"简称": "学校"},
    "下级": [
        {"简称": "一支部", "党员": [{"姓名": "甲"}, {"姓名": "乙<"}]},
        {"简称": "二&支部", "党员": []},
        {"简称": "三支部", "党员": [{"姓名": "丙"}]},
    ],
}


def theirs(
    template: bytes, record: Mapping[str, object], engine: type[DocxTemplate] = DocxTemplate
) -> bytes:
    tpl = engine(io.BytesIO(template))
    tpl.render(dict(record), sandbox(escape=True))
    out = io.BytesIO()
    tpl.save(out)
    return out.getvalue()


def canonical(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as found:
        parts = {name: found.read(name) for name in found.namelist()}
    return {
        name: etree.tostring(parse_xml(part), method="c14n")
        for name, part in parts.items()
        # what python-docx writes anew, and what docxtpl escapes twice
        if name.endswith(".xml") and not name.startswith(("docProps/", "[Content"))
    }


def assert_equal(template: bytes, record: Mapping[str, object] = RECORD) -> bytes:
    ours = Template.open(template, NAMES, shown="例.docx").fill(record)
    expected, made = canonical(theirs(template, record)), canonical(ours)
    assert set(made) == set(expected)
    for name, part in expected.items():
        assert made[name] == part, name
    docx.Document(io.BytesIO(ours))
    with zipfile.ZipFile(io.BytesIO(ours)) as found:
        assert found.testzip() is None
    return ours


CASES: dict[str, list[Any]] = {
    "plain": ["{{ 简称 }}，{{ 类别 }}：{{ 人数 }}{{ 空 }}。", "没有标签"],
    "split over runs": [
        ["{", "{ 简", "称 }", "} 后"],
        ["{% if 类别", ' == "分党委" %}是{%', " endif %}"],
    ],
    "listing": ["前{{ 多行 }}后", ["甲", "{{ 多行 }}", "乙"]],
    "conditional paragraphs": [
        '{%p if 类别 == "分党委" %}',
        "甲 {{ 备注 }}",
        "{%p else %}",
        "乙",
        "{%p endif %}",
        "丙",
    ],
    "curly quotes": [
        "{% if 类别 == “分党委” %}是{% endif %}{% if 人数 > 3 and 人数 < 20 %}中{% endif %}"
    ],
    "loops in loops": [
        "{%p for 支 in 下级 %}",
        "{{ loop.index }}. {{ 支.简称 }}",
        "{%p for 人 in 支.党员 %}",
        "{{ 人.姓名 }}（{{ 支.简称 }}）",
        "{%p endfor %}",
        "{%p endfor %}",
    ],
    "inline loop": [
        "{% for 支 in 下级 if 支.党员 %}{{ 支.简称 }}、{% else %}无{% endfor %}等{{ 下级|数 }}个"
    ],
    "filters": [
        '{{ 下级|排序("简称","降")|连接("；","简称") }}{{ 空|默认("（空）") }}{{ 上级.简称 }}'
    ],
    "rows": [
        {
            "head": ["序号", "名称"],
            "rows": [
                ["{%tr for 支 in 下级 %}"],
                ["{{ loop.index }}", "{{ 支.简称 }}"],
                ["{%tr endfor %}"],
            ],
        }
    ],
    "rows without a certain one": [
        {
            "head": None,
            "rows": [
                ["{%tr for 支 in 下级 %}", ""],
                ["{{ 支.简称 }}", "{{ 支.党员|数 }}"],
                ["{%tr endfor %}", ""],
            ],
        }
    ],
    "columns": [
        {
            "head": None,
            "rows": [
                ["头", "{%tc for 支 in 下级 %}", "{{ 支.简称 }}", "{%tc endfor %}"],
                ["甲", "{%tc for 支 in 下级 %}", "{{ 支.党员|数 }}", "{%tc endfor %}"],
            ],
        }
    ],
    "vertical merge": [
        {
            "head": ["甲", "乙"],
            "rows": [
                ["{%tr for 支 in 下级 %}"],
                ["{% vm %}合", "{{ 支.简称 }}"],
                ["{%tr endfor %}"],
            ],
        }
    ],
    "horizontal merge": [
        {
            "head": None,
            "rows": [
                ["{%tc for 支 in 下级 %}", "{% hm %}标题", "{%tc endfor %}"],
                ["{%tc for 支 in 下级 %}", "{{ 支.简称 }}", "{%tc endfor %}"],
            ],
        }
    ],
    "colspan and colour": [
        {
            "head": ["甲", "乙"],
            "rows": [["{% colspan 2 %}宽 {{ 简称 }}"], ["{% cellbg 类别 %}底", "色"]],
        }
    ],
    "braces by escape": ["{_{ 不是标签 }_} {{ 简称 }}"],
    "comments": ["{# 说明 #}{{ 简称 }}", "{#p 整段 #}", "尾"],
    "spaces trimmed": ["甲{%- if 人数 %} 乙 {%- endif %} 丙", "{{ 简称 -}}", "丁"],
    "across paragraphs": ["甲{% if 人数 > 100 %}乙", "丙{% endif %}丁"],
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_part_is_docxtpls_own(case: list[Any]) -> None:
    assert_equal(written(case))


@pytest.mark.parametrize("header", ["眉 {{ 简称 }}", "没有标签"])
def test_header_footer_and_footnotes(header: str) -> None:
    template = footnoted(
        written(["正文 {{ 备注 }}"], header=header, footer="脚 {{ 多行 }}"), "注 {{ 简称 }}"
    )
    assert_equal(template)


def test_pictures_are_numbered_as_docxtpl_does() -> None:
    still = written(["甲 {{ 简称 }}", picture()])
    looped = written(
        ["{%p for 支 in 下级 %}", picture(), "{{ 支.简称 }}", "{%p endfor %}", picture()]
    )
    absent = written(["{%p if 人数 > 100 %}", picture(), "{%p endif %}", picture()])
    for template in (still, looped, absent):
        made = assert_equal(template)
        assert b'id="1001"' in zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml")


def test_an_empty_list_leaves_the_table_as_docxtpl_does() -> None:
    for case in ("rows", "rows without a certain one", "columns"):
        assert_equal(written(CASES[case]), {**RECORD, "下级": []})


class _Prepared(DocxTemplate):  # type: ignore[misc] # docxtpl ships no types
    """docxtpl, given our reading of headings and of statements that stand alone."""

    def patch_xml(self, xml: str) -> str:
        if not has_tags(xml):
            return str(super().patch_xml(xml))
        return read(xml, Names(), Place(), super().patch_xml).text


def made_up(uses: Sequence[Use], path: tuple[str, ...] = ()) -> dict[str, Any]:
    """A record that holds all that a template reads: two rows in each list, dates where due."""
    record: dict[str, Any] = {}
    for use in uses:
        if use.path != path:
            continue
        below = (*path, use.name)
        if any(
            other.path == path and other.name == use.name and other.kind == "list" for other in uses
        ):
            record[use.name] = [made_up(uses, below)] * 2
        elif any(other.path[: len(below)] == below for other in uses):
            record[use.name] = made_up(uses, below)
        else:
            record[use.name] = "2026-11-23" if use.name.endswith("日期") else f"<{use.name}&>"
    return record


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_templates(path: Path) -> None:
    template = Template.open(path.read_bytes(), Names(), shown=path.name)
    record = made_up(template.uses)
    made = canonical(template.fill(record))
    expected = canonical(theirs(path.read_bytes(), record, _Prepared))
    assert set(made) == set(expected)
    for name, part in expected.items():
        assert made[name] == part, name


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="{}_\ufffe\uffff"),
    max_size=12,
)
LINES = st.lists(
    st.sampled_from(
        sorted(
            {line for case in CASES.values() for line in case if isinstance(line, str)}
            - {
                line
                for name in (
                    "conditional paragraphs",
                    "loops in loops",
                    "across paragraphs",
                    "spaces trimmed",
                )
                for line in CASES[name]
            }
        )
    ),
    max_size=3,
)
BLOCKS = st.lists(st.sampled_from(sorted(CASES)), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(BLOCKS, LINES, TEXT, TEXT, st.integers(0, 3))
def test_generated_templates(
    blocks: list[str], lines: list[Any], one: str, two: str, n: int
) -> None:
    body = [*lines, *(piece for name in blocks for piece in CASES[name])]
    record = {**RECORD, "简称": one, "备注": two, "下级": RECORD["下级"][:n]}
    assert_equal(written(body, header="{{ 简称 }}"), record)
