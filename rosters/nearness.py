"""The nearest of many names: a suggestion for a finding or a refusal, never a match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rosters.pattern import later

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NUMBER = later(r"[0-9]+|[一二三四五六七八九十]+")


def nearest(text: str, names: Iterable[str], least: float = 60) -> str:
    """Return the name most like the text; empty if none is at least so much alike (0 to 100).

    A name with another number in it is never suggested: 第十九党支部 is not 第十二党支部.
    """
    from rapidfuzz import fuzz, process

    fitting = [name for name in names if _numbers(name) == _numbers(text)]
    found = process.extractOne(text, fitting, scorer=fuzz.ratio, score_cutoff=least)
    return found[0] if found else ""


def meant(words: str, called: Iterable[Sequence[str]], most: int = 3) -> list[str]:
    """Return what a person may have meant by words that are nobody's name, the likeliest first.

    Each of `called` is one with its names, the first as it is to be shown: those count whose
    names hold the characters of the words in order (`经管` of 经济管理学院), else those alike.
    """
    from rapidfuzz import fuzz

    known = [[name for name in names if name] for names in called]
    holding = [names for names in known if any(_holds(name, words) for name in names)]
    likeness: dict[str, float] = {}
    for names in filter(None, holding or known):
        alike = [name for name in names if holding or nearest(words, [name])]
        if alike:
            score = max(fuzz.ratio(words, name) for name in alike)
            likeness[names[0]] = max(score, likeness.get(names[0], 0))
    return sorted(likeness, key=lambda name: -likeness[name])[:most]


def advice(words: str, called: Iterable[Sequence[str]], otherwise: str) -> str:
    """Ask whether one of those that may be meant is, and say what else can be done."""
    found = meant(words, called)
    return f"是不是「{'」「'.join(found)}」？{otherwise}" if found else otherwise


def _holds(name: str, words: str) -> bool:
    rest = iter(name)
    return len(words) > 1 and all(character in rest for character in words)


def _numbers(text: str) -> list[str]:
    return _NUMBER.findall(text)
