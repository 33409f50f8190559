"""Rows in 范围 on their way to become documents: kept small, for there may be a million."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge.claims import Claims
from merge.envelope import Envelope, alike, member_key
from merge.homes import BATCH
from merge.trace import NOTHING, Receivers, Trace, Traces
from rosters.roster import Member, Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from merge.record import Subject
    from merge.scope import Scope
    from merge.trail import Trail
    from merge.workshop import Workshop
    from rosters.finding import Cell, Finding

_NOBODY = -1


@dataclass(slots=True)
class Candidate:
    """A row in 范围 on its way to become a document, or to be skipped for a `reason`.

    `place` is its place among all of them; what is to be remembered of it is told to those.
    """

    place: int
    entry: int
    index: int
    position: int
    copies: int
    subject: Subject
    key: str
    envelope: Envelope | None = None
    trace: Trace = NOTHING
    trail: Trail | None = None  # what a 批次 document reads, and in which order
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


@dataclass
class Candidates:
    """All of them in their order, made anew of their rows whenever they are gone through.

    Of each it is kept which trace, which envelope and which reason it has, as numbers.
    """

    shop: Workshop
    scopes: Sequence[Scope]
    traces: Traces
    problems: dict[Finding, None] = field(default_factory=dict)
    printed: dict[int, Trail] = field(default_factory=dict)  # what 批次 documents read
    papers: dict[int, str] = field(default_factory=dict)  # entry -> the number that it speaks of
    certificates: dict[int, str] = field(default_factory=dict)
    _ways: array[int] = field(default_factory=lambda: array("I"))
    _whose: array[int] = field(default_factory=lambda: array("i"))
    _why: array[int] = field(default_factory=lambda: array("I"))
    _envelopes: list[Envelope] = field(default_factory=list)
    _numbered: dict[int, int] = field(default_factory=dict)  # id of an envelope -> its number
    _reasons: dict[str, int] = field(default_factory=lambda: {"": 0})
    _keys: dict[int, str] = field(default_factory=dict)  # those that had to be told apart

    def found(self) -> Iterator[Candidate]:
        """Find out the receiver of each, once; addresses that lack are `problems`."""
        supplies = self.shop.supplies
        receivers = Receivers(supplies.roster, supplies.job.letter.receiver, self.traces)
        known: dict[str, Organisation | Member] = {}
        with Claims(len(self)) as keys:
            for one, read in self._rows():
                self._tell(one, keys)
                one.trace = self.traces.every[read]
                if one.subject is not None:
                    result, way = receivers.of(one.subject)
                    one.trace = self.traces.both(one.trace, way)
                    if isinstance(result, Envelope):
                        one.envelope = result
                        self._tell_apart(one, known)
                    else:
                        self.problems[result] = None
                self._ways.append(self.traces.number(one.trace))
                self._whose.append(self._number(one.envelope))
                self._why.append(0)
                yield one

    def __len__(self) -> int:
        return sum(len(scope.rows) for scope in self.scopes)

    def __iter__(self) -> Iterator[Candidate]:
        reasons = list(self._reasons)
        for one, _ in self._rows():
            place = one.place
            one.key = self._keys.get(place, one.key)
            one.trace = self.traces.every[self._ways[place]]
            whose = self._whose[place]
            one.envelope = None if whose == _NOBODY else self._envelopes[whose]
            one.trail = self.printed.get(place)
            one.number = self.papers.get(one.entry, "")
            one.certificate = self.certificates.get(place, "")
            why = self._why[place]
            one.reason = reasons[why] if why < len(reasons) else list(self._reasons)[why]
            yield one

    def subjects(self, entry: int) -> Iterator[Subject]:
        """Go through the rows in 范围 of an entry, without asking where each goes."""
        for scope in self.scopes:
            if scope.entry == entry:
                yield from _chosen(self.shop.supplies.subjects(entry), scope.rows)

    def kept(self) -> Iterator[Candidate]:
        """Go through those that become documents."""
        return (one for one in self if not one.reason)

    def left(self) -> Iterator[Candidate]:
        """Go through those that are left out."""
        return (one for one in self if one.reason) if any(self._why) else iter(())

    def leave_out(self, place: int, reason: str) -> None:
        """Note why one becomes no document."""
        self._why[place] = self._reasons.setdefault(reason, len(self._reasons))

    def shared(self) -> list[Candidate]:
        """List those that go with every letter."""
        return [one for one in self if one.subject is None] if self._collective() else []

    def addressed(self) -> Iterator[tuple[int, Envelope, bool]]:
        """Tell of all that have a receiver the entry, the envelope, and whether it is kept."""
        place = 0
        for scope in self.scopes:
            for _ in scope.rows:
                whose = self._whose[place]
                if whose != _NOBODY:
                    yield scope.entry, self._envelopes[whose], not self._why[place]
                place += 1

    def skipped(self, scope: Scope) -> int:
        """Count those of an entry that are left out."""
        begin = sum(len(one.rows) for one in self.scopes[: self.scopes.index(scope)])
        return sum(map(bool, self._why[begin : begin + len(scope.rows)]))

    def _collective(self) -> bool:
        entries = self.shop.supplies.job.entries
        return any(entries[scope.entry].per == BATCH for scope in self.scopes)

    def _rows(self) -> Iterator[tuple[Candidate, int]]:
        """Make each of its row, with the number of the trace that led into 范围."""
        place = 0
        for scope in self.scopes:
            entry, copies = scope.entry, len(scope.rows)
            subjects = _chosen(self.shop.supplies.subjects(entry), scope.rows)
            rows = zip(scope.rows, scope.read, subjects, strict=True)
            for position, (index, read, subject) in enumerate(rows, 1):
                key = f"{entry + 1}-{_key(subject)}"
                yield Candidate(place, entry, index, position, copies, subject, key), read
                place += 1

    def _number(self, envelope: Envelope | None) -> int:
        if envelope is None:
            return _NOBODY
        number = self._numbered.setdefault(id(envelope), len(self._envelopes))
        if number == len(self._envelopes):
            self._envelopes.append(envelope)
        return number

    def _tell(self, one: Candidate, keys: Claims) -> None:
        """Keep keys apart also where a roster repeats a code or a staff number."""
        tried, count = one.key, 0
        while not keys.claim(0, tried):
            count += 1
            row = f"r{one.subject.row.number}" if one.subject is not None else "r"
            tried = f"{one.key}-{row}" if count == 1 else f"{one.key}-{row}-{count}"
        if count:
            one.key = self._keys[one.place] = tried

    def _tell_apart(self, one: Candidate, known: dict[str, Organisation | Member]) -> None:
        """Two receivers of one key would share an envelope: neither is written to."""
        if one.envelope is None:
            return
        receiver = one.envelope.receiver
        other = known.setdefault(one.envelope.key, receiver)
        if other == receiver:
            return
        for each in (other, receiver):
            self.problems[alike(each)] = None
        cells = {cell for each in (other, receiver) for cell in alike(each).cells}
        row = one.subject.row if one.subject else None
        one.trace = self.traces.both(one.trace, self.traces.of(row, cells))


def _chosen(subjects: Sequence[Subject], rows: Sequence[int]) -> Iterable[Subject]:
    if len(rows) == len(subjects):
        return subjects
    return map(subjects.__getitem__, rows)


def _key(subject: Subject) -> str:
    if subject is None:
        return BATCH
    if isinstance(subject, Member):
        return f"{subject.organisation or '无'}-{member_key(subject)}"
    return subject.key
