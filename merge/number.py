"""Numbers of papers and certificates as values: what a job asks for, and what it is given."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PAPER, CERTIFICATE = "发文字号", "证书编号"  # the two sorts, by the names of their 要素
_WIDTHS = {PAPER: 1, CERTIFICATE: 4}  # digits at least: 7.2.5 forbids leading zeros to a 发文字号
_TEXT = (
    r"^\s*(?P<code>[\u4e00-\u9fffA-Za-z]{1,20})\s*[〔\[（(【［]\s*(?P<year>(?:19|20)\d{2})\s*"
    r"[〕\])）】］]\s*0*(?P<ordinal>[1-9]\d{0,8})\s*号?\s*$"
)


class Series(NamedTuple):
    """Numbers that are counted together: one 代字 in one year."""

    code: str
    year: int

    @property
    def head(self) -> str:
        """Write what stands before the number: 示大组〔2026〕."""
        return f"{self.code}〔{self.year}〕"

    @property
    def sample(self) -> str:
        """Write what a 样张 shows in the place of a number."""
        return f"{self.head}样号"

    def text(self, ordinal: int, sort: str = PAPER) -> str:
        """Write a number as it is printed."""
        return f"{self.head}{ordinal:0{_WIDTHS[sort]}d}号"


class Want(NamedTuple):
    """What wants a number: an entry's paper, or the certificate of `key` in an entry."""

    sort: str
    entry: int
    key: str = ""


class Given(NamedTuple):
    """A number that was given: its series, and its place there."""

    series: Series
    ordinal: int


@dataclass(frozen=True, slots=True)
class Run:
    """Numbers of a batch that follow one another: those of an entry, from `first` to `last`.

    `seal` tells who holds which of them, as the ledger wrote it when it reserved them; "" where
    the number was written by hand.
    """

    sort: str
    entry: int
    code: str
    year: int
    first: int
    last: int
    seal: str = ""

    @property
    def series(self) -> Series:
        """The series they belong to."""
        return Series(self.code, self.year)

    @property
    def text(self) -> str:
        """Write them as people read them: the number, or the first and the last."""
        first = self.series.text(self.first, self.sort)
        last = self.series.text(self.last, self.sort)
        return first if first == last else f"{first}至{last.removeprefix(self.series.head)}"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the ledger offers a job: numbers it holds for good, and those that are taken.

    `code` is the unit's 代字, for 自动 that names none. Unless they are `live`, documents show 样号
    in the place of a number. `held` is by (sort, entry, member); `taken` holds, of each series,
    where it begins and which of its numbers others have.
    """

    code: str = ""
    live: bool = False
    held: Mapping[tuple[str, int, str], Given] = field(default_factory=dict)
    taken: Mapping[Series, tuple[int, frozenset[int]]] = field(default_factory=dict)
    salt: bytes = field(default=b"", repr=False)

    def member(self, key: str) -> str:
        """Name whom a certificate is for, so that nobody reads it: the ledger keeps no names."""
        return hmac.new(self.salt, key.encode(), hashlib.sha256).hexdigest()[:32] if key else ""

    def assigned(self, wants: Iterable[tuple[Want, Series]]) -> dict[Want, Given]:
        """Give each its number: the one it holds, else the smallest that is free, in order."""
        free: dict[Series, Iterator[int]] = {}
        given: dict[Want, Given] = {}
        for want, series in wants:
            known = self.held.get((want.sort, want.entry, self.member(want.key)))
            if known is None:
                if series not in free:
                    start, taken = self.taken.get(series, (1, frozenset()))
                    free[series] = _free(start, taken)
                known = Given(series, next(free[series]))
            given[want] = known
        return given


SAMPLES = Numbers()


def _free(start: int, taken: frozenset[int]) -> Iterator[int]:
    return (one for one in count(start) if one not in taken)


def own(number: str, certificate: str) -> dict[str, str]:
    """Return what a document bears in place of what its job says; "" where it says it itself."""
    said = ((PAPER, number), (CERTIFICATE, certificate))
    return {name: text for name, text in said if text}


def understood(text: str) -> Given | None:
    """Read a number as somebody typed it, with whatever brackets; None where it is none."""
    match = re.match(_TEXT, text)  # few ask: compiled, and kept, by then
    if match is None:
        return None
    return Given(Series(match["code"], int(match["year"])), int(match["ordinal"]))
