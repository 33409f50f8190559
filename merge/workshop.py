"""Everything compiled once: templates, 要素 and texts; and the records they are filled with."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from merge.book import BATCH, OFFERED, RESERVED, SETTINGS, Book
from merge.guard import Guard
from merge.record import View, subjects
from merge.wording import NONE, Record, keys, texts
from rosters.dates import PartialDate
from rosters.finding import Finding, InputError, Level
from rosters.roster import Member
from templates.forms.days import ELEMENT as DAYS
from templates.forms.days import days
from templates.gongwen.asked import slips
from templates.sandbox import Text
from templates.stock import SHEET
from templates.tags import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from merge.elements import Element
    from merge.job import Job
    from merge.record import Subject
    from merge.wording import Compiled
    from rosters.finding import Cell, Place
    from rosters.photo import Photo
    from rosters.roster import Roster
    from templates.gongwen.asked import Slip
    from templates.gongwen.blocks import Picture
    from templates.reads import Use
    from templates.stock import AnyTemplate, Stock

_TAGS = re.compile(r"[{｛][{｛%#]|[}｝%][}｝]|%｝")  # those of tags, also full-width or alone
_T = TypeVar("_T")


class Supplies(NamedTuple):
    """What a merge starts from, ready to travel to another process."""

    job: Job
    roster: Roster
    templates: tuple[Stock, ...]  # for each entry
    seal: Picture | None = None  # as it was supplied

    def subjects(self, entry: int) -> Sequence[Subject]:
        """Return the rows that an entry ranges over."""
        return subjects(self.roster, self.job.entries[entry].per)

    def subject(self, entry: int, index: int) -> Subject:
        """Return the row that an entry's document is made for."""
        return self.subjects(entry)[index]


def _slip(job: Job, slip: Slip) -> Finding:
    level = Level.ERROR if slip.binds else Level.WARNING
    place = job.place(f"要素.{slip.name}")
    return Finding(level, "job.layout", place, slip.message, slip.advice)


