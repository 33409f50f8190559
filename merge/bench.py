"""The bench: what filling needs of a workshop and no more, so that it travels to a process."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Self

from merge.book import Book
from merge.number import own
from merge.persons import owners
from merge.record import View, subjects
from merge.wording import NONE, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from merge.guard import Guard
    from merge.orders import Order
    from merge.persons import Owners
    from merge.record import Subject
    from merge.wording import Compiled
    from merge.workshop import Workshop
    from rosters.finding import Cell
    from rosters.photo import Photo
    from rosters.roster import Roster, Row
    from templates.stock import AnyTemplate


@dataclass(frozen=True)
class Bench:
    """Templates and 要素 compiled, and the rows; `per` says what each entry ranges over.

    `guard` is what documents are looked through for, `key` what their marks are made with;
    `known` tells whether all members' rows are here.
    """

    templates: tuple[AnyTemplate | None, ...]
    elements: Mapping[str, Compiled]
    per: tuple[str, ...]
    roster: Roster
    guard: Guard
    key: bytes
    known: bool = True
    photos: Mapping[Cell, Photo] = field(default_factory=dict)

    @cached_property
    def _book(self) -> Book:
        return Book(self.roster, photos=self.photos)

    @cached_property
    def owners(self) -> Owners:
        """Whose ID numbers are whose: of all members, or of those met besides their own rows."""
        return owners(self.roster.members) if self.known else self.guard.numbers

    @cached_property
    def rows(self) -> Mapping[tuple[str, int], Row]:
        """The rows that are here, by sheet and number."""
        people = self.roster.members if self.known else ()
        every = (*(one.row for one in self.roster.organisations), *(one.row for one in people))
        return {(row.sheet.key, row.number): row for row in every}

    @classmethod
    def of(cls, shop: Workshop, key: bytes) -> Self:
        """Take from a workshop what filling needs."""
        per = tuple(entry.per for entry in shop.supplies.job.entries)
        made = cls(shop.templates, shop.elements, per, shop.supplies.roster, shop.guard, key)
        return replace(made, photos=shop.photos)

    def subject(self, entry: int, row: int) -> Subject:
        """Return the row that an entry's document is made for."""
        return subjects(self.roster, self.per[entry])[row]

    def record(self, order: Order, said: list[str], cells: set[Cell] | None = None) -> Record:
        """Make the record that a document is filled from.

        `said` hears texts of 要素, `cells` collects what is read.
        """
        book = self._book if cells is None else replace(self._book, cells=cells)
        view = View(book, self.subject(order.entry, order.row), order.position)
        bears = order.number or order.certificate
        numbers = own(order.number, order.certificate) if bears else NONE
        return Record(view, self.elements, order.copies, numbers, said)
