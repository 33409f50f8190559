"""附件说明 and 主送机关: indents that hang, and what is too long for page 1 (7.3.2, 7.3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from templates.gongwen.widths import LINE, width

if TYPE_CHECKING:
    from collections.abc import Sequence

_LABEL = "附件："
_BEFORE = 2.0  # 字: 左空二字 (7.3.4)


@dataclass(frozen=True, slots=True)
class Note:
    """A line of 附件说明: what stands before the name, and the indents in 字.

    Continuations stand at `left`, below the name's first character; the first line begins
    `hanging` further left. Where `tab` is true the name is brought to `left` by a tab.
    """

    label: str
    name: str
    left: float
    hanging: float
    tab: bool = False


def notes(names: Sequence[str]) -> tuple[Note, ...]:
    """Lay out 附件说明: one name without a number, several with 1. 2. below each other.

    All names begin below each other; with ten or more the numbers take more room.
    """
    if len(names) == 1:
        return (Note(_LABEL, names[0], _BEFORE + width(_LABEL), width(_LABEL)),)
    widest = width(f"{len(names)}.")
    left = _BEFORE + width(_LABEL) + widest
    found = []
    for number, name in enumerate(names, 1):
        label = f"{_LABEL if number == 1 else ''}{number}."
        hanging = widest + (width(_LABEL) if number == 1 else 0)
        found.append(Note(label, name, left, hanging, tab=width(label) < hanging))
    return tuple(found)


def addressee_lines(text: str) -> int:
    """Return how many lines 主送机关 takes with its colon, flush left (7.3.2)."""
    return max(1, int(-(-width(text.removesuffix("：") + "：") // LINE)))


def belongs_in_imprint(text: str, lines: int) -> bool:
    """Tell whether 主送机关 must move to 版记: page 1 has `lines` below the title's blank line.

    One of them at least must show text of the body (7.3.2).
    """
    return addressee_lines(text) >= lines
