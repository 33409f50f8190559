"""Terms of a 回执: days, times, hours and lists as clerks write them, or why one cannot be read."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from merge import checks
from rosters.dates import PartialDate

if TYPE_CHECKING:
    from merge.checks import Check

CUTOFF = dt.time(17)
_YES = frozenset({"是", "可以", "认可", "允许", "true", "yes"})
_NO = frozenset({"否", "不", "不可以", "不认可", "不允许", "false", "no"})
_TIME = re.compile(
    r"(?P<hour>\d{1,2})\s*(?:[:：时点])\s*(?P<minute>\d{1,2})?\s*分?(?:前|之前|以前)?"
)
_DAY = re.compile(r"\d{4}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}\s*日?")
_SPAN = re.compile(rf"(?P<first>{_DAY.pattern})\s*(?:至|到|—+|-+|~|～)\s*(?P<last>{_DAY.pattern})")
_HOURS = re.compile(r"(\d{1,2}:\d{2})\s*[-~～—至到]\s*(\d{1,2}:\d{2})")
_SEVERAL = re.compile(r"[、,，;；\n]+")
_MOST_DAYS = 366  # of one demand: a workbook with a row a day has an end


@dataclass(frozen=True, slots=True)
class Due:
    """By when: a time of day, and with 一次 the day."""

    at: dt.time
    day: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another, both counted."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of a day to a later one."""

    first: dt.time
    last: dt.time


@dataclass(frozen=True, slots=True)
class Milestone:
    """A key date, and what is due on it."""

    day: dt.date
    words: str


@dataclass(frozen=True, slots=True)
class Nil:
    """What counts as nil: whether it may be said at all, and the fields that are 0 or 无 then.

    Without fields: all that are numbers.
    """

    allowed: bool = True
    fields: tuple[str, ...] = ()


def _wrong(message: str, advice: str) -> PydanticCustomError:
    return PydanticCustomError("told", "{message}", {"message": message, "advice": advice})


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _wrong("只能是一段文字", "请写在同一行；以 [ 或 { 开头的请去掉括号")
    return value.strip()


def _date(text: str, what: str) -> dt.date:
    try:
        found = PartialDate.parse(text.replace(" ", ""))
    except ValueError:
        found = None
    if found is None or not found.day:
        raise _wrong(f"「{what}」里没有「{text}」这一天", "请写全年月日，例如 2026-11-26")
    return dt.date(found.year, found.month, found.day)


def due(value: object) -> Due:
    """Read 截止时间: 17:00, or with 一次 2026-11-30 17:00."""
    text = _text(value)
    day = _DAY.search(text)
    rest = (text.replace(day[0], " ") if day else text).strip()
    clock = _TIME.fullmatch(rest) if rest else None
    if rest and clock is None:
        raise _wrong(
            f"「截止时间」看不懂「{text}」",
            "请写 17:00；只报一次的写日期和时间，例如 2026-11-30 17:00",
        )
    at = CUTOFF
    if clock is not None:
        hour, minute = int(clock["hour"]), int(clock["minute"] or 0)
        if hour == 24 and not minute:  # noqa: PLR2004 - the end of the day, as people write it
            hour, minute = 23, 59
        if hour > 23 or minute > 59:  # noqa: PLR2004 - a clock
            raise _wrong(f"「截止时间」没有「{rest}」这个时刻", "请写 00:00 到 23:59，例如 17:00")
        at = dt.time(hour, minute)
    return Due(at, _date(day[0], "截止时间") if day else None)


def days(value: object) -> Span:
    """Read 起止: two days."""
    text = _text(value)
    found = _SPAN.fullmatch(text)
    if found is None:
        raise _wrong(f"「起止」看不懂「{text}」", "请写两个日期，例如 2026-11-26 至 2026-12-25")
    span = Span(_date(found["first"], "起止"), _date(found["last"], "起止"))
    if span.last < span.first:
        raise _wrong("「起止」的止日比起日早", "请核对两个日期")
    if (span.last - span.first).days >= _MOST_DAYS:
        raise _wrong(f"「起止」超过 {_MOST_DAYS} 天", "请核对年份；要报更久的，到时另发一份")
    return span


def span(text: str) -> Span:
    """Read two days, or one.

    Raises:
        ValueError: there is no such day.

    """
    return days(text) if _SPAN.fullmatch(text.strip()) else days(f"{text} 至 {text}")


def hours(value: object) -> Hours:
    """Read 时段: 09:00-21:00."""
    text = _text(value)
    found = _HOURS.fullmatch(text)
    try:
        first, last = (dt.time.fromisoformat(one.zfill(5)) for one in found.groups() if found)  # type: ignore[union-attr]  # None raises, and is told below
    except (AttributeError, ValueError):
        raise _wrong(f"「时段」看不懂「{text}」", "请写两个时刻，例如 09:00-21:00") from None
    if last <= first:
        raise _wrong("「时段」的后一个时刻要比前一个晚", "例如 09:00-21:00")
    return Hours(first, last)


def nil(value: object) -> Nil:
    """Read 零报告: 是, 否, or the fields that are 0 or 无 then."""
    if isinstance(value, list):
        return Nil(fields=tuple(checks.name_of(str(one)) for one in value))
    text = _text(value)
    if text.lower() in _NO:
        return Nil(allowed=False)
    if not text or text.lower() in _YES:
        return Nil()
    return Nil(fields=tuple(checks.name_of(one) for one in _SEVERAL.split(text) if one.strip()))


def milestone(value: object) -> Milestone:
    """Read a 节点: a day, and what is due on it."""
    text = _text(value)
    found = _DAY.match(text)
    words = text[found.end() :].strip(" ：:，,") if found else ""
    if found is None or not words:
        raise _wrong(f"「节点」看不懂「{text}」", "请写日期和事项，例如 2026-12-01 报送工作预案")
    return Milestone(_date(found[0], "节点"), words)


def check(value: object) -> Check:
    """Read a sentence of 核验."""
    text = _text(value)
    try:
        return checks.parse(text)
    except checks.UnclearError:
        raise _wrong(f"「核验」看不懂「{text}」", checks.ADVICE) from None


def needed(value: object) -> object:
    """Read 纸质: 需要 or 不需要; anything else is left for pydantic to refuse."""
    text = _text(value)
    return {"需要": True, "要": True, "不需要": False, "不要": False}.get(text, _said_yes(text))


def _said_yes(text: str) -> object:
    return True if text.lower() in _YES else False if text.lower() in _NO else text


def several(value: object) -> object:
    """Take one text for the items in it."""
    if isinstance(value, str):
        return [part.strip() for part in _SEVERAL.split(value) if part.strip()]
    return value


def rising(value: object) -> object:
    """Take 联系人 → 书记 for a list of two."""
    if isinstance(value, str):
        return [part.strip() for part in re.split(r"[→、,，;；>＞\n]+|->", value) if part.strip()]
    return value
