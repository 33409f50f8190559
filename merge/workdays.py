"""Working days: Monday to Friday, but for holidays, and with the days that are worked instead."""

from __future__ import annotations

import datetime as dt
import re

from rosters.dates import PartialDate

_BETWEEN = re.compile(r"\s*(?:至|到|~|～|—+)\s*")
_PARTS = re.compile(r"[、，,；;\n]+")
_LONGEST = 60  # days of one stretch; more is a slip
_WEEK = 5  # Monday to Friday


def days(words: str | list[str]) -> frozenset[dt.date]:
    """Read days and stretches of days: 2026-10-01至2026-10-07、2027-01-01.

    Raises:
        ValueError: a part is neither; the words say which.

    """
    text = words if isinstance(words, str) else "、".join(map(str, words))
    found: set[dt.date] = set()
    for part in filter(None, (one.strip() for one in _PARTS.split(text))):
        ends = [_day(one) for one in _BETWEEN.split(part, maxsplit=1)]
        if not 0 <= (ends[-1] - ends[0]).days <= _LONGEST:
            raise ValueError(f"「{part}」的起止不对|请写成 2026-10-01至2026-10-07")
        found.update(
            ends[0] + dt.timedelta(days=one) for one in range((ends[-1] - ends[0]).days + 1)
        )
    return frozenset(found)


def count(
    start: dt.date, end: dt.date, holidays: frozenset[dt.date], working: frozenset[dt.date]
) -> int:
    """Count the working days from one day to another, both included."""
    stretch = (start + dt.timedelta(days=one) for one in range((end - start).days + 1))
    return sum(one in working or (one.weekday() < _WEEK and one not in holidays) for one in stretch)


def _day(text: str) -> dt.date:
    try:
        read = PartialDate.parse(text)
    except ValueError as error:
        raise ValueError(f"{error}|请核对日期") from None
    if read is None or not read.day:
        raise ValueError(f"「{text}」不是到日的日期|请写成 2026-10-01")
    return read.latest()
