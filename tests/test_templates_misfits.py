"""Tags that would cut out what stands beside them: said at their cell, once, and never in vain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bureau import fawen
from templatecases import p, package, r, row, textbox
from templatecases import table as table_of
from test_templates_fill import RECORD, opened
from test_templates_found import texts
from word import members, written

from rosters.finding import InputError
from templates.library import Library
from templates.tags import Names
from templates.template import Template

SHIPPED = sorted((Path(__file__).parent.parent / "templates" / "samples").glob("*.docx"))
ROWS = "{{ 支.简称 }}"


def table(*rows: list[str]) -> dict[str, Any]:
    return {"head": ["甲", "乙"], "rows": list(rows)}


@pytest.mark.parametrize(
    ("lines", "where", "words"),
    [
        (["{%p if 类别 %}后面的字{{ 简称 }}", "内容", "{%p endif %}"],
         "正文第1段", "「{%p if 类别 %}」会把这一段整个去掉，连同旁边的「后面的字{{ 简称 }}」"),
        (["甲", "{{p 简称 }}别丢"], "正文第2段", "连同旁边的「别丢」"),
        (["{%p if 类别 %}", "内容", "{% endif %}尾巴"],
         "正文第3段", "「{% endif %}」和「{%p if 类别 %}」不是一种写法"),
        (["{%p if 类别 %}内容{%p endif %}"], "正文第1段", "在同一段里"),
        ([table(["{%tr for 支 in 下级 %}" + ROWS, "乙{%tr endfor %}"])],
         "表格1第2行第2列", "在表格的同一行里"),
        ([table(["{%tr for 支 in 下级 %}", "别丢我"], [ROWS, ""], ["{%tr endfor %}", ""])],
         "表格1第2行第1列", "会把表格的这一行整个去掉，连同旁边的「别丢我」"),
        ([table(["{%tr for 支 in 下级 %}", ""]), "中间", table(["{%tr endfor %}", ""])],
         "表格2第2行第1列", "不在同一个表格里"),
        ([table(["甲", "{%tc if 类别 %}"], ["乙", "{%tc endif %}"])],
         "表格1第3行第2列", "不在表格的同一行里"),
        (["{%tr if 类别 %}"], "正文第1段", "「{%tr if 类别 %}」只能写在表格里"),
    ],
)  # fmt: skip
def test_what_would_be_lost_is_said_once_at_its_cell(
    lines: list[Any], where: str, words: str
) -> None:
    with pytest.raises(InputError) as fault:
        opened(*lines)
    [found] = fault.value.findings
    assert found.place.where == where
    assert words in found.message
    assert found.advice


PICTURE = (
    '<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
    'wordprocessingDrawing"><wp:docPr id="5" name="章"/></wp:inline></w:drawing></w:r>'
)
NOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'
PAGE = '<w:r><w:br w:type="page"/></w:r>'
SECTION = '<w:pPr><w:sectPr><w:pgSz w:w="16838" w:h="11906"/></w:sectPr></w:pPr>'
IF, END = p(r("{%p if 类别 %}")), p(r("{%p endif %}"))
NAME = "「{{ 简称 }}」的花括号中间夹着"
SWALLOWED = {
    "a picture in a tag": (p(r("甲{{ 简"), PICTURE, r("称 }}")), NAME + "图片"),
    "a picture between braces": (p(r("{"), PICTURE, r("{ 简称 }}")), NAME + "图片"),
    "a text box in a tag": (p(r("{{ 简"), textbox(p(r("内"))), r("称 }}")), NAME + "图片或文本框"),
    "a note in a tag": (p(r("{{ 简"), NOTE, r("称 }}")), NAME + "脚注"),
    "a picture beside if": (
        p(r("{%p if 类别 %}"), PICTURE) + END,
        "这一段整个去掉，连同里面的图片",
    ),
    "a section's end": (IF + p(r("{%p endif %}"), settings=SECTION), "连同里面的分节符"),
    "a page's end": (p(r("{%p if 类别 %}"), PAGE) + END, "连同里面的分页符"),
    "a picture in a row": (
        table_of(row(p(r("{%tr if 类别 %}")), p(PICTURE)), row(p()), row(p(r("{%tr endif %}")))),
        "表格的这一行整个去掉，连同里面的图片",
    ),
}


@pytest.mark.parametrize("name", SWALLOWED)
def test_what_is_no_text_and_would_be_lost_is_said(name: str) -> None:
    body, words = SWALLOWED[name]
    with pytest.raises(InputError) as fault:
        Template.open(package(body), Names(RECORD), shown="例.docx")
    [found] = fault.value.findings
    assert words in found.message
    assert found.advice


@pytest.mark.parametrize(
    "body",
    [
        p(r("甲{{ 简称 }}"), PICTURE, r("{{ 类别 }}")),
        p(PICTURE, r("{{ 简称 }}"), NOTE),
        IF + p(PICTURE) + END,
        p(textbox(p(r("{{ 简称 }}")))),
    ],
)
def test_what_stands_beside_a_tag_stays(body: str) -> None:
    made = Template.open(package(body), Names(RECORD), shown="例.docx").fill(RECORD)
    text = members(made)["word/document.xml"].decode()
    for kept in ("<w:drawing>", "<w:pict>", "<w:footnoteReference"):
        assert text.count(kept) == body.count(kept)


def test_headings_that_are_no_names_are_quoted_as_they_were_written() -> None:
    with pytest.raises(InputError) as fault:
        opened("{%p if 网格（片） %}{{ 网格（片） }}的人", "内容", "{%p endif %}")
    [found] = fault.value.findings
    assert "「{%p if 网格（片） %}」" in found.message
    assert "旁边的「{{ 网格（片） }}的人」" in found.message


def test_other_faults_are_said_beside_it() -> None:
    with pytest.raises(InputError) as fault:
        opened("{%p if 类别 %}别丢", "{{ 简称 + 1 }}", "{%p endif %}")
    assert [one.place.where for one in fault.value.findings] == ["正文第1段", "正文第2段"]


def test_what_is_right_is_left_alone() -> None:
    template = opened(
        "{% if 类别 %}", "{%p for 支 in 下级 %}", ROWS, "{%p endfor %}", "{% endif %}",
        "甲{% if 类别 %}乙{% endif %}丙",
        table(["{%tr for 支 in 下级 %}", ""], [ROWS, "{{ 支.人数 }}"], ["{%tr endfor %}", ""]),
        table(["{% for 支 in 下级 %}" + ROWS, "{{ 支.人数 }}{% endfor %}"]),
    )  # fmt: skip
    assert "甲乙丙" in texts(template.fill(RECORD))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_templates_have_none(path: Path) -> None:
    library = Library([])
    Template.open(library.find(path.stem), Names([]), shown=path.name)


def test_a_clerk_is_told(tmp_path: Path) -> None:
    file = tmp_path / "自己的.docx"
    file.write_bytes(written(["{%p if 类别 %}别丢", "内容", "{%p endif %}"]))
    said = fawen("fields", file, cwd=tmp_path)
    assert said.status == 1
    assert "正文第1段" in said.err
    assert "连同旁边的「别丢」" in said.err
