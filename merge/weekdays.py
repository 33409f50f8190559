"""A weekday that somebody typed beside a date, held against the calendar: 12月7日（星期二）."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from merge.tallies import TAG, number, texts
from rosters.dates import PartialDate
from rosters.finding import Finding, Level
from rosters.pattern import later
from templates.stock import SHEET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from merge.job import Job
    from rosters.finding import Place
    from templates.stock import Stock

_DAYS = "一二三四五六日"
_SMALL = r"(?:\d{1,2}|[一二三四五六七八九十廿卅]{1,3})"
_YEAR = r"\d{4}|[〇零○一二三四五六七八九]{4}"
_ONE = r"(?:星期|周|礼拜)[一二三四五六日天]"
# A day without its month is of the month before it: 12月7日（星期一）至11日（星期五）. Of several
# weekdays together (周一至周五) nobody can tell which is this day's.
_DATE = later(
    r"(?<![\d.〇零○一二三四五六七八九十廿卅])"
    rf"(?:(?:(?P<year>{_YEAR})年|(?P<near>[今本明次去上]年))?(?P<month>{_SMALL})月|(?<!月))"
    rf"(?P<day>{_SMALL})[日号](?:[上下]午|[早晚]上?|中午)?"
    rf"(?:[(\[【〔]?(?P<said>{_ONE})(?![一二三四五六日天]|[至到、,和及与~—–-]+{_ONE}))?"
)
_ISO = later(r"(?<![\d./-])(\d{4})[./-](\d{1,2})[./-](\d{1,2})(?![\d./-])日?")
_SENTENCE = later(r"[。；;！!？?\n]")
_NEAR_BY = dt.timedelta(days=90)
_SIGNS = "星周礼"
_NEAR = {"今年": 0, "本年": 0, "明年": 1, "次年": 1, "去年": -1, "上年": -1}


class _Read(NamedTuple):
    """A date with the weekday beside it; `years` are those that it may be of, likeliest first."""

    years: tuple[int, ...]
    month: int
    day: int
    said: str


def wrong(job: Job, stocks: Iterable[Stock]) -> Iterator[Finding]:
    """Find weekdays that their dates do not have, in a job and in the files that it fills."""
    dated = job.elements.get("成文日期")
    today = dt.datetime.now().astimezone().date()
    base = dated.earliest() if isinstance(dated, PartialDate) else today
    for text, place in _told(job, stocks):
        if any(sign in text for sign in _SIGNS):
            plain = unicodedata.normalize("NFKC", TAG.sub("\x00", text)).replace("**", "")
            for sentence in _SENTENCE.split(plain):
                for read in _dates("".join(sentence.split()), base):
                    yield from _held(read, place)


def _told(job: Job, stocks: Iterable[Stock]) -> Iterator[tuple[str, Place]]:
    yield from texts(job)
    for stock in stocks:
        if stock.content and stock.suffix != SHEET:
            from templates.worded import worded

            yield from worded(stock.content, stock.shown, re.compile("|".join(_SIGNS).encode()))


def _dates(sentence: str, base: dt.date) -> Iterator[_Read]:
    """Read the dates that have a weekday; what one leaves out, the date before it has said."""
    month = 0
    for found in _DATE.finditer(_ISO.sub(r"\1年\2月\3日", sentence)):
        month = number(found["month"]) if found["month"] else month
        day = number(found["day"])
        if found["year"] or found["near"]:
            year = number(found["year"]) if found["year"] else base.year + _NEAR[found["near"]]
            years: tuple[int, ...] = (year,)
            base = _day(year, month, day) or base
        else:
            years = _around(base, month, day)
        if month and found["said"]:
            yield _Read(years, month, day, found["said"][-1].replace("天", "日"))


def _around(base: dt.date, month: int, day: int) -> tuple[int, ...]:
    """List the years that a day may be of: the nearest, and the year of what is dated.

    In December 1月5日 is of the next year; 5月5日 may be of either.
    """
    near = (_day(year, month, day) for year in (base.year, base.year + 1, base.year - 1))
    ones = sorted((one for one in near if one), key=lambda one: abs(one - base))
    if ones and abs(ones[0] - base) < _NEAR_BY:
        return (ones[0].year,)
    return tuple(dict.fromkeys((*(one.year for one in ones[:1]), base.year)))


def _held(read: _Read, place: Place) -> Iterator[Finding]:
    """Say that a day is another day of the week in each year that it may be of."""
    days = [_day(year, read.month, read.day) for year in read.years]
    if any(one and _DAYS[one.weekday()] == read.said for one in days):
        return
    message = f"「{read.month}月{read.day}日（星期{read.said}）」与日历不符："
    day = days[0]
    right = f"是星期{_DAYS[day.weekday()]}" if day else "没有这一天"
    message += f"{read.years[0]}年{read.month}月{read.day}日{right}"
    yield Finding(Level.WARNING, "job.weekday", place, message, "请核对日期和星期，改正一处")


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
