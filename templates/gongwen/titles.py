"""Titles broken into lines: 梯形 or 菱形, and never inside a word (7.3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from templates.gongwen.breaks import NEVER, anywhere, costs
from templates.gongwen.widths import width

if TYPE_CHECKING:
    from collections.abc import Sequence

PER_LINE = 20  # 二号 on 156 mm (推算)
SHORTEST = 4  # a shorter line looks lost (实务)
_MORE_LINES = 3  # than are needed: tried for the sake of words and shape
_ANOTHER_LINE = 30.0
_KINDS = "决定|决议|命令|公报|公告|通告|意见|通知|通报|报告|请示|批复|议案|函|纪要"
_TAILS = frozenset("的" + kind for kind in _KINDS.split("|"))


def title_lines(
    text: str, names: frozenset[str] = frozenset(), per_line: float = PER_LINE
) -> tuple[str, ...]:
    """Break a title into as few lines as its words and its shape allow.

    Breaks that stand in the text already are the writer's and are kept; a piece between them is
    broken only if it is wider than a line. `names` are organisations and people never broken.
    """
    pieces = [piece.strip() for piece in text.replace("\v", "\n").splitlines()]
    return tuple(
        line for piece in pieces if piece for line in _broken(piece, names, float(per_line))
    )


def lawful(lines: Sequence[str]) -> bool:
    """Tell whether lines make a 梯形 or 菱形: no waist, no rectangle of three, none too short."""
    lengths = [width(line) for line in lines]
    if len(lengths) == 1:
        return True
    rising = [below > above for above, below in pairwise(lengths) if below != above]
    waist = any(later and not earlier for earlier, later in pairwise(rising))
    rectangle = len(lengths) > len(("two", "equal")) and not rising
    return not waist and not rectangle and min(lengths) >= SHORTEST and lines[-1] not in _TAILS


@lru_cache(maxsize=4096)
def _broken(text: str, names: frozenset[str], per_line: float) -> tuple[str, ...]:
    if width(text) <= per_line:
        return (text,)
    whole, opened = costs(text, names), costs(text, names, brackets=False)
    ladder = (
        (whole, True),
        (opened, True),
        (whole, False),
        (opened, False),
        (anywhere(text), False),
    )
    for prices, shaped in ladder:
        cuts = _Search(text, prices, per_line).best(shaped=shaped)
        if cuts is not None:
            return tuple(text[a:b].strip() for a, b in pairwise((0, *cuts, len(text))))
    raise AssertionError(text)  # pragma: no cover - a line can be broken between any two characters


@dataclass(frozen=True, slots=True)
class _Edge:
    """A place where a line may end: the index behind it, the width before it, the cost."""

    at: int
    before: float
    cost: float


class _Search:
    """The cheapest way to break a text, found by trying all that can still be the cheapest."""

    def __init__(self, text: str, prices: Sequence[float], per_line: float) -> None:
        self._text, self._per_line = text, per_line
        self._edges = [_Edge(0, 0, 0)]
        before = 0.0
        for at, (char, price) in enumerate(zip(text, prices, strict=True)):
            if at and price < NEVER:
                self._edges.append(_Edge(at, before, price))
            before += width(char)
        self._edges.append(_Edge(len(text), before, 0))

    def best(self, *, shaped: bool) -> tuple[int, ...] | None:
        """Return where to break, None if there is no way; `shaped`: only 梯形 and 菱形."""
        fewest = int(-(-self._edges[-1].before // self._per_line))
        found: tuple[float, tuple[int, ...]] | None = None
        for more in range(_MORE_LINES + 1):
            bound = found[0] if found else NEVER
            chosen = self._on((0,), fewest + more, more * _ANOTHER_LINE, bound, shaped=shaped)
            found = chosen or found
        return tuple(self._edges[place].at for place in found[1]) if found else None

    def _on(
        self, taken: tuple[int, ...], left: int, spent: float, bound: float, *, shaped: bool
    ) -> tuple[float, tuple[int, ...]] | None:
        """Go on behind the edges that are taken, with so many lines left to make."""
        if spent >= bound:
            return None
        if left == 0:
            ends = [self._edges[place].at for place in taken]
            lines = [self._text[a:b].strip() for a, b in pairwise(ends)]
            return None if shaped and not lawful(lines) else (spent, taken[1:-1])
        found = None
        start = self._edges[taken[-1]].before
        for place in range(taken[-1] + 1, len(self._edges)):
            edge = self._edges[place]
            if edge.before - start > self._per_line:
                break
            rest = self._edges[-1].before - edge.before
            if rest > (left - 1) * self._per_line or (left == 1 and rest):
                continue
            cost = spent + edge.cost + self._step(taken, edge)
            better = self._on((*taken, place), left - 1, cost, bound, shaped=shaped)
            if better:
                found, bound = better, better[0]
        return found

    def _step(self, taken: tuple[int, ...], edge: _Edge) -> float:
        """Price two lines one below the other: best is a difference of one to four characters."""
        if len(taken) == 1:
            return 0.0
        above, start = (self._edges[place].before for place in taken[-2:])
        apart = abs((edge.before - start) - (start - above))
        return 8.0 * (1.0 - apart) if apart < 1 else max(0.0, 1.5 * (apart - 4.0))
