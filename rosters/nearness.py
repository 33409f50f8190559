"""The nearest of many names: a suggestion for a finding, never a match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rosters.pattern import later

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER = later(r"[0-9]+|[一二三四五六七八九十]+")


def nearest(text: str, names: Iterable[str], least: float = 60) -> str:
    """Return the name most like the text; empty if none is at least so much alike (0 to 100).

    A name with another number in it is never suggested: 第十九党支部 is not 第十二党支部.
    """
    from rapidfuzz import fuzz, process

    fitting = [name for name in names if _numbers(name) == _numbers(text)]
    found = process.extractOne(text, fitting, scorer=fuzz.ratio, score_cutoff=least)
    return found[0] if found else ""


def _numbers(text: str) -> list[str]:
    return _NUMBER.findall(text)
