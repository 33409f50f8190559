"""Organisations among nominations: a sheet of their own, and no people on the list of people."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from commendation import HONOUR, RULES, full, nominations, roster
from merge_office import Office
from openpyxl import load_workbook

from merge.awards import Rules
from merge.laurels import crowned
from rosters.finding import Level
from rosters.reader import read_roster

if TYPE_CHECKING:
    from pathlib import Path

    from rosters.finding import Finding
    from rosters.roster import Roster

SIZE = 3
GOOD = ["11院党委", "第11学院第1党支部", "先进基层党组织"]


def judged(root: Path, name: str, rows: list[list[str | None]], to: str = "") -> list[Finding]:
    """Judge nominations with a sheet beside them, or with rows below those of another sheet."""
    made, before = crown(root, name, rows, to)
    return [one for one in made.findings[before:] if one.level is not Level.INFO]


def crown(root: Path, name: str, rows: list[list[str | None]], to: str = "") -> tuple[Roster, int]:
    """Return the roster with its honours, and how many findings it had before."""
    roster(root / "名册.xlsx", SIZE)
    path = root / "推荐表.xlsx"
    nominations(planted=False, size=SIZE).save(path)
    book = load_workbook(path)
    if to:
        book[to].insert_rows(3, len(rows))
        for at, row in enumerate(rows, 3):
            for column, value in enumerate(row, 1):
                book[to].cell(at, column, value)
    else:
        sheet = book.create_sheet(name)
        for row in [["推荐单位", "集体名称", "荣誉称号"], *rows]:
            sheet.append(row)
    book.save(path)
    people = read_roster([root / "名册.xlsx"])
    day = dt.date(2026, 7, 7)
    made = crowned(people, Rules.model_validate(RULES), path, lambda one: one.name, day=day)
    return made, len(people.findings)


@pytest.mark.parametrize(
    "name", ["推荐集体", "集体", "推荐集体名单", "集体推荐名单", "先进集体推荐名单"]
)
def test_a_sheet_of_organisations_is_no_list_of_people(tmp_path: Path, name: str) -> None:
    assert judged(tmp_path, name, [GOOD, [None, full(1), "先进基层党组织"]]) == []


def test_each_is_known_stands_once_and_is_below_who_nominates(tmp_path: Path) -> None:
    rows: list[list[str | None]] = [
        GOOD,
        ["11院党委", "第11学院第1党支", "先进基层党组织"],
        ["11院党委", "11院党委", None],
        [None, "第11学院第1党支部", "先进基层党组织"],
        ["12院党委", "第11学院第2党支部", "先进基层党组织"],
        ["11院党委", None, "先进基层党组织"],
    ]
    found = judged(tmp_path, "推荐集体", rows)
    assert {one.level for one in found} == {Level.ERROR}
    assert [(one.rule, one.place.cell) for one in found] == [
        ("award.unit", "B3"),
        ("award.honour", "C4"),
        ("award.twice", "B5"),
        ("award.unit", "A6"),
        ("award.unit", "B7"),
    ]
    assert "「第11学院第1党支部」" in found[0].advice


def test_an_organisation_among_people_is_led_to_its_sheet(tmp_path: Path) -> None:
    row = ["1", "11院党委", "第11学院第1党支部", None, HONOUR]
    [found] = judged(tmp_path, "", [row], to="推荐名单")
    assert (found.rule, found.place.cell) == ("award.name", "C3")
    assert "「第11学院第1党支部」是党组织，推荐名单里只核对人选" in found.message
    assert "「推荐集体」工作表" in found.advice


CERTIFICATES = """---
名册: 名册.xlsx
文种: 集体证书
每份: 党组织
名单: [NAMES]
要素:
  标题: 先进基层党组织荣誉证书
  荣誉称号: 先进基层党组织
  成文日期: 2026-07-07
信件:
  主题: 证书（{{ 简称 }}）
  正文: 请查收。
---
"""


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("第11学院第1党支部, 12院党委", []),
        ("第11学院第1党支部", ["12院党委的这一称号「推荐集体」里有，却不在范围里"]),
        (
            "第11学院第1党支部, 11院党委",
            [
                "12院党委的这一称号「推荐集体」里有，却不在范围里",
                "11院党委的这一称号要做「集体证书」，「推荐集体」里却没有",
            ],
        ),
    ],
)
def test_who_is_commended_has_a_certificate(tmp_path: Path, names: str, told: list[str]) -> None:
    rows: list[list[str | None]] = [
        GOOD, [None, "12院党委", "先进基层党组织"], [None, "11院党委", "文明单位"]
    ]  # fmt: skip
    people, _ = crown(tmp_path, "推荐集体", rows)
    desk = Office(tmp_path)
    desk.template("集体证书", ["{{ 党组织名称 }}：{{ 荣誉称号 }}"])
    made = desk.plan(CERTIFICATES.replace("NAMES", names), people)
    found = [one for one in made.findings if one.rule == "award.bodies"]
    assert [one.message.split("，没有「")[0] for one in found] == told
    assert {(one.level, str(one.place)) for one in found} <= {(Level.WARNING, "作业.md › 第5行")}
