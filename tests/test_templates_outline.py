"""A Markdown body read into blocks: a case is a file, what is expected of it stands beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rosters.finding import InputError
from templates.gongwen.blocks import Block, Paragraph, Run, Statement, Table, TableRow
from templates.gongwen.outline import parse

CASES = sorted((Path(__file__).parent / "cases" / "outline").glob("*.md"))
FIRST = 21  # a body stands below a job's front matter


def shown(runs: tuple[Run, ...]) -> str:
    """Write runs as 〔heading〕, **bold** and plain text."""
    texts = [f"**{run.text}**" if run.bold else run.text for run in runs]
    return "".join(
        f"〔{text}〕" if run.head else text for text, run in zip(texts, runs, strict=True)
    )


def told(block: Block | TableRow) -> list[str]:
    where = block.place.where
    if isinstance(block, Paragraph):
        return [f"{where} 段{block.level or ''} {shown(block.runs)}"]
    if isinstance(block, Statement):
        return [f"{where} 语句 {block.inside}"]
    if isinstance(block, TableRow):
        return [f"{where} 行 {' ¦ '.join(shown(cell.paragraphs[0]) for cell in block.cells)}"]
    head = block.rows[0]
    aligns = [cell.align for cell in head.cells]
    widths = " ".join(f"{n}{a and ':' + a}" for n, a in zip(block.widths, aligns, strict=True))
    rows = [line for row in block.rows for line in told(row)]
    return [f"{where} 表 {widths}", *("  " + row for row in rows)]


def outcome(markdown: str) -> str:
    try:
        outline = parse(markdown, file="通知.md", line=FIRST)
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
        words = re.findall(r"[\u4e00-\u9fff]{2,}", text)
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
