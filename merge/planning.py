"""A planning on its way: rows, receivers, checks, what is left out, letters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from merge import drafts as making
from merge import grids, mailing, numbering, selection, slips
from merge.accord import Agreement
from merge.agenda import Plan, stopped
from merge.book import MEMBERSHIP
from merge.candidates import Candidates
from merge.fit import Fit, faulty, skippable
from merge.honoured import Honours
from merge.letter import UNCHOSEN, Skipped
from merge.manifest import Account
from merge.number import CERTIFICATE, SAMPLES, Numbers
from merge.scope import Scope, ranged
from merge.trace import Traces
from rosters.finding import Finding, InputError, Level
from rosters.roster import Member, Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from merge.candidates import Candidate
    from merge.honoured import Honoured
    from merge.letter import Letter
    from merge.mandate import Standing
    from merge.number import Given, Series, Want
    from merge.workshop import Workshop
    from rosters.finding import Cell
    from rosters.roster import Roster

_WHERE = frozenset({*MEMBERSHIP, "parent"})  # the columns that say who belongs to whom


@dataclass
class Planning:
    """One planning on its way; errors in `shop.findings` are those that nothing can skip."""

    shop: Workshop
    fit: Fit
    skip_invalid: bool
    held: Mapping[str, str] = field(default_factory=dict)
    scopes: list[Scope] = field(default_factory=list)
    series: Mapping[str, Series] = field(default_factory=dict)
    numbers: Numbers = SAMPLES
    # Candidates of which each leads where others do not: of those that are alike, one.
    telling: list[Candidate] = field(default_factory=list)

    def plan(self, only: Sequence[str], limit: int | None) -> Plan:
        """Go all the way, or as far as nothing stops the job."""
        found, more, problems = self._candidates()
        self._check(found, more)
        self.shop.findings.extend(slips.all_of(self.shop, self.scopes))
        roster = self.fit.blocking(self._of_rows(problems))
        faults = faulty(roster, self.shop.supplies.job.name)
        stopping = [f for f in roster if self.shop.supplies.job.name in f.blocks]
        own = any(one.level is Level.ERROR for one in self.shop.findings)
        if own or any(not (self.skip_invalid and skippable(f)) for f in stopping):
            return stopped(self.shop, roster)
        try:
            chosen = selection.chosen(self.shop, found, only)
            self.shop.watch_over((one.entry, one.subject) for one in self.telling)
            for one in found.kept() if self.held else ():
                if self.held.get(one.key):
                    found.leave_out(one.place, self.held[one.key])
            self._read(found, faults)
            more, skipped = mailing.unreachable(more, faults)
            more, bare = self._unaccompanied(found, more)
            skipped += bare
            selection.limit(found, limit)
            given = self._number(found, limit)
            drafts = making.named(self.shop, found, mailing.attached(self.shop.supplies.job))
            more = selection.written_to(more, drafts, chosen, limit)
            letters = mailing.letters(self.shop, drafts, found, more)
            honoured = Honours(self.shop, frozenset(self.fit.columns)).of(found, drafts, letters)
        except InputError as error:
            self.shop.findings.extend(error.findings)
            return stopped(self.shop, roster)
        if not letters:
            self._say("job.letters", "信件", "没有一个收件单位", "请核对范围；或写「全发: 是」")
            return stopped(self.shop, roster)
        if not (only or limit is not None):
            self._agree(honoured)
        if any(one.level is Level.ERROR for one in self.shop.findings):
            return stopped(self.shop, roster)
        skipped = [_skipped(one) for one in found.left()] + skipped
        return Plan(
            job=self.shop.supplies.job,
            roster=self.shop.supplies.roster,
            supplies=self.shop.supplies,
            findings=tuple(dict.fromkeys((*self.shop.findings, *self._said(found), *roster))),
            drafts=drafts,
            letters=tuple(letters),
            skipped=tuple(skipped),
            accounts=self._accounts(found),
            sample=limit is not None,
            ready=True,
            given=given,
            series=self.series,
            standing=self._standing(letters),
            honoured=honoured,
            shop=self.shop,
        )

    def _of_rows(self, problems: Iterable[Finding]) -> tuple[Finding, ...]:
        """Gather what was found at rows: by the roster's check, and by what this job reads."""
        supplies, pictures = self.shop.supplies, self.fit.photographs
        self.shop.pictured(pictures.cells, pictures.elements)
        self.shop.findings.extend(one for one in pictures.found.values() if not one.cells)
        shown = [one for one in pictures.found.values() if one.cells]
        shown += (*self.fit.glyphs.findings(), *self.fit.numbers)
        shown += grids.findings(supplies.roster.members, self.fit.columns, supplies.job.elements)
        return (*pictures.without_errors(supplies.roster.findings), *problems, *shown)

    def _standing(self, letters: Sequence[Letter]) -> Standing | None:
        job, roster = self.shop.supplies.job, self.shop.supplies.roster
        if job.returns is None:
            return None
        from merge.owed import owed

        return owed(job, roster, letters)

    def _agree(self, honoured: Honoured | None) -> None:
        """Hold what the papers say of the honoured against one another."""
        if honoured is not None:
            from merge import tallies

            self.shop.findings.extend(Agreement(self.shop, honoured).findings())
            self.shop.findings.extend(tallies.wrong(self.shop, honoured))

    def _candidates(
        self,
    ) -> tuple[Candidates, list[mailing.Addressee], dict[Finding, None]]:
        """Range over the rows of each entry, and find the receivers."""
        traces = Traces()
        for entry in range(len(self.shop.supplies.job.entries)):
            scope = ranged(self.shop, entry, self.fit.wrong, traces)
            self.scopes.append(scope)
            self.fit.columns |= scope.columns
        found = Candidates(self.shop, self.scopes, traces)
        self.telling = list(self._telling(found.found()))
        more, further = mailing.everyone(self.shop)
        cells = (one.cells for one in self.telling if one.subject is not None)
        for some in (*cells, *(one.cells for one in more)):
            self.fit.cells(self._sure(some))
        problems = {**found.problems, **further}
        return found, more, {f: None for f in problems if self.fit.wrong.isdisjoint(f.cells)}

    def _telling(self, found: Iterable[Candidate]) -> Iterator[Candidate]:
        """Leave out those that are like another: of its sheet, organisation, trace and receiver."""
        seen: set[object] = set()
        for one in found:
            about = one.subject
            if isinstance(about, Member):
                receiver = one.envelope.receiver if one.envelope else None
                to = id(receiver) if isinstance(receiver, Organisation) else receiver is None
                alike = one.entry, id(about.row.sheet), about.organisation, id(one.trace), to
                if alike in seen and self.fit.sound(about.row):
                    continue
                seen.add(alike)
            yield one

    def _sure(self, cells: set[Cell]) -> set[Cell]:
        """Leave out the addresses of a receiver that only a faulty cell leads to."""
        lost = any(cell.column in _WHERE and cell in self.fit.wrong for cell in cells)
        return {cell for cell in cells if cell.column in _WHERE} if lost else cells

    def _check(self, all_of: Candidates, more: list[mailing.Addressee]) -> None:
        """Check every tag against the rows that it is filled from."""
        found = self.telling
        for entry, template in enumerate(self.shop.templates):
            subjects = tuple(one.subject for one in found if one.entry == entry)
            uses = template.uses if template else ()
            text = self.shop.filenames[entry]
            uses = (*uses, *(text.uses if text else ()))
            if subjects:
                everyone = partial(all_of.subjects, entry)
                self.fit.add(uses, subjects, everyone)
                if CERTIFICATE not in self.series:
                    self.fit.certify(self.shop.spread(uses), everyone)
            else:  # 范围 is at fault, and has been said: only what no row has is one more
                self.fit.add_unknown(uses, self.shop.supplies.subjects(entry))
        sure = self.fit.wrong.isdisjoint
        receivers = [o.envelope.receiver for o in found if o.envelope and sure(o.cells)]
        receivers += [one.receiver for one in more if sure(one.cells)]
        kept = tuple({id(one): one for one in receivers}.values())
        for text in (self.shop.subject, self.shop.body) if kept else ():
            self.fit.add(text.uses if text else (), kept)
        self.fit.clashes([*(one.subject for one in found), *kept])

    def _read(self, found: Candidates, faults: dict[Cell, Finding]) -> None:
        """Skip what holds a faulty row, and learn what the 批次 documents print."""
        left = found.kept() if faults else (one for one in found.shared() if not one.reason)
        making.hold(self.shop, found, left, faults)

    def _unaccompanied(
        self, found: Candidates, more: list[mailing.Addressee]
    ) -> tuple[list[mailing.Addressee], list[Skipped]]:
        """Write no bare letter where the 批次 document that it speaks of was left out."""
        left = [one for one in found.shared() if one.reason not in {"", UNCHOSEN}]
        if not left:
            return more, []
        served = {envelope.key for _, envelope, kept in found.addressed() if kept}
        kept = [one for one in more if one.receiver.key in served]
        bare = [one for one in more if one.receiver.key not in served]
        return kept, [mailing.passed_over(one, left[0].reason) for one in bare]

    def _number(self, found: Candidates, limit: int | None) -> Mapping[Want, Given]:
        """Give documents their numbers."""
        if not self.numbers.live or limit is not None or not self.series:
            return {}
        return numbering.number(self.shop, found, self.series, self.numbers)

    def _said(self, found: Candidates) -> list[Finding]:
        """Say where a superior receives for want of an address of one's own."""
        said = []
        nearest = Counter(entry for entry, envelope, _ in found.addressed() if envelope.nearest)
        for scope in self.scopes:
            count = nearest[scope.entry]
            if count:
                place = self.shop.supplies.job.place("信件.收件")
                message = f"{count} 名党员没有自己的邮箱，信件发给最近的上级党组织"
                said.append(Finding(Level.INFO, "letter.nearest", place, message))
        return said

    def _accounts(self, found: Candidates) -> tuple[Account, ...]:
        entries = self.shop.supplies.job.entries
        accounts = []
        for scope in self.scopes:
            spec = entries[scope.entry]
            rows, skipped = len(scope.rows), found.skipped(scope)
            prints = [found.printed.get(o.place) for o in found.shared() if o.entry == scope.entry]
            roster = self.shop.supplies.roster
            listed = sum(_listed(one or frozenset(), roster) for one in prints)
            kind, made = spec.label, rows - skipped
            accounts.append(
                Account(scope.entry, kind, spec.per, rows, scope.outside, made, skipped, listed)
            )
        return tuple(accounts)

    def _say(self, rule: str, key: str, message: str, advice: str) -> None:
        place = self.shop.supplies.job.place(key)
        self.shop.findings.append(Finding(Level.ERROR, rule, place, message, advice))


def _skipped(one: Candidate) -> Skipped:
    name = one.subject.name if one.subject else ""
    return Skipped(one.entry, one.row, one.key, one.reason, name)


def _listed(printed: AbstractSet[Cell], roster: Roster) -> int:
    """Count the members that a 批次 document prints: those whose names it read, else any cell."""
    rows = {(cell.sheet, cell.row) for cell in printed if cell.column == "name"}
    rows = rows or {(cell.sheet, cell.row) for cell in printed}
    if not rows:
        return 0
    return sum((one.row.sheet.key, one.row.number) in rows for one in roster.members)
