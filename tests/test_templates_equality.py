"""Each part that we fill is canonically docxtpl's own, for the same record and environment."""

from __future__ import annotations

import io
import subprocess
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pytest
from docxtpl import DocxTemplate, Listing, RichText
from docxtpls import differing, image, theirs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import TemplateSyntaxError
from ooxml import faults
from word import footnoted, picture, written

from rosters.dates import PartialDate
from rosters.finding import InputError, Place
from templates.said import Said
from templates.source import has_tags, read
from templates.tags import Names
from templates.template import Template
from templates.typefaces import common

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from templates.reads import Use

SHIPPED = sorted(Path(str(files("templates"))).glob("samples/*.docx"))
NAMES = Names(
    ["简称", "类别", "下级", "党员", "姓名", "备注", "人数", "空", "多行", "上级", "富", "列", "图"]
)
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


def assert_equal(template: bytes, record: Mapping[str, object] = RECORD) -> bytes:
    return assert_same(template, lambda _: record)


def assert_same(
    template: bytes, record: Callable[[DocxTemplate | None], Mapping[str, object]]
) -> bytes:
    """Fill both ways; `record` makes the values, docxtpl's pictures for its own template."""
    opened = Template.open(template, NAMES, shown="例.docx")
    ours = opened.fill(record(None))
    assert (ours, *heard(opened, record(None))) == generally(opened, record(None))
    assert differing(ours, theirs(template, record)) == []
    docx.Document(io.BytesIO(ours))
    assert faults(ours) == []
    return ours


def heard(template: Template, record: Mapping[str, object]) -> tuple[list[str], str]:
    """What a document says, and how its filling ends."""
    said = Said()
    try:
        return said.values, template.issued(record, said, lambda content: content.hex())[2]
    except InputError as fault:
        return said.values, str(fault)


def generally(template: Template, record: Mapping[str, object]) -> tuple[bytes, list[str], str]:
    """Fill a template by the general road in all its parts, the straight one closed."""
    straight = [part.program.straight for part in template.parts]
    try:
        for part in template.parts:
            part.program.straight = None
        return (template.fill(record), *heard(template, record))
    finally:
        for part, one in zip(template.parts, straight, strict=True):
            part.program.straight = one


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


STRAIGHT = {
    "names": ["{{ 简称 }}", "（{{ 类别 }}）{{ 人数 }}{{ 空 }}{{ 备注 }}", "{{ 简称 }}{{ 简称 }}"],
    "a comment": ["前{# 说明 #}后{{ 简称 }}"],
    "a date, a break, bold and a rare character": ["{{ 日 }}{{ 多行 }}", "{{ 粗 }}{{ 㐂 }}"],
    "a long value": ["{{ 长 }}{{ 简称 }}"],
}
ODD = {
    "日": PartialDate(2026, 11, 23),
    "粗": "一**二**三",
    "㐂": "王㐂",
    "长": "长" * 70_000,
    "是": True,
    "无": None,
    "坏": "前\x00后",
}


@pytest.mark.parametrize("case", STRAIGHT.values(), ids=STRAIGHT)
def test_the_straight_road_is_the_general_one(case: list[str]) -> None:
    template = Template.open(written(case), Names([*RECORD, *ODD]), shown="例.docx")
    assert all(part.program.straight for part in template.parts)
    for changed in ({}, {"简称": "甲"}, {"备注": "一**二**三"}, {"空": "满"}, {}):
        record = {**RECORD, **ODD, **changed}  # what stays is the very same object
        ours = (template.fill(record), *heard(template, record))
        assert ours == generally(template, record)


@pytest.mark.parametrize("name", ["是", "无", "坏", "下级", "上级", "没有"])
def test_what_is_out_of_the_ordinary_ends_on_both_roads_alike(name: str) -> None:
    template = Template.open(
        written([f"{{{{ 简称 }}}}{{{{ {name} }}}}"]),
        Names([*RECORD, *ODD, "没有"]),
        shown="例.docx",
    )
    (part,) = template.parts
    record = {**RECORD, **ODD}
    assert part.program.straight is not None
    ours = heard(template, record)
    part.program.straight = None
    assert heard(template, record) == ours


@pytest.mark.parametrize("tag", ["{{ 简称|默认('无') }}", "{{ 上级.简称 }}", "{{ 行 }}", "{{ 1 }}"])
def test_more_than_a_name_takes_the_general_road(tag: str) -> None:
    template = Template.open(written([tag]), NAMES, shown="例.docx")
    assert [part.program.straight for part in template.parts] == [None]


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


# What a filter asks more of than to be a text: a word that it knows, lines of so many columns.
ASKED = {
    "脱敏": "遮盖",
    "关键节点": "12月8日｜<事项&>\n12月9日｜甲",
    "网格职责": "<网格&>｜<责任区&>｜<对象&>｜<职责&>",
}
NAMED = ("网格",)  # columns that only filters name


def made_up(uses: Sequence[Use], path: tuple[str, ...] = ()) -> dict[str, Any]:
    """A record that holds all that a template reads: two rows in each list, dates where due."""
    record: dict[str, Any] = {name: f"<{name}&>" for name in NAMED} if path else {}
    for use in uses:
        if use.path != path:
            continue
        if use.name in ASKED and not any(one.path[-1:] == (use.name,) for one in uses):
            record[use.name] = ASKED[use.name]
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
    made = template.fill(record)
    assert differing(made, theirs(path.read_bytes(), record, _Prepared)) == []
    assert faults(made) == []


