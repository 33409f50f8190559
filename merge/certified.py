"""Numbers of certificates that people write themselves: each there, and no two alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge.number import CERTIFICATE
from rosters.finding import Finding, Level
from rosters.shelf import Sieve
from rosters.spot import error, words
from rosters.text import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from merge.record import Subject
    from merge.workshop import Workshop
    from rosters.roster import Row

_AUTOMATIC = "也可以在发文单里写 自动 代字，由系统编号"


@dataclass
class Certified:
    """What is wrong with the numbers that the documents of a job bear, at their cells."""

    shop: Workshop
    found: list[Finding]
    _first: dict[str, Row] = field(default_factory=dict)

    def look(self, everyone: Callable[[], Iterable[Subject]]) -> None:
        """Look at the numbers of an entry whose template prints one; `everyone` are its rows."""
        rows = (one.row for one in everyone() if one is not None)
        said = self.shop.elements.get(CERTIFICATE)
        if said is None:
            self._columns(everyone)
        elif isinstance(said, str) and next(rows, None) and next(rows, None):
            place = self.shop.supplies.job.place(f"要素.{CERTIFICATE}")
            message = f"每一份的证书编号都是「{said}」"
            advice = "请写 自动 代字，如 自动 示大党证，每证一号；或在名册里加「证书编号」一列"
            self.shop.findings.append(Finding(Level.ERROR, "number.one", place, message, advice))

    def _columns(self, everyone: Callable[[], Iterable[Subject]]) -> None:
        seen = Sieve(sum(1 for _ in everyone()))
        for row in _numbered(everyone()):
            number = folded(words(row, CERTIFICATE))
            if number:
                seen.add(number)
            else:
                said, cure = "证书编号没有填写，证书上这个位置会空着", f"请补上；{_AUTOMATIC}"
                self.found.append(error("number.none", (row, CERTIFICATE), said, cure))
        if seen:
            self._twice(_numbered(everyone()), seen)

    def _twice(self, rows: Iterable[Row], seen: Sieve) -> None:
        for row in rows:
            number = folded(words(row, CERTIFICATE))
            if not number or number not in seen:
                continue
            first = self._first.setdefault(number, row)
            if first is not row:
                there = first.place(CERTIFICATE).cell
                said = f"证书编号「{words(row, CERTIFICATE)}」重复，{there} 已有"
                at, other = (row, CERTIFICATE), (first, CERTIFICATE)
                cure = f"请改正；{_AUTOMATIC}"
                self.found.append(error("number.twice", at, said, cure, also=(other,)))


def _numbered(everyone: Iterable[Subject]) -> Iterable[Row]:
    return (one.row for one in everyone if one is not None and one.row.sheet.column(CERTIFICATE))
