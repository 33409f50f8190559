"""核验: what the values of a form must keep, as a clerk writes it: 合计 = 男 + 女.

Five sentences are understood: a comparison of sums (`合计 = 男 + 女`), a range (`新增 0-500`,
`新增 在 0 到 20 之间`), a jump (`新增 比昨日变动不超过 20`, or `20%`), `备注 可空`, `负责人 必填`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

_SIGNS = str.maketrans("＋－＝＜＞：", "+-=<>:")
_WORDS = {"≤": "<=", "≥": ">=", "＜＝": "<=", "不大于": "<=", "不小于": ">=", "等于": "="}
_NUMBER = r"\d+(?:\.\d+)?"
_RANGE = re.compile(
    rf"(?P<name>.+?)\s*(?::|在|\s)\s*(?P<low>{_NUMBER})\s*(?:-|~|～|—|到|至)\s*(?P<high>{_NUMBER})"
    r"\s*(?:之间)?"
)
_JUMP = re.compile(
    rf"(?P<name>.+?)\s*:?\s*比(?:昨日|昨天|上次|上期)(?:变动|变化|增减)?不(?:超过|大于|多于)\s*"
    rf"(?P<limit>{_NUMBER})\s*(?P<percent>%|％)?"
)
_WORD = re.compile(r"(?P<name>.+?)\s*:?\s*(?P<word>必填|可空|可不填)")
_COMPARED = re.compile(r"<=|>=|=|<|>")
ALL = "各栏"  # every field of a form: 各栏 必填
ADVICE = (
    "可以写：合计 = 男 + 女；新增人数 0-500；新增人数 比昨日变动不超过 20（或 20%）；"
    "备注 可空；负责人 必填；各栏 必填"
)


class UnclearError(ValueError):
    """A sentence that is none of those understood."""


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of fields and numbers, each added or taken away."""

    parts: tuple[tuple[int, str], ...]
    constant: Decimal = Decimal(0)

    def of(self, values: Mapping[str, Decimal]) -> Decimal | None:
        """Add up; None where a field has no number: a blank is never zero."""
        if any(name not in values for _, name in self.parts):
            return None
        return self.constant + sum(sign * values[name] for sign, name in self.parts)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One sum against another."""

    said: str
    left: Total
    sign: str
    right: Total

    @property
    def fields(self) -> tuple[str, ...]:
        """Name the fields that it speaks of."""
        return tuple(name for side in (self.left, self.right) for _, name in side.parts)

    def holds(self, values: Mapping[str, Decimal]) -> bool | None:
        """Tell whether it holds; None where a field has no number."""
        left, right = self.left.of(values), self.right.of(values)
        if left is None or right is None:
            return None
        return {
            "=": left == right,
            "<": left < right,
            ">": left > right,
            "<=": left <= right,
            ">=": left >= right,
        }[self.sign]


@dataclass(frozen=True, slots=True)
class Range:
    """A field between two numbers, both allowed."""

    said: str
    name: str
    low: Decimal
    high: Decimal

    @property
    def fields(self) -> tuple[str, ...]:
        """Name the field that it speaks of."""
        return (self.name,)

    def holds(self, values: Mapping[str, Decimal]) -> bool | None:
        """Tell whether it holds; None where the field has no number."""
        value = values.get(self.name)
        return None if value is None else self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Jump:
    """How far a field may be from what it was the time before, in units or in percent of it."""

    said: str
    name: str
    limit: Decimal
    percent: bool

    @property
    def fields(self) -> tuple[str, ...]:
        """Name the field that it speaks of."""
        return (self.name,)

    def holds(self, values: Mapping[str, Decimal], before: Mapping[str, Decimal]) -> bool | None:
        """Tell whether it holds; None where the field has no number now, or had none before."""
        now, then = values.get(self.name), before.get(self.name)
        if now is None or then is None:
            return None
        most = abs(then) * self.limit / 100 if self.percent else self.limit
        return abs(now - then) <= most


@dataclass(frozen=True, slots=True)
class Filled:
    """Whether a field may be left blank."""

    said: str
    name: str
    needed: bool

    @property
    def fields(self) -> tuple[str, ...]:
        """Name the field that it speaks of."""
        return (self.name,)


Check: TypeAlias = Comparison | Range | Jump | Filled


def parse(words: str) -> Check:
    """Understand a sentence.

    Raises:
        UnclearError: it is none of those that are understood.

    """
    text = " ".join(words.translate(_SIGNS).split())
    for word, sign in _WORDS.items():
        text = text.replace(word, sign)
    jump = _JUMP.fullmatch(text)
    if jump:
        return Jump(words, name_of(jump["name"]), Decimal(jump["limit"]), bool(jump["percent"]))
    filled = _WORD.fullmatch(text)
    if filled:
        return Filled(words, name_of(filled["name"]), filled["word"] == "必填")
    signs = _COMPARED.findall(text)
    if signs:
        return _comparison(words, text, signs)
    ranged = _RANGE.fullmatch(text)
    if ranged is None:
        raise UnclearError(words)
    low, high = Decimal(ranged["low"]), Decimal(ranged["high"])
    if low > high:
        raise UnclearError(words)
    return Range(words, name_of(ranged["name"]), low, high)


def name_of(words: str) -> str:
    """Write a field's name as fields are compared: NFKC, without blanks and stars."""
    return re.sub(r"[\s*]+", "", unicodedata.normalize("NFKC", words)).strip(":")


def _comparison(words: str, text: str, signs: list[str]) -> Check:
    sides = _COMPARED.split(text)
    if len(signs) == 1:
        made = Comparison(words, _total(words, sides[0]), signs[0], _total(words, sides[1]))
        if not made.fields:
            raise UnclearError(words)
        return made
    low, middle, high = (_total(words, side) for side in (*sides, "", "")[:3])
    one = len(middle.parts) == 1 and middle.parts[0][0] == 1 and not middle.constant
    if signs != ["<=", "<="] or low.parts or high.parts or not one or low.constant > high.constant:
        raise UnclearError(words)
    return Range(words, middle.parts[0][1], low.constant, high.constant)


def _total(words: str, side: str) -> Total:
    parts: list[tuple[int, str]] = []
    constant = Decimal(0)
    for sign, term in re.findall(r"([+-]?)([^+-]*)", side.strip()):
        name = term.strip()
        if not name:
            if sign:
                raise UnclearError(words)
            continue
        factor = -1 if sign == "-" else 1
        try:
            constant += factor * Decimal(name)
        except InvalidOperation:
            parts.append((factor, name_of(name)))
    if not parts and not side.strip():
        raise UnclearError(words)
    return Total(tuple(parts), constant)
