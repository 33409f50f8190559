"""The bench: what filling needs of a workshop and no more, so that it travels to a process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

from merge.book import Book
from merge.record import View, subjects
from merge.wording import NONE, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from merge.wording import Compiled
    from merge.workshop import Workshop
    from rosters.roster import Roster
    from templates.template import Template


@dataclass(frozen=True)
class Bench:
    """Templates and 要素 compiled, and the rows; `per` says what each entry ranges over."""

    templates: tuple[Template | None, ...]
    elements: Mapping[str, Compiled]
    per: tuple[str, ...]
    roster: Roster

    @cached_property
    def _book(self) -> Book:
        return Book(self.roster)

    @classmethod
    def of(cls, shop: Workshop) -> Self:
        """Take from a workshop what filling needs."""
        per = tuple(entry.per for entry in shop.supplies.job.entries)
        return cls(shop.templates, shop.elements, per, shop.supplies.roster)

    def record(
        self, entry: int, row: int, position: int, copies: int, own: Mapping[str, str] = NONE
    ) -> Record:
        """Make the record that an entry's document is filled from; `own` are its numbers."""
        view = View(self._book, subjects(self.roster, self.per[entry])[row], position)
        return Record(view, self.elements, copies, own)
