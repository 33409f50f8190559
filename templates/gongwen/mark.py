"""发文机关标志 on one line: how high and how wide its characters may be, alone or joint (7.2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from templates.gongwen.widths import width

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT_WIDTH = 442.2  # pt: 156 mm (5.2.1)
TALLEST = 62.0  # pt: 22 mm, what offices kept to since the standard of 1999 (实务)
WIDEST = 42.5  # pt: 15 mm, likewise (实务)
SLIM, SLIMMEST = 76, 50  # per cent of w:w: what looks right, and what can still be read (实务)
SMALLEST = 24.0  # pt: a mark stands above the title's 22 pt (实务)
_TAIL_GAP = 12.0  # pt between the names of a joint mark and its 文件 (实务)
_STACK = 150.0  # pt: a stack of names leaves page 1 its text (7.2.4)
_LEADING = 1.25


@dataclass(frozen=True, slots=True)
class Mark:
    """How one line is set: size in half-points (w:sz), horizontal scale in per cent (w:w)."""

    size: int
    scale: int

    @property
    def points(self) -> float:
        """The height in points."""
        return self.size / 2

    def wide(self, text: str) -> float:
        """Return the width of a text so set, in points."""
        return width(text) * self.points * self.scale / 100


@dataclass(frozen=True, slots=True)
class JointMark:
    """Names of several organs, one below the other, and what stands at their right.

    The names are spread over `names_width` and `tail_width` is left for the tail, both in points.
    """

    names: Mark
    tail: Mark
    names_width: float
    tail_width: float
    line: float  # pt from one name to the next


def mark(text: str, room: float = TEXT_WIDTH) -> Mark:
    """Set a mark as large as offices do, on one line that is `room` points wide.

    Its characters grow slim before they grow small: 16 of them are 36 pt high at 76 %.
    """
    return _set(max(width(text), 1.0), room, TALLEST)


def joint_mark(names: Sequence[str], tail: str = "文件", room: float = TEXT_WIDTH) -> JointMark:
    """Set a joint mark: all names in one size, the tail half as large again if there is room."""
    longest = max(*(width(name) for name in names), 1.0)
    line = _STACK / len(names)
    tallest = min(TALLEST / 1.5, line / _LEADING)
    if not tail:
        only = _set(longest, room, tallest)
        return JointMark(only, only, room, 0.0, min(line, only.points * _LEADING))
    share = longest + 1.5 * width(tail)
    one = _set(share, room - _TAIL_GAP, tallest)
    grown = Mark(min(int(one.size * 1.5), int(TALLEST * 2)), one.scale)
    tail_width = grown.wide(tail)
    return JointMark(
        one, grown, room - _TAIL_GAP - tail_width, tail_width, min(line, one.points * _LEADING)
    )


def _set(characters: float, room: float, tallest: float) -> Mark:
    wide = min(WIDEST, room / characters)
    scale = SLIM
    if wide * 100 / scale < SMALLEST:
        scale = max(SLIMMEST, int(wide * 100 / SMALLEST))
    high = min(tallest, wide * 100 / scale)
    return Mark(int(high * 2), scale)
