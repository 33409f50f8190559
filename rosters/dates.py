"""Dates that keep their precision: a year, a month or a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rosters.pattern import later

# Excel counts days from here once its 29 February 1900 is past; 1900-02-28 and before never occur.
EPOCH = dt.date(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1850, 2199

_DIGITS = "〇一二三四五六七八九"
_HANZI = {hanzi: str(digit) for digit, hanzi in enumerate(_DIGITS)} | dict.fromkeys("零○OoΟ０", "0")
_HANZI_DATE = later(
    r"(?P<year>[〇零○OoΟ０一二三四五六七八九]{4})年"
    r"(?:(?P<month>[正元一二三四五六七八九十〇零]{1,3})月"
    r"(?:(?P<day>[一二三四五六七八九十廿卅〇零]{1,3})[日号])?)?"
)
_SEPARATED = later(
    r"(?P<year>\d{4})\s*[年./\-—–_、，,．。]\s*"
    r"(?:(?P<month>\d{1,2})\s*[月./\-—–_、，,．。]?\s*(?:(?<=\D)(?P<day>\d{1,2})\s*[日号.]?)?)?"
)
_TIME = later(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_SERIAL = later(r"\d{5}")
_PACKED = later(r"(?P<year>\d{4})(?:(?P<month>\d{2})(?P<day>\d{2})?)?")
_OLDEST_SERIAL, _NEWEST_SERIAL = 5000, 80000  # 1913 to 2119


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date as precise as it was written: `month` and `day` are 0 where nobody gave them."""

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def parse(cls, value: object) -> PartialDate | None:
        """Read a date, at the precision it was written with; None if it is no date at all.

        Args:
            value: text in any spelling rosters use, a date or datetime, a number as a date
                (20200201, 202002, 2020.02) or as Excel's serial (43862).

        Raises:
            ValueError: it is written like a date, but there is no such day, month or year.

        """
        if isinstance(value, PartialDate):
            return value
        if isinstance(value, dt.date):
            return cls._checked(value.year, value.month, value.day)
        return None if value is None else cls._read(str(value).strip())

    @classmethod
    def _read(cls, text: str) -> PartialDate | None:
        if _SERIAL.fullmatch(text):
            return cls.from_serial(int(text))
        text = _TIME.sub("", text)
        found = _PACKED.fullmatch(text) or _SEPARATED.fullmatch(text)
        if found:
            return cls._checked(*(int(part or 0) for part in found.group("year", "month", "day")))
        written = _HANZI_DATE.fullmatch(text.replace(" ", ""))
        if written is None:
            return None
        year, month, day = written.group("year", "month", "day")
        return cls._checked(
            int("".join(_HANZI[one] for one in year)), _small(month or ""), _small(day or "")
        )

    @classmethod
    def from_serial(cls, days: float) -> PartialDate | None:
        """Turn Excel's day number into a date; None if it lies outside 1913 to 2119."""
        if not _OLDEST_SERIAL <= days <= _NEWEST_SERIAL:
            return None
        day = EPOCH + dt.timedelta(days=int(days))
        return cls(day.year, day.month, day.day)

    @classmethod
    def _checked(cls, year: int, month: int, day: int) -> PartialDate:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValueError(f"没有{year}年这样的年份")
        if month:
            try:
                dt.date(year, month, day or 1)
            except ValueError:
                what = f"{year}年{month}月{day}日" if day else f"{month}月"
                raise ValueError(f"没有{what}这一天" if day else f"没有{what}") from None
        elif day:
            raise ValueError("没有月份为0的日期")
        return cls(year, month, day)

    def __str__(self) -> str:
        return self.chinese()

    def chinese(self) -> str:
        """Write it as official documents do: 2020年2月1日 (GB/T 9704-2012, 7.3.5.4)."""
        text = f"{self.year}年"
        if self.month:
            text += f"{self.month}月"
        if self.day:
            text += f"{self.day}日"
        return text

    def dotted(self) -> str:
        """Write it as cadre forms do: 2020.02, with the day 2020.02.01."""
        return ".".join(
            [f"{self.year}", *(f"{part:02}" for part in (self.month, self.day) if part)]
        )

    def hanzi(self) -> str:
        """Write it as certificates do: 二〇二〇年二月一日."""
        text = "".join(_DIGITS[int(digit)] for digit in str(self.year)) + "年"
        if self.month:
            text += f"{_spell(self.month)}月"
        if self.day:
            text += f"{_spell(self.day)}日"
        return text

    def earliest(self) -> dt.date:
        """Return the first day that it can mean."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    def latest(self) -> dt.date:
        """Return the last day that it can mean."""
        if self.day:
            return dt.date(self.year, self.month, self.day)
        year, month = divmod(self.year * 12 + (self.month or 12), 12)
        return dt.date(year, month + 1, 1) - dt.timedelta(days=1)

    def surely_within(self, years: int, after: PartialDate) -> bool:
        """Tell whether it lies less than `years` after the other, however the gaps are filled."""
        if self.year > after.year + years:
            return False
        start = after.earliest()
        try:
            end = start.replace(year=start.year + years)
        except ValueError:  # born on 29 February: of age on 1 March
            end = dt.date(start.year + years, 3, 1)
        return self.latest() < end

    def differs(self, other: PartialDate) -> bool:
        """Tell whether the two contradict each other in what both of them say."""
        pairs = zip(
            (self.year, self.month, self.day), (other.year, other.month, other.day), strict=True
        )
        return any(mine and yours and mine != yours for mine, yours in pairs)


def _small(text: str) -> int:
    """Read a Chinese number below 100, such as 二十一 or 〇二."""
    text = text.replace("廿", "二十").replace("卅", "三十").replace("正", "一").replace("元", "一")
    if not text:
        return 0
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(_HANZI[one] for one in text))
    if any(len(part) > 1 or part == "十" for part in (tens, ones)):
        raise ValueError(f"「{text}」不是日期里的数")
    return (int(_HANZI[tens]) if tens else 1) * 10 + (int(_HANZI[ones]) if ones else 0)


def _spell(number: int) -> str:
    tens, ones = divmod(number, 10)
    ten = ("十" if tens == 1 else f"{_DIGITS[tens]}十") if tens else ""
    return ten + (_DIGITS[ones] if ones or not tens else "")
