"""Room: what size of characters, in how many lines, a text takes that has to fit its place.

Pure arithmetic over widths that are never too small: what fits here fits in any typeface in use.
"""

from __future__ import annotations

from functools import lru_cache
from math import floor
from typing import TYPE_CHECKING, Any

from rosters.text import unmarked
from templates.gongwen.widths import width
from templates.rich import UnfitError, said

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_CM = 72 / 2.54  # points
_STEP = 2  # half-points: a size is a whole number of points, as Word's list has them
_LEAST = 0.5  # of the size that was asked for; smaller, a name looks like a mistake
_WHOLE = 5 / 6  # of it: down to here one line is better than two
_LATIN = {True: 0.85, False: 0.65}  # of 字: capitals, others, in a typeface of uneven letters
_WIDE = "\u3000"
_HANZI = "\u3400"  # the first
_NAME = 2  # characters of a name that is written with a blank within


def one_line(text: Any, room: float = 0, size: int = 0) -> str:  # noqa: ANN401 - a template hands over anything
    """一行: the text; beside it stands the size at which it fits `room` (cm) on one line."""
    words = _text(text)
    if size:
        _solved(words, float(room), size, 1)
    return words


def two_lines(text: Any, room: float = 0, size: int = 0) -> str:  # noqa: ANN401
    """两行: the same on one line or two, broken between words, both about as long."""
    words = _text(text)
    return "\n".join(_solved(words, float(room), size, 2)[1]) if size else words


def fitting_size(text: Any, room: float, size: int, lines: int = 1) -> int:  # noqa: ANN401
    """合适字号: that size in half-points, `size` where the text fits as it is."""
    return _solved(_text(text), float(room), size, lines)[0]


def spaced(name: Any) -> str:  # noqa: ANN401
    """两字空开: 张三 as 张　三, to be as long as a name of three characters; others as they are."""
    words = _text(name)
    bare = unmarked(words)
    if len(bare) != _NAME or min(bare) < _HANZI:
        return words
    second = words.index(bare[1], 1)  # what chooses the form of the first stays with it
    return f"{words[:second]}{_WIDE}{words[second:]}"


def in_columns(names: Sequence[Any], column: float = 5, most: float = 26) -> str:
    """名列: names in columns so many 字 wide, no line longer than `most`; none is broken.

    Tabs between them lead to the columns' stops; a name longer than its column takes the next too.
    """
    lines, at = [""], 0
    for name in map(_text, names):
        wide = broad(name)
        if at and at * column + wide > most:
            lines, at = [*lines, ""], 0
        lines[-1] += f"\t{name}" if at else name
        at = floor((at * column + wide) / column) + 1
    return "\n".join(lines)


def broad(text: str) -> float:
    """Measure a text in 字, never too little: capitals of some typefaces are nearly one wide."""
    latin = (char for char in text if char.isascii() and char.isalpha())
    return width(text) + sum(_LATIN[char.isupper()] - 0.5 for char in latin)


def _text(value: Any) -> str:  # noqa: ANN401
    if said(value):
        raise UnfitError(f"{said(value)}不是文字，不能用 | 处理")
    return "" if value is None else str.__str__(str(value)).replace("\n", "")


@lru_cache(maxsize=4096)
def _solved(text: str, room: float, size: int, most: int) -> tuple[int, tuple[str, ...]]:
    """Find the largest size, and the lines at it.

    Raises:
        UnfitError: there is none.

    """
    points = room * _CM
    sizes = range(size, round(size * _LEAST) - 1, -_STEP)
    whole = next((one for one in sizes if broad(text) <= points / (one / 2)), 0)
    if whole and (most == 1 or whole >= size * _WHOLE):
        return whole, (text,)
    for one in sizes if most > 1 else ():
        lines = _halves(text, points / (one / 2))
        if lines:
            return one, lines
    if whole:
        return whole, (text,)
    raise UnfitError(
        f"有{len(text)}个字，缩到一半大小，{room:g}厘米宽的{'两' if most > 1 else '一'}行也放不下"
    )


def _halves(text: str, chars: float) -> tuple[str, ...]:
    """Break a text into two lines, as titles are broken; nothing where it takes more."""
    from templates.gongwen.titles import title_lines

    half = broad(text) / 2
    for longest in (half + 1, half + 3, half + 6, chars):
        if longest > chars:
            continue
        lines = title_lines(text, per_line=longest)
        if len(lines) == 2 and all(broad(one) <= chars for one in lines):  # noqa: PLR2004 - two lines
            return lines
    return ()


ROOM: dict[str, Callable[..., Any]] = {
    "一行": one_line,
    "两行": two_lines,
    "合适字号": fitting_size,
    "两字空开": spaced,
    "名列": in_columns,
}
