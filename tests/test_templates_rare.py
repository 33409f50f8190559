"""Rare characters: said before filling, and in the document just they take another typeface."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree
from merge_office import NOTICE, office

from rosters.finding import Level
from templates.samples.certificate import certificate
from templates.samples.package import Package
from templates.samples.paper import FANG, HEI, KAI, SONG, Face, paragraph, run, section, styles
from templates.tags import Names
from templates.template import Template
from templates.typefaces import instead, lacking

if TYPE_CHECKING:
    from pathlib import Path

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RECORD: dict[str, Any] = {
    "姓名": "张喆",
    "颁奖词": "好",
    "荣誉称号": "优秀",
    "署名": "示例",
    "成文日期": "2026-01-01",
    "证书编号": "字",
    "序号": 1,
}


def opened(*runs: str, names: tuple[str, ...] = ("姓名", "职务")) -> Template:
    body = "".join(paragraph(one) for one in runs) + section().replace("footerReference", "x")
    body = body[: body.rindex("<w:sectPr")] + "<w:sectPr/>"
    return Template.open(Package(body, styles()).to_bytes(), Names(names), shown="例.docx")


def document(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read("word/document.xml").decode()


def shown(content: bytes) -> list[tuple[str, str]]:
    """List the runs of a document: typeface and text."""
    found = []
    for one in etree.fromstring(document(content).encode()).iter(f"{W}r"):
        fonts = one.find(f"{W}rPr/{W}rFonts")
        text = "".join(node.text or "" for node in one.iter(f"{W}t"))
        found.append(("" if fonts is None else str(fonts.get(f"{W}eastAsia")), text))
    return found


def test_a_text_that_was_seen_before_makes_the_same_bytes() -> None:
    """〇 is in no GB 2312 and in every typeface: nothing is dressed, at first or later."""
    template = opened(run("{{ 姓名 }}", Face(FANG, 32)))
    year = [f"二〇{two}年" for two in ("二六", "二" + chr(0x516D))]  # equal, and two objects
    assert year[0] == year[1]
    first, second = (template.fill({"姓名": one}) for one in year)
    assert first == second == opened(run("{{ 姓名 }}", Face(FANG, 32))).fill({"姓名": year[1]})


@pytest.mark.parametrize(
    ("font", "char", "expected"),
    [
        (FANG, "喆", "仿宋"),
        (KAI, "堃", "楷体"),
        ("方正小标宋简体", "昇", "宋体"),
        (FANG, "翀", "仿宋"),
        (FANG, "頔", "仿宋"),
        (FANG, "䶮", "宋体"),
        ("仿宋", "喆", "仿宋"),
        ("仿宋", "㛃", "宋体"),
        (HEI, "䶮", "宋体"),
        (SONG, "㛃", SONG),
        (FANG, "𬭊", "SimSun-ExtB"),
        (SONG, "𬭊", "SimSun-ExtB"),
        (FANG, "王", FANG),
        ("某某手写体", "䶮", "某某手写体"),
    ],
)
def test_each_typeface_has_its_charset_and_its_stand_in(
    font: str, char: str, expected: str
) -> None:
    assert instead(font, char) == expected
    assert bool(lacking(font, f"王{char}")) == (expected != font)


def test_just_the_rare_characters_change_their_typeface() -> None:
    template = opened(run("{{ 姓名 }}同志（喆）："), run("{{ 职务 }}", Face(SONG)))
    found = shown(template.fill({"姓名": "翀昇王䶮", "职务": "堃"}))
    assert found == [
        ("仿宋", "翀昇"),
        (FANG, "王"),
        ("宋体", "䶮"),
        (FANG, "同志（喆）："),  # the template's own words are its author's
        (SONG, "堃"),
    ]


def test_the_look_is_kept_and_the_text_too() -> None:
    template = opened(run("甲{{ 姓名 }}\t{{ 姓名 }}乙", Face(KAI, 56, bold=True, colour="9C1C1C")))
    content = template.fill({"姓名": "A&<喆>\n頔"})
    root = etree.fromstring(document(content).encode())
    assert "".join(str(one) for one in root.itertext()) == "甲A&<喆>頔A&<喆>頔乙"
    assert len(list(root.iter(f"{W}tab"))) == 1
    assert len(list(root.iter(f"{W}br"))) == 2
    looks = {
        etree.tostring(one.find(f"{W}sz")) + etree.tostring(one.find(f"{W}b"))
        for one in root.iter(f"{W}rPr")
    }
    assert len(looks) == 1
    assert "\ufdd0" not in document(content)


def test_a_style_s_typeface_counts_where_the_run_names_none() -> None:
    bare = '<w:r><w:t xml:space="preserve">{{ 姓名 }}</w:t></w:r>'
    assert shown(opened(bare).fill({"姓名": "王喆"})) == [("", "王"), ("仿宋", "喆")]
    titled = Package(
        f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr>{bare}</w:p><w:sectPr/>', styles()
    ).to_bytes()
    template = Template.open(titled, Names(["姓名"]), shown="例.docx")
    assert template.uses[0].font == "方正小标宋简体"
    assert shown(template.fill({"姓名": "王喆"})) == [("", "王"), ("宋体", "喆")]


def test_a_theme_s_typeface_is_left_alone() -> None:
    looks = '<w:rPr><w:rFonts w:eastAsia="仿宋_GB2312" w:eastAsiaTheme="minorEastAsia"/></w:rPr>'
    template = opened(f'<w:r>{looks}<w:t xml:space="preserve">{{{{ 姓名 }}}}</w:t></w:r>')
    assert template.uses[0].font.startswith("+")
    assert shown(template.fill({"姓名": "王喆"})) == [("仿宋_GB2312", "王喆")]


def test_the_same_values_make_the_same_bytes_and_common_ones_are_not_touched() -> None:
    source = certificate().to_bytes()
    names = Names(RECORD)
    one, two = (Template.open(source, names, shown="证书") for _ in range(2))
    assert one.fill(RECORD) == two.fill(RECORD)
    common = {**RECORD, "姓名": "张三"}
    plain = one.fill(common)
    one.fill(RECORD)
    assert one.fill(common) == plain == two.fill(common)
    assert document(plain).count("<w:r>") < document(one.fill(RECORD)).count("<w:r>")


PEOPLE = [
    ["姓名", "工号", "所在党支部", "人员类别", "网格", "荣誉称号"],
    ["王喆", "0001", "机械教工一支部", "正式党员", "第1网格", "优秀共产党员"],
    ["李䶮", "0002", "机械教工一支部", "预备党员", "第2网格", None],
    ["张强", "0003", "机械学生一支部", "正式党员", "第1网格", None],
    ["赵翀", "0004", "图书馆直属党支部", "正式党员", "第3网格", None],
]


def test_they_are_listed_at_their_cells_before_filling(tmp_path: Path) -> None:
    desk = office(tmp_path)
    lines = run("{% for 人 in 党员 | 姓氏笔画 %}{{ 人.姓名 }}{% endfor %}") + run(
        "{{ 标题 }}", Face(KAI)
    )
    body = paragraph(lines) + paragraph(run("{{ 正文 }}")) + "<w:sectPr/>"
    content = Package(body, styles()).to_bytes()
    (tmp_path / "templates" / "通知.docx").write_bytes(content)
    text = NOTICE.replace('["分党委", "直属党支部"]', '["党支部"]').replace("关于做好", "关于昇")
    made = desk.plan(text, desk.roster(PEOPLE))
    assert made.ready
    found = {(one.rule, one.place.cell or one.place.where): one for one in made.findings}
    rare = {key: one for key, one in found.items() if key[0] in {"font.rare", "order.strokes"}}
    assert {key[1] for key in rare if key[0] == "font.rare"} == {"A2", "A3", "第8行"}
    assert {key[1] for key in rare if key[0] == "order.strokes"} == {"A3"}
    assert all(one.level is Level.WARNING for one in rare.values())
    said = str(rare["font.rare", "A3"])
    assert "「䶮」" in said
    assert FANG in said
    assert "宋体" in said


def test_a_roster_without_them_says_nothing(tmp_path: Path) -> None:
    made = office(tmp_path).plan(NOTICE)
    assert [one for one in made.findings if one.rule in {"font.rare", "order.strokes"}] == []
