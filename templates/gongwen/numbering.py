"""Automatic numbers as text: 一、 （一） 1. as Word counts and writes them.

ECMA-376, part 1, 17.9: a paragraph names a w:num and a level, itself or by its style; the w:num
leads to a w:abstractNum whose levels say how they count and what is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from templates.gongwen.manuscript import on, value, whole
from templates.numerals import digits, financial, numeral
from templates.wml import Element, W

if TYPE_CHECKING:
    from collections.abc import Callable

    from templates.gongwen.manuscript import Manuscript

_PLACEHOLDER = re.compile(r"%([1-9])")
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
          (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
_DEEPEST = 9
_MOST = 32_767  # as far as Word counts
_WORDY = re.compile(r"[\w]$")


class UnknownError(ValueError):
    """A number that cannot be written as text; the words say what it is."""


@dataclass(frozen=True, slots=True)
class Number:
    """A paragraph's number; `bullet` where it is a sign that counts nothing."""

    text: str = ""
    bullet: bool = False


@dataclass(slots=True)
class Numbering:
    """The numbers of a document; `of` must be asked for each paragraph, in their order."""

    manuscript: Manuscript
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _started: set[tuple[str, int]] = field(default_factory=set)
    _abstracts: dict[str, Element] = field(init=False)
    _nums: dict[str, Element] = field(init=False)

    def __post_init__(self) -> None:
        """Find the definitions."""
        parts = self.manuscript.related("/numbering")
        self._abstracts = {
            one.get(W + "abstractNumId", ""): one
            for p in parts
            for one in p.iter(W + "abstractNum")
        }
        self._nums = {one.get(W + "numId", ""): one for p in parts for one in p.findall(W + "num")}

    def of(self, paragraph: Element) -> Number:
        """Return a paragraph's number, counted on.

        Raises:
            UnknownError: it has one that cannot be written as text.

        """
        named, level = self._named(paragraph)
        if named in {"", "0"}:
            return Number()
        num = self._nums.get(named)
        abstract = self._abstract(num) if num is not None else None
        if num is None or abstract is None:
            raise UnknownError("自动编号的定义不在文件里")
        levels = self._levels(num, abstract)
        if level not in levels:
            raise UnknownError(f"自动编号没有第 {level + 1} 级")
        self._count(num, abstract, level, levels)
        return self._written(abstract, level, levels)

    def _named(self, paragraph: Element) -> tuple[str, int]:
        """Find which w:num and level a paragraph names, itself or by its styles."""
        named, level = "", -1
        for properties in self.manuscript.of_paragraph(paragraph):
            one = properties.find(W + "numPr")
            if one is None:
                continue
            named = named or value(one, "numId")
            if level < 0 and value(one, "ilvl"):
                level = whole(value(one, "ilvl"), 0, _DEEPEST - 1)
            if named:
                break
        if named and named != "0" and level < 0:
            level = self._linked(named, paragraph)
        return named, max(level, 0)

    def _linked(self, named: str, paragraph: Element) -> int:
        """Find the level that is linked to the paragraph's style."""
        own = paragraph.find(W + "pPr")
        styles = [one.get(W + "styleId") for one in self.manuscript.chain(value(own, "pStyle"))]
        num = self._nums.get(named)
        abstract = self._abstract(num) if num is not None else None
        for style in styles:
            for one in abstract.findall(W + "lvl") if abstract is not None else ():
                if value(one, "pStyle") == style:
                    return whole(one.get(W + "ilvl", "0"), 0, _DEEPEST - 1)
        return 0

    def _abstract(self, num: Element) -> Element | None:
        found = self._abstracts.get(value(num, "abstractNumId"))
        link = value(found, "numStyleLink") if found is not None else ""
        if not link:
            return found
        style = self.manuscript.styles.get(link)
        named = value(style.find(f"{W}pPr/{W}numPr"), "numId") if style is not None else ""
        other = self._nums.get(named)
        linked = self._abstracts.get(value(other, "abstractNumId")) if other is not None else None
        return linked if linked is not None else found

    def _levels(self, num: Element, abstract: Element) -> dict[int, Element]:
        levels = {
            whole(one.get(W + "ilvl", "0"), 0, _DEEPEST - 1): one
            for one in abstract.findall(W + "lvl")
        }
        for override in num.findall(W + "lvlOverride"):
            own = override.find(W + "lvl")
            if own is not None:
                levels[whole(override.get(W + "ilvl", "0"), 0, _DEEPEST - 1)] = own
        return levels

    def _count(
        self, num: Element, abstract: Element, level: int, levels: dict[int, Element]
    ) -> None:
        key = abstract.get(W + "abstractNumId", "")
        counts = self._counts.setdefault(key, [None] * _DEEPEST)
        override = next(
            (o for o in num.findall(W + "lvlOverride") if o.get(W + "ilvl") == str(level)), None
        )
        anew = value(override, "startOverride") if override is not None else ""
        mark = (num.get(W + "numId", ""), level)
        before = counts[level]
        if anew and mark not in self._started:
            counts[level] = whole(anew, 1, _MOST)
        elif before is None:
            counts[level] = _start(levels[level])
        else:
            counts[level] = before + 1
        self._started.add(mark)
        for deeper in range(level + 1, _DEEPEST):
            restart = value(levels.get(deeper), "lvlRestart")
            if not restart or (restart != "0" and level < whole(restart, 0, _DEEPEST)):
                counts[deeper] = None

    def _written(self, abstract: Element, level: int, levels: dict[int, Element]) -> Number:
        own = levels[level]
        way, text = value(own, "numFmt") or "decimal", value(own, "lvlText")
        pictured = own.find(W + "lvlPicBulletId") is not None
        if way == "bullet" or pictured:
            return Number(bullet=pictured or bool(text.strip()))
        counts = self._counts[abstract.get(W + "abstractNumId", "")]
        plain = on(own, "isLgl")

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            if at not in levels:
                raise UnknownError(f"自动编号用到了没有的第 {at + 1} 级")
            kind = value(levels[at], "numFmt") or "decimal"
            count = counts[at]
            if count is None and kind != "none":  # programs differ in what they show then
                raise UnknownError(f"自动编号的第 {at + 1} 级还没有出现，就用到了它的号")
            return written(count or 0, "decimal" if plain and kind != "none" else kind)

        text = _PLACEHOLDER.sub(number, text)
        glued = value(own, "suff") == "nothing" or not _WORDY.search(text)
        return Number(text if glued else f"{text}\u3000")


