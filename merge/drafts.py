"""From rows in 范围 to documents to be made: keys, receivers, what is left out, and names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from merge.envelope import Envelope, alike, member_key
from merge.homes import BATCH, Homes
from merge.number import own
from merge.trace import NOTHING, Receivers, Trace, Traces
from rosters.finding import Finding, InputError
from rosters.roster import Member, Organisation
from templates.library import stem_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from merge.record import Subject
    from merge.scope import Scope
    from merge.workshop import Workshop
    from rosters.finding import Cell


@dataclass(frozen=True, slots=True)
class Draft:
    """A document to be made. `index` leads to its row; `receiver` is empty for a 批次 document."""

    key: str
    entry: int
    kind: str
    receiver: str
    title: str
    folder: str
    filename: str
    index: int
    position: int
    copies: int
    number: str = ""  # where it is given one: see merge.number
    certificate: str = ""
    name: str = ""  # whom it is about


@dataclass(slots=True)
class Candidate:
    """A row in 范围 on its way to become a document, or to be skipped for a `reason`."""

    entry: int
    index: int
    position: int
    copies: int
    subject: Subject
    key: str
    envelope: Envelope | None = None
    trace: Trace = NOTHING
    printed: frozenset[Cell] = frozenset()  # what a 批次 document reads
    reason: str = ""
    title: str = ""
    stem: str = ""
    number: str = ""
    certificate: str = ""

    @property
    def row(self) -> str:
        """Say where the row stands."""
        return BATCH if self.subject is None else str(self.subject.row.place())

    @property
    def cells(self) -> set[Cell]:
        """List the cells that have decided its way so far."""
        return self.trace.cells(None if self.subject is None else self.subject.row)

    @property
    def receiver(self) -> str:
        """Name the receiver."""
        return self.envelope.key if self.envelope else ""

    def concerns(self, one: Organisation) -> bool:
        """Tell whether the document is about an organisation, or goes to it."""
        about = self.subject
        home = about.organisation if isinstance(about, Member) else getattr(about, "key", None)
        return one.key in {home, self.receiver}


def candidates(
    shop: Workshop, scopes: Sequence[Scope], traces: Traces
) -> tuple[list[Candidate], dict[Finding, None]]:
    """List the documents of all entries with their receivers, and the addresses that lack."""
    found: list[Candidate] = []
    problems: dict[Finding, None] = {}
    keys: set[str] = set()
    known: dict[str, Organisation | Member] = {}
    receivers = Receivers(shop.supplies.roster, shop.supplies.job.letter.receiver, traces)
    for scope in scopes:
        for position, index in enumerate(scope.rows, 1):
            subject = shop.supplies.subject(scope.entry, index)
            key = _unique(f"{scope.entry + 1}-{_key(subject)}", subject, keys)
            one = Candidate(scope.entry, index, position, len(scope.rows), subject, key)
            one.trace = scope.read.get(index, NOTHING)
            if subject is not None:
                result, way = receivers.of(subject)
                one.trace = traces.both(one.trace, way)
                if isinstance(result, Envelope):
                    one.envelope = result
                    _tell_apart(one, known, problems, traces)
                else:
                    problems[result] = None
            found.append(one)
    return found, problems


def _tell_apart(
    one: Candidate,
    known: dict[str, Organisation | Member],
    problems: dict[Finding, None],
    traces: Traces,
) -> None:
    """Two receivers of one key would share an envelope: neither is written to."""
    if one.envelope is None:
        return
    receiver = one.envelope.receiver
    other = known.setdefault(one.envelope.key, receiver)
    if other is receiver:
        return
    for each in (other, receiver):
        problems[alike(each)] = None
    cells = {cell for each in (other, receiver) for cell in alike(each).cells}
    one.trace = traces.both(one.trace, traces.of(one.subject.row if one.subject else None, cells))


def _key(subject: Subject) -> str:
    if subject is None:
        return BATCH
    if isinstance(subject, Member):
        return f"{subject.organisation or '无'}-{member_key(subject)}"
    return subject.key


def _unique(key: str, subject: Subject, keys: set[str]) -> str:
    """Keep keys apart also where a roster repeats a code or a staff number."""
    tried, count = key, 0
    while tried in keys:
        count += 1
        row = f"r{subject.row.number}" if subject is not None else "r"
        tried = f"{key}-{row}" if count == 1 else f"{key}-{row}-{count}"
    keys.add(tried)
    return tried


def hold(shop: Workshop, found: Iterable[Candidate], faults: Mapping[Cell, Finding]) -> None:
    """Leave out each document that reads a faulty cell: filled once, to see what it reads."""
    for one in found:
        cells = one.cells
        try:
            read(shop, one, cells)
        except InputError:
            if faults.keys().isdisjoint(cells):
                raise
        if one.subject is None:
            one.printed = frozenset(cells)
        wrong = next((fault for cell, fault in faults.items() if cell in cells), None)
        if wrong:
            one.reason = str(wrong)


def read(shop: Workshop, one: Candidate, cells: set[Cell]) -> None:
    """Fill a document, and collect the cells that it reads."""
    template = shop.templates[one.entry]
    if template is not None:
        template.fill(shop.record(one.subject, one.position, one.copies, cells))
    entitle(shop, one, cells)


def entitle(shop: Workshop, one: Candidate, cells: set[Cell] | None = None) -> None:
    """Render a document's title, if it prints one, and the stem of its file name."""
    label = label_of(shop.supplies.job.entries[one.entry].kind)
    text = shop.filenames[one.entry]
    template = shop.templates[one.entry]
    titled = template is not None and "标题" in shop.elements and "标题" in template.needs
    if text is None and not titled:
        one.stem = one.title = _stem(one.subject, label)
        return
    numbers = own(one.number, one.certificate)
    record = shop.record(one.subject, one.position, one.copies, cells, numbers)
    one.stem = _stem(one.subject, label) if text is None else text.render(record)
    one.title = str(record["标题"]) if titled else one.stem


def _stem(subject: Subject, label: str) -> str:
    if isinstance(subject, Organisation):
        return f"{subject.short or subject.name}-{label}"
    return f"{subject.name}-{label}" if subject else label


@cache
def label_of(kind: str) -> str:
    """Name a 文种 for people: a template's name without folder and extension."""
    return stem_of(kind.replace("\\", "/").rpartition("/")[2])


def named(shop: Workshop, found: Iterable[Candidate], taken: Iterable[str]) -> list[Draft]:
    """Give every document its folder and a file name that no other part of its letter has."""
    kept = [one for one in found if not one.reason]
    homes = Homes(Counter(one.receiver for one in kept if one.envelope), taken)
    entries = [label_of(entry.kind) for entry in shop.supplies.job.entries]
    ends = [one.suffix for one in shop.supplies.templates]

    def draft(one: Candidate) -> Draft:
        folder, filename = homes.place(one.receiver, one.envelope, one.stem, ends[one.entry])
        return Draft(
            one.key, one.entry, entries[one.entry], one.receiver, one.title, folder, filename,
            one.index, one.position, one.copies, one.number, one.certificate,
            one.subject.name if one.subject else "",
        )  # fmt: skip

    # 批次 documents first: no letter may give their names to another.
    shared = {one.key: draft(one) for one in kept if one.envelope is None}
    return [shared[one.key] if one.envelope is None else draft(one) for one in kept]
