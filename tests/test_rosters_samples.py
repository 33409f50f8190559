from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rosters.finding import Level
from rosters.reader import read_roster

if TYPE_CHECKING:
    from rosters.roster import Roster

DATA = Path(__file__).parent / "data"
RANK = {Level.INFO: 0, Level.WARNING: 1, Level.ERROR: 2}
FAULTS = json.loads((DATA / "北原师范学院名册.json").read_text(encoding="utf-8"))["faults"]


@cache
def sample(name: str) -> Roster:
    return read_roster([DATA / f"{name}名册.xlsx"])


def cells(roster: Roster, level: Level) -> set[tuple[str, str]]:
    """Every cell that a finding of at least this level points at."""
    found = set()
    letters = {
        (sheet.key, column.key): (sheet.name, column.letter)
        for sheet in roster.sheets
        for column in sheet.columns
    }
    for one in roster.findings:
        if RANK[one.level] >= RANK[level]:
            found.add((one.place.sheet, one.place.cell))
            for cell in one.cells:
                sheet, letter = letters[cell.sheet, cell.column]
                found.add((sheet, f"{letter}{cell.row}"))
    return found


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: f"{one['sheet']}-{one['cell']}")
def test_each_planted_fault_is_found_at_its_cell_with_its_level(fault: dict[str, Any]) -> None:
    levels = [
        RANK[one.level]
        for one in sample("北原师范学院").findings
        if one.place.sheet == fault["sheet"] and one.place.cell in fault["any_of"]
    ]
    assert max(levels, default=-1) >= RANK[Level(fault["level"])]


def test_there_is_no_error_but_the_planted_ones() -> None:
    planted = {(one["sheet"], cell) for one in FAULTS for cell in one["any_of"]}
    errors = [one for one in sample("北原师范学院").findings if one.level is Level.ERROR]
    assert [str(one) for one in errors if (one.place.sheet, one.place.cell) not in planted] == []
    assert len(errors) == sum(one["level"] == "error" for one in FAULTS)


def test_cells_name_both_sides_of_a_fault() -> None:
    found = cells(sample("北原师范学院"), Level.WARNING)
    for fault in FAULTS:
        assert all((fault["sheet"], cell) in found for cell in fault["any_of"]), fault


def test_the_faultless_one_has_no_error_and_no_warning() -> None:
    worse = [one for one in sample("东江理工大学").findings if one.level is not Level.INFO]
    assert [str(one) for one in worse] == []


def test_every_member_and_branch_is_joined() -> None:
    roster = sample("东江理工大学")
    assert len(roster.members) == 2470
    assert all(member.organisation in roster.by_key for member in roster.members)
    tops = roster.inferiors(None)
    assert len(tops) == 24
    assert sum(len(roster.all_members(one)) for one in tops) == 2470
    assert {one.category for one in roster.organisations} >= {"分党委", "党支部", "直属党支部"}


def test_hidden_columns_and_notes_are_read_or_left_out_and_that_is_said() -> None:
    rules = {one.rule for one in sample("东江理工大学").findings}
    assert rules == {"column-hidden", "row-left", "sheet-left", "cell-normalised"}


def test_no_id_number_or_phone_stands_whole_in_a_finding() -> None:
    roster = sample("北原师范学院")
    said = "\n".join(str(one) for one in roster.findings)
    for member in roster.members:
        for key in ("id_card", "mobile"):
            value = member.row.get(key)
            if value is not None and str(value).isalnum() and len(str(value)) > 10:
                assert str(value) not in said


def test_names_lead_from_label_and_alias_to_the_heading() -> None:
    members = next(one for one in sample("北原师范学院").sheets if one.name == "党员名册")
    for tag in (
        "网格",
        "所属网格",
        "荣誉称号",
        "所在党支部",
        "支部",
        "手机号码",
        "联系电话",
        "姓名",
    ):
        assert tag in members.names, tag
    branches = next(one for one in sample("北原师范学院").sheets if one.name == "支部一览")
    for tag in ("简称", "党组织编码", "党组织名称", "上级党组织", "联系电话", "电子邮箱", "E-mail"):
        assert tag in branches.names, tag
