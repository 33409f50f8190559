"""A clerk's day with returns, on the real command line: taken from a folder, told, summed up."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from bureau import fawen, write_book
from openpyxl import load_workbook
from replies import (
    FIELDS,
    Organisation,
    accepted,
    copied,
    filled,
    learnt,
    signed,
    town,
)
from stores import tamper

from outbox.workspace import find

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def row(
    here: int, away: int, new: int, words: str = "", total: int | None = None
) -> dict[str, str]:
    told = (here, away, here + away if total is None else total, new, words)
    return dict(zip(FIELDS, map(str, told), strict=True))


@pytest.fixture(scope="module")
def office(
    tmp_path_factory: pytest.TempPathFactory, today: dt.date
) -> Iterator[tuple[Path, list[Organisation]]]:
    """A signed and sent notice, and a folder of what came by WeChat and USB."""
    root, now = tmp_path_factory.mktemp("office"), dt.datetime.now(dt.UTC)
    made = town(root, today - dt.timedelta(days=1), today + dt.timedelta(days=9))
    batch = signed(root)
    accepted(find(root), batch, now - dt.timedelta(days=2))
    learnt(root, batch, made, now)
    files = root / "微信收到"
    files.mkdir()
    given = {
        "1学院.xlsx": filled(made[0].form, {today: row(210, 4, 3, "一人发热已就医")}),
        "2学院.xlsx": filled(made[1].form, {today: row(180, 5, 2, total=200)}),
        "3学院.xlsx": filled(made[2].form, {today: row(150, 0, 0)}),
        "另做的.xlsx": copied(filled(made[3].form, {today: row(99, 1, 1)})),
        "照片.jpg": b"\xff\xd8\xff\xe0" + b"0" * 900,
    }
    for name, data in given.items():
        (files / name).write_bytes(data)
    return root, made


def test_a_day_from_the_folder_to_the_superior(
    office: tuple[Path, list[Organisation]], today: dt.date
) -> None:
    root, made = office
    taken = fawen("--json", "collect", "--folder", "微信收到", cwd=root)
    assert taken.status == 3, taken.out + taken.err
    told = [(one[1], one[3]) for one in taken.object["returned"]]
    assert sorted(told) == [("001", "good"), ("002", "faulty"), ("003", "nil")]
    assert sorted(one[0] for one in taken.object["quarantined"]) == ["no_token", "picture"]
    assert fawen("quarantine", cwd=root).out.count("照片.jpg　") == 1, "its name is told once"
    unknown = fawen("quarantine", "assign", "1", "14学院", cwd=root)
    assert unknown.status == 2
    assert "没有向它要过回执：「14学院」，用编码、全称或简称，例如：14学院党委\n" in unknown.err
    _awaited(root, today)
    again = fawen("--json", "collect", "--folder", "微信收到", cwd=root)
    assert (again.status, again.object["again"], again.object["returned"]) == (0, 5, [])

    said = fawen("returns", "日报", "--text", cwd=root)
    assert said.status == 3
    assert re.search("已报2（零报告1(，迟报2)?），有误待核1，未报21：", said.out), "as the hour is"
    assert "4学院党委" in said.out.split("未报21：")[1]
    assert "@" not in said.out, "no address goes to WeChat"

    taken_over = fawen("--json", "returns", "日报", "--accept", "2学院党委", cwd=root)
    assert taken_over.object["reported"] == ["001", "002", "003"]
    assert taken_over.object["faulty"] == []
    assert fawen("returns", "日报", "--accept", "2学院党委", cwd=root).status == 1

    held = fawen("--json", "quarantine", cwd=root).object["held"]
    assert [one["reason"] for one in held] == ["no_token", "picture"]
    number = {one["reason"]: str(one["id"]) for one in held}
    useless = fawen("quarantine", "assign", number["picture"], "5学院党委", cwd=root)
    assert useless.status == 1, "a photograph holds no numbers"
    assert "照片" in useless.err
    claimed = fawen("--json", "quarantine", "assign", number["no_token"], "004", cwd=root)
    assert claimed.status == 0, claimed.err
    assert claimed.object["staged"] == [["日报", today.isoformat(), "good"]]
    assert fawen("quarantine", "assign", number["no_token"], "004", cwd=root).status == 2
    assert fawen("quarantine", "discard", number["picture"], cwd=root).status == 0
    assert fawen("quarantine", cwd=root).status == 0

    table = root / "问卷.xlsx"
    day = today.isoformat()
    head = ["提交答卷时间", "1、填报单位（必填）", "2、填报日期", *FIELDS]
    rows = [head, [f"{day} 00:01:00", "6学院党委", day, 77, 3, 80, 1, ""],
            [f"{day} 00:02:00", "没有这个学院", day, 1, 0, 1, 0, ""]]  # fmt: skip
    write_book(table, {"收集结果": rows})
    listed = fawen("--json", "collect", "--table", "问卷.xlsx", "--job", "日报", cwd=root)
    assert listed.status == 3, listed.out + listed.err
    assert listed.object["returned"] == [["日报", "006", day, "good"]]
    assert [one[0] for one in listed.object["quarantined"]] == ["no_token"]

    asked = ("returns", "日报", "-o", "汇总.xlsx", "--upward", "上报.xlsx")
    done = fawen("--json", *asked, cwd=root)
    assert done.status == 3, done.err
    _look(root, [made[n] for n in (0, 1, 2, 3, 5)])
    audited = fawen("audit", cwd=root)
    assert audited.status == 0, audited.out + audited.err


def _awaited(root: Path, today: dt.date) -> None:
    """今日待办 names what came and waits for a person, before the hour that is set and after."""
    todo = [(one["next"], one["what"]) for one in fawen("--json", cwd=root).object["todo"]]
    day = today.isoformat()
    faulty = f"日报：1 份回执有误待核，最近的是 {day} 的"
    assert (f"fawen returns 日报 --day {day}", faulty) in todo
    assert [what[:8] for command, what in todo if command == "fawen quarantine"] == [
        "隔离区有 2 件"
    ]


def _look(root: Path, reported: list[Organisation]) -> None:
    book = load_workbook(root / "汇总.xlsx")
    assert book.sheetnames == ["特殊情况", "汇总", "分类合计", "逐日", "收文登记簿"]
    special = [[cell.value for cell in row] for row in book["特殊情况"].iter_rows(min_row=3)]
    assert [one[1] for one in special[:19]] == ["未报"] * 19
    assert ["1学院党委", "说明", "备注：一人发热已就医"] in special
    long = [row for row, one in enumerate(special, start=3) if len(str(one[2])) > 45]  # of 70 wide
    heights = [book["特殊情况"].row_dimensions[row].height for row in long]
    assert heights, special
    assert all(height and height > 30 for height in heights), "no line is cut off"
    sheet = book["汇总"]
    head = [cell.value for cell in sheet[2]]
    assert head[3:8] == list(FIELDS), "in the columns of the unit's own form"
    rows = {row[1].value: row for row in sheet.iter_rows(min_row=3)}
    assert [cell.value for cell in rows["1学院党委"]][3:8] == [210, 4, 214, 3, "一人发热已就医"]
    assert [cell.value for cell in rows["7学院党委"]][3:8] == [None] * 5, "a blank is never zero"
    assert [cell.value for cell in rows["合计"]][3:7] == [716, 13, 744, 7]
    for one in reported:
        for cell in rows[one.short][3:7]:
            target = cell.hyperlink.target
            assert (root / target).is_file(), target
    daily = [[cell.value for cell in row] for row in book["逐日"].iter_rows(min_row=3, max_row=4)]
    sums = {
        row[0].value: [cell.value for cell in row] for row in book["分类合计"].iter_rows(min_row=3)
    }
    assert sums["合计"][1:] == [24, 5, 1, daily[1][4], 0, 19, 716, 13, 744, 7]
    assert [one[1:7] for one in daily] == [[24, 0, 0, 0, 0, 24], [24, 5, 1, daily[1][4], 0, 19]]
    assert book["逐日"]._charts
    assert book["收文登记簿"].max_row == 2 + 6
    up = [
        [cell.value for cell in row]
        for row in load_workbook(root / "上报.xlsx").worksheets[0].iter_rows()
    ]
    assert up[2][2:6] == [716, 13, 744, 7]
    assert "未计入 19" in up[3][0]


def test_words_in_the_place_of_numbers_are_in_no_sum(
    office: tuple[Path, list[Organisation]], today: dt.date
) -> None:
    """Somebody takes over 约300: it is added to nothing, and the report to the superior says so."""
    root, made = office
    given = {**row(300, 1, 0), FIELDS[0]: "约300"}
    (root / "又收到").mkdir()
    (root / "又收到" / "8学院.xlsx").write_bytes(filled(made[7].form, {today: given}))
    assert fawen("collect", "--folder", "又收到", cwd=root).status == 0
    asked = (
        "returns",
        "日报",
        "--accept",
        "8学院党委",
        "-o",
        "汇总2.xlsx",
        "--upward",
        "上报2.xlsx",
    )
    assert fawen(*asked, cwd=root).status == 3
    book = load_workbook(root / "汇总2.xlsx")
    special = [[cell.value for cell in one[:3]] for one in book["特殊情况"].iter_rows(min_row=3)]
    assert ["8学院党委", "未计入合计", f"{FIELDS[0]}「约300」"] in special
    sheet = load_workbook(root / "上报2.xlsx").worksheets[0]
    said = next(
        str(cell.value) for one in sheet.iter_rows() for cell in one if "应报" in str(cell.value)
    )
    assert f"填的不是数、没有计入合计的：8学院党委 {FIELDS[0]}「约300」" in said


def test_what_is_asked_wrongly_is_said(office: tuple[Path, list[Organisation]]) -> None:
    root, _ = office
    assert fawen("returns", "没有", cwd=root).status == 2
    assert fawen("returns", "日报", "--day", "2020-01-01", cwd=root).status == 2
    unknown = fawen("returns", "日报", "--accept", "14学院", cwd=root)
    assert unknown.status == 2
    assert "没有向它要过回执：「14学院」" in unknown.err
    assert "例如：14学院党委\n" in unknown.err, "the one that is meant, not the first eight"
    assert fawen("returns", "日报", "--paper", "1学院党委", cwd=root).status == 1
    assert fawen("returns", "日报", "-o", "汇总.docx", cwd=root).status == 2
    assert fawen("returns", "日报", "-o", "rosters/名册.xlsx", cwd=root).status == 1
    assert fawen("quarantine", "discard", "999", cwd=root).status == 2
    assert fawen("collect", "--folder", "没有", cwd=root).status == 2
    assert fawen("collect", "--table", "没有.xlsx", cwd=root).status == 2
    assert fawen("collect", "--table", "rosters/名册.xlsx", cwd=root).status == 1


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE returned SET \"values\" = replace(\"values\", '210', '21')", "回执的内容被改动"),
        ("UPDATE returned SET verdict = 'good' WHERE verdict = 'faulty'", "回执的内容被改动"),
        ("UPDATE returned SET accepted_by = 'x' WHERE organisation = '003'", "没有采用的记录"),
        ("UPDATE returned SET accepted_by = '' WHERE organisation = '002'", "采用的人被抹去了"),
        ("DELETE FROM returned WHERE organisation = '001'", "登记过的回执有 1 份不见了"),
        ("UPDATE held SET organisation = '009'", "内容被改动"),
        ("UPDATE held SET state = 'open', decided_by = ''", "认领或弃置的记录被改动"),
        ("DELETE FROM held", "登记过的来件有 3 件不见了"),
        ("INSERT INTO paper VALUES ('日报', '001', '2026-11-26', 'x', '2026-11-26')", "收到纸质件"),
    ],
)
def test_what_is_changed_in_the_ledger_is_found(
    office: tuple[Path, list[Organisation]], sql: str, said: str
) -> None:
    """Numbers that a leader reads: none is changed past the program and not found by 核验."""
    root, _ = office
    path = find(root).ledger
    before = path.read_bytes()
    assert tamper(path, sql)
    try:
        found = fawen("audit", cwd=root)
        assert (found.status, said in found.out + found.err) == (1, True), found.out + found.err
    finally:
        path.write_bytes(before)


def test_an_original_that_is_changed_is_found(office: tuple[Path, list[Organisation]]) -> None:
    root, _ = office
    path = next((root / "outbox" / "来件").rglob("*.xlsx"))
    before = path.read_bytes()
    path.write_bytes(before + b"0")
    try:
        found = fawen("audit", cwd=root)
        assert found.status == 1
        assert f"来件/{path.name}" in found.out + found.err
    finally:
        path.write_bytes(before)