@dataclass
class Workshop:
    """A job's supplies compiled; `findings` are those of templates and 要素."""

    supplies: Supplies
    findings: list[Finding] = field(default_factory=list)
    guard: Guard = field(default_factory=Guard)
    photos: Mapping[Cell, Photo] = field(default_factory=dict)
    pictures: Mapping[str, Photo] = field(default_factory=dict)
    _placed: bool = False  # a template has a place for the body

    @cached_property
    def names(self) -> Names:
        """Every name that a tag may use somewhere in this job."""
        headings = (name for sheet in self.supplies.roster.sheets for name in sheet.names)
        rows = (key for one in self.supplies.job.elements.values() for key in keys(one))
        own = self.supplies.job.elements
        return Names((*headings, *RESERVED, *OFFERED, *BATCH, *SETTINGS, *own, *rows))

    @cached_property
    def elements(self) -> Mapping[str, Compiled]:
        """要素, each text compiled."""
        job = self.supplies.job
        return {
            name: self._compiled(value, job.place(f"要素.{name}"))
            for name, value in job.elements.items()
        }

    @cached_property
    def templates(self) -> tuple[AnyTemplate | None, ...]:
        """The template of each entry, None where it has faults."""
        job = self.supplies.job
        made = tuple(self._template(one) for one in self.supplies.templates)
        whole = bool(made) and all(made)
        if job.body.blocks and whole and not self._placed:
            place = job.body.blocks[0].place
            message, advice = "正文没有去处", "请在模板里单独一段写上 {{ 正文 }}，或删去正文"
            self.findings.append(Finding(Level.ERROR, "job.body", place, message, advice))
        return made

    def _template(self, stock: Stock) -> AnyTemplate | None:
        """Open a template, with the body in it where it has a place for one; a 文种 is built."""
        job = self.supplies.job

        def compiled() -> AnyTemplate:
            if stock.kind is not None:
                self._placed = True
                self.findings += [_slip(job, one) for one in slips(job.elements)]
                seal = self.supplies.seal
                return stock.open(self.names, elements=job.elements, body=job.body, seal=seal)
            plain = stock.open(self.names, days=self._days(stock))
            self.findings += plain.notes
            if "正文" not in plain.needs:
                return plain
            self._placed = True
            return stock.open(self.names, body=job.body)

        return self.tried(compiled)

    def _days(self, stock: Stock) -> tuple[date, ...]:
        """Return the days that a form in Excel has a row for, as 要素 name them."""
        job = self.supplies.job
        if stock.suffix != SHEET or DAYS not in job.elements:
            return ()
        try:
            return days(job.elements[DAYS])
        except ValueError as error:
            words, cure = f"「{DAYS}」{error}", "请写成 2026-11-26 至 2026-12-25"
            self.findings.append(
                Finding(Level.ERROR, "job.days", job.place(f"要素.{DAYS}"), words, cure)
            )
            return ()

    @cached_property
    def filenames(self) -> tuple[Text | None, ...]:
        """The 文件名 of each entry, None where it is left to us."""
        job = self.supplies.job
        return tuple(
            self.text(entry.filename, job.place(f"文件.{index}.文件名"))
            if entry.filename.strip()
            else None
            for index, entry in enumerate(job.entries)
        )

    @cached_property
    def subject(self) -> Text | None:
        """The letters' 主题."""
        job = self.supplies.job
        return self.text(job.letter.subject, job.place("信件.主题"))

    @cached_property
    def body(self) -> Text | None:
        """The letters' 正文."""
        job = self.supplies.job
        return self.text(job.letter.body, job.place("信件.正文"))

    def compile(self) -> None:
        """Compile everything now, so that every fault is known."""
        made = (self.templates, self.elements, self.filenames, self.subject, self.body)
        if all(part is not None for part in made):
            self.findings.extend(self._circles())

    def watch_over(self, subjects: Iterable[tuple[int, Subject]]) -> None:
        """Make the guard of all documents, given each entry and whom its documents are made for."""
        job = self.supplies.job
        groups: list[set[str]] = [set() for _ in job.entries]
        for entry, one in subjects:
            key = one.organisation if isinstance(one, Member) else one.key if one else None
            groups[entry] |= {key} if key else set()
        audiences = [frozenset(group) for group in groups]
        self.guard = Guard.of(job, self.supplies.roster, self.templates, audiences)

    def pictured(self, cells: Mapping[Cell, Photo], elements: Mapping[str, Photo]) -> None:
        """Take up the pictures of cells, and those that 要素 name, in the place of their texts."""
        self.photos, self.pictures = cells, elements
        if elements:
            self.elements = {**self.elements, **elements}

    def text(self, source: str, place: Place) -> Text | None:
        """Compile a text; None, and its findings kept, where it has faults."""
        return self.tried(lambda: Text(source, self.names, place))

    def tried(self, make: Callable[[], _T]) -> _T | None:
        """Make something, or keep what was found."""
        try:
            return make()
        except InputError as error:
            self.findings.extend(error.findings)
            return None

    def _compiled(self, value: Element, place: Place) -> Compiled:
        if isinstance(value, PartialDate):
            return value
        if isinstance(value, str):
            if not _TAGS.search(value):
                return value
            return self.text(value, place) or value
        if isinstance(value, tuple):
            return tuple(self._compiled(one, place) for one in value)
        return {key: self._compiled(one, place) for key, one in value.items()}

    def _circles(self) -> list[Finding]:
        """Find 要素 that need themselves."""
        found = []
        for name in self.elements:
            if name in self._needs(name, frozenset()):
                place = self.supplies.job.place(f"要素.{name}")
                message, advice = f"要素「{name}」用到了它自己", "请去掉其中的循环引用"
                found.append(Finding(Level.ERROR, "job.circle", place, message, advice))
        return found

    def _needs(self, name: str, seen: frozenset[str]) -> frozenset[str]:
        near = {use.name for use in self.uses_of(name) if not use.path} & set(self.elements)
        near |= {use.path[0] for use in self.uses_of(name) if use.path} & set(self.elements)
        for one in near - seen:
            seen = self._needs(one, seen | {one})
        return seen

    def uses_of(self, name: str) -> tuple[Use, ...]:
        """Return what one 要素 reads itself."""
        return tuple(use for text in texts(self.elements[name]) for use in text.uses)

    def spread(self, uses: Iterable[Use]) -> tuple[Use, ...]:
        """Add to some uses what the 要素 among them read."""
        found = dict.fromkeys(uses)
        done: set[str] = set()
        while True:
            roots = {use.path[0] if use.path else use.name for use in found}
            new = sorted((roots & set(self.elements)) - done)
            if not new:
                return tuple(found)
            done.update(new)
            found.update(dict.fromkeys(use for name in new for use in self.uses_of(name)))

    def record(
        self,
        subject: Subject,
        position: int = 1,
        copies: int = 1,
        cells: set[Cell] | None = None,
        own: Mapping[str, str] = NONE,
    ) -> Record:
        """Make the record of a document or a letter; `cells` collects what is read."""
        book = Book(self.supplies.roster, cells, photos=self.photos)
        view = View(book, subject, position)
        return Record(view, self.elements, copies, own)
