"""One set: whom each paper and letter of a job honours, and whether they all say the same.

A person counts in a paper that reads his honour; he is named where it reads his name as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from merge.drafts import read
from merge.trail import Trail
from rosters.finding import Finding, Level
from rosters.roster import Member
from rosters.spot import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from merge.candidates import Candidate
    from merge.drafts import Draft
    from merge.letter import Letter
    from merge.workshop import Workshop
    from rosters.finding import Cell, Place
    from rosters.roster import Roster

LETTER = "信件"
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


@dataclass(frozen=True, slots=True)
class Honoured:
    """Everybody whom a job honours, and its papers that speak of them."""

    people: tuple[Honour, ...]
    papers: tuple[Paper, ...]

    @property
    def named(self) -> frozenset[Honour]:
        """Everybody whom some paper names."""
        return frozenset(one for paper in self.papers for one in paper.named)


def everybody(roster: Roster) -> dict[tuple[str, int], Honour]:
    """List whom a roster honours, each by the place of his row."""
    found = {}
    for member in roster.members:
        if honour := words(member.row, "award").strip():
            home = roster.by_key.get(member.organisation or "")
            unit = (home.short or home.name) if home else ""
            where = member.row.sheet.key, member.row.number
            found[where] = Honour(member.name, unit, honour)
    return found


@dataclass
class Honours:
    """Asks each paper of a plan whom it honours."""

    shop: Workshop
    columns: frozenset[tuple[str, str]]  # what the job reads
    people: dict[tuple[str, int], Honour] = field(default_factory=dict)

    def of(
        self, found: Iterable[Candidate], drafts: Iterable[Draft], letters: Sequence[Letter]
    ) -> Honoured | None:
        """List the papers that speak of honours; None where the job reads no 荣誉称号."""
        if not any(column == "award" for _, column in self.columns):
            return None
        self.people = everybody(self.shop.supplies.roster)
        if not self.people:
            return None
        by_key = {one.key: one for one in drafts}
        papers = [
            paper
            for one in found
            if one.key in by_key and (paper := self._document(one, by_key[one.key])) is not None
        ]
        papers += [paper for one in letters if (paper := self._letter(one)) is not None]
        return Honoured(tuple(self.people.values()), tuple(papers)) if papers else None

    def _document(self, one: Candidate, draft: Draft) -> Paper | None:
        per = self.shop.supplies.job.entries[one.entry].per
        path = f"{draft.folder}/{draft.filename}"
        if isinstance(one.subject, Member):
            row = one.subject.row
            own = self.people.get((row.sheet.key, row.number))
            if own is None or not self._speaks(one):
                return None
            return Paper(one.key, per, draft.kind, path, (own,), (own,))
        cells = one.trail if one.trail is not None else Trail()
        if one.trail is None:
            if not self._speaks(one):
                return None
            read(self.shop, one, cells)
        return self._paper((one.key, per, draft.kind, path), cells)

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
        rows = ((one.sheet, one.row) for one in cells if one.column == column)
        return tuple(self.people[row] for row in rows if row in self.people)


@dataclass(frozen=True)
class Agreement:
    """Holds the papers of one job against one another."""

    shop: Workshop
    honoured: Honoured

    def findings(self) -> Iterator[Finding]:
        """Find people who are counted and not named, or in one sort of paper and not in another."""
        for paper in self.honoured.papers:
            yield from self._dropped(paper)
        yield from self._sorts()
        yield from self._orders()

    @property
    def _level(self) -> Level:
        """With 评选 the list is law; without it somebody may have chosen whom to name."""
        return Level.ERROR if self.shop.supplies.job.awards is not None else Level.WARNING

    def _place(self, paper: Paper) -> Place:
        job = self.shop.supplies.job
        if paper.sort == LETTER:
            return job.place("信件.正文")
        return job.place(f"文件.{int(paper.key.partition('-')[0]) - 1}")

    def _say(self, rule: str, paper: Paper, message: str, advice: str) -> Finding:
        level = Level.WARNING if rule == "order" else self._level
        return Finding(level, f"award.{rule}", self._place(paper), message, advice)

    def _dropped(self, paper: Paper) -> Iterator[Finding]:
        """Find who is counted and not named, of the honours for which a paper names people."""
        if not paper.named:
            return
        honours = {one.honour for one in paper.named}
        lost = [o for o in paper.counted if o.honour in honours and o not in set(paper.named)]
        if lost:
            said = f"{_called(paper)}计入了{listed(lost)}，却没有列出姓名"
            advice = "请核对他们所在的党组织，名单按党组织排列；或改正模板"
            yield self._say("unnamed", paper, said, advice)

    def _sorts(self) -> Iterator[Finding]:
        sorts: dict[str, list[Paper]] = {}
        for paper in self.honoured.papers:
            if paper.named:
                sorts.setdefault(paper.sort, []).append(paper)
        names = {
            sort: {one for paper in papers for one in paper.named} for sort, papers in sorts.items()
        }
        for sort, papers in sorts.items():
            honours = {one.honour for one in names[sort]}
            others = dict.fromkeys(
                one for other in names.values() for one in sorted(other) if one.honour in honours
            )
            lost = [one for one in others if one not in names[sort]]
            if lost:
                where = _called(papers[0], every=True)
                said = f"{where}里没有{listed(lost)}，同一作业的别处却有"
                advice = "决定、名单、证书和信件要是同一些人：请核对范围，或改正名册里使他落下的错"
                yield self._say("set", papers[0], said, advice)

    def _orders(self) -> Iterator[Finding]:
        """Find papers that list the same people in another order than the first 批次 document."""
        papers = [one for one in self.honoured.papers if len(one.named) > 1]
        first = next((one for one in papers if one.sort == "批次"), None)
        if first is None:
            return
        rank = {one: place for place, one in enumerate(first.named)}
        seen = set()
        for paper in papers:
            kind = paper.sort, paper.key.partition("-")[0] if paper.sort != LETTER else ""
            if kind not in seen and not _in_order(paper.named, rank):
                seen.add(kind)
                said = f"{_called(paper)}里姓名的次序与{_called(first)}不同"
                yield self._say("order", paper, said, "请在列出姓名处加上「| 姓氏笔画」")


def _in_order(named: Sequence[Honour], rank: Mapping[Honour, int]) -> bool:
    """Tell whether people of one honour stand in the order of another list."""
    for honour in {one.honour for one in named}:
        ranks = [rank[one] for one in named if one.honour == honour and one in rank]
        if ranks != sorted(ranks):
            return False
    return True


def _called(paper: Paper, *, every: bool = False) -> str:
    if paper.sort == LETTER:
        return "各信件" if every else f"给「{paper.title}」的信件"
    return f"各「{paper.title}」" if every and paper.sort != "批次" else f"「{paper.title}」"


def listed(people: Sequence[Honour]) -> str:
    """Name some people, and how many more there are."""
    named = "、".join(map(str, people[:_SHOWN]))
    return named if len(people) <= _SHOWN else f"{named}等{len(people)}人"