TEXT = (
    st.lists(
        st.text(
            st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="{}_\ufffe\uffff"),
            max_size=5,
        )
        | st.sampled_from(["&", "<b>", '"', "'", "&lt;", "\n", "\t", "]]>", "&#x2028;", " 甲 "]),
        max_size=3,
    )
    .map("".join)
    .filter(common)
)  # rare characters are dressed, which docxtpl does not
ALONE = ("conditional paragraphs", "loops in loops", "across paragraphs", "spaces trimmed")
WRITTEN = {line for case in CASES.values() for line in case if isinstance(line, str)}
WRITTEN -= {line for name in ALONE for line in CASES[name]}
RICH = ["甲{{r 富 }}乙", "{{r 富 }}", "列 {{ 列 }} 完", "{% if 空 %}{{ 图 }}{% endif %}"]
PICTURES = ["{{ 图 }}", "前{{ 图 }}后"]
LINES = st.lists(st.sampled_from([*sorted(WRITTEN), *RICH]) | st.sampled_from(PICTURES), max_size=3)
# Trimming eats what stands before it, also the end of a table: in docxtpl as here. Tested alone.
MIXED = sorted(CASES.keys() - {"spaces trimmed"})
BLOCKS = st.lists(st.sampled_from(MIXED), min_size=1, max_size=3)
EDGES = st.sampled_from(["", "{{ 简称 }}", "第{{ 人数 }}号{% if 空 %}空{% endif %}", "{{ 列 }}"])
STYLE = st.fixed_dictionaries(
    {},
    optional={
        "bold": st.booleans(),
        "color": st.sampled_from(["#ff0000", "00b050"]),
        "size": st.integers(20, 44),
        "font": st.sampled_from(["仿宋", "eastAsia:黑体"]),
        "underline": st.just("wave"),
    },
)
GENERATED = {"deadline": None, "derandomize": True, "suppress_health_check": list(HealthCheck)}


@st.composite
def generated(draw: st.DrawFn) -> dict[str, Any]:
    """A template with tags in all its parts, and a record for it, as plain words."""
    return {
        "lines": draw(LINES),
        "blocks": draw(BLOCKS),
        "edges": {
            "header": draw(EDGES),
            "footer": draw(EDGES),
            "title": draw(st.sampled_from(["", "{{ 简称 }}"])),
        },
        "note": draw(st.none() | EDGES),
        "picture": draw(st.booleans()),
        "rich": [draw(TEXT), draw(STYLE), draw(TEXT)],
        "values": {"列": draw(TEXT), "简称": draw(TEXT), "备注": draw(TEXT)},
        "filled": draw(st.booleans()),
        "rows": draw(st.integers(0, 3)),
        "control": draw(st.sampled_from(["", "\x00", "\x01", "\x0b", "\x1f"])),
    }


def assert_generated(made: dict[str, Any]) -> None:
    lines = [*made["lines"], *(piece for name in made["blocks"] for piece in CASES[name])]
    template = written([*lines, *[picture()] * made["picture"]], **made["edges"])
    if made["note"] is not None:
        template = footnoted(template, made["note"])
    text, style, more = made["rich"]
    rich = RichText(text, **style)
    rich.add(more, italic=True)
    record = {**RECORD, **made["values"], "下级": RECORD["下级"][: made["rows"]]}
    record |= {"富": rich, "列": Listing(made["values"]["列"])}
    record["空"] = "满" if made["filled"] else ""

    def whole(tpl: DocxTemplate | None) -> dict[str, Any]:
        return {**record, "图": image(tpl)}

    try:
        ours = Template.open(template, NAMES, shown="例.docx")
    except InputError:  # {%- next to a table: docxtpl swallows the tags of the cell before
        with pytest.raises(TemplateSyntaxError):
            theirs(template, whole)
        return
    assert_same(template, whole)
    printed = [name for name in made["values"] if name in ours.needs]
    for name in printed if made["control"] else ():  # Word would call the file damaged
        spoilt = {**whole(None), name: f"前{made['control']}后"}
        with pytest.raises(InputError, match="不能写进文件"):
            ours.fill(spoilt)


@settings(max_examples=100, **GENERATED)
@given(generated())
def test_generated_templates(made: dict[str, Any]) -> None:
    assert_generated(made)


@pytest.mark.long
@settings(max_examples=500, **GENERATED)
@given(generated())
def test_five_hundred_generated_templates(made: dict[str, Any]) -> None:
    assert_generated(made)


@pytest.mark.libreoffice
def test_libreoffice_reads_the_same_in_ours_and_docxtpls(tmp_path: Path) -> None:
    for path in SHIPPED:
        template = Template.open(path.read_bytes(), Names(), shown=path.name)
        record = made_up(template.uses)
        (tmp_path / f"{path.stem}-ours.docx").write_bytes(template.fill(record))
        expected = theirs(path.read_bytes(), record, _Prepared)
        (tmp_path / f"{path.stem}-theirs.docx").write_bytes(expected)
    profile = (tmp_path / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
    files = [str(one) for one in tmp_path.glob("*.docx")]
    subprocess.run([*command, *files], cwd=tmp_path, check=True, capture_output=True, timeout=240)
    for path in SHIPPED:
        texts = [
            subprocess.run(
                ["pdftotext", "-layout", str(tmp_path / f"{path.stem}-{side}.pdf"), "-"],
                check=True,
                capture_output=True,
            ).stdout
            for side in ("ours", "theirs")
        ]
        assert texts[0] == texts[1]
        assert len(texts[0].split()) > 5