def _start(level: Element) -> int:
    return whole(value(level, "start"), 1, _MOST)


def written(count: int, way: str) -> str:
    """Write a number as a w:numFmt says.

    Raises:
        UnknownError: there is no such way of writing, or not for this number.

    """
    if way not in _WAYS:
        raise UnknownError(f"自动编号的样式「{way}」认不得")
    try:
        return _WAYS[way](_positive(count, way))
    except (IndexError, ValueError):
        raise UnknownError(f"自动编号的样式「{way}」没有 {count} 号") from None


def _positive(count: int, way: str) -> int:
    if count < 1 and way not in {"decimal", "decimalZero", "none"}:
        raise ValueError(count)
    return count


def _roman(count: int) -> str:
    said = ""
    for size, sign in _ROMAN:
        while count >= size:
            said, count = said + sign, count - size
    return said


def _letters(count: int) -> str:
    """Write A to Z, then AA, BB … as Word goes on."""
    times, letter = divmod(count - 1, 26)
    return chr(ord("A") + letter) * (times + 1)


def _from(first: int, last: int) -> Callable[[int], str]:
    def sign(count: int) -> str:
        if not 1 <= count <= last:
            raise ValueError(count)
        return chr(first + count - 1)

    return sign


def _circled(count: int) -> str:
    for first, last, before in ((0x2460, 20, 0), (0x3251, 35, 20), (0x32B1, 50, 35)):
        if before < count <= last:
            return chr(first + count - before - 1)
    raise ValueError(count)


_WAYS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "none": lambda _: "",
    "decimalZero": lambda count: f"{count:02}",
    "decimalFullWidth": lambda n: str(n).translate({48 + i: 0xFF10 + i for i in range(10)}),
    "decimalFullWidth2": lambda n: str(n).translate({48 + i: 0xFF10 + i for i in range(10)}),
    "decimalHalfWidth": str,
    "numberInDash": lambda count: f"- {count} -",
    "upperRoman": _roman,
    "lowerRoman": lambda count: _roman(count).lower(),
    "upperLetter": _letters,
    "lowerLetter": lambda count: _letters(count).lower(),
    "chineseCounting": numeral,
    "chineseCountingThousand": numeral,
    "japaneseCounting": numeral,
    "taiwaneseCounting": numeral,
    "taiwaneseCountingThousand": numeral,
    "ideographDigital": digits,
    "taiwaneseDigital": digits,
    "japaneseDigitalTenThousand": digits,
    "chineseLegalSimplified": financial,
    "ideographTraditional": lambda count: _STEMS[count - 1],
    "ideographZodiac": lambda count: _BRANCHES[count - 1],
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedFullstop": _from(0x2488, 20),
    "decimalEnclosedParen": _from(0x2474, 20),
    "ideographEnclosedCircle": _from(0x3280, 10),
}
