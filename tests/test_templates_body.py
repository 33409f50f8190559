"""A body put into a Word template, and what becomes of it when the template is filled."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.section import WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree

from rosters.finding import InputError
from templates import wml
from templates.body import holds, place
from templates.gongwen.body import Outline
from templates.gongwen.outline import parse
from templates.tags import Names
from templates.template import Template

CASES = sorted(
    (Path(__file__).parent / "cases" / "outline").glob("[!f]*.md")
)  # not fault-*: refused
NAMES = Names(["类别", "下级", "简称", "书记", "党员数", "支部数", "正文"])


def blank() -> Any:
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.left_margin, section.right_margin = Mm(210), Mm(28), Mm(26)
    return document


def place_for_body(paragraph: Any) -> None:
    """Write the tag as Word saves it when it was typed in two goes."""
    for text in ("{{ 正", "文 }}"):
        run = paragraph.add_run(text)
        run.font.size = Pt(16)
        run.font.name = "仿宋_GB2312"
    paragraph.paragraph_format.first_line_indent = Pt(32)


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture
def template() -> bytes:
    document = blank()
    document.add_paragraph("开头")
    place_for_body(document.add_paragraph())
    document.add_paragraph("结尾")
    return saved(document)


def outline(markdown: str) -> Outline:
    return parse(markdown, file="通知.md", line=1)


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def texts(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in opened(content).paragraphs]


def filled(content: bytes, record: dict[str, object]) -> bytes:
    return Template.open(content, NAMES, shown="模板.docx").fill(record)


def test_blocks_stand_where_the_tag_stood_in_its_format(template: bytes) -> None:
    made = opened(place(template, outline("第一段。\n**要求：**各支部")))
    assert [one.text for one in made.paragraphs] == ["开头", "第一段。", "要求：各支部", "结尾"]
    bold, plain = made.paragraphs[2].runs
    assert (bold.bold, plain.bold) == (True, None)
    assert made.paragraphs[2].paragraph_format.first_line_indent == Pt(32)
    assert {run.font.size for run in (bold, plain)} == {Pt(16)}


def test_levels_one_and_two_have_their_faces_in_all_four_slots(template: bytes) -> None:
    levels = "一、甲\n（一）乙。丙\n1.丁\n（1）戊"
    one, two, three, four = opened(place(template, outline(levels))).paragraphs[1:5]
    faces = [
        [run._element.rPr.rFonts.get(qn(f"w:{slot}")) for slot in ("ascii", "hAnsi", "cs", "hint")]
        + [run._element.rPr.rFonts.get(qn("w:eastAsia"))]
        for run in (one.runs[0], two.runs[0])
    ]
    assert faces == [
        ["黑体"] * 3 + ["eastAsia", "黑体"],
        ["楷体_GB2312"] * 3 + ["eastAsia", "楷体_GB2312"],
    ]
    assert [run.text for run in two.runs] == ["（一）乙。", "丙"]
    assert {run.font.name for run in (two.runs[1], three.runs[0], four.runs[0])} == {"仿宋_GB2312"}
    levels_of_outline = [p._element.pPr.find(qn("w:outlineLvl")) for p in (one, two, three, four)]
    assert [level.get(qn("w:val")) for level in levels_of_outline] == ["0", "1", "2", "3"]


def test_statements_leave_no_blank_line(template: bytes) -> None:
    body = '{% if 类别 == "分党委" %}\n甲\n{% else %}\n乙\n{% endif %}'
    content = place(template, outline(body))
    assert texts(filled(content, {"类别": "分党委"})) == ["开头", "甲", "结尾"]
    assert texts(filled(content, {"类别": "党总支"})) == ["开头", "乙", "结尾"]


TABLE = """{% if 下级 %}
| 党支部 | 人数 |
| :------ | :--: |
{% for 支 in 下级 %}
| {{ 支.简称 }} | {{ 支.党员数 }} |
{% endfor %}
{% endif %}"""


def test_rows_are_looped_over(template: bytes) -> None:
    content = place(template, outline(TABLE))
    record = {"下级": [{"简称": "一支部", "党员数": 3}, {"简称": "A&B<支部>", "党员数": 0}]}
    (table,) = opened(filled(content, record)).tables
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    assert cells == [["党支部", "人数"], ["一支部", "3"], ["A&B<支部>", "0"]]
    assert opened(filled(content, {"下级": []})).tables == []
    assert texts(filled(content, {"下级": []})) == ["开头", "结尾"]


def test_a_table_is_as_wide_as_the_text_by_its_dashes(template: bytes) -> None:
    (table,) = opened(place(template, outline(TABLE))).tables
    tbl = table._tbl
    width = int(tbl.tblPr.find(qn("w:tblW")).get(qn("w:w")))
    grid = [int(one.get(qn("w:w"))) for one in tbl.tblGrid.findall(qn("w:gridCol"))]
    assert abs(width - Mm(156).twips) <= 1
    assert sum(grid) == width
    assert grid[0] == width * 6 // 8
    assert [c.get(qn("w:w")) for c in tbl.tr_lst[0].iter(qn("w:tcW"))] == [str(n) for n in grid]
    assert tbl.tr_lst[0].find(f".//{qn('w:tblHeader')}") is not None
    assert "exact" not in etree.tostring(tbl, encoding="unicode")


def test_two_tables_do_not_grow_together(template: bytes) -> None:
    one = "| 甲 |\n| --- |\n| 乙 |\n"
    content = place(template, outline(f"{one}\n{{% if 书记 %}}\n{one}{{% endif %}}\n"))
    body = opened(filled(content, {"书记": "有"})).element.body
    kinds = [etree.QName(child).localname for child in body][1:4]
    assert kinds == ["tbl", "p", "tbl"]


@pytest.mark.parametrize("body", ["甲", TABLE, "| 甲 |\n| --- |\n| 乙 |\n"])
def test_a_cell_ends_in_a_paragraph(body: str) -> None:
    document = blank()
    cell = document.add_table(1, 1).cell(0, 0)
    place_for_body(cell.paragraphs[0])
    made = opened(filled(place(saved(document), outline(body)), {"下级": []}))
    assert made.tables[0].cell(0, 0)._tc[-1].tag == qn("w:p")


def test_a_table_within_a_cell_is_as_wide_as_the_cell() -> None:
    document = blank()
    outer = document.add_table(1, 2)
    place_for_body(outer.cell(0, 1).paragraphs[0])
    made = opened(place(saved(document), outline("| 甲 |\n| --- |\n| 乙 |\n")))
    cell = made.tables[0].cell(0, 1)
    inner = cell.tables[0]._tbl.tblPr.find(qn("w:tblW"))
    assert int(inner.get(qn("w:w"))) == cell.width.twips - 216


def test_a_section_that_ended_with_the_tag_still_ends() -> None:
    document = blank()
    place_for_body(document.add_paragraph())
    document.add_section(WD_SECTION.NEW_PAGE)
    document.paragraphs[0]._element.get_or_add_pPr().append(
        document.paragraphs[1]._element.pPr.find(qn("w:sectPr"))
    )
    made = opened(place(saved(document), outline("甲\n乙")))
    assert len(made.sections) == 2
    assert [one.text for one in made.paragraphs[:2]] == ["甲", "乙"]


def test_an_empty_body_takes_the_paragraph_away(template: bytes) -> None:
    assert texts(place(template, Outline())) == ["开头", "结尾"]


def test_no_place_for_a_body_is_a_finding() -> None:
    document = blank()
    document.add_paragraph("正文：{{ 正文 }}")
    content = saved(document)
    assert not holds(content)
    place(content, Outline())
    with pytest.raises(InputError) as caught:
        place(content, outline("甲"), shown="通知.docx")
    (finding,) = caught.value.findings
    assert str(finding).startswith(
        "通知.docx：发文单写有正文，模板里却没有单独成段的「{{ 正文 }}」"
    )


def test_two_places_are_a_finding(template: bytes) -> None:
    document = opened(template)
    document.add_paragraph("{{正文}}")
    with pytest.raises(InputError) as caught:
        place(saved(document), outline("甲"), shown="通知.docx")
    (finding,) = caught.value.findings
    assert "有 2 处" in finding.message
    assert finding.advice == "请只留一处"


# A user's own template takes no pictures and footnotes in its body; those are the builder's.
TEXTS = [one for one in CASES if not re.search(r"!\[|\[\^", one.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: case.stem)
def test_properties_stand_in_the_order_of_the_schema(template: bytes, case: Path) -> None:
    content = place(template, outline(case.read_text(encoding="utf-8")))
    assert content == place(template, outline(case.read_text(encoding="utf-8")))
    assert_ordered(content)


def assert_ordered(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if not name.startswith("word/") or not name.endswith(".xml"):
                continue
            for properties in etree.fromstring(package.read(name)).iter(
                wml.W + "pPr", wml.W + "rPr"
            ):
                order = wml._ORDER[properties.tag]
                ranks = [order.index(child.tag.removeprefix(wml.W)) for child in properties]
                assert ranks == sorted(set(ranks)), etree.tostring(properties, encoding="unicode")


def test_everything_else_in_the_package_stays(template: bytes) -> None:
    with (
        zipfile.ZipFile(io.BytesIO(template)) as before,
        zipfile.ZipFile(io.BytesIO(place(template, outline("甲")))) as after,
    ):
        assert before.namelist() == after.namelist()
        changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
    assert changed == ["word/document.xml"]
