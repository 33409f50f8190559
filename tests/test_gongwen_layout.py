"""The numbers: where each comes from, that the page holds what it should, and the table shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from templates.gongwen import layout, rulebook, signatures, titles
from templates.gongwen.layout import PROFILES, RULES, Strength
from templates.gongwen.settings import ALIASES, CLASSES, Fonts

PAGE = Path(__file__).parent.parent / "docs" / "gongwen.md"
OWN = {Strength.PRACTICE, Strength.DERIVED}


def test_the_table_in_the_documents_is_current() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert rulebook.put(text) == text, "python -m templates.gongwen.rulebook"
    assert text.count(rulebook.BEGIN) == text.count(rulebook.END) == 1


def test_practice_is_never_called_the_standards() -> None:
    for rule in RULES:
        assert bool(rule.clause) == (rule.strength not in OWN), rule.name
    rows = [row for row in rulebook.table().splitlines() if row.startswith("| ")]
    for row in rows:
        if "| 实务 |" in row or "| 推算 |" in row:
            assert "GB/T" not in row
            assert "标准未规定" in row


def test_every_rule_is_told_once() -> None:
    assert len({(rule.group, rule.name) for rule in RULES}) == len(RULES) > 50
    table = rulebook.table()
    for rule in RULES:
        assert f"| {rule.name} |" in table


@pytest.mark.parametrize("name", PROFILES)
def test_twenty_two_lines_fit_and_not_one_more(name: str) -> None:
    page = PROFILES[name]
    height = layout.PAGE_HEIGHT - page.top - page.bottom
    assert height // page.pitch == 22


def test_twenty_eight_characters_fit_and_not_one_more() -> None:
    character = layout.BODY_SIZE.twips + layout.SPACING.twips
    assert layout.TEXT_WIDTH // character == 28
    assert (
        layout.CHAR.twips * 28 <= layout.TEXT_WIDTH + 28
    )  # an indent of n 字 stands on their grid
    assert layout.TEXT_WIDTH // layout.BODY_SIZE.twips == 27  # which is why they are tightened


def test_the_edges_add_up_to_a4() -> None:
    assert layout.LEFT_EDGE + layout.TEXT_WIDTH + layout.RIGHT_EDGE == layout.PAGE_WIDTH
    page = PROFILES["nominal"]
    assert abs(layout.PAGE_HEIGHT - page.top - page.bottom - layout.HEIGHT.twips) <= 1


def test_a_typeface_of_another_class_is_noticed() -> None:
    assert Fonts().strange() == ()
    assert Fonts(body="方正仿宋_GBK", title="华文中宋").strange() == ()
    assert Fonts(body="宋体").strange() == (("仿宋体", "宋体"),)
    assert set(ALIASES) == set(CLASSES)


def test_what_is_solved_and_what_is_said_are_the_same_numbers() -> None:
    assert signatures.DATE_RIGHT == layout.DATE_SEALED.value == layout.STAMP_INDENT.value
    assert layout.ORGAN_PLAIN.value == signatures.ORGAN_RIGHT
    assert layout.SEAL_ROOM.value == signatures.SEAL_LINES
    assert layout.CHAR.twips == signatures.CHAR
    assert layout.TITLE_CHARS.value == titles.PER_LINE
