"""A planning on its way: rows, receivers, checks, what is left out, letters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge import drafts as making
from merge import mailing, numbering, owed, slips
from merge.agenda import Plan, stopped
from merge.book import MEMBERSHIP
from merge.fit import Fit, faulty, skippable
from merge.letter import SAMPLED, UNCHOSEN, Account, Skipped
from merge.number import SAMPLES, Numbers
from merge.scope import Scope, ranged
from merge.trace import Traces
from rosters.finding import Finding, InputError, Level, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from merge.drafts import Candidate, Draft
    from merge.number import Given, Series, Want
    from merge.trace import Trace
    from merge.workshop import Workshop
    from rosters.finding import Cell
    from rosters.roster import Member, Organisation, Roster

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

    def plan(self, only: Sequence[str], limit: int | None) -> Plan:
        """Go all the way, or as far as nothing stops the job."""
        found, more, problems = self._candidates()
        self._check(found, more)
        self.shop.findings.extend(slips.all_of(self.shop, self.scopes))
        glyphs = self.fit.glyphs.findings()
        roster = self.fit.blocking((*self.shop.supplies.roster.findings, *problems, *glyphs))
        faults = faulty(roster, self.shop.supplies.job.name)
        stopping = [f for f in roster if self.shop.supplies.job.name in f.blocks]
        own = any(one.level is Level.ERROR for one in self.shop.findings)
        if own or any(not (self.skip_invalid and skippable(f)) for f in stopping):
            return stopped(self.shop, roster)
        try:
            chosen = self._select(found, only)
            self.shop.watch_over((one.entry, one.subject) for one in found)
            for one in found:
                one.reason = one.reason or self.held.get(one.key, "")
            self._read(found, faults)
            more, skipped = mailing.unreachable(more, faults)
            more, bare = self._unaccompanied(found, more)
            skipped += bare
            self._limit(found, limit)
            given = self._number(found, limit)
            drafts = making.named(self.shop, found, mailing.attached(self.shop.supplies.job))
            more = self._also(more, drafts, chosen, limit)
            letters = mailing.letters(self.shop, drafts, found, more)
        except InputError as error:
            self.shop.findings.extend(error.findings)
            return stopped(self.shop, roster)
        if not letters:
            self._say("job.letters", "信件", "没有一个收件单位", "请核对范围；或写「全发: 是」")
            return stopped(self.shop, roster)
        skipped = [_skipped(one) for one in found if one.reason] + skipped
        return Plan(
            job=self.shop.supplies.job,
            roster=self.shop.supplies.roster,
            supplies=self.shop.supplies,
            findings=tuple(dict.fromkeys((*self.shop.findings, *self._said(found), *roster))),
            drafts=tuple(drafts),
            letters=tuple(letters),
            skipped=tuple(skipped),
            accounts=self._accounts(found),
            sample=limit is not None,
            ready=True,
            given=given,
            series=self.series,
            standing=owed.owed(self.shop.supplies.job, self.shop.supplies.roster, letters),
            shop=self.shop,
        )

    def _candidates(
        self,
    ) -> tuple[list[Candidate], list[mailing.Addressee], dict[Finding, None]]:
        """Range over the rows of each entry, and find the receivers."""
        traces = Traces()
        for entry in range(len(self.shop.supplies.job.entries)):
            scope = ranged(self.shop, entry, self.fit.wrong, traces)
            self.scopes.append(scope)
            self.fit.columns |= scope.columns
        found, problems = making.candidates(self.shop, self.scopes, traces)
        more, further = mailing.everyone(self.shop)
        for cells in (*self._telling(found), *(one.cells for one in more)):
            self.fit.cells(self._sure(cells))
        problems.update(further)
        return found, more, {f: None for f in problems if self.fit.wrong.isdisjoint(f.cells)}

    def _telling(self, found: list[Candidate]) -> Iterator[set[Cell]]:
        """List the cells read for each candidate; of those that are alike, for one."""
        seen: set[tuple[str, Trace]] = set()
        for one in found:
            if one.subject is not None:
                row = one.subject.row
                alike = row.sheet.key, one.trace
                if alike not in seen or not self.fit.sound(row):
                    seen.add(alike)
                    yield one.cells

    def _sure(self, cells: set[Cell]) -> set[Cell]:
        """Leave out the addresses of a receiver that only a faulty cell leads to."""
        lost = any(cell.column in _WHERE and cell in self.fit.wrong for cell in cells)
        return {cell for cell in cells if cell.column in _WHERE} if lost else cells

    def _check(self, found: list[Candidate], more: list[mailing.Addressee]) -> None:
        """Check every tag against the rows that it is filled from."""
        for entry, template in enumerate(self.shop.templates):
            subjects = tuple(one.subject for one in found if one.entry == entry)
            uses = template.uses if template else ()
            text = self.shop.filenames[entry]
            uses = (*uses, *(text.uses if text else ()))
            if subjects:
                self.fit.add(uses, subjects)
            else:  # 范围 is at fault, and has been said: only what no row has is one more
                self.fit.add_unknown(uses, self.shop.supplies.subjects(entry))
        sure = self.fit.wrong.isdisjoint
        receivers = [o.envelope.receiver for o in found if o.envelope and sure(o.cells)]
        receivers += [one.receiver for one in more if sure(one.cells)]
        kept = tuple({id(one): one for one in receivers}.values())
        for text in (self.shop.subject, self.shop.body) if kept else ():
            self.fit.add(text.uses if text else (), kept)
        self.fit.clashes([*(one.subject for one in found), *kept])

    def _select(self, found: list[Candidate], only: Sequence[str]) -> list[Organisation] | None:
        """Leave out what `only` does not name; return the organisations that it names."""
        if not only:
            return None
        keys = {one.key for one in found}
        named = [self.shop.supplies.roster.find(word) for word in only if word not in keys]
        for one in found:
            chosen = one.key in only or any(one.concerns(org) for org in named)
            if not chosen and not (named and one.subject is None):
                one.reason = UNCHOSEN
        if all(one.reason for one in found) and not self.shop.supplies.job.letter.everyone:
            raise UsageError("--only 没有选中任何文件", "请核对党组织或文件的编号")
        return named

    def _read(self, found: list[Candidate], faults: dict[Cell, Finding]) -> None:
        """Skip what holds a faulty row, and learn what the 批次 documents print."""
        left = [one for one in found if not one.reason]
        making.hold(self.shop, left if faults else [o for o in left if o.subject is None], faults)
        for one in left:
            if not faults and one.subject is not None:
                making.entitle(self.shop, one)

    def _unaccompanied(
        self, found: list[Candidate], more: list[mailing.Addressee]
    ) -> tuple[list[mailing.Addressee], list[Skipped]]:
        """Write no bare letter where the 批次 document that it speaks of was left out."""
        left = [one for one in found if one.subject is None and one.reason not in {"", UNCHOSEN}]
        if not left:
            return more, []
        served = {one.receiver for one in found if not one.reason}
        kept = [one for one in more if one.receiver.key in served]
        bare = [one for one in more if one.receiver.key not in served]
        return kept, [mailing.passed_over(one, left[0].reason) for one in bare]

    def _limit(self, found: list[Candidate], limit: int | None) -> None:
        if limit is None:
            return
        for scope in self.scopes:
            made = [one for one in found if one.entry == scope.entry and not one.reason]
            for one in made[limit:]:
                one.reason = SAMPLED

    def _number(self, found: list[Candidate], limit: int | None) -> Mapping[Want, Given]:
        """Give documents their numbers, and titles and file names that speak of one theirs."""
        if not self.numbers.live or limit is not None or not self.series:
            return {}
        given = numbering.number(self.shop, found, self.series, self.numbers)
        for one in found:
            if not one.reason and numbering.speaks(self.shop, one.entry, self.series):
                making.entitle(self.shop, one)
        return given

    def _also(
        self,
        more: list[mailing.Addressee],
        drafts: list[Draft],
        chosen: list[Organisation] | None,
        limit: int | None,
    ) -> list[mailing.Addressee]:
        """Choose whom 全发 writes to; with --only and --limit no more than was asked for."""
        if chosen is not None:
            return [one for one in more if one.receiver in chosen]
        if limit is None:
            return more
        return [] if any(draft.receiver for draft in drafts) else more[:limit]

    def _said(self, found: list[Candidate]) -> list[Finding]:
        """Say where a superior receives for want of an address of one's own."""
        said = []
        for scope in self.scopes:
            of = [one for one in found if one.entry == scope.entry and one.envelope]
            count = sum(1 for one in of if one.envelope and one.envelope.nearest)
            if count:
                place = self.shop.supplies.job.place("信件.收件")
                message = f"{count} 名党员没有自己的邮箱，信件发给最近的上级党组织"
                said.append(Finding(Level.INFO, "letter.nearest", place, message))
        return said

    def _accounts(self, found: list[Candidate]) -> tuple[Account, ...]:
        entries = self.shop.supplies.job.entries
        accounts = []
        for scope in self.scopes:
            spec = entries[scope.entry]
            of = [one for one in found if one.entry == scope.entry]
            skipped = sum(1 for one in of if one.reason)
            listed = sum(_listed(one, self.shop.supplies.roster) for one in of if not one.subject)
            kind = making.label_of(spec.kind)
            made = len(of) - skipped
            accounts.append(
                Account(scope.entry, kind, spec.per, len(of), scope.outside, made, skipped, listed)
            )
        return tuple(accounts)

    def _say(self, rule: str, key: str, message: str, advice: str) -> None:
        place = self.shop.supplies.job.place(key)
        self.shop.findings.append(Finding(Level.ERROR, rule, place, message, advice))


def _skipped(one: Candidate) -> Skipped:
    name = one.subject.name if one.subject else ""
    return Skipped(one.entry, one.row, one.key, one.reason, name)


def _listed(one: Candidate, roster: Roster) -> int:
    """Count the members that a 批次 document prints: those whose names it read, else any cell."""
    rows = {(cell.sheet, cell.row) for cell in one.printed if cell.column == "name"}
    rows = rows or {(cell.sheet, cell.row) for cell in one.printed}
    members: tuple[Member, ...] = roster.members
    return sum((member.row.sheet.key, member.row.number) in rows for member in members)
