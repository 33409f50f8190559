"""Heads of tables: whether one begins in a row, in one row or two, and which headings it has."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rosters.fields import lexicon, normalised
from rosters.headers import fields_in, kind_of
from rosters.roster import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rosters.grid import Grid
    from rosters.roster import Value

_LOOKED_AT = 6  # cells of a row within a table that tell whether it is another head


@dataclass
class Head:
    """A head that was found: its first and last row, its headings and the kind they make."""

    top: int
    bottom: int
    headings: dict[int, str]
    kind: Kind


def head_at(
    grid: Grid, row: int, title: str, kinds: Callable[[Sequence[str], str], Kind | None] = kind_of
) -> Head | None:
    """Tell whether a head begins or stands in this row; `kinds` says what headings make."""
    single = _line(grid, row)
    if not single:
        return None
    below = _line(grid, row + 1)
    both = {**single, **below}
    counts = [_count(one) for one in (single, below, both)]
    joined = any(merge.top == row < merge.bottom for merge in grid.merges)
    if counts[1] > counts[0] and counts[2] == counts[1] and not joined:
        return None  # the next row is the better head; this one only groups
    if counts[2] > max(counts[:2]) or (joined and counts[1] > counts[0]):
        return _head(grid, (row, row + 1), both, title, kinds)
    return _head(grid, (row, row), single, title, kinds)


def _head(
    grid: Grid,
    rows: tuple[int, int],
    headings: dict[int, str],
    title: str,
    kinds: Callable[[Sequence[str], str], Kind | None],
) -> Head | None:
    top, bottom = rows
    kind = kinds(list(headings.values()), title)
    if kind is None:
        return None
    reach = max(
        [merge.bottom for merge in grid.merges if top <= merge.top <= bottom <= merge.bottom],
        default=bottom,
    )
    if reach > bottom:
        headings = {**headings, **_line(grid, reach)}
    return Head(top, reach, dict(_told_apart(grid, reach, headings)), kind)


def _told_apart(grid: Grid, bottom: int, headings: dict[int, str]) -> Iterator[tuple[int, str]]:
    """Put the group's name before headings that stand more than once: 书记 over 姓名."""
    counts = Counter(headings.values())
    for column in sorted(headings):
        heading = headings[column]
        group = _group(grid, max(bottom - 1, 1), column) if counts[heading] > 1 else ""
        yield column, heading if group == heading else group + heading


def _group(grid: Grid, row: int, column: int) -> str:
    for merge in grid.merges:
        if merge.top <= row <= merge.bottom and merge.left <= column <= merge.right:
            return _heading(grid.text(merge.top, merge.left)) if merge.right > merge.left else ""
    return ""


def _line(grid: Grid, row: int) -> dict[int, str]:
    """Read a row as headings, cells merged downwards into it included."""
    found = {column: _heading(str(value)) for column, value in grid.cells(row).items()}
    for merge in grid.down.get(row, ()):
        text = grid.text(merge.top, merge.left)
        if text:
            found.setdefault(merge.left, _heading(text))
    return {column: text for column, text in found.items() if text}


def _heading(text: str) -> str:
    return text.replace("\n", "").strip()


def _count(headings: dict[int, str]) -> int:
    return max(fields_in(list(headings.values()), kind) for kind in Kind)


def like_a_head(line: Sequence[Value]) -> bool:
    """Tell quickly whether a row within a table could be another head."""
    known = unknown = 0
    for value in line:
        if value is None:
            continue
        # A number in text is no heading: every member's own is looked at.
        if isinstance(value, str) and not value.isdecimal() and _heading_known(value):
            known += 1
        else:
            unknown += 1
        if known + unknown == _LOOKED_AT or unknown > _LOOKED_AT // 2:
            break
    return known >= unknown


@lru_cache(maxsize=8192)
def _heading_known(text: str) -> bool:
    return normalised(_heading(text)) in _every_heading()


@cache
def _every_heading() -> frozenset[str]:
    return frozenset(name for kind in Kind for name in lexicon(kind))
