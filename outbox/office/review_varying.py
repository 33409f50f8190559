"""What differs from one document to the next: computed from the documents themselves.

Every document's own organisation is first put back to 〔单位〕, so that a name that is another's
stays visible as a difference. Lines that all documents have in the same order are fixed; between
them lie the spots that vary: a line whose holes are named ①②…, or lines that only some have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from outbox.office.review_text import Line

OWN = "〔单位〕"
MARKS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_TOKEN = re.compile(r"\d+(?:[.:：]\d+)*|[A-Za-z]+|〔单位〕|.", re.DOTALL)
_SIGN = re.compile(r"[^\w]")
_NUMBERED = re.compile(r"(.*)第(\d+)(段|行)")
_SHORT = 4  # characters: a fixed piece of as many without a sign in it is chance, as in names
_ALIKE = 0.6  # of a line's characters are fixed, else the lines are not the same one
_PAIRED = 0.3  # the same where all texts have as many lines there: they stand at one place
_HOLES = 8  # in one line; with more the line is shown whole
_VARIANTS = 4  # texts that are shown in full, each with those who have it


@dataclass(frozen=True, slots=True)
class Item:
    """One text to compare: whose it is (`name`), what that organisation is called, its lines."""

    name: str
    own: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that varies: its fixed words with ①② where it varies, and what each item has there.

    `variants` lists the texts where there are few, each with the names that have it; otherwise
    `values` holds one tuple for each item, as many as the spot has holes.
    """

    place: str
    pattern: str
    values: tuple[tuple[str, ...], ...] = ()
    variants: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Varying:
    """What varies among some texts: how many lines all share, and each spot that varies."""

    names: tuple[str, ...]
    fixed: int
    spots: tuple[Spot, ...]


def varying(items: Sequence[Item]) -> Varying:
    """Compare the texts with one another; the places are those of the first."""
    texts = [[_own(line.text, item.own) for line in item.lines] for item in items]
    common = _common(texts)
    cuts = [_cut(one, common) for one in texts]
    names = tuple(item.name for item in items)
    spots: list[Spot] = []
    for number in range(len(common) + 1):
        parts = [_between(cut, number, len(one)) for cut, one in zip(cuts, texts, strict=True)]
        if any(start < end for start, end in parts):
            segment = [one[start:end] for one, (start, end) in zip(texts, parts, strict=True)]
            spots += _spots(segment, _places(items, parts), names)
    return Varying(names, len(common), tuple(spots))


def _own(text: str, own: Iterable[str]) -> str:
    for name in sorted(filter(None, own), key=len, reverse=True):
        text = text.replace(name, OWN)
    return text


def _common(texts: Sequence[list[str]]) -> list[str]:
    """Return the lines that all have, in their order."""
    common = texts[0]
    for one in {tuple(text): None for text in texts[1:]}:
        blocks = SequenceMatcher(None, common, one, autojunk=False).get_matching_blocks()
        common = [line for block in blocks for line in common[block.a : block.a + block.size]]
    return common


def _cut(text: list[str], common: Sequence[str]) -> list[int]:
    """Say at which lines of a text the common ones stand."""
    at, found = 0, []
    for line in common:
        at = text.index(line, at) + 1
        found.append(at - 1)
    return found


def _between(cut: Sequence[int], number: int, length: int) -> tuple[int, int]:
    start = cut[number - 1] + 1 if number else 0
    return start, cut[number] if number < len(cut) else length


def _places(items: Sequence[Item], parts: Sequence[tuple[int, int]]) -> list[str]:
    """Name the lines of a segment by the first text that has one there."""
    longest = max(range(len(parts)), key=lambda one: parts[one][1] - parts[one][0])
    start, end = parts[longest]
    return [line.place for line in items[longest].lines[start:end]]


def _spots(segment: list[list[str]], places: list[str], names: tuple[str, ...]) -> list[Spot]:
    """Take like lines off the front and the end of a segment; what is left varies as a whole."""
    front: list[Spot] = []
    back: list[Spot] = []
    even = len({len(one) for one in segment}) == 1  # else a row may stand for another's row
    alike = _PAIRED if even else _ALIKE
    while all(segment) and (even or not _row(places[0])):
        spot = _line([one[0] for one in segment], places[0], alike)
        if spot is None:
            break
        front.append(spot)
        segment, places = [one[1:] for one in segment], places[1:]
    while all(segment) and (even or not _row(places[-1])):
        spot = _line([one[-1] for one in segment], places[-1], alike)
        if spot is None:
            break
        back.append(spot)
        segment, places = [one[:-1] for one in segment], places[:-1]
    if any(segment):
        front.append(_whole(segment, places, names))
    return [one for one in (*front, *reversed(back)) if one.values or one.variants]


