"""Draws that come out the same on every machine and in every version of Python."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


class Draws:
    """A row of numbers that depends on its seed alone.

    `random` promises the same floats from the same seed, not the same choices; a hash does.
    """

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0

    def below(self, end: int) -> int:
        """Draw a whole number from 0 to `end` - 1."""
        self._count += 1
        digest = sha256(f"{self._seed}/{self._count}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % end

    def between(self, first: int, last: int) -> int:
        """Draw a whole number from `first` to `last`, both included."""
        return first + self.below(last - first + 1)

    def chance(self, percent: int) -> bool:
        """Tell yes in so many of a hundred cases."""
        return self.below(100) < percent

    def one(self, things: Sequence[T]) -> T:
        """Draw one of the things."""
        return things[self.below(len(things))]
