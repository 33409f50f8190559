"""The sample university: its workbook is current, and holds no fault by the rules of the house."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rosters.reader import read_roster
from rosters.roster import Kind, Roster
from rosters.samples import make

FILE = Path(make.__file__).with_name(make.FILE)
CHECKS = "10X98765432"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@pytest.fixture(scope="module")
def made() -> bytes:
    return make.build()


@pytest.fixture(scope="module")
def book() -> Any:
    return openpyxl.load_workbook(FILE)


@pytest.fixture(scope="module")
def roster() -> Roster:
    return read_roster([FILE])


def parts(workbook: bytes) -> list[tuple[str, tuple[int, ...], bytes]]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return [(i.filename, i.date_time, archive.read(i)) for i in archive.infolist()]


def test_the_workbook_is_current(made: bytes) -> None:
    assert parts(made) == parts(FILE.read_bytes())
    # zlib-ng, which some builds of Python bring, packs the same parts into other bytes.
    if "ng" not in zlib.ZLIB_RUNTIME_VERSION:
        assert made == FILE.read_bytes()


def test_making_it_asks_no_clock(made: bytes) -> None:
    assert {time for _, time, _ in parts(made)} == {(1980, 1, 1, 0, 0, 0)}
    [core] = [content for name, _, content in parts(made) if name == "docProps/core.xml"]
    assert set(re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {b"2026-09-10T08:00:00Z"}
    assert make.build() == made


def test_it_is_small_enough_to_mail() -> None:
    assert FILE.stat().st_size < 400_000


def test_reading_it_finds_nothing_wrong(roster: Roster) -> None:
    assert [str(one) for one in roster.findings if one.level.value != "info"] == []


def test_it_is_as_large_as_a_university(roster: Roster) -> None:
    kinds = Counter(one.category for one in roster.organisations)
    assert (kinds["分党委"], kinds["党总支"], kinds["直属党支部"]) == (16, 5, 3)
    assert len(roster.inferiors(None)) == 24
    branches = [one for one in roster.organisations if one.superior is not None]
    assert 175 <= len(branches) <= 185
    assert 2_500 <= len(roster.members) <= 2_700
    assert {sheet.kind for sheet in roster.sheets} == set(Kind)


def test_every_branch_has_members_and_an_address_of_its_own(roster: Roster) -> None:
    boxes = [box for one in roster.organisations for box in one.addresses]
    assert len(boxes) == len(set(boxes))
    assert all(box.endswith(".example") for box in boxes)
    for one in roster.organisations:
        assert one.addresses, one.name
        assert roster.all_members(one), one.name
    assert len(roster.own_members(None)) == 0


def test_two_organisations_keep_two_addresses_in_a_cell(roster: Roster) -> None:
    assert sum(len(one.addresses) == 2 for one in roster.organisations) == 2


def test_nominations_have_deeds_of_their_own(roster: Roster) -> None:
    nominated = [one for one in roster.members if one.row.get("荣誉称号")]
    deeds = [one.row.get("主要事迹") for one in nominated]
    assert len(nominated) == 60
    assert all(deeds)
    assert len(set(deeds)) == len(deeds)
    assert {one.row.get("人员类别") for one in nominated} == {"正式党员"}
    units = {roster.second_level(roster.by_key[one.organisation or ""]).key for one in nominated}
    assert 15 <= len(units) < 24  # some units have none, and get the decision all the same


def test_secretaries_are_members_of_their_branch(roster: Roster) -> None:
    for one in roster.organisations:
        names = {
            str(member.name).replace(" ", "").replace("\u3000", "")
            for member in roster.all_members(one)
        }
        assert one.row.get("书记") in names


def rows(book: Any) -> list[dict[str, Any]]:
    """Read the members without the reader under test."""
    sheet = book["党员名册"]
    lines = list(sheet.iter_rows(min_row=4, values_only=True))
    head = ["序号", *lines[0][1:]]
    return [dict(zip(head, line, strict=True)) for line in lines[1:] if isinstance(line[0], int)]


def test_the_numbers_belong_together(book: Any) -> None:
    for row in rows(book):
        number = row["公民身份号码"]
        total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
        assert number[17] == CHECKS[total % 11]
        assert number.startswith("9901")  # an area that exists nowhere
        assert "女男"[int(number[16]) % 2] == row["性别"]
        assert (row["转为正式党员日期"] is None) == (row["人员类别"] == "预备党员")


@pytest.mark.parametrize("column", ["公民身份号码", "工号", "手机号码", "序号"])
def test_a_number_is_given_once(book: Any, column: str) -> None:
    given = [row[column] for row in rows(book)]
    assert len(set(given)) == len(given) > 2_500


def test_names_can_be_printed_in_every_font_of_the_standard(book: Any) -> None:
    for row in rows(book):
        row["姓名"].encode("gb2312")


def test_it_is_kept_as_offices_keep_it(book: Any) -> None:
    units, branches, members = book["二级党组织"], book["党支部"], book["党员名册"]
    assert book["填表说明"].max_column == 1
    assert all("一览表" in sheet["A1"].value for sheet in (units, branches))
    assert "B3:G3" in members.merged_cells  # the upper of two rows of heads
    assert "A3:A4" in members.merged_cells
    assert [key for key, one in members.column_dimensions.items() if one.hidden] == ["E"]
    for sheet in (units, branches, members):
        below = [cell.value for line in sheet.iter_rows(min_row=sheet.max_row - 3) for cell in line]
        assert "填表人：" in below
        assert "审核人：" in below
        assert any(str(value).startswith("注：") for value in below)
        assert sheet.freeze_panes


def test_dates_come_in_many_spellings(book: Any) -> None:
    written = [row["加入党组织日期"] for row in rows(book)]
    assert sum(isinstance(one, dt.datetime) for one in written) > 200
    spellings = (
        r"\d{4}\.\d\d\.\d\d", r"\d{4}-\d\d-\d\d", r"\d{4}年\d+月\d+日", r"\d{4}/\d+/\d+",
        r"\d{8}", r"\d{4}\.\d\d", r"[〇一二三四五六七八九]{4}年[一二三十]?.*日",
    )  # fmt: skip
    for spelling in spellings:
        assert any(isinstance(one, str) and re.fullmatch(spelling, one) for one in written), (
            spelling
        )


def test_names_and_branches_are_written_in_two_ways(book: Any, roster: Roster) -> None:
    all_rows = rows(book)
    assert any("\u3000" in row["姓名"] for row in all_rows)
    assert any(re.search(r"\S {2}\S", row["姓名"]) for row in all_rows)
    written = {row["所在党支部"] for row in all_rows}
    both = [one for one in roster.organisations if {one.name, one.short} <= written]
    assert len(both) > 150
    assert any(row["工号"].startswith("0") for row in all_rows)
    numbers = [row["序号"] for row in all_rows]
    assert all(second - first == 1 for first, second in pairwise(numbers))
