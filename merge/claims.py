"""Names that nobody else may have: as they are while they are few, else 64 bits of each."""

from __future__ import annotations

from array import array
from hashlib import blake2b
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import sqlite3

FEW = 200_000  # names: some 100 bytes each
_CACHE = 8_000  # KB of a table that stand in memory


class Claims:
    """Takes names of some groups, and tells whether each is the first of its kind.

    Of many names only a hash is kept. Should two of a million ever have the same (once in 30
    million such batches), the second counts as taken: it gets a number that it does not need.
    """

    def __init__(self, count: int) -> None:
        """Make ready for about so many names."""
        self._taken: dict[int, set[str]] = {}
        self._hashes = _Hashes(count) if count > FEW else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def claim(self, group: int, name: str) -> bool:
        """Take a name, unless it is taken."""
        if self._hashes is not None:
            return self._hashes.add(f"{group}\0{name}".encode())
        taken = self._taken.setdefault(group, set())
        known = len(taken)
        taken.add(name)
        return len(taken) > known

    def close(self) -> None:
        """Let go of all names."""
        self._taken, self._hashes = {}, None


class _Hashes:
    """A set of hashes in one array: 17 to 33 bytes for each, where Python's takes 100.

    Each stands at its place or at the next that is free; at most half of the places are taken.
    """

    def __init__(self, count: int) -> None:
        self._size = 0
        self._lay(count)

    def _lay(self, count: int) -> None:
        places = 1 << (2 * count).bit_length()
        self._mask, self._most = places - 1, places // 2
        self._places = array("Q", bytes(8)) * places

    def add(self, name: bytes) -> bool:
        """Take a name; tell whether it is new."""
        number = int.from_bytes(blake2b(name, digest_size=8).digest(), "little") or 1
        places, mask = self._places, self._mask
        at = number & mask
        while held := places[at]:
            if held == number:
                return False
            at = (at + 1) & mask
        places[at] = number
        self._size += 1
        if self._size > self._most:
            self._grow()
        return True

    def _grow(self) -> None:
        old = self._places
        self._lay(self._size)
        for number in filter(None, old):
            at = number & self._mask
            while self._places[at]:
                at = (at + 1) & self._mask
            self._places[at] = number


def scratch(table: str) -> sqlite3.Connection:
    """Make a table, given as SQL, in a file of our own: nameless, and gone when it is closed."""
    import sqlite3

    made = sqlite3.connect("", isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{_CACHE}"):
        made.execute(f"PRAGMA {pragma}")
    made.execute(table)
    made.execute("BEGIN")
    return made
