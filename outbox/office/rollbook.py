"""登记表 of forms that came back: a row for each, who has not sent his first; averages of scores.

Blanks stay blank. An average is of those who gave a number, and of none there is none.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from openpyxl import Workbook

from outbox.office import ruled
from outbox.office.book import repacked
from outbox.office.returns import numbers
from outbox.office.ruled import Line
from outbox.office.summary import register, when
from rosters.masks import masked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from outbox.ledger.intakes import Version
    from outbox.office.days import Row
    from outbox.office.ruled import Value
    from outbox.office.summary import Material

UNFILLED = "未填"
_PEOPLE = ("书记", "联系人")
_LEAST, _MOST = 4, 30  # the width of a column


@dataclass(frozen=True, slots=True)
class Entry:
    """A form that is owed: of which organisation, about whom, and what came of it."""

    row: Row
    name: str  # "" where it is the organisation's own
    counts: Version | None
    faulty: Version | None

    @property
    def rank(self) -> int:
        """Say how early it stands: what is not there, what waits, what was taken over, the rest."""
        if self.counts is None:
            return 1 if self.faulty else 0
        return 2 if self.faulty or self.counts.findings else 3

    @property
    def word(self) -> str:
        """Name where it stands as staff see it."""
        if self.counts is None:
            return "有误待核" if self.faulty else "未交"
        word = "已采用" if self.counts.accepted_by else "已交"
        late = "（迟交）" if self.counts.late else ""
        return f"{word}{late}" + ("，另有更正待核" if self.faulty else "")


def bytes_of(found: Material, kind: str, at: datetime, *, whole: bool) -> bytes:
    """Write the workbook: same returns, same bytes.

    Args:
        found: what it is made of.
        kind: the 文种 that came back: 考察表 gives 考察登记表.
        at: the time it says it was made.
        whole: every field was to be filled in: one that was not says 未填.

    """
    book = Workbook()
    book.remove(book.worksheets[0])
    named = named_after(kind)
    entries = sorted(_entries(found), key=lambda one: one.rank)
    title = found.day.title
    head: tuple[str, ...] = ("党组织", "姓名", "情况", "内容")
    ruled.sheet(
        book, "特殊情况", f"{title} 特殊情况", head, (24, 12, 16, 64), _special(found, entries)
    )
    several = any(one.name for one in entries)
    who = ("姓名", "党组织", "类别") if several else ("党组织", "类别", *_PEOPLE)
    head = ("序号", *who, "情况", *found.fields, "收到时间", "来自", "来源")
    rows = list(_rows(found, entries, whole=whole))
    ruled.sheet(book, named, f"{title} {named}", head, _widths(head, rows), rows, freeze="D3")
    if several and found.numeric:
        head, rows = ("口径", "应交", "已交", *found.numeric), list(_averages(found))
        named = f"{title} 平均分（没有填的不算在内）"
        sheet = ruled.sheet(book, "平均", named, head, _widths(head, rows), rows)
        for row in sheet.iter_rows(min_row=3, min_col=4):
            for cell in row:
                cell.number_format = "0.00"
    register(book, found)
    out = io.BytesIO()
    book.save(out)
    return repacked(out.getvalue(), at)


def named_after(kind: str) -> str:
    """Name the register of a 文种: 考察表 -> 考察登记表, 工作预案 -> 预案登记表."""
    return f"{kind.removesuffix('表').removeprefix('工作') or kind}登记表"[:31]


def _entries(found: Material) -> Iterator[Entry]:
    for row in found.day.rows:
        for one in row.pieces:
            yield Entry(row, one.subject.name, one.counts, one.faulty)
        if not row.pieces:
            yield Entry(row, "", row.counts, row.faulty)


def _special(found: Material, entries: Iterable[Entry]) -> Iterator[Line]:
    """List what comes first: who has not sent it, what waits, what is in quarantine, the late."""
    late: list[Line] = []
    for one in entries:
        start = (one.row.party.short, one.name)
        if one.faulty is not None:
            said = "；".join(one.faulty.findings)
            yield Line((*start, "有误待核", said), found.link(one.faulty), marked=True)
        if one.counts is None:
            if one.faulty is None:
                yield Line((*start, "未交", ""), marked=True)
            continue
        link = found.link(one.counts)
        if one.counts.accepted_by:
            said = f"{one.counts.accepted_by}采用：{'；'.join(one.counts.findings)}"
            late.append(Line((*start, "已采用", said), link))
        if one.counts.late:
            late.append(Line((*start, "迟交", when(one.counts, found)), link))
    for held in found.held:
        about = held.organisation or held.sender or held.name
        said = f"{held.reason.word}：{held.words}"
        yield Line((about, "", f"隔离区第{held.id}件", said), marked=True)
    yield from late


def _rows(found: Material, entries: Iterable[Entry], *, whole: bool) -> Iterator[Line]:
    for number, one in enumerate(entries, start=1):
        party, version = one.row.party, one.counts
        own = dict(party.values)
        who: tuple[Value, ...] = (party.name, party.category, *(own.get(p, "") for p in _PEOPLE))
        if one.name:
            who = (one.name, party.name, party.category)
        cells = tuple(_cell(version, name, found, whole=whole) for name in found.fields)
        came = (when(version, found), version.sender or version.way) if version else ("", "")
        source = "原件" if version else ""
        link = found.link(version) if version else ""
        line = (number, *who, one.word, *cells, *came, source)
        yield Line(line, link, marked=one.rank < 2, last=True)  # noqa: PLR2004 - waits


def _cell(version: Version | None, name: str, found: Material, *, whole: bool) -> Value:
    """Put a field into a cell: phones and ID numbers masked; nothing where nothing came."""
    if version is None:
        return None
    said = str(version.values.get(name, ""))
    if not said:
        return UNFILLED if whole else None
    numeric = name in found.numeric
    return ruled.value(said if numeric else masked(said), numeric=numeric)


def _averages(found: Material) -> Iterator[Line]:
    """Average what counts: of all, of each 类别, of each organisation."""
    rows = found.day.rows
    yield _average("全部", rows, found.numeric, bold=True)
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.party.category, []).append(row)
    for name, members in groups.items():
        if name and len(groups) > 1:
            yield _average(f"类别：{name}", members, found.numeric)
    for row in rows:
        yield _average(row.party.name, (row,), found.numeric)


def _average(name: str, rows: Sequence[Row], numeric: Sequence[str], *, bold: bool = False) -> Line:
    pieces = [one for row in rows for one in row.pieces]
    told = [numbers(one.counts.values) for one in pieces if one.counts]
    cells = tuple(_mean(told, field) for field in numeric)
    return Line((name, len(pieces), len(told), *cells), bold=bold)


def _mean(told: Iterable[Mapping[str, Decimal]], name: str) -> Value:
    known = [one[name] for one in told if name in one]
    return float(sum(known, Decimal(0)) / len(known)) if known else None


def _widths(head: Sequence[str], lines: Sequence[Line]) -> list[float]:
    """Give columns their widths, by the longest that stands in each; longer words are wrapped."""
    columns = zip(head, *(one.cells for one in lines), strict=True)
    return [float(min(max(map(_wide, each)) + 2, _MOST)) for each in columns]


def _wide(said: Value) -> int:
    """Measure a text in the widths of a digit: of what is not Latin each takes two."""
    text = f"{said:.2f}" if isinstance(said, float) else str("" if said is None else said)
    return max(_LEAST, sum(1 if one.isascii() else 2 for one in text))
