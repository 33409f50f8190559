"""Numbers and dates as Excel shows them: what a number format makes of a value."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Self

from rosters.dates import PartialDate
from rosters.pattern import later

if TYPE_CHECKING:
    from rosters.roster import Value

_TOKEN = later(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|[^"\\_*\[]')
_CURRENCY = later(r"\[\$([^\-\]]*)(?:-[^\]]*)?\]")
_WORD = later(r"\w")
_LONGEST = 24  # signs of a format for digits; what is longer formats no number
_LARGEST = 1e15  # from there on Excel has no digits left to round
_PRECISION = 15  # digits of a number that Excel knows, before it rounds
_GENERAL_DIGITS = 10  # what General shows in a column that is wide enough, a point included: 11


class Number(float):
    """A number that remembers how it was shown; `str()` is what staff see in Excel."""

    __slots__ = ("shown",)
    shown: str

    def __new__(cls, value: float, shown: str) -> Self:
        """Make a number of this value, shown so."""
        number = super().__new__(cls, value)
        number.shown = shown
        return number

    def __str__(self) -> str:
        return self.shown

    def __format__(self, spec: str) -> str:
        return format(float(self), spec) if spec else self.shown

    def __reduce__(self) -> tuple[type[Number], tuple[float, str]]:
        return type(self), (float(self), self.shown)


class Format(NamedTuple):
    """A number format's section taken apart."""

    before: str
    digits: str
    after: str
    power: int  # of ten: 2 for a percentage, -3 for each comma that ends the digits


def as_shown(value: object, code: str) -> Value:
    """Turn a cell's value into what Excel shows under the number format `code`.

    A whole number stays int; one with leading zeros becomes text; a fraction becomes Number.
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime | dt.date):
        return _date(value, code)
    if isinstance(value, int | float):
        return _number(value, code)
    return None if value is None else str(value)


def _date(value: dt.date, code: str) -> Value:
    plain = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code).lower()
    if isinstance(value, dt.datetime) and "h" in plain and "y" not in plain:
        return f"{value:%H:%M}"
    if isinstance(value, dt.datetime) and "h" in plain and value.time() != dt.time():
        return f"{PartialDate(value.year, value.month, value.day)} {value:%H:%M}"
    if "d" in plain or "y" not in plain:
        return PartialDate(value.year, value.month, value.day)
    return PartialDate(value.year, value.month if "m" in plain else 0)


def _number(value: float, code: str) -> Value:
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN differs from itself
        return None
    form = _format(code, value < 0)
    whole = value == int(value)
    if form is None or abs(value) >= _LARGEST:
        return int(value) if whole else Number(value, _general(value))
    shown = form.before + _digits(abs(value), form) + form.after
    if value < 0 and ";" not in code:
        shown = f"-{shown}"
    if whole and (form.digits.startswith("00") or _WORD.search(form.before)):
        return shown  # 001 is a code, 第4网格 a name: both are text to everybody
    if whole and shown == str(int(value)):
        return int(value)
    return Number(value, shown)


def _general(value: float) -> str:
    text = f"{value:.{_GENERAL_DIGITS}g}"
    return f"{Decimal(text):f}" if "e" in text and abs(value) < 10**_GENERAL_DIGITS else text


def _digits(value: float, form: Format) -> str:
    whole, _, fraction = form.digits.partition(".")
    places = len(re.findall("[0#?]", fraction))
    exact = Decimal(f"{value:.{_PRECISION}g}").scaleb(form.power)
    rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    left, _, right = f"{rounded:f}".partition(".")
    left = left.zfill(whole.count("0")) if left != "0" or "0" in whole else ""
    if "," in whole and whole.count("0") <= 1:
        left = f"{int(left or 0):,}"
    needed = fraction.count("0")
    while len(right) > needed and right.endswith("0"):
        right = right[:-1]
    return f"{left}.{right}" if right else left


@lru_cache(maxsize=1024)
def _format(code: str, negative: bool) -> Format | None:
    """Take a format apart; None for General, text and what only Excel can show."""
    if code in ("General", "@", "") or "general" in code.lower():
        return None
    sections = _sections(code)
    section = sections[1] if negative and len(sections) > 1 else sections[0]
    before, digits, after, percent = "", "", "", False
    for sign in section:
        if sign in "0#?.,":
            if after:
                return None
            digits += sign
            continue
        percent |= sign == "%"
        literal = _literal(sign)
        if literal is None:
            return None
        if digits:
            after += literal
        else:
            before += literal
    if not re.search("[0#?]", digits) or len(digits) > _LONGEST:
        return None
    kept = digits.rstrip(",")
    return Format(before, kept, after, 2 * percent - 3 * (len(digits) - len(kept)))


def _sections(code: str) -> list[list[str]]:
    sections: list[list[str]] = [[]]
    for sign in _TOKEN.findall(code):
        if sign == ";":
            sections.append([])
        else:
            sections[-1].append(sign)
    return sections


def _literal(sign: str) -> str | None:
    if sign.startswith('"'):
        return sign[1:-1]
    if sign.startswith("\\"):
        return sign[1]
    if sign.startswith("["):
        currency = _CURRENCY.fullmatch(sign)
        if currency:
            return currency[1]
        return None if "dbnum" in sign.lower() or sign[1:2] in "<>=" else ""
    if sign[0] in "_*":
        return ""
    return None if sign in "Ee/" else sign
