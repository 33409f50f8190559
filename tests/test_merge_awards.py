"""Rules of commendation: planted breaches are found, each at its cell, and none else."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from commendation import (
    HONOUR,
    KINDS,
    RULE_OF,
    RULES,
    WORKER,
    Nominations,
    full,
    nominations,
    number,
    person,
    roster,
)
from openpyxl import Workbook, load_workbook

from merge.awards import Rules
from merge.laurels import crowned
from rosters.finding import Level
from rosters.identity import check_digit
from rosters.reader import read_roster

if TYPE_CHECKING:
    from pathlib import Path

    from rosters.finding import Finding
    from rosters.roster import Roster

DAY = dt.date(2026, 7, 7)
SMALL = 6  # organisations; enough for a case


@pytest.fixture(scope="module")
def university(tmp_path_factory: pytest.TempPathFactory) -> Roster:
    path = tmp_path_factory.mktemp("awards") / "名册.xlsx"
    roster(path)
    return read_roster([path])


@pytest.fixture(scope="module")
def college(tmp_path_factory: pytest.TempPathFactory) -> Roster:
    path = tmp_path_factory.mktemp("college") / "名册.xlsx"
    roster(path, SMALL)
    return read_roster([path])


def clean() -> Nominations:
    return nominations(planted=False, size=SMALL)


def judged(roster: Roster, path: Path, day: dt.date = DAY, **rules: object) -> list[Finding]:
    made = crowned(
        roster, Rules.model_validate({**RULES, **rules}), path, lambda p: p.name, day=day
    )
    found = made.findings[len(roster.findings) :]
    return [one for one in found if one.level is not Level.INFO]


def test_three_hundred_planted_breaches_are_found_and_none_else(
    university: Roster, tmp_path: Path
) -> None:
    planted = nominations(planted=True)
    planted.save(tmp_path / "推荐表.xlsx")
    found = judged(university, tmp_path / "推荐表.xlsx")
    told = Counter((RULE_OF.get(one.rule, one.rule), one.place.cell) for one in found)
    assert told == planted.expected
    assert planted.expected.total() == 300
    assert {kind for kind, _ in planted.expected} == set(KINDS)
    assert {one.place.sheet for one in found} == {"推荐名单"}
    for one in found:
        assert f"评选规则「{RULE_OF[one.rule]}」" in one.message
    clauses = {one.rule: one.message for one in found}
    assert "评选办法第五条" in clauses["award.quota"]
    assert "评选办法第七条第二款" in clauses["award.discipline"]


@pytest.mark.parametrize("seed", range(3))
def test_clean_nominations_have_no_finding(university: Roster, tmp_path: Path, seed: int) -> None:
    made = nominations(planted=False, seed=seed)
    made.save(tmp_path / "推荐表.xlsx")
    assert judged(university, tmp_path / "推荐表.xlsx") == []


def test_the_day_after_the_period_is_the_first_that_will_do(
    college: Roster, tmp_path: Path
) -> None:
    clean().save(tmp_path / "推荐表.xlsx")
    early = judged(college, tmp_path / "推荐表.xlsx", dt.date(2026, 7, 6))
    assert {one.rule for one in early} == {"award.published"}
    holiday = judged(college, tmp_path / "推荐表.xlsx", 节假日="2026-07-01")
    assert {one.rule for one in holiday} == {"award.published"}
    made_up = judged(
        college, tmp_path / "推荐表.xlsx", 节假日="2026-07-01", 调休上班="2026年7月4日"
    )
    assert made_up == []


@pytest.mark.parametrize(
    ("row", "rule", "place"),
    [
        # name, ID number, unit; the nominee is person(4, 7), of 第15学院.
        (["@", None, "15院党委"], "award.discipline", "C"),
        (["@", None, "第15学院第2党支部"], "award.discipline", "C"),
        (["@", "#", None], "award.discipline", "C"),
        ([None, "#", None], "award.discipline", "C"),
        (["　@ ", None, "测试学院第15分党委"], "award.discipline", "C"),
        (["@", None, None], "award.doubt", "A"),
        (["@", None, "16院党委"], "award.doubt", "A"),
        (["@", None, "原计算机学院"], "award.doubt", "A"),
        (["别名", "#", "15院党委"], "award.doubt", "A"),
        (["@", "990104198099012347", "15院党委"], "award.number", "B"),
        (["@", "9901041980", None], "award.number", "B"),
        (["@", 990104198008050717.0, "15院党委"], "award.number", "B"),
    ],
)
def test_nobody_under_discipline_passes_silently(
    college: Roster, tmp_path: Path, row: list[object], rule: str, place: str
) -> None:
    name, of = person(4, 7), number(4, 7)
    told = [
        of if one == "#" else one.replace("@", name) if isinstance(one, str) else one for one in row
    ]
    made = clean()
    made.rows["处分"].append([*told, "党内严重警告", "2027-01-01"])
    made.save(tmp_path / "推荐表.xlsx")
    found = judged(college, tmp_path / "推荐表.xlsx")
    assert rule in {one.rule for one in found}
    at = next(one for one in found if one.rule == rule)
    assert at.level is Level.ERROR
    assert at.place.cell.startswith(place)
    assert of not in at.message


def test_another_persons_discipline_is_told_apart_by_two_id_numbers(
    college: Roster, tmp_path: Path
) -> None:
    made = clean()
    made.rows["处分"].append([person(4, 7), number(5, 30), "16院党委", "警告", None])
    made.save(tmp_path / "推荐表.xlsx")
    assert judged(college, tmp_path / "推荐表.xlsx") == []


def test_a_misspelt_name_under_discipline_is_asked_about(college: Roster, tmp_path: Path) -> None:
    made = clean()
    slip = person(4, 7)[:2] + "伟"
    made.rows["处分"].append([slip, None, "15院党委", "警告", None])
    made.rows["处分"].append(["查无此", None, "15院党委", "警告", None])
    made.save(tmp_path / "推荐表.xlsx")
    doubt, unknown = judged(college, tmp_path / "推荐表.xlsx")
    assert (doubt.rule, doubt.level) == ("award.doubt", Level.ERROR)
    assert person(4, 7) in doubt.message
    assert (unknown.rule, unknown.level) == ("award.unknown", Level.WARNING)


@pytest.mark.parametrize(
    ("row", "rule", "place", "words"),
    [
        (["15院党委", "欧阳外人", None], "award.name", "C", "没有叫「欧阳外人」的党员"),
        (["15院党委", "@(5, 9)", None], "award.name", "C", "16学院"),
        (["16院党委", "@(4, 9)", "#(4, 9)"], "award.unit", "B", "15学院"),
        (["15院党委", "@(4, 9)", "#(4, 13)"], "award.name", "C", "不是"),
        (["15院党委", "@(4, 9)", "990104198099012347"], "award.number", "D", "身份号码"),
        (["第十五学院", "@(4, 9)", None], "award.unit", "B", "没有这个党组织"),
        ([None, "@(4, 9)", None], "award.unit", "B", "没有填写"),
        (["15院党委", None, None], "award.name", "C", "没有填写"),
    ],
)
def test_a_row_that_is_nobodys_is_found_at_its_cell(
    college: Roster, tmp_path: Path, row: list[str | None], rule: str, place: str, words: str
) -> None:
    made = clean()
    rows = made.rows["推荐名单"]
    told = [_said(one) for one in row]
    rows.append([len(rows) + 1, *told, HONOUR])
    made.save(tmp_path / "推荐表.xlsx")
    [found] = judged(college, tmp_path / "推荐表.xlsx")
    assert (found.rule, found.place.cell) == (rule, f"{place}{len(rows) + 2}")
    assert words in found.message + found.advice


def _said(word: str | None) -> str | None:
    if word is None or word[0] not in "@#":
        return word
    unit, one = map(int, word[2:-1].split(","))
    return (person if word[0] == "@" else number)(unit, one)


def test_namesakes_in_a_unit_need_an_id_number(tmp_path: Path) -> None:
    roster(tmp_path / "名册.xlsx", SMALL)
    book = load_workbook(tmp_path / "名册.xlsx")
    double = number(4, 39)[:-4] + "555"
    book["党员"].append([person(4, 7), double + check_digit(double), "第15学院第1党支部",
                       "正式党员", "2015-05-04", "2016-05-04"])  # fmt: skip
    book.save(tmp_path / "名册.xlsx")
    made = clean()
    rows = made.rows["推荐名单"]
    [at] = [n for n, row in enumerate(rows) if "".join(row[2].split()) == person(4, 7)]
    for given in (None, number(4, 7)):
        rows[at][1], rows[at][3] = "15院党委", given
        made.save(tmp_path / "推荐表.xlsx")
        found = judged(read_roster([tmp_path / "名册.xlsx"]), tmp_path / "推荐表.xlsx")
        # By the number he is known; the rows beside that lack one are still in doubt.
        assert ("award.namesake" in {one.rule for one in found}) is (given is None)


def test_two_units_that_nominate_one_person_are_named(college: Roster, tmp_path: Path) -> None:
    made = clean()
    rows = made.rows["推荐名单"]
    [at] = [n for n, row in enumerate(rows) if "".join(row[2].split()) == person(4, 10)]
    rows[at][1] = "15院党委"
    rows.append([len(rows) + 1, "第15学院第1党支部", person(4, 10), None, WORKER])
    made.save(tmp_path / "推荐表.xlsx")
    [found] = judged(college, tmp_path / "推荐表.xlsx")
    assert found.rule == "award.twice"
    assert "第15学院第1党支部" in found.message


@pytest.mark.parametrize(
    ("words", "members", "places"),
    [
        ("10%，进一法", 41, 5), ("10%，进一法", 40, 4), ("10%，四舍五入", 45, 5),
        ("10%，四舍五入", 44, 4), ("10%，舍尾", 49, 4), ("10%，舍尾", 50, 5),
        ("百分之2.5 进一法 至少2名", 30, 2), ("3%，至多1名", 90, 1), ("每单位2名", 90, 2),
        ("3％", 100, 3), ("3%进一法至少1名", 10, 1),
    ],
)  # fmt: skip
def test_a_quota_is_counted_as_it_is_written(words: str, members: int, places: int) -> None:
    rules = Rules.model_validate({"推荐表": "x", "基准日": "2026-06-30", "名额": {HONOUR: words}})
    assert rules.quotas[HONOUR].count(members) == places


def test_a_quota_of_branches_does_not_open_a_back_door(college: Roster, tmp_path: Path) -> None:
    made = clean()
    rows = made.rows["推荐名单"]
    for place, one in enumerate((13, 14, 15, 16, 17, 18, 19)):
        rows.append([1, f"第15学院第{one % 2 + 1}党支部", person(4, one), None, HONOUR])
        made.beside(4, one)
        assert place < 7
    made.save(tmp_path / "推荐表.xlsx")
    found = judged(college, tmp_path / "推荐表.xlsx")
    assert [one.rule for one in found] == ["award.quota"] * 2
    assert judged(college, tmp_path / "推荐表.xlsx", 名额单位="推荐单位") == []


def test_without_a_date_of_joining_a_quota_is_not_guessed(tmp_path: Path) -> None:
    roster(tmp_path / "名册.xlsx", SMALL)
    book = load_workbook(tmp_path / "名册.xlsx")
    for row in range(2, 2 + 20):  # half of 第11学院
        book["党员"].cell(row, 5).value = None
    book.save(tmp_path / "名册.xlsx")
    made = clean()
    for one in (13, 14, 15, 16, 17):
        made.rows["推荐名单"].append([1, "11院党委", person(0, one), None, HONOUR])
        made.beside(0, one)
    made.save(tmp_path / "推荐表.xlsx")
    found = judged(read_roster([tmp_path / "名册.xlsx"]), tmp_path / "推荐表.xlsx")
    assert {one.rule for one in found} == {"award.quota"}
    assert len(found) == 4  # 4 to 8 places, 8 nominees
    assert all("拿不准" in one.message for one in found)


def test_every_missing_sheet_and_column_is_named(college: Roster, tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].title = "推荐名单"
    book.worksheets[0].append(["推荐单位", "姓名"])
    book.save(tmp_path / "推荐表.xlsx")
    found = judged(college, tmp_path / "推荐表.xlsx")
    assert [one.rule for one in found if one.rule == "award.sheet"] == ["award.sheet"] * 5
    assert "没有「荣誉称号」一列" in " ".join(one.message for one in found)


def test_one_row_of_publication_and_one_answer_a_unit_are_enough(
    college: Roster, tmp_path: Path
) -> None:
    made = clean()
    made.rows["公示"] = [[None, None, "2026-06-30", "2026-07-06"]]
    made.rows["名单核对"] = [[full(unit), None, "核对无误。"] for unit in range(SMALL)]
    made.save(tmp_path / "推荐表.xlsx")
    assert judged(college, tmp_path / "推荐表.xlsx") == []
    made.rows["公示"] = [[None, None, "2026-06-30", "2026-07-03"]]
    made.rows["名单核对"][4][2] = "张三应为张山"
    made.save(tmp_path / "推荐表.xlsx")
    found = judged(college, tmp_path / "推荐表.xlsx")
    assert [(one.rule, one.place.sheet) for one in found][:1] == [("award.published", "公示")]
    assert [one.rule for one in found[1:]] == ["award.answer"] * 4


def test_before_publication_its_sheets_are_not_asked_for(college: Roster, tmp_path: Path) -> None:
    made = clean()
    made.rows["公示"] = made.rows["名单核对"] = made.rows["异议"] = []
    made.save(tmp_path / "推荐表.xlsx")
    assert judged(college, tmp_path / "推荐表.xlsx", 阶段="核对") == []
    found = judged(college, tmp_path / "推荐表.xlsx", 阶段="公示")
    assert {one.rule for one in found} == {"award.answer"}


def test_an_organisation_may_have_a_number_of_its_own(college: Roster, tmp_path: Path) -> None:
    made = clean()
    made.save(tmp_path / "推荐表.xlsx")
    quotas = {
        HONOUR: {"比例": "20%", "取整": "四舍五入", "单位": {"15院党委": "2", "查无此院": "9"}},
        WORKER: "10%，进一法",
    }
    over, unknown = sorted(judged(college, tmp_path / "推荐表.xlsx", 名额=quotas),
                           key=lambda one: one.rule)  # fmt: skip
    assert over.rule == "award.quota"
    assert "第15学院" in over.message
    assert (unknown.rule, "查无此院" in unknown.message) == ("award.unit", True)


@pytest.mark.parametrize(
    ("name", "unit"),
    [("喆", None), ("喆", "文史部"), ("（男）", "11院党委"), ("、欧阳某某、司马某某", None)],
)
def test_who_is_under_discipline_is_not_lost_for_want_of_a_unit_or_in_a_list(
    college: Roster, tmp_path: Path, name: str, unit: str | None
) -> None:
    made = clean()
    spelt = person(0, 7)[:2] + name if len(name) == 1 else person(0, 7) + name
    made.rows["处分"].append([spelt, None, unit, "党内警告", None])
    made.save(tmp_path / "推荐表.xlsx")
    [found] = judged(college, tmp_path / "推荐表.xlsx")
    assert found.rule == "award.doubt"
    assert person(0, 7) in found.message


@pytest.mark.parametrize("gap", [0, 3])
@pytest.mark.parametrize("row", [[person(0, 7)], ["司马青", None, "11院党委", "党内警告"]])
def test_a_row_below_the_signatures_is_not_overlooked(
    college: Roster, tmp_path: Path, row: list[str | None], gap: int
) -> None:
    clean().save(tmp_path / "推荐表.xlsx")
    book = load_workbook(tmp_path / "推荐表.xlsx")
    sheet = book["处分"]
    at = sheet.max_row + 1 + gap
    for column, value in enumerate(row, 1):
        sheet.cell(at, column).value = value
    book.save(tmp_path / "推荐表.xlsx")
    found = judged(college, tmp_path / "推荐表.xlsx")
    [one] = [one for one in found if one.level is Level.ERROR]
    assert (one.rule in {"award.unread", "award.discipline"}, one.place.sheet) in {
        (True, "处分"), (True, "推荐名单")
    }  # fmt: skip
