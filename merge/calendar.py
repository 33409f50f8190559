"""Working days in China: as published, with 假期.toml of the workspace before that.

The State Council's yearly notices as chinesecalendar has them (2004 to the year it was released
for). Of a year that nobody knows yet, Monday to Friday are working days, and that is to be said.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from merge import terms
from rosters import toml
from rosters.finding import Finding, InputError, Level, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from merge.returns import Returns

FILE = "假期.toml"
_KEYS = {"rest": "rest", "休息": "rest", "放假": "rest", "work": "work", "上班": "work"}
_FRIDAY = 4
_ADVICE = '请写成 rest = ["2027-02-05 至 2027-02-12"]（放假）和 work = ["2027-02-14"]（调休上班）'


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off and days of work that the workspace itself knows of."""

    rest: frozenset[dt.date] = frozenset()
    work: frozenset[dt.date] = frozenset()

    def works(self, day: dt.date) -> bool:
        """Tell whether people are at work on a day."""
        if day in self.work:
            return True
        if day in self.rest:
            return False
        return _published(day) if _known(day.year) else day.weekday() <= _FRIDAY

    def unknown(self, days: Iterable[dt.date]) -> tuple[int, ...]:
        """Name the years of these days of which no holidays are known, neither here nor there."""
        told = {day.year for day in (*self.rest, *self.work)}
        return tuple(sorted({day.year for day in days if not _known(day.year)} - told))


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One report: the day that it is about, and the moment it is due, in the workspace's zone."""

    day: dt.date
    due: dt.datetime

    @property
    def key(self) -> str:
        """Name it as the ledger does."""
        return self.day.isoformat()


def periods(returns: Returns, calendar: Calendar, zone: dt.tzinfo) -> tuple[Period, ...]:
    """List the reports that a demand asks for, in their order."""
    days: Iterator[dt.date] = (
        returns.first + dt.timedelta(days=count)
        for count in range((returns.last - returns.first).days + 1)
    )
    wanted = (day for day in days if returns.cadence != "工作日" or calendar.works(day))
    return tuple(Period(day, dt.datetime.combine(day, returns.due.at, zone)) for day in wanted)


def read(path: Path) -> Calendar:
    """Read 假期.toml; without the file nothing is known but what was published.

    Raises:
        InputError: it cannot be read, or a day in it is none; every fault is named.

    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Calendar()
    except (OSError, UnicodeDecodeError) as error:
        raise _refusal([("", f"{FILE} 打不开", "请用记事本另存为 UTF-8 编码")]) from error
    try:
        data = toml.parsed(text)
    except toml.UnreadableError as error:
        raise _refusal([("", error.said, error.advice)]) from error
    wrong: list[tuple[str, str, str]] = []
    made = Calendar()
    for key, value in data.items():
        name = _KEYS.get(key)
        if name is None:
            wrong.append((key, "没有这一项", _ADVICE))
            continue
        days = frozenset(_days(key, value, wrong))
        known: frozenset[dt.date] = getattr(made, name)
        made = replace(made, **{name: known | days})
    both, cure = sorted(made.rest & made.work), "请留一处，删去另一处"
    wrong += [(day.isoformat(), "既写了放假，又写了上班", cure) for day in both]
    if wrong:
        raise _refusal(wrong)
    return made


def _days(key: str, value: Any, wrong: list[tuple[str, str, str]]) -> Iterator[dt.date]:  # noqa: ANN401 - what TOML holds
    for one in value if isinstance(value, list) else [value]:
        text = one.isoformat() if isinstance(one, dt.date) else str(one)
        try:
            span = terms.span(text)
        except ValueError:
            wrong.append((key, f"看不懂「{text}」", _ADVICE))
            continue
        for count in range((span.last - span.first).days + 1):
            yield span.first + dt.timedelta(days=count)


def _refusal(wrong: list[tuple[str, str, str]]) -> InputError:
    findings = [
        Finding(Level.ERROR, "calendar", Place(FILE, where=where), message, advice)
        for where, message, advice in wrong
    ]
    return InputError(f"{FILE} 有 {len(findings)} 处错误", findings=findings)


def _published(day: dt.date) -> bool:
    import chinese_calendar

    return bool(chinese_calendar.is_workday(day))


@cache
def _known(year: int) -> bool:
    import chinese_calendar

    try:
        chinese_calendar.is_workday(dt.date(year, 1, 1))
    except NotImplementedError:  # its word for a year that has not been published
        return False
    return True
