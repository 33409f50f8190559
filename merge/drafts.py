"""From rows in 范围 to documents to be made: keys, receivers, what is left out, and names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge.book import Book
from merge.envelope import Envelope, address, alike, key_of, member_key
from merge.filename import Folder
from rosters.finding import Finding, InputError
from rosters.roster import Member, Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from merge.form import Receiver as How
    from merge.record import Subject
    from merge.scope import Scope
    from merge.workshop import Workshop
    from rosters.finding import Cell
    from rosters.roster import Roster

BATCH = "批次"  # the folder of documents that go with every letter, and the word in their key

ATTACHED = "附件"  # the folder of the job's own attachments


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


@dataclass
class Candidate:
    """A row in 范围 on its way to become a document, or to be skipped for a `reason`."""

    entry: int
    index: int
    position: int
    copies: int
    subject: Subject
    key: str
    envelope: Envelope | None = None
    cells: set[Cell] = field(default_factory=set)
    reason: str = ""
    title: str = ""
    stem: str = ""

    @property
    def row(self) -> str:
        """Say where the row stands."""
        return BATCH if self.subject is None else str(self.subject.row.place())

    @property
    def receiver(self) -> str:
        """Name the receiver."""
        return key_of(self.envelope.receiver) if self.envelope else ""

    def concerns(self, one: Organisation) -> bool:
        """Tell whether the document is about an organisation, or goes to it."""
        about = self.subject
        home = about.organisation if isinstance(about, Member) else getattr(about, "key", None)
        return one.key in {home, self.receiver}


def candidates(
    shop: Workshop, scopes: Sequence[Scope]
) -> tuple[list[Candidate], dict[Finding, None]]:
    """List the documents of all entries with their receivers, and the addresses that lack."""
    found: list[Candidate] = []
    problems: dict[Finding, None] = {}
    keys: set[str] = set()
    known: dict[str, Organisation | Member] = {}
    roster, how = shop.supplies.roster, shop.supplies.job.letter.receiver
    for scope in scopes:
        for position, index in enumerate(scope.rows, 1):
            subject = shop.supplies.subject(scope.entry, index)
            key = _unique(f"{scope.entry + 1}-{_key(subject)}", subject, keys)
            one = Candidate(scope.entry, index, position, len(scope.rows), subject, key)
            one.cells |= scope.read.get(index, frozenset())
            _address(one, roster, how, problems)
            _tell_apart(one, known, problems)
            found.append(one)
    return found, problems


def _address(one: Candidate, roster: Roster, how: How, problems: dict[Finding, None]) -> None:
    if one.subject is None:
        return
    result = address(Book(roster, one.cells), one.subject, how)
    if isinstance(result, Envelope):
        one.envelope = result
    else:
        one.cells.update(result.cells)
        problems[result] = None


def _tell_apart(
    one: Candidate, known: dict[str, Organisation | Member], problems: dict[Finding, None]
) -> None:
    """Two receivers of one key would share an envelope: neither is written to."""
    if one.envelope is None:
        return
    other = known.setdefault(one.receiver, one.envelope.receiver)
    if other is not one.envelope.receiver:
        for receiver in (other, one.envelope.receiver):
            finding = alike(receiver)
            one.cells.update(finding.cells)
            problems[finding] = None


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
    spec = shop.supplies.job.entries[one.entry]
    record = shop.record(one.subject, one.position, one.copies, cells)
    text = shop.filenames[one.entry]
    label = label_of(spec.kind)
    if text is not None:
        one.stem = text.render(record)
    elif isinstance(one.subject, Organisation):
        one.stem = f"{one.subject.short or one.subject.name}-{label}"
    else:
        one.stem = f"{one.subject.name}-{label}" if one.subject else label
    template = shop.templates[one.entry]
    titled = template is not None and "标题" in shop.elements and "标题" in template.needs
    one.title = str(record["标题"]) if titled else one.stem


def label_of(kind: str) -> str:
    """Name a 文种 for people: a template's name without folder and extension."""
    return kind.replace("\\", "/").rpartition("/")[2].removesuffix(".docx")


def named(shop: Workshop, found: Iterable[Candidate], taken: Iterable[str]) -> list[Draft]:
    """Give every document its folder and a file name that no other part of its letter has."""
    kept = [one for one in found if not one.reason]
    shared, folders = Folder(), Folder()
    for name in taken:
        shared.take(name)
    for name in (BATCH, ATTACHED):
        folders.take(name)
    homes: dict[str, tuple[str, Folder]] = {}
    drafts = []
    for one in sorted(kept, key=lambda one: one.envelope is not None):  # 批次 documents first
        if one.envelope is None:
            home, names = BATCH, shared
        else:
            if one.receiver not in homes:
                folder = folders.take(_folder(one.envelope))
                homes[one.receiver] = (folder, Folder(set(shared.taken)))
            home, names = homes[one.receiver]
        drafts.append(_draft(shop, one, home, names.take(one.stem, ".docx")))
    order = {one.key: place for place, one in enumerate(kept)}
    return sorted(drafts, key=lambda draft: order[draft.key])


def _folder(envelope: Envelope) -> str:
    receiver = envelope.receiver
    if isinstance(receiver, Organisation):
        return receiver.code or receiver.short or receiver.name
    return f"{receiver.organisation or '无'}-{member_key(receiver)}"


def _draft(shop: Workshop, one: Candidate, folder: str, filename: str) -> Draft:
    kind = label_of(shop.supplies.job.entries[one.entry].kind)
    return Draft(
        one.key,
        one.entry,
        kind,
        one.receiver,
        one.title,
        folder,
        filename,
        one.index,
        one.position,
        one.copies,
    )
