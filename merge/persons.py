"""ID numbers in a text, and whether they are those of a document's own people."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from merge.book import descendants
from merge.watch import bounded
from rosters.identity import id_fault, normal_id
from rosters.pattern import later
from rosters.roster import Kind, Member, Organisation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from merge.record import Subject
    from rosters.finding import Cell
    from rosters.roster import Roster, Row

_GAP = r"[ \u00a0\u3000-]?"  # numbers are written in groups, too
_NUMBER = re.compile(rf"[0-9]{{6}}{_GAP}[0-9]{{8}}{_GAP}[0-9]{{3}}[0-9Xx]")
_COLUMNS = later("身份|证件")  # what the heading of a column of ID numbers says
Owners = dict[str, tuple[str | None, ...]]  # ID number -> the organisations of those who have it


def numbers(text: str) -> list[str]:
    """List what may be ID numbers in a text, none a part of a longer number or word."""
    if not _NUMBER.search(text):
        return []
    found = _NUMBER.finditer(text)
    return list(dict.fromkeys(one[0] for one in found if bounded(text, one.start(), one.end())))


def owners(members: Iterable[Member], wanted: Collection[str] | None = None) -> Owners:
    """List whose ID numbers are whose: all of them, or those that are wanted."""
    found: Owners = {}
    for member in members:
        for number in _of_row(member.row):
            if wanted is None or number in wanted:
                found[number] = (*found.get(number, ()), member.organisation)
    return found


def standing(roster: Roster, texts: Iterable[str]) -> Owners:
    """List whose ID numbers stand where no member's row is: at organisations, in fixed text."""
    rows = (_text(one.row) for one in roster.organisations)
    wanted = {normal_id(one) for text in chain(rows, texts) for one in numbers(text)}
    return owners(roster.members, wanted) if wanted else {}


def strange(number: str, subject: Subject, known: Mapping[str, object], roster: Roster) -> bool:
    """Tell whether an ID number is that of somebody else than a document's own people.

    Args:
        number: as it was found.
        subject: an organisation or a member.
        known: the owners of ID numbers, of all that may be met where an organisation is meant.
        roster: the organisations.

    """
    number = normal_id(number)
    if isinstance(subject, Member):
        return number not in _of_row(subject.row) and id_fault(number) is None
    if not isinstance(subject, Organisation):
        return number in known or id_fault(number) is None
    own = {subject.key, *(one.key for one in descendants(roster, subject))}
    homes = known.get(number)
    if isinstance(homes, tuple):
        return own.isdisjoint(homes)
    rows = (roster.by_key[key].row for key in own)
    return id_fault(number) is None and not any(number in _text(row).upper() for row in rows)


def printed(cells: Collection[Cell], rows: Mapping[tuple[str, int], Row]) -> set[str]:
    """List the ID numbers in the rows that were read; of members, if any, in those by name."""
    names = {(one.sheet, one.row) for one in cells if one.column == "name"}
    found: set[str] = set()
    for place in {(one.sheet, one.row) for one in cells}:
        row = rows.get(place)
        if row is not None and (place in names or not names or row.sheet.kind is not Kind.MEMBERS):
            found.update(_of_row(row))
    return found


def _of_row(row: Row) -> Iterator[str]:
    """Yield the ID numbers in the columns that are for them."""
    for column, value in zip(row.sheet.columns, row.values, strict=False):
        if value and (column.field == "id_card" or _COLUMNS.search(column.heading)):
            yield normal_id(value)


def _text(row: Row) -> str:
    return "\0".join(value for value in row.values if isinstance(value, str))
