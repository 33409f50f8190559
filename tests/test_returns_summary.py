"""The summary of each day, held cell by cell against a recount from what was truly sent."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from bureau import fawen
from openpyxl import load_workbook
from recounted import Office, cells, office

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

SHEETS = ["特殊情况", "汇总", "分类合计", "逐日", "收文登记簿"]


def test_each_day_is_as_a_recount_has_it(tmp_path: Path) -> None:
    _recounted(office(tmp_path, 10))


@pytest.mark.long
def test_each_day_of_a_month_is_as_a_recount_has_it(tmp_path: Path) -> None:
    _recounted(office(tmp_path, 30))


def _recounted(office: Office) -> None:
    """Let days pass; hold each day's workbook, every sheet of it, against the recount."""
    seen = set()
    for number, day in enumerate(office.days):
        office.report(day)
        if number % 3 == 1:
            office.accept(day)
        path = office.root / f"汇总-{day}.xlsx"
        asked = ("--json", "returns", "日报", "--day", f"{day}", "-o", path.name)
        done = fawen(*asked, cwd=office.root)
        assert done.status == 3, done.err
        _matrix(office, done.object, day)
        _sheets(office, path, day)
        seen |= {office.word(one, day) for one in office.made}
        seen |= {sent.against[:7] for made in office.truth.values() for sent in made}
    assert seen >= {"已报", "零报告", "已报（迟报）", "有误待核", "未报", "已报，另有更正待核",
                    "零报告（迟报）", "", "「新增人数」没", "不合「合计人数", "不合「新增人数",
                    "「在校人数」从"}  # fmt: skip
    assert any(one.startswith("已采用") for one in seen)  # one that came late, or in time
    assert any(None in row[7:] for day in office.days for row in office.groups(day)), (
        "a sum of blanks is no 0"
    )
    assert any(sum(sent.counts for sent in made) > 1 for made in office.truth.values())
    _told_again(office)


def _sheets(office: Office, path: Path, day: dt.date) -> None:
    book = load_workbook(path)
    assert book.sheetnames == SHEETS, "special cases first"
    assert cells(book, "汇总") == office.rows(day)
    assert cells(book, "分类合计") == office.groups(day)
    assert cells(book, "逐日") == office.daily(day)
    assert cells(book, "特殊情况") == office.special(day)
    assert cells(book, "收文登记簿") == office.register()
    _chart(office, path, day)
    _sources(office, path, book["汇总"], day)


def _chart(office: Office, path: Path, day: dt.date) -> None:
    """The chart draws all days, who reported, and the sums of the first four numbers."""
    count = office.days.index(day) + 1
    with zipfile.ZipFile(path) as package:
        charts = [one for one in package.namelist() if one.startswith("xl/charts/chart")]
        drawn = [re.findall(r"<(?:c:)?f>(.*?)</", package.read(one).decode().replace("$", ""))
                 for one in charts]  # fmt: skip
    if count == 1:
        assert not drawn, "a line has two ends"
        return
    own = [
        f"'逐日'!{area}"
        for letter in "CHIJK"
        for area in (f"{letter}2", f"A3:A{count + 2}", f"{letter}3:{letter}{count + 2}")
    ]
    assert drawn == [own]


def _sources(office: Office, path: Path, sheet: Any, day: dt.date) -> None:
    """Each number leads to the very file that it was taken from; nothing is marked in vain."""
    for one, row in zip(office.made, sheet.iter_rows(min_row=3), strict=False):
        sent = office.counting(one, day)
        links = {cell.hyperlink.target for cell in row if cell.hyperlink}
        assert len(links) == bool(sent)
        for link in links:
            assert (path.parent / link).read_bytes() == (sent.file if sent else b"")
        marked = {cell.fill.fgColor.rgb for cell in row} == {"00FFF2CC"}
        assert marked is (sent is None or office.waiting(one, day) is not None)


def _matrix(office: Office, told: dict[str, Any], day: dt.date) -> None:
    """What the keyboard tells of a day is what the recount has of each organisation."""
    words = {one.key: office.word(one, day) for one in office.made}
    counts = {key: word for key, word in words.items() if word not in {"未报", "有误待核"}}
    assert told["reported"] == list(counts)
    assert told["missing"] == [key for key, word in words.items() if word == "未报"]
    assert told["nil"] == [key for key, word in words.items() if word.startswith("零报告")]
    assert told["late"] == [key for key, word in words.items() if "迟报" in word]
    assert told["faulty"] == [key for key, word in words.items() if "待核" in word]
    assert told["values"] == {
        one.key: {name: said for name, said in sent.values.items() if said}
        for one in office.made
        if (sent := office.counting(one, day))
    }


def _told_again(office: Office) -> None:
    """Days of which more has come since: their summaries tell that; the keyboard, too."""
    for day in office.days[:2]:
        path = office.root / "再汇总.xlsx"
        asked = ("--json", "returns", "日报", "--day", f"{day}", "-o", path.name)
        _matrix(office, fawen(*asked, cwd=office.root).object, day)
        book = load_workbook(path)
        assert cells(book, "汇总") == office.rows(day)
        assert cells(book, "特殊情况") == office.special(day)
