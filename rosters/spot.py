"""A finding put at its cell: the one way the checks of rows speak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rosters.finding import Finding, Level

if TYPE_CHECKING:
    from rosters.roster import Row, Value


def spot(
    level: Level,
    rule: str,
    at: tuple[Row, str],
    message: str,
    advice: str = "",
    *,
    also: tuple[tuple[Row, str], ...] = (),
) -> Finding:
    """Put a finding at a row's cell in the column of a field; `also` names others it concerns."""
    row, key = at
    cells = (row.cell(key), *(other.cell(name) for other, name in also))
    return Finding(level, rule, row.place(key), message, advice, cells)


def error(
    rule: str,
    at: tuple[Row, str],
    message: str,
    advice: str = "",
    *,
    also: tuple[tuple[Row, str], ...] = (),
) -> Finding:
    """Put an error at a row's cell."""
    return spot(Level.ERROR, rule, at, message, advice, also=also)


def warning(
    rule: str,
    at: tuple[Row, str],
    message: str,
    advice: str = "",
    *,
    also: tuple[tuple[Row, str], ...] = (),
) -> Finding:
    """Put a warning at a row's cell."""
    return spot(Level.WARNING, rule, at, message, advice, also=also)


def words(row: Row, key: str) -> str:
    """Return a cell's value as text; empty where there is none."""
    value: Value = row.get(key)
    return "" if value is None else str(value)
