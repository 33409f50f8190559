"""简报: the deeds of the roster's models, each under its organisation; and its text for WeChat."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from bureau import fawen
from docx import Document
from ooxml import faults
from openpyxl import load_workbook
from openpyxl.drawing.image import Image as Drawing
from papersheets import HEAD, job, office, people
from PIL import Image

from templates.wml import W

if TYPE_CHECKING:
    from pathlib import Path

FIRST = ["党建工作简报", "第12期", "中共示例大学委员会组织部\t2026年11月27日", "坚守一线的人"]
DEEDS = [
    "文学院党委",
    "王毅（文教工支部）",
    "为二十户独居老人送药。",
    "许七（文教工支部）",
    "值守校门四十天。",
    "从没有请过假。",
    "数学院党委",
    "冯九（数教工支部）",
    "修好三台呼吸机。",
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chosen = job("简报", **{"  印数: 60": "  刊登: 冯 九、王毅"})
    slips = job("简报", **{"  印数: 60": "  刊登: 冯九、邓八、王义"}).replace("  简报名", "  报名")
    return office(
        tmp_path_factory.mktemp("bulletin") / "w",
        people(("许 七", "数学院教工党支部", "正式党员", "第1网格", None)),
        简报=job("简报", **{"期号: 12": "期号: 第12期（总第58期）", "示例大学": "测试大学"}),
        选登=chosen,
        错=slips,
    )


def _made(root: Path, name: str) -> Path:
    made = fawen("--json", "merge", name, cwd=root)
    assert made.status == 0, made.out
    return root / "outbox" / made.object["batch"]


def paragraphs(root: Path, name: str) -> list[str]:
    [path] = _made(root, name).rglob("*.docx")
    return [one.text for one in Document(str(path)).paragraphs if one.text]


def test_each_model_has_a_section_by_organisation_and_strokes(root: Path) -> None:
    text = paragraphs(root, "简报")
    assert text[:4] == [
        FIRST[0],
        "第12期（总第58期）",
        FIRST[2].replace("示例", "测试"),
        FIRST[3],
    ]
    assert text[4].startswith("编者按：")
    assert "3名同志" in text[4]
    assert text[5:] == DEEDS
    shown = fawen("--json", "show", "简报", cwd=root)
    assert shown.object["documents"][0]["organisation"] == ""
    [path] = (root / "outbox" / shown.object["batch"]).rglob("*.docx")
    foot = [cell.text for row in Document(str(path)).tables[0].rows for cell in row.cells]
    assert foot == [
        "报：学校党委委员。\n送：党委办公室、党委宣传部、学生工作部。\n发：各分党委、党总支、直属党支部。",
        "（共印60份）",
    ]


def test_the_end_of_the_last_text_stays_with_the_foot(root: Path) -> None:
    """However many there are, no page has 报送 alone; texts before that may end a page."""
    for name in ("简报", "选登"):
        [path] = _made(root, name).rglob("*.docx")
        *_, above, anchor = Document(str(path)).paragraphs
        if name == "简报":  # LibreOffice keeps nothing with 报送 itself, but with a line as high
            assert above.paragraph_format.keep_with_next is True
            assert above.paragraph_format.line_spacing > anchor.style.paragraph_format.line_spacing
        told = [one for one in Document(str(path)).paragraphs if one.style.name == "公文正文"]
        texts = [one.paragraph_format.keep_with_next for one in told]
        assert texts[-1] is True, name
        assert not any(texts[:-1]), name


def test_a_few_are_chosen_by_name_and_only_they_count(root: Path) -> None:
    text = paragraphs(root, "选登")
    assert text[:4] == FIRST
    assert text[5:] == [*DEEDS[:3], *DEEDS[6:]]
    counted = fawen("merge", "选登", cwd=root)
    assert "其中列出 2 人" in counted.out


def test_names_that_are_nobodys_are_found_at_their_line(root: Path) -> None:
    ran = fawen("--json", "check", "错", cwd=root)
    assert ran.status == 1
    said = {one["message"]: one for one in ran.object["findings"] if one["level"] == "error"}
    for name, near in (("邓八", ""), ("王义", "王毅")):
        one = said[f"名册里没有填了「主要事迹」的「{name}」"]
        assert one["where"].startswith("第")
        assert near in one["advice"]
    assert any("「简报名」" in message for message in said)


def test_its_text_is_ready_to_be_pasted(root: Path) -> None:
    batch = fawen("--json", "merge", "简报", cwd=root).object["batch"]
    ran = fawen("show", batch, "--text", cwd=root)
    assert ran.status == 0
    lines = ran.out.rstrip("\n").split("\n")
    assert lines[:2] == ["【党建工作简报】", "第12期（总第58期）"]
    assert [line for line in lines[6:] if line] == [
        f"■ {line}" if line.endswith("党委") else f"● {line}" if "（" in line else line
        for line in DEEDS
    ]
    assert "共印" not in ran.out
    assert "报：" not in ran.out
    assert fawen("--json", "show", batch, "--text", cwd=root).object["text"] == "\n".join(lines)
    assert fawen("show", batch, "没有这个单位", "--text", cwd=root).status == 2


def test_nobody_to_print_is_an_error_and_a_redone_draft_is_meant_by_its_job(tmp_path: Path) -> None:
    """After a second merge the job's name means the new draft, not the one it took the place of."""
    root = office(tmp_path / "w", people(), 简报=job("简报"))
    first = fawen("--json", "merge", "简报", cwd=root).object["batch"]
    book = load_workbook(root / "rosters" / "名册.xlsx")
    for row in book["党员"].iter_rows(min_row=2):
        if row[0].value not in {"冯九", "姓名"}:
            row[HEAD.index("主要事迹")].value = None
    book.save(root / "rosters" / "名册.xlsx")
    ran = fawen("--json", "merge", "简报", cwd=root)
    assert ran.status == 0, ran.out
    second = ran.object["batch"]
    assert second != first
    shown = fawen("show", "简报", "--text", cwd=root)
    assert shown.status == 0, shown.err
    assert "冯九" in shown.out
    assert "许七" not in shown.out
    assert fawen("--json", "show", first, cwd=root).object["batch"] == first
    for row in book["党员"].iter_rows(min_row=2):
        if row[0].value == "冯九":
            row[HEAD.index("主要事迹")].value = None
    book.save(root / "rosters" / "名册.xlsx")
    ran = fawen("--json", "merge", "简报", cwd=root)
    assert ran.status == 1
    [fault] = [one for one in ran.object["findings"] if one["level"] == "error"]
    assert (fault["rule"], fault["sheet"]) == ("job.deeds", "党员")


