"""What changed since a batch: each at the new roster's cell; a nominee who moved is a warning."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from bureau import bureau, default_sheets, fawen, write_book
from roster_books import BASE, read

from rosters.changes import Changes
from rosters.finding import Level

if TYPE_CHECKING:
    from pathlib import Path

    from rosters.roster import Roster

HEAD = ["姓名", "工号", "公民身份号码", "所在党支部", "荣誉称号"]
ONE, TWO = "99010119900101006X", "990101199001010043"
PEOPLE: list[list[Any]] = [
    HEAD,
    ["王毅", "0001", None, "机械教工一支部", "优秀共产党员"],
    ["李娜", "0002", None, "机械教工一支部", None],
    ["张强", None, None, "机械学生一支部", None],
    ["赵敏", "0004", None, "图书馆直属党支部", None],
]


def book(folder: Path, people: list[list[Any]], **sheets: Any) -> Roster:
    folder.mkdir()
    told = {name: {"rows": rows} for name, rows in sheets.items()}
    return read({"base": True, "sheets": {**told, "党员": {"rows": people}}}, folder)


def found(old: Roster, new: Roster) -> list[tuple[str, str, str]]:
    return [(one.level, one.rule, one.place.cell) for one in Changes(old, new).findings()]


def test_nothing_changed_is_nothing_to_say(tmp_path: Path) -> None:
    shuffled = [PEOPLE[0], *reversed(PEOPLE[1:])]
    assert found(book(tmp_path / "a", PEOPLE), book(tmp_path / "b", shuffled)) == []


def test_people_join_leave_and_move(tmp_path: Path) -> None:
    now = deepcopy(PEOPLE)
    now[1][3] = "机械学生一支部"  # 王毅, a nominee
    now[2][3] = "图书馆直属党支部"
    now[4] = ["钱新", "0009", None, "图书馆直属党支部", None]
    old, new = book(tmp_path / "a", PEOPLE), book(tmp_path / "b", now)
    assert found(old, new) == [
        (Level.WARNING, "change.nominee", "D2"),
        (Level.INFO, "change.moved", "D3"),
        (Level.INFO, "change.joined", "A5"),
        (Level.INFO, "change.left", ""),
    ]
    said = str(Changes(old, new).findings()[0])
    assert "由机械教工一支部转到机械学生一支部" in said
    assert "优秀共产党员" in said


def test_a_nominee_who_left_is_a_warning(tmp_path: Path) -> None:
    [one] = Changes(
        book(tmp_path / "a", PEOPLE), book(tmp_path / "b", [HEAD, *PEOPLE[2:]])
    ).findings()
    assert (one.level, one.rule) == (Level.WARNING, "change.nominee")
    assert "王毅" in one.message


def test_the_id_number_tells_people_before_the_staff_number_and_the_name(tmp_path: Path) -> None:
    was = [HEAD, ["王毅", "0001", ONE, "机械教工一支部", None]]
    renamed = [HEAD, ["王义", "0007", ONE.lower(), "机械教工一支部", None]]
    assert found(book(tmp_path / "a", was), book(tmp_path / "b", renamed)) == [
        (Level.INFO, "change.name", "A2")
    ]
    other = [HEAD, ["王毅", "0001", TWO, "机械教工一支部", None]]
    assert [
        rule for _, rule, _ in found(book(tmp_path / "c", was), book(tmp_path / "d", other))
    ] == [
        "change.joined",
        "change.left",
    ]


def test_a_nominee_who_changed_the_name_is_a_warning(tmp_path: Path) -> None:
    now = deepcopy(PEOPLE)
    now[1][0], now[2][0] = "王义", "李那"
    old, new = book(tmp_path / "a", PEOPLE), book(tmp_path / "b", now)
    assert found(old, new) == [
        (Level.WARNING, "change.nominee", "A2"),
        (Level.INFO, "change.name", "A3"),
    ]
    assert "「王毅」的姓名改成了「王义」" in Changes(old, new).findings()[0].message


def test_a_branch_that_cannot_be_told_is_no_move(tmp_path: Path) -> None:
    now = deepcopy(PEOPLE)
    now[1][3] = now[2][3] = "机械教工支部（筹）"
    old, new = book(tmp_path / "a", PEOPLE), book(tmp_path / "b", now)
    assert found(old, new) == [
        (Level.WARNING, "change.unplaced", "D2"),
        (Level.INFO, "change.unplaced", "D3"),
    ]
    assert found(new, new) == []


def twins(count: int, *numbers: str) -> list[list[Any]]:
    told = [*numbers, *[None] * (count - len(numbers))]
    return [HEAD, *(["王毅", None, number, "机械教工一支部", None] for number in told)]


def test_as_many_of_one_name_in_one_branch_as_before_are_no_change(tmp_path: Path) -> None:
    old, new = book(tmp_path / "a", twins(2)), book(tmp_path / "b", twins(2))
    assert found(old, new) == []


def test_same_names_in_one_branch_are_not_guessed(tmp_path: Path) -> None:
    old, new = book(tmp_path / "a", twins(2)), book(tmp_path / "b", twins(3))
    assert sorted({rule for _, rule, _ in found(old, new)}) == ["change.joined", "change.left"]


def test_namesakes_whose_numbers_differ_are_other_people(tmp_path: Path) -> None:
    old = book(tmp_path / "a", twins(2, ONE))
    new = book(tmp_path / "b", twins(2, TWO))
    assert {rule for _, rule, _ in found(old, new)} == {"change.joined", "change.left"}


def test_organisations_are_renamed_founded_dissolved_and_change_addresses(tmp_path: Path) -> None:
    units = deepcopy(BASE["党组织"]["rows"])
    units[1][1] = "中共示例大学机械工程学院委员会"
    units[1][4] = "jxgc@a.example"
    branches = deepcopy(BASE["党支部"]["rows"])
    branches[2] = ["00103", "机械学院党委退休党支部", "机械退休支部", "机械学院党委", "t@a.example"]
    old = book(tmp_path / "a", PEOPLE[:3])
    new = book(tmp_path / "b", PEOPLE[:3], 党组织=units, 党支部=branches)
    assert found(old, new) == [
        (Level.INFO, "change.renamed", "B2"),
        (Level.WARNING, "change.address", "E2"),
        (Level.INFO, "change.founded", "B3"),
        (Level.INFO, "change.dissolved", ""),
    ]


def test_an_organisation_with_another_code_is_a_warning(tmp_path: Path) -> None:
    units = deepcopy(BASE["党组织"]["rows"])
    units[1][0] = "009"
    old, new = book(tmp_path / "a", PEOPLE), book(tmp_path / "b", PEOPLE, 党组织=units)
    assert found(old, new) == [(Level.WARNING, "change.code", "A2")]
    assert "由 001 改为 009" in Changes(old, new).findings()[0].message


def test_without_codes_a_former_name_leads_to_the_same_organisation(tmp_path: Path) -> None:
    def units(name: str, former: str | None) -> list[list[Any]]:
        return [
            ["党组织名称", "类别", "电子邮箱", "曾用名"],
            [name, "分党委", "a@a.example", former],
        ]

    people = [["姓名", "所属党组织"], ["王毅", "文学院党委"]]
    moved = [["姓名", "所属党组织"], ["王毅", "人文学院党委"]]
    old = book(tmp_path / "a", people, 党组织=units("文学院党委", None), 党支部=[["支部名称"]])
    now = units("人文学院党委", "文学院党委")
    new = book(tmp_path / "b", moved, 党组织=now, 党支部=[["支部名称"]])
    assert found(old, new) == [(Level.INFO, "change.renamed", "A2")]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return bureau(tmp_path / "w")


def test_check_since_compares_with_the_copy_that_the_batch_keeps(office: Path) -> None:
    job = next((office / "jobs").glob("*.md")).stem
    batch = fawen("--json", "merge", job, cwd=office).object["batch"]
    unchanged = fawen("--json", "check", "--since", batch, cwd=office)
    assert not [one for one in unchanged.object["findings"] if one["rule"].startswith("change.")]
    sheets = default_sheets()
    people = next(rows for rows in sheets.values() if "荣誉称号" in rows[0])
    people[1][2] = "数学院教工党支部"
    write_book(office / "rosters" / "名册.xlsx", sheets)
    for words in (("check", job), ("check",)):
        ran = fawen("--json", *words, "--since", batch, cwd=office)
        found = [one for one in ran.object["findings"] if one["rule"].startswith("change.")]
        # This roster has neither ID nor staff numbers: who moved is asked, not taken for granted.
        assert [(one["rule"], one["level"]) for one in found] == [
            ("change.joined", "info"),
            ("change.nominee", "warning"),
        ]
        assert {(one["file"], one["cell"]) for one in found} == {("rosters/名册.xlsx", "A3")}
        assert "同一人" in found[1]["advice"]
    assert fawen("check", "--since", "没有这一批", cwd=office).status == 2
