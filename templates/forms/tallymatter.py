"""What a unit's workbook for returns is filled with: rows, sums, and single values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Value: TypeAlias = "str | Decimal | dt.datetime | None"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a row says: of an organisation, a group, or the unit itself.

    `reported` tells whether there is a report: without one the unit's formulas stay empty, for a
    blank is no zero. `link` leads to where the numbers come from.
    """

    key: str
    values: Mapping[str, Value]
    reported: bool = True
    link: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a name in the table means: an entry by its key, a group, or nobody, and why."""

    key: str = ""
    group: Entry | None = None
    message: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """All that a workbook is filled with.

    `meant` understands a name that stands in a table, `sums` adds up entries by their keys, `ones`
    are what single places ask for. `lone`: there is one entry, and other rows are not ours.
    """

    entries: Sequence[Entry]
    meant: Callable[[str], Meant]
    sums: Callable[[Sequence[str]], Mapping[str, Value]]
    ones: Mapping[str, Value]
    lone: bool = False


def shown(value: Value) -> str:
    """Write a value as it is read: a day as 2026年11月26日, with its time where it has one."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        day = f"{value.year}年{value.month}月{value.day}日"
        return day if value.time() == dt.time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, Decimal):
        return str(int(value)) if value == value.to_integral_value() else str(value)
    return value
