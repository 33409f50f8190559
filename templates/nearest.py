"""The nearest name to one that is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ENOUGH = 50.0  # of 100: below that, no name is near


def nearest(
    name: str, known: Iterable[str], limit: int = 3, *, usual: Sequence[str] = ()
) -> list[str]:
    """Return the known names nearest to a name, best first.

    Before all what it is the beginning of, then what is one slip of the pen away.

    `usual` are names that are meant more often than others, and so come first among equals.
    """
    from rapidfuzz import fuzz, process, utils

    choices = sorted(known)
    scored = process.extract(
        name,
        choices,
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        score_cutoff=_ENOUGH,
        limit=None,
    )
    ranks = {one: rank for rank, one in enumerate(usual)}

    def far(known: str, likeness: float) -> tuple[bool, bool, float, int]:
        begun = len(name) > 1 and known.startswith(name)
        return not begun, not _slip(name, known), -likeness, ranks.get(known, len(ranks))

    scored.sort(key=lambda one: far(one[0], one[1]))
    return [choice for choice, _, _ in scored[:limit]]


def _slip(name: str, known: str) -> bool:
    """Tell whether two names differ in one character, or in two that changed places."""
    if len(name) != len(known):
        return False
    wrong = [(a, b) for a, b in zip(name, known, strict=True) if a != b]
    return len(wrong) == 1 or (len(wrong) == 2 and wrong[0] == wrong[1][::-1])  # noqa: PLR2004 - both


def advice(
    name: str, known: Iterable[str], *, usual: Sequence[str] = (), otherwise: str = ""
) -> str:
    """Advise the nearest names, as the rest of a sentence; `otherwise` is what else can be done."""
    found = nearest(name, known, usual=usual)
    return f"是不是「{'」「'.join(found)}」？{otherwise}" if found else otherwise or "请核对写法"
