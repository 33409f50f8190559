"""A Markdown body read into blocks: a case is a file, what is expected of it stands beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from outlines import told

from rosters.finding import InputError
from templates.gongwen.blocks import Table
from templates.gongwen.outline import parse

CASES = sorted((Path(__file__).parent / "cases" / "outline").glob("*.md"))
FIRST = 21  # a body stands below a job's front matter


def picture(name: str) -> bytes | None:
    path = CASES[0].parent / name
    return path.read_bytes() if name.endswith(".png") and path.is_file() else None


def outcome(markdown: str) -> str:
    try:
        outline = parse(markdown, file="通知.md", line=FIRST, find=picture)
    except InputError as fault:
        return "".join(f"{finding}\n" for finding in fault.findings)
    return "".join(f"{line}\n" for block in outline.blocks for line in told(block))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_body_becomes_these_blocks(case: Path) -> None:
    expected = case.with_suffix(".txt").read_text(encoding="utf-8")
    assert outcome(case.read_text(encoding="utf-8")) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_line_ends_of_windows_change_nothing(case: Path) -> None:
    text = case.read_text(encoding="utf-8")
    assert outcome(text.replace("\n", "\r\n")) == outcome(text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_block_knows_its_source_line(case: Path) -> None:
    lines = case.read_text(encoding="utf-8").split("\n")
    for place, text in re.findall(r"第(\d+)行 (?:段\d?|语句|行) (.*)", outcome("\n".join(lines))):
        source = lines[int(place) - FIRST].replace("\\", "")
        if "【仅" in source:  # its condition is written in other words
            continue
        shorter = re.sub("⟦.*?⟧", " ", text).partition("⏎")[0]
        words = re.findall(r"[\u4e00-\u9fff]{2,}", shorter)
        assert all(word in source for word in words)


def test_every_case_has_its_expectation() -> None:
    stems = {case.stem for case in CASES}
    assert {case.stem for case in CASES[0].parent.glob("*.txt")} == stems


@pytest.mark.parametrize("mark", ["**", "{{ 简称 }}", "{%", "|", "> ", "# ", "<b>", "\\", "\ufdd0"])
def test_anything_is_read_or_refused(mark: str) -> None:
    for text in (mark, mark * 2, f"甲{mark}乙", f"甲\n{mark}\n乙", f"| 甲 |\n| - |\n{mark}\n"):
        assert outcome(text).startswith(("第", "通知.md › 第")) or not text.strip()


def test_a_table_is_a_block_of_its_own() -> None:
    outline = parse("| 甲 |\n| --- |\n| 乙 |\n", file="", line=1)
    assert [type(block) for block in outline.blocks] == [Table]
