"""One date, written in the ways that a form comes back from many offices."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from rosters.samples.draws import Draws

_DIGITS = "〇一二三四五六七八九"


def _tens(number: int) -> str:
    """Write 1 to 31 in characters: 十, 十二, 二十三."""
    tens, ones = divmod(number, 10)
    head = ("", "十", "二十", "三十")[tens]
    return head + (_DIGITS[ones] if ones else "")


def in_characters(one: date) -> str:
    """Write 二〇一五年六月十八日."""
    year = "".join(_DIGITS[int(digit)] for digit in str(one.year))
    return f"{year}年{_tens(one.month)}月{_tens(one.day)}日"


def to_the_month(one: date) -> str:
    """Write 1983.07, all that old files tell."""
    return f"{one.year}.{one.month:02}"


_WAYS: tuple[Callable[[date], date | str], ...] = (
    lambda one: one,  # a real date cell
    lambda one: f"{one:%Y.%m.%d}",
    lambda one: f"{one:%Y-%m-%d}",
    lambda one: f"{one.year}年{one.month}月{one.day}日",
    lambda one: f"{one.year}/{one.month}/{one.day}",
    lambda one: f"{one:%Y%m%d}",
    lambda one: f"{one.year}.{one.month}.{one.day}",
)


class Hand:
    """How one office writes: mostly its own way, now and then another."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._own = draws.one((*_WAYS, _WAYS[0], _WAYS[1], in_characters))

    def write(self, one: date) -> date | str:
        """Write a date: a `date` where the cell is to hold one, else text."""
        way = self._own if self._draws.chance(85) else self._draws.one(_WAYS)
        return way(one)
