"""One set: whom each paper and letter of a job honours, and whether they all say the same.

A person counts in a paper that reads his honour; he is named where it reads his name as well.
"""

from __future__ import annotations

from array import array
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from merge.drafts import read
from merge.trail import Trail
from rosters.spot import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from merge.candidates import Candidate, Candidates
    from merge.drafts import Draft
    from merge.letter import Letter
    from merge.workshop import Workshop
    from rosters.finding import Cell
    from rosters.roster import Member, Roster

LETTER = "信件"
MEMBER = "党员"
_SHOWN = 5  # names in one finding


class Honour(NamedTuple):
    """A person who is honoured: as the roster writes him, where he belongs, and for what."""

    name: str
    unit: str
    honour: str

    def __str__(self) -> str:
        return f"「{self.name}」（{self.unit}，{self.honour}）"


class Paper(NamedTuple):
    """A document or a letter: its key, what people call it, and whom it counts and names."""

    key: str
    sort: str  # 批次, 党组织, 党员 or 信件
    title: str
    path: str
    counted: tuple[Honour, ...]
    named: tuple[Honour, ...]


@dataclass(frozen=True)
class Honoured:
    """Everybody whom a job honours, and its papers that speak of them.

    Either may be made anew of the rows whenever it is gone through: there may be a million.
    """

    people: Iterable[Honour]
    papers: Iterable[Paper]

    @cached_property
    def named(self) -> frozenset[Honour]:
        """Everybody whom some paper names."""
        return frozenset(one for paper in self.papers for one in paper.named)

    @cached_property
    def counts(self) -> Counter[str]:
        """How many people there are of each honour."""
        return Counter(one.honour for one in self.people)


class People(Iterable[Honour]):
    """Everybody whom a roster honours, in its order."""

    def __init__(self, roster: Roster) -> None:
        self._members = roster.members
        self._units = {one.key: one.short or one.name for one in roster.organisations}
        self._ranks = array("I")  # of each member the number of his unit and honour, 0 of none
        self._sorts: list[tuple[str, str]] = []

    def __iter__(self) -> Iterator[Honour]:
        ranks, sorts = array("I"), dict[tuple[str, str], int]()
        for one in map(self._honour, self._members):
            if one is None:
                ranks.append(0)
                continue
            ranks.append(sorts.setdefault(one[1:], len(sorts) + 1))
            yield one
        self._ranks, self._sorts = ranks, list(sorts)

    def called(self, index: int, name: str) -> Honour | None:
        """Return the honour of a member by his place and name: nobody's row is read again."""
        if len(self._ranks) < len(self._members):
            deque(self, 0)
        rank = self._ranks[index]
        return Honour(name, *self._sorts[rank - 1]) if rank else None

    def __bool__(self) -> bool:
        return next(iter(self), None) is not None

    def at(self, index: int) -> Honour | None:
        """Return the honour of a member, by his place in the roster."""
        return self._honour(self._members[index])

    @cached_property
    def by_row(self) -> dict[tuple[str, int], Honour]:
        """Everybody by the place of his row."""
        honoured = ((one.row, self._honour(one)) for one in self._members)
        return {(row.sheet.key, row.number): one for row, one in honoured if one is not None}

    def _honour(self, member: Member) -> Honour | None:
        honour = words(member.row, "award").strip()
        if not honour:
            return None
        return Honour(member.name, self._units.get(member.organisation or "", ""), honour)


class Papers(Iterable[Paper]):
    """The papers of a job that speak of honours, in the order of its documents; letters last.

    A certificate speaks of the one whom it is for: of all those that are alike nothing is kept.
    `others` are the rest, documents by their keys.
    """

    def __init__(self, people: People, drafts: Sequence[Draft], personal: frozenset[int]) -> None:
        """Take certificates to be all documents of the entries `personal`."""
        self._people, self._drafts, self._personal = people, drafts, personal
        self.others: dict[str, Paper] = {}
        self.letters: list[Paper] = []

    def __iter__(self) -> Iterator[Paper]:
        for draft in self._drafts if self._personal or self.others else ():
            if draft.entry in self._personal:
                own = self._people.called(draft.row, draft.name)
                if own is not None:
                    path = f"{draft.folder}/{draft.filename}"
                    counted = (own,)
                    yield Paper(draft.key, MEMBER, draft.kind, path, counted, counted)
            elif draft.key in self.others:
                yield self.others[draft.key]
        yield from self.letters

    def __bool__(self) -> bool:
        if not self.alike:
            return True
        rows = (one.row for one in self._drafts if one.entry in self._personal)
        return any(self._people.at(row) is not None for row in rows)

    @property
    def alike(self) -> bool:
        """Tell whether all of them are certificates."""
        return not self.others and not self.letters


