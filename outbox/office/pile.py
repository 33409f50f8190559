"""A pile of scanned pages, sorted onto the papers that are expected: what lies where, what is odd.

Expected pages and scanned ones are aligned in their order, as a pile has it; a page that lies out
of order is then put where it belongs. A scanned page may stand for an expected one only if nothing
clearly speaks for another: two notices that differ in one name are not each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = 0.55  # what it costs to leave a page without its like; 1 - likeness is what a pair costs
LEAST = 0.45  # likeness under which two pages are not the same
CLEAR = 0.15  # how clearly another page is meant: 0.5 where all of it shows, 0 where nothing does
DOUBT = 0.22  # clear enough, but a person had better look
_SAME = 1e-4  # squared distance under which two expected pages are the same to look at

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sorted:
    """Which scanned page stands for which expected one, and what is odd; all counted from 0.

    `place` has for each expected page its scanned one; of the scanned, `doubled` leads to the page
    that it repeats, `strangers` belong to nothing, `moved` lay out of order, and `doubtful` could
    as well be another's by their look, or are hardly like what was expected.
    """

    place: tuple[int | None, ...]
    doubled: dict[int, int]
    strangers: tuple[int, ...]
    moved: tuple[int, ...]
    doubtful: tuple[int, ...]

    @property
    def missing(self) -> tuple[int, ...]:
        """List the expected pages that are not in the pile."""
        return tuple(number for number, page in enumerate(self.place) if page is None)

    @property
    def whole(self) -> bool:
        """Tell whether every page is there, and none too many."""
        return not (self.missing or self.doubled or self.strangers)


def sort(likeness: Matrix, between: Matrix, blank: Sequence[int] = ()) -> Sorted:
    """Sort scanned pages onto expected ones.

    Args:
        likeness: a row for each scanned page, a column for each expected one.
        between: likeness of the expected pages among each other.
        blank: scanned pages without ink; they are nobody's, and not too many either.

    """
    if not likeness.size:
        return Sorted((), {}, tuple(set(range(len(likeness))) - set(blank)), (), ())
    allowed = np.stack([_allowed(row, between) for row in likeness])
    allowed[list(blank)] = False
    pages = [number for number in range(len(likeness)) if number not in set(blank)]
    pairs = _aligned(likeness[pages], allowed[pages])
    place: list[int | None] = [None] * likeness.shape[1]
    for row, column in pairs:
        place[column] = pages[row]
    left = [one for one in pages if one not in set(place)]
    moved = []
    for page in list(left):
        fitting = [int(one) for one in np.flatnonzero(allowed[page]) if place[one] is None]
        if fitting:
            place[max(fitting, key=[*likeness[page]].__getitem__)] = page
            left.remove(page)
            moved.append(page)
    doubled = {page: _of(page, place, likeness, allowed) for page in left if allowed[page].any()}
    return Sorted(
        tuple(place),
        doubled,
        tuple(page for page in left if page not in doubled),
        tuple(moved),
        tuple(sorted(_doubtful(place, likeness, between))),
    )


def _allowed(row: NDArray[np.float32], between: Matrix) -> NDArray[np.bool_]:
    """Tell which expected pages a scanned one may stand for."""
    return (row >= LEAST) & (_against(row, between) <= CLEAR)


def _against(row: NDArray[np.float32], between: Matrix) -> NDArray[np.float32]:
    """Tell for each expected page how clearly the best one is meant rather than it: 0 to 0.5."""
    best = int(row.argmax())
    distance = 2.0 - 2.0 * between[best]
    told = (row[best] - row) / np.maximum(distance, _SAME) / max(float(row[best]), LEAST)
    return np.where(distance < _SAME, 0.0, told).astype(np.float32)


def _aligned(likeness: Matrix, allowed: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Pair rows with columns, both in their order, at the least cost."""
    rows, columns = likeness.shape
    cost = np.where(allowed, 1.0 - likeness, np.inf)
    least = np.zeros((rows + 1, columns + 1))
    least[:, 0] = GAP * np.arange(rows + 1)
    least[0] = GAP * np.arange(columns + 1)
    for row in range(1, rows + 1):
        for column in range(1, columns + 1):
            least[row, column] = min(
                least[row - 1, column - 1] + cost[row - 1, column - 1],
                least[row - 1, column] + GAP,
                least[row, column - 1] + GAP,
            )
    pairs: list[tuple[int, int]] = []
    row, column = rows, columns
    while row and column:
        if least[row, column] == least[row - 1, column - 1] + cost[row - 1, column - 1]:
            row, column = row - 1, column - 1
            pairs.append((row, column))
        elif least[row, column] == least[row - 1, column] + GAP:
            row -= 1
        else:
            column -= 1
    return pairs[::-1]


def _of(
    page: int, place: Sequence[int | None], likeness: Matrix, allowed: NDArray[np.bool_]
) -> int:
    """Name the expected page that a page too many repeats: of those alike, the nearest one."""

    def near(column: int) -> tuple[int, float]:
        return abs((place[column] or 0) - page), -float(likeness[page][column])

    return min((int(one) for one in np.flatnonzero(allowed[page])), key=near)


def _doubtful(place: Sequence[int | None], likeness: Matrix, between: Matrix) -> set[int]:
    found = set()
    for column, page in enumerate(place):
        if page is None:
            continue
        row = likeness[page]
        distinct = 2.0 - 2.0 * between[column] >= _SAME
        near = distinct & (_against(row, between) <= DOUBT)
        if near.any() or row[column] < (1 + LEAST) / 2:
            found.add(page)
    return found
