"""Names that nobody else may have: in memory while they are few, else in a table on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import sqlite3

FEW = 200_000  # names: some 100 bytes each
_CACHE = 8_000  # KB of a table that stand in memory
_TABLE = "CREATE TABLE taken (at INTEGER, name TEXT, PRIMARY KEY (at, name)) WITHOUT ROWID"


class Claims:
    """Takes names of some groups, and tells whether each is the first of its kind."""

    def __init__(self, count: int) -> None:
        """Make ready for about so many names."""
        self._taken: dict[int, set[str]] = {}
        self._table: sqlite3.Connection | None = scratch(_TABLE) if count > FEW else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def claim(self, group: int, name: str) -> bool:
        """Take a name, unless it is taken."""
        if self._table is not None:
            words = "INSERT OR IGNORE INTO taken VALUES (?, ?)"
            return self._table.execute(words, (group, name)).rowcount == 1
        taken = self._taken.setdefault(group, set())
        known = len(taken)
        taken.add(name)
        return len(taken) > known

    def close(self) -> None:
        """Let go of all names."""
        self._taken = {}
        if self._table is not None:
            self._table.close()
            self._table = None


def scratch(table: str) -> sqlite3.Connection:
    """Make a table, given as SQL, in a file of our own: nameless, and gone when it is closed."""
    import sqlite3

    made = sqlite3.connect("", isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{_CACHE}"):
        made.execute(f"PRAGMA {pragma}")
    made.execute(table)
    made.execute("BEGIN")
    return made
