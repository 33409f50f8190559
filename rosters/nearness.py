"""The nearest of many names: a suggestion for a finding, never a match."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(text: str, names: Iterable[str], least: float = 60) -> str:
    """Return the name most like the text; empty if none is at least so much alike (0 to 100)."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(text, list(names), scorer=fuzz.ratio, score_cutoff=least)
    return found[0] if found else ""
