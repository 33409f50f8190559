"""Working days: as they were published, as the workspace knows better, and of years unknown."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from merge import calendar
from merge.calendar import Calendar, periods
from merge.returns import Returns
from rosters.finding import InputError

if TYPE_CHECKING:
    from pathlib import Path

ZONE = ZoneInfo("Asia/Shanghai")


def asked(**words: object) -> Returns:
    return Returns.model_validate({"内容": "表.xlsx", **words})


def test_holidays_and_days_made_up_for_are_known() -> None:
    """2026: 中秋 25 to 27 September, 国庆 1 to 7 October; at work on 20/9 and 10/10."""
    demand = asked(频次="工作日", 起止="2026-09-19 至 2026-10-12")
    days = [one.day for one in periods(demand, Calendar(), ZONE)]
    assert [f"{day:%m%d}" for day in days] == [
        "0920", "0921", "0922", "0923", "0924", "0928", "0929", "0930",
        "1008", "1009", "1010", "1012",
    ]  # fmt: skip


def test_each_day_is_each_day_and_once_is_once() -> None:
    daily = periods(asked(频次="每天", 起止="2026-10-01 至 2026-10-03"), Calendar(), ZONE)
    assert [one.key for one in daily] == ["2026-10-01", "2026-10-02", "2026-10-03"]
    assert daily[0].due.isoformat() == "2026-10-01T17:00:00+08:00"
    [once] = periods(asked(频次="一次", 截止时间="2026-11-30 9点"), Calendar(), ZONE)
    assert (once.key, once.due.isoformat()) == ("2026-11-30", "2026-11-30T09:00:00+08:00")


def test_the_workspace_knows_better(tmp_path: Path) -> None:
    path = tmp_path / calendar.FILE
    path.write_text(
        'rest = ["2026-11-26", 2026-11-27]\n"上班" = ["2026-11-28 至 2026-11-29"]\n',
        encoding="utf-8",
    )
    found = calendar.read(path)
    assert not found.works(dt.date(2026, 11, 26))
    assert not found.works(dt.date(2026, 11, 27))
    assert found.works(dt.date(2026, 11, 28))
    assert found.works(dt.date(2026, 11, 29))
    assert found.works(dt.date(2026, 11, 30))
    assert calendar.read(tmp_path / "没有.toml") == Calendar()


def test_a_year_that_nobody_knows_counts_monday_to_friday() -> None:
    bare = Calendar()
    assert bare.works(dt.date(2031, 10, 1))  # a Wednesday
    assert not bare.works(dt.date(2031, 10, 4))  # a Saturday
    assert bare.unknown([dt.date(2026, 1, 1), dt.date(2031, 1, 1), dt.date(2031, 5, 1)]) == (2031,)
    told = Calendar(rest=frozenset({dt.date(2031, 10, 1)}))
    assert told.unknown([dt.date(2031, 1, 1)]) == ()
    assert not told.works(dt.date(2031, 10, 1))


def test_every_fault_of_the_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / calendar.FILE
    path.write_text(
        'rest = ["2026-02-30", "2026-11-27"]\nwork = "2026-11-27"\nholiday = []\n', encoding="utf-8"
    )
    with pytest.raises(InputError) as caught:
        calendar.read(path)
    said = [str(one) for one in caught.value.findings]
    assert len(said) == 3
    assert any("2026-02-30" in one for one in said)
    assert any("holiday" in one for one in said)
    assert any("既写了放假，又写了上班" in one for one in said)
    path.write_text("rest = [", encoding="utf-8")
    with pytest.raises(InputError, match="1 处错误"):
        calendar.read(path)
