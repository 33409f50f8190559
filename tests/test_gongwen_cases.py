"""Golden cases: documents as clerks write them, what is expected of each beside it.

What belongs in a case says tests/cases/gongwen/README.md.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gongwen_pictures import SHOWN
from measuring.looks import Look, looks
from typesetter import made, outline

from rosters.finding import InputError
from templates.gongwen.blocks import (
    Attachment,
    Block,
    Footnote,
    PageBreak,
    Paragraph,
    Picture,
    Run,
    Statement,
    TableRow,
)

CASES = Path(__file__).parent / "cases" / "gongwen"
EXPECTED = sorted(CASES.glob("*.json"))
_WORD = {".docx", ".yaml"}
SOURCES = sorted(one for one in CASES.glob("*.*") if one.suffix in {".md", *_WORD})
_CASE = [one for one in SOURCES if one.stem != "README"]
_BOTH = [one for one in _CASE if one.suffix in _WORD and one.with_suffix(".md").exists()]
_NEAR = 8  # twips: what rounding may do to an indent


def told(block: Block) -> str:
    """Write a block without its place."""
    if isinstance(block, Paragraph):
        return f"段{block.level or ''} {shown(block.runs)}"
    if isinstance(block, Statement):
        return f"语句 {block.inside}"
    if isinstance(block, Attachment):
        return f"附件{block.number} {shown(block.title)}" + " 横" * block.landscape
    if isinstance(block, PageBreak):
        return "换页" + " 横" * block.landscape
    rows = sum(isinstance(row, TableRow) for row in block.rows)
    return f"表 {len(block.widths)}列 {rows}行"


def shown(inlines: Any) -> str:
    texts = []
    for one in inlines:
        if isinstance(one, Picture):
            texts.append("〈图〉")
        elif isinstance(one, Footnote):
            texts.append(f"〈注：{''.join(run.text for note in one.paragraphs for run in note)}〉")
        elif isinstance(one, Run):
            text = f"**{one.text}**" if one.bold else one.text
            texts.append(f"〔{text}〕" if one.head else text)
    return "".join(texts)


def test_every_case_has_its_expectation_and_there_are_forty() -> None:
    assert {one.stem for one in EXPECTED} == {one.stem for one in _CASE}
    assert len(_CASE) >= 40
    assert sum(one.suffix in _WORD for one in _CASE) >= 15


def expected(source: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(source.with_suffix(".json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("source", _CASE, ids=[one.name for one in _CASE])
def test_a_document_comes_out_as_expected(source: Path, tmp_path: Path) -> None:
    asked = expected(source)
    if "findings" in asked:
        refused(source, asked["findings"], tmp_path)
        return
    assert [told(block) for block in outline(source, tmp_path).blocks] == asked["outline"]
    found = looks(made(source, tmp_path))
    at = 0
    for fact in asked["facts"]:
        at = holds(found, fact, at) + 1
    everything = "\n".join(look.text for look in found)
    assert [word for word in asked.get("absent", []) if word in everything] == []


def refused(source: Path, asked: list[dict[str, str]], folder: Path) -> None:
    with pytest.raises(InputError) as fault:
        made(source, folder)
    findings = list(fault.value.findings)
    for one in asked:
        assert [
            finding
            for finding in findings
            if one["says"] in finding.message
            and finding.level == one.get("level", "error")
            and one.get("where", "") in finding.place.where
        ], (one, [str(finding) for finding in findings])
    assert not (folder / "made.docx").exists()


def holds(found: list[Look], fact: dict[str, Any], start: int) -> int:
    """Find the paragraph that a fact is about, behind `start`, and check the fact."""
    said = dict(fact)
    text, begins = said.pop("text", None), said.pop("starts", None)
    for at in range(start, len(found)):
        look = found[at]
        if look.text == text or (begins is not None and look.text.startswith(begins)):
            wrong = {
                name: (look.get(name), value)
                for name, value in said.items()
                if not same(look.get(name), value)
            }
            assert not wrong, (look.text, wrong)
            return at
    raise AssertionError((text or begins, [look.text for look in found]))


def same(measured: Any, asked: Any) -> bool:
    if isinstance(asked, int) and not isinstance(asked, bool) and measured is not None:
        return abs(measured - asked) <= (_NEAR if asked > 40 or asked == 0 else 0)
    return bool(measured) is asked if isinstance(asked, bool) else bool(measured == asked)


@pytest.mark.parametrize("source", _BOTH, ids=[one.stem for one in _BOTH])
def test_word_and_markdown_give_the_same_bytes(source: Path, tmp_path: Path) -> None:
    (tmp_path / "word").mkdir()
    (tmp_path / "markdown").mkdir()
    assert made(source, tmp_path / "word") == made(source.with_suffix(".md"), tmp_path / "markdown")


def test_eight_documents_are_shown_and_nothing_on_them_deviates() -> None:
    page = (CASES.parent.parent.parent / "docs" / "gongwen" / "measured.md").read_text("utf-8")
    assert len(SHOWN) == 8
    for name, told_of in SHOWN.items():
        assert f"{told_of}: nothing deviates." in page
        assert f"![{name}]({name}.png)" in page
        picture = CASES.parent.parent.parent / "docs" / "gongwen" / f"{name}.png"
        assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
