"""The days that a form is filled in for: one row each, as a job's 填报起止 names them."""

from __future__ import annotations

import datetime as dt

from rosters.dates import PartialDate
from rosters.pattern import later

ELEMENT = "填报起止"
MOST = 366
_BETWEEN = later(r"\s*(?:至|到|—+|–|~|～)\s*")


def days(words: object) -> tuple[dt.date, ...]:
    """Return the days from the first to the last that words name: 2026-11-26 至 2026-12-25.

    Raises:
        ValueError: they name no days, or too many; with the reason in Chinese.

    """
    ends = [_day(part) for part in _BETWEEN.split(str(words).strip())]
    if not 1 <= len(ends) <= 2:  # noqa: PLR2004 - a first and a last day
        raise ValueError("看不出从哪天到哪天")
    count = (ends[-1] - ends[0]).days + 1
    if count < 1:
        raise ValueError("最后一天在第一天之前")
    if count > MOST:
        raise ValueError(f"有 {count} 天，太多")
    return tuple(ends[0] + dt.timedelta(days=at) for at in range(count))


def _day(text: str) -> dt.date:
    try:
        found = PartialDate.parse(text)
        if found is not None and found.day:
            return dt.date(found.year, found.month, found.day)
    except ValueError:
        pass
    raise ValueError(f"「{text}」不是写全的日期")
