"""A row as a template sees it: relations, counts, and the record of what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from merge_office import PEOPLE, Office, sheet

from merge.book import RESERVED, Book
from merge.record import View
from merge.trail import Trail
from rosters.dates import PartialDate
from rosters.finding import Cell

if TYPE_CHECKING:
    from pathlib import Path

    from rosters.roster import Roster


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def roster(desk: Office) -> Roster:
    return desk.roster()


def names(views: object) -> list[object]:
    assert isinstance(views, list)
    return [view["姓名"] if "姓名" in view else view["简称"] for view in views]


def test_an_organisation_leads_up_down_and_to_its_people(roster: Roster) -> None:
    party = View(Book(roster), roster.find("001"))
    branch = View(Book(roster), roster.find("00101"))
    assert names(party["下级"]) == ["机械教工一支部", "机械学生一支部"]
    assert party["党员"] == []
    assert names(party["全部党员"]) == ["王毅", "李娜", "张强"]
    assert party["上级"] is None
    assert party["二级党组织"] == party == party["党组织"]
    assert branch["上级"] == party == branch["二级党组织"]
    assert [view["序号"] for view in branch["党员"]] == [1, 2]


def test_counts_are_offered_where_no_column_has_them(desk: Office, roster: Roster) -> None:
    party = View(Book(roster), roster.find("001"))
    asked = ("党员数", "正式党员数", "预备党员数", "支部数")
    assert [party[name] for name in asked] == [3, 2, 1, 2]
    organisations = [
        [*row, value] for row, value in zip(sheet("党组织"), ("党员数", 57, 9), strict=True)
    ]
    told = desk.roster(党组织=organisations)
    assert View(Book(told), told.find("001"))["党员数"] == 57


def test_a_member_has_its_own_headings_and_its_organisations_relations(roster: Roster) -> None:
    member = View(Book(roster), roster.members[0])
    assert member["姓名"] == "王毅"
    assert member["荣誉称号"] == member["行"]["荣誉称号"] == "优秀共产党员"
    assert member["党组织"]["简称"] == "机械教工一支部"
    assert member["上级"]["简称"] == member["二级党组织"]["简称"] == "机械学院党委"
    assert names(member["党员"]) == ["王毅", "李娜"]
    with pytest.raises(KeyError):
        member["书记"]


def test_a_reserved_name_hides_a_heading_which_the_row_still_has(desk: Office) -> None:
    rows = [[*row, "甲" if at else "序号"] for at, row in enumerate(PEOPLE)]
    roster = desk.roster(rows)
    member = View(Book(roster), roster.members[0], 7)
    assert member["序号"] == 7
    assert member["行"]["序号"] == "甲"


def test_a_trail_knows_what_was_read_last() -> None:
    first, second, third = (Cell("表", row, "name") for row in (1, 2, 3))
    trail = Trail([first, second])
    trail.add(third)
    trail.update([first], [third])
    assert list(trail.order) == [second, first, third]
    assert trail == {first, second, third}


def test_the_batch_has_everybody_and_no_row(roster: Roster) -> None:
    batch = View(Book(roster), None)
    assert names(batch["下级"]) == ["机械学院党委", "图书馆直属党支部"]
    assert len(batch["全部党员"]) == batch["党员数"] == 4
    with pytest.raises(KeyError):
        batch["简称"]
    assert set(RESERVED) <= set(batch)


def test_an_empty_cell_is_empty_text_and_the_kind_is_told_by_the_sheet(roster: Roster) -> None:
    assert View(Book(roster), roster.members[1])["荣誉称号"] == ""
    assert View(Book(roster), roster.find("00101"))["类别"] == "党支部"


def test_in_a_scope_what_a_sheet_lacks_is_blank(roster: Roster) -> None:
    branch = View(Book(roster, blank=True), roster.find("001"))
    assert branch["没有这一列"] == ""
    assert branch["上级"]["简称"] == ""
    assert not branch["上级"]


def test_every_cell_that_is_read_is_noted_and_no_other(roster: Roster) -> None:
    cells: set[Cell] = set()
    party = View(Book(roster, cells), roster.find("001"))
    assert cells == set()
    _ = party["电子邮箱"]
    assert {cell.column for cell in cells} == {"email"}
    cells.clear()
    people = party["全部党员"]
    assert {cell.column for cell in cells} == {"branch", "parent", "org_code", "org_name", "short"}
    cells.clear()
    assert isinstance(people, list)
    _ = people[2]["网格"]
    member = roster.members[2].row
    assert cells == {Cell(member.sheet.key, member.number, "grid")}


def test_the_batch_lists_everybody_wherever_they_belong(roster: Roster) -> None:
    cells: set[Cell] = set()
    _ = View(Book(roster, cells), None)["全部党员"]
    assert cells == set()


def test_a_date_stays_a_date(desk: Office) -> None:
    rows = [[*row, "2020.2" if at else "入党日期"] for at, row in enumerate(PEOPLE)]
    roster = desk.roster(rows)
    assert View(Book(roster), roster.members[0])["入党日期"] == PartialDate(2020, 2)