def _row(place: str) -> bool:
    return place.endswith("行")


def _line(texts: list[str], place: str, alike: float) -> Spot | None:
    """Compare one line of each text; None where they are not the same line at all."""
    distinct = list(dict.fromkeys(texts))
    if len(distinct) == 1:
        return Spot(place, texts[0])
    pieces = _pieces(distinct)
    typical = sum(map(len, distinct)) / len(distinct)
    if sum(map(len, pieces)) < alike * typical or len(pieces) > _HOLES:
        return None
    shape = re.compile("(.*?)".join(map(re.escape, pieces)), re.DOTALL)
    matches = [shape.fullmatch(one) for one in texts]
    values = [one.groups() for one in matches if one is not None]
    if len(values) != len(texts) or len(pieces) == 1:
        return None
    pattern = "".join(
        piece + (MARKS[number] if number < len(pieces) - 1 else "")
        for number, piece in enumerate(pieces)
    )
    return Spot(place, pattern, tuple(values))


def _pieces(texts: Sequence[str]) -> list[str]:
    """Return what all the texts have in their order; "" at an end that varies."""
    base = _TOKEN.findall(texts[0])
    fixed = [True] * len(base)
    apart = {0, len(base)}
    for text in texts[1:]:
        found = [False] * len(base)
        blocks = SequenceMatcher(None, base, _TOKEN.findall(text), autojunk=False)
        for block, after in pairwise(blocks.get_matching_blocks()):
            found[block.a : block.a + block.size] = [True] * block.size
            if block.b + block.size < after.b or block.a + block.size < after.a:
                apart |= {block.a + block.size}
            apart |= {block.a} if block.b or block.a else set()
        fixed = [one and other for one, other in zip(fixed, found, strict=True)]
    runs: list[tuple[int, int]] = []
    for at, is_fixed in enumerate(fixed):
        if not is_fixed:
            continue
        if runs and runs[-1][1] == at and at not in apart:
            runs[-1] = runs[-1][0], at + 1
        else:
            runs.append((at, at + 1))
    said = [("".join(base[start:end]), start, end) for start, end in runs]
    kept = [
        piece
        for piece, start, end in said
        if len(piece) > _SHORT or _SIGN.search(piece) or start == 0 or end == len(base)
    ]
    head = [] if kept and all(one.startswith(kept[0]) for one in texts) else [""]
    tail = [] if kept and all(one.endswith(kept[-1]) for one in texts) else [""]
    if len(kept) == 1 and not head and not tail:
        tail = [""]
    return [*head, *kept, *tail]


def _whole(segment: list[list[str]], places: list[str], names: tuple[str, ...]) -> Spot:
    place = through(places)
    texts = ["\n".join(one) for one in segment]
    having: dict[str, list[str]] = {}
    for text, name in zip(texts, names, strict=True):
        having.setdefault(text, []).append(name)
    if len(having) <= _VARIANTS:
        return Spot(place, "", variants=tuple((text, tuple(who)) for text, who in having.items()))
    return Spot(place, MARKS[0], tuple((_short(one),) for one in segment))


def through(places: Sequence[str]) -> str:
    """Name some places as one: 第3至5段, 表格1第2至9行, else the first and the last."""
    if len(set(places)) <= 1:
        return "".join(places[:1])
    first, last = _NUMBERED.fullmatch(places[0]), _NUMBERED.fullmatch(places[-1])
    if first and last and first[1] == last[1] and first[3] == last[3]:
        return f"{first[1]}第{first[2]}至{last[2]}{first[3]}"
    return f"{places[0]}至{places[-1]}"


def _short(lines: list[str]) -> str:
    if not lines:
        return "（没有）"
    if len(lines) == 1:
        return lines[0]
    return f"{len(lines)} 行：{lines[0]} … {lines[-1]}"
