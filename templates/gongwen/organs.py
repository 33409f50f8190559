"""Several organs in one text: 甲、乙, or one to a line; and the 文件 that stands at their right."""

from __future__ import annotations

from functools import lru_cache

from rosters.pattern import later

_BETWEEN = later(r"[、；;\n\v|｜]+")
_TAIL = "文件"


@lru_cache(maxsize=4096)
def apart(text: str) -> tuple[str, ...]:
    """Return the organs that a text names, each once, in its order."""
    parts = (one.strip() for one in _BETWEEN.split(text))
    return tuple(dict.fromkeys(one for one in parts if one))


def joint(mark: str) -> tuple[tuple[str, ...], str] | None:
    """Return the organs of a joint mark and what stands at their right; None for one organ's."""
    tail = _TAIL if mark.strip().endswith(_TAIL) else ""
    organs = apart(mark.strip().removesuffix(tail))
    return (organs, tail) if len(organs) > 1 else None
