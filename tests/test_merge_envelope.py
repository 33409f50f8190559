"""Who receives, where addresses or organisations lack: each a finding at its cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from merge_office import AWARD, LIST, PEOPLE, Office, office, sheet

if TYPE_CHECKING:
    from pathlib import Path

    from merge.plan import Plan

OWN = AWARD.replace("收件: 二级党组织\n  全发: 是", "收件: 本级").replace(
    "（{{ 简称 }}）", "（{{ 党组织.简称 }}）"
)


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    return office(tmp_path)


def told(made: Plan) -> list[tuple[str, str, str]]:
    return [(one.rule, one.place.sheet, one.place.cell) for one in made.stopping]


def with_addresses(*addresses: str | None) -> list[list[object]]:
    return [
        [*row[:6], address] for row, address in zip(PEOPLE, ("电子邮箱", *addresses), strict=True)
    ]


def test_an_address_that_is_not_there(desk: Office) -> None:
    branches = sheet("党支部")
    branches[2][4] = None
    made = desk.plan(LIST, desk.roster(党支部=branches))
    assert [cell for _, _, cell in told(made)] == ["E3"]
    left = desk.plan(LIST, desk.roster(党支部=branches), skip_invalid=True)
    assert [letter.organisation for letter in left.letters] == ["00101"]
    assert left.accounts[0].balanced


def test_a_sheet_without_addresses(desk: Office) -> None:
    branches = [row[:4] for row in sheet("党支部")]
    made = desk.plan(LIST, desk.roster(党支部=branches), skip_invalid=True)
    assert ("column.missing", "党支部", "第1行") in told(made)
    assert len(made.stopping) == 1


def test_the_superior_of_a_second_level_organisation_is_nobody(desk: Office) -> None:
    job = LIST.replace('类别 == "党支部"', '类别 == "分党委"').replace(
        "信件:\n", "信件:\n  收件: 上级\n"
    )
    desk.template("名单", ["{{ 简称 }}"])
    made = desk.plan(job)
    assert made.stopping[0].rule == "letter.receiver"
    assert "收件：上级" in str(made.stopping[0])


def test_copies_go_to_the_superior_whose_address_must_be_there(desk: Office) -> None:
    organisations = sheet("党组织")
    organisations[1][4] = None
    job = LIST.replace("信件:\n", "信件:\n  收件: 本级并抄送上级\n")
    made = desk.plan(job, desk.roster(党组织=organisations))
    assert [(name, cell) for _, name, cell in told(made)] == [("党组织", "E2")]


def test_a_member_who_belongs_nowhere_is_skipped_by_name(desk: Office) -> None:
    rows = [list(row) for row in PEOPLE]
    rows[1][2] = "没有的支部"
    made = desk.plan(AWARD, desk.roster(rows))
    assert [rule for rule, _, _ in told(made)] == ["branch-unknown"]
    left = desk.plan(AWARD, desk.roster(rows), skip_invalid=True)
    assert "2-无-0001" in {one.key for one in left.skipped}
    assert all("王毅" not in draft.filename for draft in left.drafts)


def test_a_faulty_address_of_a_member_is_not_replaced_by_anothers(desk: Office) -> None:
    roster = desk.roster(with_addresses("wang at a.example", None, "zhang@a.example", None))
    made = desk.plan(OWN, roster)
    assert [(name, cell) for _, name, cell in told(made)] == [("党员", "G2")]
    left = desk.plan(OWN, roster, skip_invalid=True)
    assert [letter.to for letter in left.letters] == [("zhang@a.example",)]


def test_an_organisation_without_an_address_hands_on_to_the_one_above(desk: Office) -> None:
    branches = sheet("党支部")
    branches[1][4] = branches[2][4] = None
    made = desk.plan(OWN, desk.roster(党支部=branches))
    assert [letter.to for letter in made.letters] == [("jx@a.example",)], made.stopping
    assert len(made.drafts) == 3


def test_a_member_and_its_organisation_in_copy(desk: Office) -> None:
    job = OWN.replace("收件: 本级", "收件: 本级并抄送上级")
    made = desk.plan(job, desk.roster(with_addresses("wang@a.example；w2@a.example", *[None] * 3)))
    letters = {letter.name: (letter.to, letter.cc) for letter in made.letters}
    assert letters == {
        "机械学院党委学生第一党支部": (("x1@a.example",), ()),
        "王毅": (("wang@a.example",), ("w2@a.example", "j1@a.example")),
    }


def test_two_members_of_one_number_keep_their_documents_apart(desk: Office) -> None:
    rows = [list(row) for row in PEOPLE]
    rows[2][5], rows[2][1] = "优秀共产党员", rows[1][1]
    made = desk.plan(AWARD, desk.roster(rows), skip_invalid=True)
    keys = [draft.key for draft in made.drafts] + [one.key for one in made.skipped]
    assert len(keys) == len(set(keys)) == 4
