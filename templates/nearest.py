"""The nearest name to one that is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ENOUGH = 50.0  # of 100: below that, no name is near


def nearest(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Return the known names nearest to a name, best first."""
    from rapidfuzz import fuzz, process, utils

    choices = sorted(known)
    scored = process.extract(
        name, choices, scorer=fuzz.WRatio, processor=utils.default_process, limit=limit
    )
    return [choice for choice, score, _ in scored if score >= _ENOUGH]


def advice(name: str, known: Iterable[str]) -> str:
    """Advise the nearest names, as the rest of a sentence."""
    found = nearest(name, known)
    return f"是不是「{'」「'.join(found)}」？" if found else "请核对写法"
