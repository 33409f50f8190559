"""The rows of a sheet whose program writes them all alike: one match of one pattern each.

What cannot be read so with certainty is left to the parser (`UnlikeError`); nothing is guessed.
"""

from __future__ import annotations

import re
from array import array
from itertools import islice, pairwise
from typing import IO, TYPE_CHECKING, TypeAlias

from rosters.blocks import SIZE, UnlikeError, cleaned, coded
from rosters.forms import Forms
from rosters.gate_cells import MOST_AREA, NEAR_COLUMN
from rosters.grid import Oddity
from rosters.marks import Marks, Reads, beside
from rosters.strings import said

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from rosters.blocks import Block, Column, Sent
    from rosters.forms import Form, Row
    from rosters.strings import Texts
    from rosters.styles import Styles

_Raws: TypeAlias = "Sequence[str | None]"
_Groups: TypeAlias = "tuple[str | None, ...]"

_CHUNK = 2**20
_MOST_EMPTY = (
    4 * 2**20
)  # cells between and beside the rows, which take memory though nobody wrote them
_DATA, _NONE, _END, _LAST = "<sheetData>", "<sheetData/>", "</sheetData>", b"</row>"
_HIDDEN = re.compile(r'\shidden="(?:1|true)"')
_NUMBER, _ANY = re.compile(r"[-+.0-9eE]*"), re.compile(".*", re.DOTALL)
_NUMBERS = {"": _NUMBER, "n": _NUMBER, "b": re.compile("[01]*"), "e": _ANY, "d": _ANY}