@dataclass
class Honours:
    """Asks each paper of a plan whom it honours."""

    shop: Workshop
    columns: frozenset[tuple[str, str]]  # what the job reads

    def of(
        self, found: Candidates, drafts: Sequence[Draft], letters: Sequence[Letter]
    ) -> Honoured | None:
        """List the papers that speak of honours; None where the job reads no 荣誉称号."""
        if not any(column == "award" for _, column in self.columns) or not self.people:
            return None
        entries = self.shop.supplies.job.entries
        personal = {at for at, entry in enumerate(entries) if entry.per == MEMBER}
        speaking = (entry for entry in personal if self._certifies(found, entry))
        papers = Papers(self.people, drafts, frozenset(speaking))
        if len(personal) < len(entries):
            told = {one.key: one for one in drafts if one.entry not in personal}
            some = (one for one in found if one.key in told)
            made = (self._document(one, told[one.key]) for one in some)
            papers.others.update((one.key, one) for one in made if one is not None)
        papers.letters += [paper for one in letters if (paper := self._letter(one)) is not None]
        return Honoured(self.people, papers) if papers else None

    @cached_property
    def people(self) -> People:
        """Everybody whom the roster honours."""
        return People(self.shop.supplies.roster)

    def _document(self, one: Candidate, draft: Draft) -> Paper | None:
        per = self.shop.supplies.job.entries[one.entry].per
        path = f"{draft.folder}/{draft.filename}"
        cells = one.trail if one.trail is not None else Trail()
        if one.trail is None:
            if not self._speaks(one):
                return None
            read(self.shop, one, cells)
        return self._paper((one.key, per, draft.kind, path), cells)

    def _certifies(self, found: Candidates, entry: int) -> bool:
        """Tell whether the documents of members in an entry speak of their honours."""
        made = (one for one in found.kept() if one.entry == entry)
        first = next((one for one in made if self.people.at(one.index)), None)
        return first is not None and self._speaks(first)

    def _speaks(self, one: Candidate) -> bool:
        """Tell whether documents of an entry read 荣誉称号: its first one is filled to see it."""
        if one.entry not in self._known:
            cells = one.cells
            read(self.shop, one, cells)
            self._known[one.entry] = any(cell.column == "award" for cell in cells)
        return self._known[one.entry]

    @cached_property
    def _known(self) -> dict[int, bool]:
        return {}

    def _letter(self, letter: Letter) -> Paper | None:
        receiver = self.shop.supplies.roster.by_key.get(letter.organisation)
        if receiver is None:
            return None
        cells = Trail()
        record = self.shop.record(receiver, cells=cells)
        for text in (self.shop.subject, self.shop.body):
            if text is not None:
                text.render(record)
        return self._paper((letter.organisation, LETTER, letter.short, ""), cells)

    def _paper(self, told: tuple[str, str, str, str], cells: Trail) -> Paper | None:
        counted = self._among(cells.order, "award")
        return Paper(*told, counted, self._among(cells.order, "name")) if counted else None

    def _among(self, cells: Iterable[Cell], column: str) -> tuple[Honour, ...]:
        rows = [(one.sheet, one.row) for one in cells if one.column == column]
        known = self.people.by_row if rows else {}
        return tuple(known[row] for row in rows if row in known)


def listed(people: Sequence[Honour]) -> str:
    """Name some people, and how many more there are."""
    named = "、".join(map(str, people[:_SHOWN]))
    return named if len(people) <= _SHOWN else f"{named}等{len(people)}人"
