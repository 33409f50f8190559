"""Names that nobody else may have: in memory while they are few, else in a table on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import sqlite3

FEW = 20_000  # names
_CACHE = 16_000  # KB of the table that stand in memory


class Claims:
    """Takes names of some groups, and tells whether each is the first of its kind."""

    def __init__(self, count: int) -> None:
        """Make ready for about so many names."""
        self._taken: dict[int, set[str]] = {}
        self._table: sqlite3.Connection | None = _table() if count > FEW else None

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


def _table() -> sqlite3.Connection:
    import sqlite3

    table = sqlite3.connect("", isolation_level=None)  # a file without a name, gone when closed
    for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{_CACHE}"):
        table.execute(f"PRAGMA {pragma}")
    columns = "at INTEGER, name TEXT, PRIMARY KEY (at, name)"
    table.execute(f"CREATE TABLE taken ({columns}) WITHOUT ROWID")
    table.execute("BEGIN")
    return table
