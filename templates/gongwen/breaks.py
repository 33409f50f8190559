"""Where a title may be broken: between words; what it costs, and where it is never broken."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

NEVER = 10_000.0
_INSIDE = 400.0  # inside what may be a word that no list holds
_BESIDE = 12.0  # between such a thing and a word

_LEFT_OVER, _WORD, _NAME, _ATOM = 3.0, 1.0, -40.0, -50.0  # prices of a way to cut

_NUMERAL = "〇零一二三四五六七八九十百千两"
_UNIT = (
    "年度|学年度|学年|周年|年代|年级|年|月份|月|日|周|学期|季度|级|届|次|期|批|轮|号|项|名|人|个|"
    "位|所|家|件|条|款|章|部分|阶段|等奖|%|％"
)
# What stays together whatever it means: dates, numbers with their unit, Latin words, brackets.
_BRACKETS = r"《[^《》]*》|“[^“”]*”|‘[^‘’]*’|〔[^〔〕]*〕|（[^（）]*）|【[^【】]*】"
_ATOMS = (
    r"\d{4}年\d{1,2}月(?:\d{1,2}日)?"
    rf"|第?[\d０-９]+(?:[.．·:：/／\-–—~～至][\d０-９]+)*(?:{_UNIT})?"
    rf"|第[{_NUMERAL}]+(?:{_UNIT})?"
    rf"|[{_NUMERAL}]+(?:年度|学年度|学年|周年|年|月|日|届|次|期|号|项|个|名|人)"
    r"|[A-Za-zＡ-Ｚａ-ｚ][A-Za-z0-9.+\-]*"
)
_CLOSING = set("、，。；：！？）》”’〕】·—…,.;:!?)]%％")
_OPENING = set("（《“‘〔【([")
# No line begins with these where that can be avoided, and none ends with those.
_NOT_FIRST = {"的": 300.0, "之": 60.0, "等": 200.0, "了": 300.0, "者": 400.0, "们": 400.0}
_NOT_FIRST |= dict.fromkeys(("和", "与", "及", "或", "暨", "以及", "及其"), 60.0)
_NOT_LAST = {"第": 400.0, "各": 400.0, "不": 400.0}
_NOT_LAST |= dict.fromkeys("对在为向把将以按从由同给拟", 80.0)


def tokens(
    text: str, names: frozenset[str] = frozenset(), *, brackets: bool = True
) -> list[tuple[str, bool]]:
    """Cut a text into words, each with whether it is known as one.

    The words of the shipped list, `names`, and what always stays together; of the ways to cut,
    the one that leaves the fewest characters over, then the one with the fewest words. Without
    `brackets`, what stands in 《 》 or “ ” may be broken too, between its words.
    """
    found = _spans(text, names, brackets)
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(text) + 1):
        options = [(best[end - 1][0] + _LEFT_OVER, end - 1)]
        options += [(best[start][0] + price, start) for start, price in found.get(end, ())]
        best.append(min(options))
    cuts = [len(text)]
    while cuts[-1]:
        cuts.append(best[cuts[-1]][1])
    cuts.reverse()
    cut = [text[a:b] for a, b in pairwise(cuts)]
    return [(word, len(word) > 1 or not word.isalnum() or word in _shipped()) for word in cut]


def _spans(text: str, names: frozenset[str], brackets: bool) -> dict[int, list[tuple[int, float]]]:
    """Return by its end every word that occurs: its start, and what using it costs."""
    found: dict[int, list[tuple[int, float]]] = {}
    for match in _together(brackets=brackets).finditer(text):
        found.setdefault(match.end(), []).append((match.start(), _ATOM))
    reach = max(_longest(names), _longest(_shipped()))
    for start in range(len(text)):
        for end in range(start + 1, min(len(text), start + reach) + 1):
            if text[start:end] in names:
                found.setdefault(end, []).append((start, _NAME))
            elif text[start:end] in _shipped():
                found.setdefault(end, []).append((start, _WORD))
    return found


@lru_cache(maxsize=16)
def _longest(words: frozenset[str]) -> int:
    return max(map(len, words), default=0)


def costs(text: str, names: frozenset[str] = frozenset(), *, brackets: bool = True) -> list[float]:
    """Return what a break before each character costs; NEVER is never."""
    cost = [NEVER] * len(text)
    position = 0
    before: tuple[str, bool] | None = None
    for token in tokens(text, names, brackets=brackets):
        if before is not None:
            cost[position] = _between(before, token)
        position += len(token[0])
        before = token
    return cost


def anywhere(text: str) -> list[float]:
    """Return such costs where no word fits on a line: only punctuation is still minded."""
    return [NEVER] + [
        NEVER if b in _CLOSING or a in _OPENING else _INSIDE for a, b in pairwise(text)
    ]


def _between(left: tuple[str, bool], right: tuple[str, bool]) -> float:
    (a, a_known), (b, b_known) = left, right
    if b[0] in _CLOSING or a[-1] in _OPENING or b[0].isspace():
        return NEVER
    cost = 0.0 if a_known and b_known else _BESIDE
    if not a_known and not b_known:
        cost = _INSIDE
    if a.startswith("关于"):
        cost += 90.0
    elif b.startswith("关于"):
        cost -= 6.0
    return cost + _NOT_FIRST.get(b, 0.0) + _NOT_LAST.get(a, 0.0)


@cache
def _together(*, brackets: bool) -> re.Pattern[str]:
    """Return a pattern of what stays together; it takes a while to compile."""
    return re.compile(f"{_BRACKETS}|{_ATOMS}" if brackets else _ATOMS)


@lru_cache(maxsize=1)
def _shipped() -> frozenset[str]:
    lines = Path(__file__).with_name("words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if line[:1] != "#" for word in line.split())
