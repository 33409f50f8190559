"""Letters looked through as documents are: for what is not their receivers' to read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from merge import misplaced
from merge.looking import Origin, Sighting, called, chance, home, joined, naming, origin
from merge.persons import numbers, owners, strange
from merge.watch import APART, Named, covered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from merge.persons import Owners
    from merge.workshop import Workshop
    from rosters.finding import Cell, Finding
    from rosters.roster import Member, Organisation, Row
    from templates.said import Said


@dataclass
class Correspondence:
    """A job's letters, and all who receive one."""

    shop: Workshop
    receivers: Iterable[Organisation | Member]

    def look(
        self, receiver: Organisation | Member, texts: tuple[str, str], said: Said
    ) -> list[Finding]:
        """Look through the subject and body of a letter; `said` heard their values."""
        watch = self.shop.guard.watch
        own = home(watch, receiver)
        text = joined(list(texts))
        named = [*watch.strangers(text, own), *watch.alone(said.values, own)]
        found = [(one.word, called(watch, one)) for one in named if one not in self._alike]
        found += [(one, "") for one in numbers(text) if self._foreign(one, receiver)]
        if not found:
            return []
        seen = [
            Sighting("", naming(receiver), word, whose, self._origin(word, receiver))
            for word, whose in found
        ]
        kept = [one for one in seen if not (one.whose and chance(one.word, one.origin))]
        return misplaced.findings(self.shop.supplies.job, kept, (), "信件")

    @cached_property
    def _alike(self) -> frozenset[Named]:
        """The names in fixed text that names all receivers alike: a list of who comes when."""
        watch = self.shop.guard.watch
        texts = (one.fixed for one in (self.shop.subject, self.shop.body) if one)
        found = watch.mentioned(APART.join(texts).replace("\n", APART).split(APART))
        group = frozenset(home(watch, one) for one in self.receivers) - {-1}
        if not covered(found, group):
            return frozenset()
        return frozenset(one for one in found if not group.isdisjoint(one.bearers))

    def _foreign(self, number: str, receiver: Organisation | Member) -> bool:
        return strange(number, receiver, self._owners, self.shop.supplies.roster)

    @cached_property
    def _owners(self) -> Owners:
        return owners(self.shop.supplies.roster.members)

    def _origin(self, word: str, receiver: Organisation | Member) -> Origin:
        job = self.shop.supplies.job
        for key, text in (("主题", self.shop.subject), ("正文", self.shop.body)):
            if text is not None and word in text.fixed:
                return Origin(said=f"信件{key}", place=job.place(f"信件.{key}"))

        def read() -> set[Cell]:
            cells: set[Cell] = set()
            record = self.shop.record(receiver, cells=cells)
            for text in (self.shop.subject, self.shop.body):
                if text is not None:
                    text.render(record)
            return cells

        return origin(word, self.shop.elements, read, lambda cell: self._rows.get(_at(cell)))

    @cached_property
    def _rows(self) -> Mapping[tuple[str, int], Row]:
        roster = self.shop.supplies.roster
        every = (*(one.row for one in roster.organisations), *(one.row for one in roster.members))
        return {(row.sheet.key, row.number): row for row in every}


def _at(cell: Cell) -> tuple[str, int]:
    return cell.sheet, cell.row
