"""**Bold** in a cell of the roster: bold in the document, plain in a letter, no star by chance."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from lxml import etree
from merge_office import NOTICE, office
from ooxml import faults
from word import text_of, written

from rosters.finding import Level, Place
from templates.said import Said
from templates.samples.package import Package
from templates.samples.paper import KAI, Face, paragraph, run, styles
from templates.sandbox import Text
from templates.tags import Names
from templates.template import Template

if TYPE_CHECKING:
    from pathlib import Path

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAMES = Names(["甲", "乙"])


def runs(content: bytes) -> list[tuple[str, bool]]:
    """List the runs of a document: their text, and whether they are bold."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    found = []
    for one in root.iter(f"{W}r"):
        text = "".join(node.text or "" for node in one.iter(f"{W}t"))
        if text:
            found.append((text, one.find(f"{W}rPr/{W}b") is not None))
    return found


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("坚守**一线**值守", [("前坚守", False), ("一线", True), ("值守后", False)]),
        ("**喆<&>**", [("前", False), ("喆<&>", True), ("后", False)]),
        (
            "**甲**与**乙**",
            [("前", False), ("甲", True), ("与", False), ("乙", True), ("后", False)],
        ),
        ("2 ** 3 ** 4", [("前2 ** 3 ** 4后", False)]),
        ("一**", [("前一**后", False)]),
    ],
)
def test_a_pair_of_stars_is_bold(value: str, expected: list[tuple[str, bool]]) -> None:
    made = Template.open(written(["前{{ 甲 }}后"]), NAMES, shown="例.docx").fill({"甲": value})
    joined: list[tuple[str, bool]] = []
    for text, bold in runs(made):  # a rare character stands in a run of its own
        if joined and joined[-1][1] == bold:
            text, _ = joined.pop()[0] + text, bold  # noqa: PLW2901
        joined.append((text, bold))
    assert joined == expected
    assert faults(made) == []


def test_the_look_stays_and_lines_break_within_bold() -> None:
    body = paragraph(run("甲{{ 甲 }}", Face(KAI, 40))) + "<w:sectPr/>"
    content = Package(body, styles()).to_bytes()
    made = Template.open(content, NAMES, shown="例.docx").fill({"甲": "一**二\n三**四"})
    assert text_of(made) == ["甲一二\n三四"]
    assert [text for text, bold in runs(made) if bold] == ["二", "三"]
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    sizes = {one.get(f"{W}val") for one in root.iter(f"{W}sz")}
    assert sizes == {"40"}


def test_a_letter_and_a_file_name_have_no_stars_and_the_guard_hears_the_words() -> None:
    assert Text("{{ 甲 }}", NAMES, Place("信")).render({"甲": "请**务必**到场"}) == "请务必到场"
    said = Said()
    template = Template.open(written(["{{ 甲 }}"]), NAMES, shown="例.docx")
    template.issued({"甲": "中共**文学院**委员会"}, said, lambda _: "A" * 12)
    assert said.values == ["中共文学院委员会"]


def test_a_lone_pair_of_stars_is_a_reminder_at_its_cell(tmp_path: Path) -> None:
    desk = office(tmp_path)
    people = [
        ["姓名", "工号", "所在党支部", "人员类别", "网格", "荣誉称号"],
        ["王强", "0001", "机械教工一支部", "正式党员", "坚守**一线", "优秀共产党员"],
        ["李明", "0002", "机械教工一支部", "正式党员", "**坚守**", None],
    ]
    line = paragraph(run("{% for 人 in 党员 %}{{ 人.网格 }}{% endfor %}"))
    content = Package(line + paragraph(run("{{ 正文 }}")) + "<w:sectPr/>", styles()).to_bytes()
    (tmp_path / "templates" / "通知.docx").write_bytes(content)
    text = NOTICE.replace('["分党委", "直属党支部"]', '["党支部"]')
    made = desk.plan(text, desk.roster(people))
    [found] = [one for one in made.findings if one.rule == "text.stars"]
    assert (found.level, found.place.cell) == (Level.WARNING, "E2")


def test_a_line_grows_for_a_picture() -> None:
    lines = paragraph(run("{{ 甲 | 二维码(2) }}")) + paragraph(run("{{ 乙 }}")) + "<w:sectPr/>"
    content = Package(lines, styles()).to_bytes()
    made = Template.open(content, NAMES, shown="例.docx").fill({"甲": "文", "乙": "字"})
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    rules = [one.get(f"{W}lineRule") for one in root.iter(f"{W}spacing") if one.get(f"{W}line")]
    assert rules == ["auto", "exact"]
    assert faults(made) == []
