"""A Markdown body read into blocks: a case is a file, what is expected of it stands beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rosters.finding import InputError
from templates.gongwen.blocks import (
    Attachment,
    Block,
    Cell,
    Footnote,
    Inline,
    PageBreak,
    Paragraph,
    Picture,
    Statement,
    Table,
    TableRow,
)
from templates.gongwen.outline import parse

CASES = sorted((Path(__file__).parent / "cases" / "outline").glob("*.md"))
FIRST = 21  # a body stands below a job's front matter


def shown(runs: tuple[Inline, ...]) -> str:
    """Write runs as 〔heading〕, **bold** and plain text, pictures and notes in ⟦ ⟧."""
    return "".join(map(one_shown, runs))


def one_shown(run: Inline) -> str:
    if isinstance(run, Picture):
        millimetres = f"{run.width / 36000:.1f}×{run.height / 36000:.1f}"
        return f"⟦图 {run.suffix} {millimetres} {run.words}⟧"
    if isinstance(run, Footnote):
        return f"⟦注 {run.place.where} {' ¦ '.join(map(shown, run.paragraphs))}⟧"
    text = run.text.replace("\n", "⏎").replace("\t", "⇥")
    text = f"__{text}__" if run.underline else text
    text = f"**{text}**" if run.bold else text
    text = f"{'^' if run.script == 'superscript' else '~'}{text}" if run.script else text
    return f"〔{text}〕" if run.head else text


def in_cell(cell: Cell) -> str:
    text = "⏎".join(map(shown, cell.paragraphs))
    merged = f"{cell.across}列" if cell.across > 1 else ""
    merged += {"": "", "restart": "↓", "continue": "↑"}[cell.down]
    return f"{merged}{text}"


def told(block: Block | TableRow) -> list[str]:
    where = block.place.where
    if isinstance(block, Paragraph):
        align = {"center": "中", "right": "右"}.get(block.align, "")
        return [f"{where} 段{block.level or ''}{align} {shown(block.runs)}"]
    if isinstance(block, Statement):
        return [f"{where} 语句 {block.inside}"]
    if isinstance(block, TableRow):
        return [f"{where} 行 {' ¦ '.join(map(in_cell, block.cells))}"]
    if isinstance(block, PageBreak):
        return [f"{where} {'横排' if block.landscape else '分页'}"]
    if isinstance(block, Attachment):
        across = "横排" if block.landscape else ""
        return [f"{where} 附件{block.number}{across} {shown(block.title)}"]
    first = next(row for row in block.rows if isinstance(row, TableRow))
    aligns = [cell.align for cell in first.cells] if len(first.cells) == len(block.widths) else []
    aligns = aligns or ["" for _ in block.widths]
    widths = " ".join(f"{n}{a and ':' + a}" for n, a in zip(block.widths, aligns, strict=True))
    rows = [line for row in block.rows for line in told(row)]
    return [f"{where} 表 {widths}", *("  " + row for row in rows)]


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
