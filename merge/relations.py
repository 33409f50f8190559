"""From an organisation to others and to its people; every cell that decides it is noted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge.book import IDENTITY, MEMBERSHIP, descendants
from rosters.roster import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from merge.book import Book
    from rosters.roster import Member, Organisation


def home(book: Book, member: Member) -> Organisation | None:
    """Lead from a member to the organisation that it belongs to."""
    book.read(member.row, *MEMBERSHIP)
    one = None if member.organisation is None else book.roster.by_key.get(member.organisation)
    if one is not None:
        book.read(one.row, *IDENTITY)
    return one


def superior(book: Book, one: Organisation) -> Organisation | None:
    """Lead to 上级, None under the issuing unit."""
    book.read(one.row, "parent")
    above = book.roster.superior(one)
    if above is not None:
        book.read(above.row, *IDENTITY)
    return above


def second_level(book: Book, one: Organisation) -> Organisation:
    """Lead to 二级党组织, oneself included."""
    for step in book.roster.line(one):
        book.read(step.row, "parent", *(IDENTITY if step is not one else ()))
    return book.roster.second_level(one)


def inferiors(book: Book, one: Organisation | None) -> tuple[Organisation, ...]:
    """Lead to 下级; of None, to those directly under the issuing unit."""
    _named(book, one)
    found = book.roster.inferiors(one)
    for below in found:
        book.read(below.row, "parent")
    return found


def members(book: Book, one: Organisation | None) -> Sequence[Member]:
    """Lead to 党员: the organisation's own; of None, to those of no organisation."""
    _named(book, one)
    return _belonging(book, book.roster.own_members(one))


def everyone(book: Book, one: Organisation | None) -> Sequence[Member]:
    """Lead to 全部党员; of None, to all there are, wherever they belong."""
    if one is None:
        return book.roster.members
    _named(book, one)
    for below in descendants(book.roster, one):
        book.read(below.row, "parent", *IDENTITY)
    return _belonging(book, book.roster.all_members(one))


def branches(book: Book, one: Organisation | None) -> int:
    """Count the branches below."""
    _named(book, one)
    count = 0
    for below in descendants(book.roster, one):
        book.read(below.row, "parent")
        count += below.row.sheet.kind is Kind.BRANCHES
    return count


def of_type(book: Book, one: Organisation | None, word: str) -> int:
    """Count the people of one 人员类别, where their sheet says it."""
    count = 0
    for member in everyone(book, one):
        index = next(
            (at for at, c in enumerate(member.row.sheet.columns) if c.field == "party_type"), None
        )
        if index is not None:
            book.read(member.row, "party_type")
            count += str(member.row.values[index]) == word
    return count


def _named(book: Book, one: Organisation | None) -> None:
    """Note that others belong to an organisation because they name it."""
    if one is not None:
        book.read(one.row, *IDENTITY)


def _belonging(book: Book, found: Sequence[Member]) -> Sequence[Member]:
    for member in found:
        book.read(member.row, *MEMBERSHIP)
    return found