class Lines:
    """Reads the rows of one sheet; `marks` is what there is to say about it besides its values."""

    def __init__(self, styles: Styles, texts: Texts) -> None:
        self.marks = Marks()
        self._reads = Reads(styles)
        self._texts = texts
        self._forms = Forms()
        self._rows: list[_Groups] = []  # as the pattern has them
        self._apart: dict[int, Row] = {}  # those of them that it does not match
        self._next = 1  # the first row that was not yet yielded
        self._written = 0  # cells of the rows that were there, as wide as the sheet then was

    def blocks(self, part: IO[bytes]) -> Iterator[Block]:
        """Yield the rows in blocks of columns, from the first row and column of the sheet.

        Raises:
            UnlikeError: the sheet is written in a way that is not certainly understood here.
            ValueError: a number, place or letter is none.

        """
        foot = ""
        for number, text in enumerate(_windows(part)):
            if foot:
                raise UnlikeError
            at = yield from self._window(text, 0 if number else self._head(text))
            foot = text[at:]
        if not foot.startswith((_END, _NONE)) or "<!" in foot:
            raise UnlikeError
        beside(foot, self.marks)

    def _head(self, text: str) -> int:
        """Look at what stands before the rows, and return where they begin."""
        at = text.find(_DATA)
        begin = at + len(_DATA) if at >= 0 else text.find(_NONE)
        if begin < 0 or "<!" in text[:begin]:
            raise UnlikeError
        beside(text[:begin], self.marks)
        return begin

    def _window(self, text: str, at: int) -> Generator[Block, None, int]:
        """Read the rows of a piece of the sheet; return where they end."""
        forms = self._forms
        while True:
            if forms.row is not None:
                scan = forms.row.scanner(text, at)  # type: ignore[attr-defined]  # as re.Scanner has it
                found = list(iter(scan.match, None))
                self._rows.extend([one.groups() for one in found])
                at = found[-1].end() if found else at
            if not text.startswith("<row", at):
                break
            row = forms.taken_apart(text, at)
            at = row.end
            for column in row.unreckoned:
                self.marks.oddities[int(row.number), column] = Oddity("cell-formula", "")
            self._apart[len(self._rows)] = row
            self._rows.append((row.number, row.attributes, *(None,) * len(forms.groups)))
            if forms.due():
                yield from self._taken()
                forms.learn()
        yield from self._taken()
        return at

    def _taken(self) -> Iterator[Block]:
        """Yield the rows that are here, and those that are missing before and between them."""
        rows, apart, self._rows, self._apart = self._rows, self._apart, [], {}
        self._hidden(rows)
        last = int(rows[-1][0] or 0) if rows else 0
        if last * max(self._forms.reach, NEAR_COLUMN) > MOST_AREA:
            raise UnlikeError  # the gate has a word for it
        while rows and not any(rows[-1][2:]) and not self._filled(apart, len(rows) - 1):
            rows.pop()
        if not rows:
            return
        places = [int(one[0] or 0) - self._next for one in rows]
        count = places[-1] + 1
        self._written += len(rows) * self._forms.width
        if (self._next + count) * self._forms.width - self._written > _MOST_EMPTY:
            raise UnlikeError  # whoever lays it out, the limits of the parser hold for it
        if places != list(range(count)):
            rows, apart = _set_apart(rows, apart, places)
        for begin in range(0, count, SIZE):
            some = {at - begin: row for at, row in apart.items() if begin <= at < begin + SIZE}
            yield self._block(rows[begin : begin + SIZE], some, self._next + begin)
        self._next += count

    @staticmethod
    def _filled(apart: Mapping[int, Row], at: int) -> bool:
        return at in apart and bool(apart[at].values)

    def _hidden(self, rows: Sequence[_Groups]) -> None:
        for attributes in {one[1] for one in rows}:
            if attributes and _HIDDEN.search(attributes):
                hidden = [int(one[0] or 0) for one in rows if one[1] == attributes]
                self.marks.hidden_rows.update(hidden)

    def _block(self, rows: Sequence[_Groups], apart: Mapping[int, Row], first: int) -> Block:
        cells: dict[int, dict[Form, list[str | None]]] = {}
        groups = islice(zip(*rows, strict=True), 2, None)
        for form, values in zip(self._forms.groups, groups, strict=True):
            if values.count(None) < len(values):
                cells.setdefault(form.column, {})[form] = list(values)
        for at, row in apart.items():
            for form, raw in row.values:
                raws = cells.setdefault(form.column, {}).setdefault(form, [None] * len(rows))
                raws[at] = raw
        return tuple(
            self._column(cells.get(column, {}), len(rows), first, column)
            for column in range(1, self._forms.width + 1)
        )

    def _column(
        self, forms: Mapping[Form, list[str | None]], count: int, first: int, column: int
    ) -> Column:
        if forms and all(form.kind == "s" for form in forms):
            one, *others = forms.values()
            for other in others:
                one = [mine or theirs for mine, theirs in zip(one, other, strict=True)]
            return array("I", self._shared(one, first, column)).tobytes()
        out: list[Sent] = [None] * count
        for form, raws in forms.items():
            values = self._values(form, raws, first)
            if len(forms) == 1:
                out = values
            else:
                for at, raw in enumerate(raws):
                    if raw is not None:
                        out[at] = values[at]
        return coded(out), tuple(out)

    def _shared(self, raws: _Raws, first: int, column: int) -> list[int]:
        """List which shared strings stand in a column: their number after all where none does."""
        texts = self._texts
        there = [one for one in raws if one is not None] if None in raws else raws
        digits = "".join(there)  # type: ignore[arg-type]  # None is not there
        if not (digits.isascii() and digits.isdigit()):
            raise UnlikeError
        numbers = list(map(int, there))  # type: ignore[arg-type]
        if max(numbers) >= len(texts.texts):
            raise UnlikeError
        if there is not raws:
            found = iter(numbers)
            numbers = [len(texts.texts) if one is None else next(found) for one in raws]
        if not texts.odd.keys().isdisjoint(numbers):
            for row, number in enumerate(numbers, first):
                if number in texts.odd:
                    self.marks.oddities[row, column] = texts.odd[number]
        return numbers

    def _values(self, form: Form, raws: _Raws, first: int) -> list[Sent]:
        """Read the values of one form in a column, None where there is none."""
        kind = form.kind
        if kind == "s":
            table = [*self._texts.texts, None]
            return [table[one] for one in self._shared(raws, first, form.column)]
        if kind in ("str", "inlineStr"):
            return [self._text(form, raw, row) for row, raw in enumerate(raws, first)]
        there = [one for one in raws if one is not None] if None in raws else raws
        if kind not in _NUMBERS or not _NUMBERS[kind].fullmatch("".join(there)):  # type: ignore[arg-type]
            raise UnlikeError
        reads = self._reads[form.style, kind]
        read = map(reads.__getitem__, there)  # type: ignore[arg-type]
        values = (
            list(read) if there is raws else [None if one is None else next(read) for one in raws]
        )
        if Oddity not in set(map(type, values)):
            return values  # type: ignore[return-value]  # no oddity among them
        return [self._known(value, form, row) for row, value in enumerate(values, first)]

    def _text(self, form: Form, raw: str | None, row: int) -> str | None:
        if raw is None:
            return None
        text, odd = cleaned(said(form.preserved, raw))
        if odd is not None:
            self.marks.oddities[row, form.column] = odd
        return text

    def _known(self, value: Sent | Oddity, form: Form, row: int) -> Sent:
        if not isinstance(value, Oddity):
            return value
        if form.kind != "e":
            raise UnlikeError  # a number that makes no date
        self.marks.oddities[row, form.column] = value
        return None


def _windows(part: IO[bytes]) -> Iterator[str]:
    """Yield a sheet piece by piece: whole rows, and at last what stands after them."""
    rest = b""
    while piece := part.read(_CHUNK):
        window = rest + piece
        end = window.rfind(_LAST) + len(_LAST)
        if end < len(_LAST):
            rest = window
        else:
            rest = window[end:]
            yield window[:end].decode()
    yield rest.decode()


def _set_apart(
    rows: Sequence[_Groups], apart: Mapping[int, Row], places: Sequence[int]
) -> tuple[list[_Groups], dict[int, Row]]:
    """Put rows at their places, with empty ones between them."""
    if places[0] < 0 or any(one >= after for one, after in pairwise(places)):
        raise UnlikeError
    blank: _Groups = (None,) * len(rows[0])
    spread = [blank] * (places[-1] + 1)
    for place, row in zip(places, rows, strict=True):
        spread[place] = row
    return spread, {places[at]: row for at, row in apart.items() if at < len(places)}
