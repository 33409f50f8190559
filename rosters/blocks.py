"""Rows as the parser gives them, block by block and column by column, cleaned and small to send."""

from __future__ import annotations

import datetime as dt
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from rosters.dates import PartialDate
from rosters.grid import Oddity
from rosters.secrecy import is_secret
from rosters.shown import Number, as_shown
from rosters.text import clean, forbidden, plain, without_forbidden

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rosters.roster import Value

# What crosses the pipe for a value that is no text or number: a date as its three numbers in
# bytes, a number that remembers how it was shown as a pair.
Sent: TypeAlias = "str | int | float | bytes | tuple[float, str] | None"
# A column: whether any of its values is coded so, and the values; or shared strings by number.
Column: TypeAlias = "tuple[bool, tuple[Sent, ...]] | bytes"
Block: TypeAlias = "tuple[Column, ...]"

SIZE = 4096  # rows
_DAY = "yyyy-mm-dd"  # what a parser that knows no number formats calls a date is shown as one


class UnlikeError(Exception):
    """The parser and the pass over the XML do not see the same cells."""


class Sorter:
    """Cleans the columns of one sheet, and keeps what was odd about its cells."""

    def __init__(self, marks: Mapping[int, Mapping[int, Sent]] | None) -> None:
        self.marks = marks
        self.oddities: dict[tuple[int, int], Oddity] = {}
        self._seen = 0

    def blocks(self, rows: Iterable[Sequence[object]], left: int) -> Iterator[Block]:
        """Yield the rows in blocks of columns, the first column of the sheet first.

        Args:
            rows: from the first row of the sheet.
            left: how many empty columns stand before the first value of a row.

        Raises:
            UnlikeError: a number stands where the XML has none, or the other way round.

        """
        ahead = iter(rows)
        first = 1
        while block := list(islice(ahead, SIZE)):
            empty: tuple[bool, tuple[Sent, ...]] = (False, (None,) * len(block))
            columns = zip(*block, strict=True)
            yield (
                *([empty] * left),
                *(self._column(one, first, at) for at, one in enumerate(columns, left + 1)),
            )
            first += len(block)
        if self.marks is not None and self._seen != sum(map(len, self.marks.values())):
            raise UnlikeError

    def _column(
        self, values: Sequence[object], first: int, column: int
    ) -> tuple[bool, tuple[Sent, ...]]:
        kinds = set(map(type, values))
        if kinds == {str}:
            return False, self._texts(values, first, column)  # type: ignore[arg-type]  # all are str
        out: list[Sent]
        if str not in kinds and self.marks is not None:
            out = self._numbers(first, len(values), column)
        else:
            out = [
                (self._text(value, row, column) if value else None)
                if isinstance(value, str)
                else self._number(value, row, column)
                for row, value in enumerate(values, first)
            ]
        return coded(out), tuple(out)

    def _numbers(self, first: int, count: int, column: int) -> list[Sent]:
        found = (self.marks or {}).get(column, {})
        self._seen += count
        try:
            return [found[row] for row in range(first, first + count)]
        except KeyError:
            raise UnlikeError from None

    def _number(self, value: object, row: int, column: int) -> Sent:
        self._seen += 1
        if self.marks is None:
            return packed(_shown(value))
        if row not in self.marks.get(column, ()):
            raise UnlikeError
        return self.marks[column][row]

    def _texts(self, values: Sequence[str], first: int, column: int) -> tuple[Sent, ...]:
        """Clean a column of texts; almost always there is nothing to be cleaned."""
        joined = "|".join(values)
        if plain(joined) and "密" not in joined:
            return tuple([one or None for one in values]) if "" in values else tuple(values)
        return tuple(
            self._text(one, row, column) if one else None for row, one in enumerate(values, first)
        )

    def _text(self, raw: str, row: int, column: int) -> str | None:
        text, odd = cleaned(raw)
        if odd is not None:
            self.oddities[row, column] = odd
        return text


def cleaned(raw: str) -> tuple[str | None, Oddity | None]:
    """Clean a cell's text; return it, None where nothing is left, and what was odd about it."""
    text, odd = clean(raw), None
    bad = forbidden(text)
    if text != raw:
        odd = Oddity("cell-normalised", "")
    if bad:
        odd = Oddity("cell-control", bad)
        text = without_forbidden(text).strip()
    if "密" in text and is_secret(text):
        odd = Oddity("classified", text)
    return text or None, odd


def _shown(value: object) -> Value:
    if isinstance(value, dt.date):
        with_time = isinstance(value, dt.datetime) and value.time() != dt.time()
        return as_shown(value, f"{_DAY} hh:mm" if with_time else _DAY)
    return value if isinstance(value, Number) else as_shown(value, "General")


def packed(value: Value) -> Sent:
    """Make of a value what can cross the pipe."""
    if isinstance(value, PartialDate):
        return bytes((value.year >> 8, value.year & 255, value.month, value.day))
    if isinstance(value, Number):
        return float(value), value.shown
    return value


def coded(values: Iterable[Sent]) -> bool:
    """Tell whether any of the values is coded, so that it has to be unpacked."""
    return not {bytes, tuple}.isdisjoint(map(type, values))


def unpacked(sent: Sent) -> Value:
    """Turn what crossed the pipe back into a value."""
    if isinstance(sent, bytes):
        return PartialDate(sent[0] << 8 | sent[1], sent[2], sent[3])
    if isinstance(sent, tuple):
        return Number(*sent)
    return sent