def test_photographs_stand_with_their_people(tmp_path: Path) -> None:
    """One is named by its cell, one lies over it; who has none, and who is no model, needs none."""
    rows = people()
    photos = {"许七": "照片/许七.jpg"}
    for row in rows:
        row.append("照片" if row[0] == HEAD[0] else photos.get(row[0]))
    pictured = job("简报", **{"  印数: 60": "  照片: 照片"})
    wrong = job("简报", **{"  印数: 60": '  照片: "{{ 姓名 }}"'})
    root = office(tmp_path / "w", rows, 简报=pictured, 错=wrong)
    (root / "rosters" / "照片").mkdir()
    Image.new("RGB", (300, 400), (200, 30, 30)).save(root / "rosters" / "照片" / "许七.jpg")
    blue = io.BytesIO()
    Image.new("RGB", (300, 400), (30, 30, 200)).save(blue, "PNG")
    book = load_workbook(root / "rosters" / "名册.xlsx")
    at = next(row[0].row for row in book["党员"].iter_rows() if row[0].value == "冯九")
    book["党员"].add_image(Drawing(blue), f"P{at}")
    book.save(root / "rosters" / "名册.xlsx")
    made = fawen("--json", "merge", "简报", cwd=root)
    assert made.status == 0, made.out
    assert [one["rule"] for one in made.object["findings"]] == []
    [path] = (root / "outbox" / made.object["batch"]).rglob("*.docx")
    assert faults(path.read_bytes()) == []
    below = [
        previous.text
        for previous, one in pairwise(Document(str(path)).paragraphs)
        if one._p.findall(".//" + W + "drawing")
    ]
    assert below == ["许七（文教工支部）", "冯九（数教工支部）"]
    (root / "rosters" / "照片" / "许七.jpg").unlink()
    lost = fawen("--json", "merge", "简报", cwd=root)
    assert (lost.status, lost.object["findings"][0]["rule"]) == (1, "picture.missing")
    assert "要素「照片」写的不是列名" in fawen("check", "错", cwd=root).out


def test_a_decision_that_honours_nobody_is_an_error(tmp_path: Path) -> None:
    rows = people()
    for row in rows[1:]:
        row[HEAD.index("荣誉称号")] = None
    root = office(
        tmp_path / "w", rows, 通报=job("表彰通报", **{"rosters/示例大学名册.xlsx": "rosters"})
    )
    ran = fawen("--json", "check", "通报", cwd=root)
    found = {one["rule"]: one for one in ran.object["findings"]}
    fault = found["job.honours"]
    assert (fault["level"], fault["sheet"]) == ("error", "党员")
