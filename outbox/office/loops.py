"""Loops: what is to come back, from whom, by when; as the signed batches say."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge.calendar import Calendar, Period, periods
from merge.returns import Returns, restored
from outbox.ledger.states import BatchState
from templates.tags import TAG

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from merge.mandate import Party, Standing
    from outbox.ledger.values import BatchInfo

_GONE = frozenset({BatchState.CANCELLED, BatchState.SUPERSEDED})


@dataclass(frozen=True, slots=True)
class Loop:
    """A job's demand, as its newest signed batch has it, and the reports that it asks for."""

    batch: str
    job: str
    title: str
    standing: Standing
    returns: Returns
    periods: tuple[Period, ...]
    closed: bool = False  # its batch was cancelled, or a correction stands in its place

    def party(self, organisation: str) -> Party | None:
        """Return who is meant by a key, None where it owes nothing."""
        return self.standing.party(organisation)

    def stranger(self, organisation: str, texts: Iterable[str]) -> str:
        """Name another organisation that a form calls itself, "" where it names none, or its own.

        See `called`.
        """
        said = called(texts)
        named = {
            one.organisation: one.short
            for one in self.standing.parties
            if {"".join(one.name.split()), "".join(one.short.split())} & said
        }
        return "" if organisation in named else next(iter(named.values()), "")

    def bears(self, organisation: str, texts: Iterable[str]) -> bool:
        """Tell whether an organisation's name stands in a form, in full or in short."""
        party = self.party(organisation)
        names = ("".join(one.split()) for one in ((party.name, party.short) if party else ()))
        whole = "\n".join("".join(text.split()) for text in texts)
        return any(name in whole for name in names if name)

    def on(self, day: dt.date) -> Period | None:
        """Return the report about a day, None where none is asked for."""
        return next((one for one in self.periods if one.day == day), None)

    def period(self, key: str) -> Period | None:
        """Return the report of that name."""
        return next((one for one in self.periods if one.key == key), None)


def called(texts: Iterable[str]) -> frozenset[str]:
    """List what a form calls itself by: what stands alone in a cell, or behind a colon."""
    return frozenset("".join(text.replace("：", ":").split()).rpartition(":")[2] for text in texts)


def loop_of(info: BatchInfo, standing: Standing, calendar: Calendar, zone: dt.tzinfo) -> Loop:
    """Put together what a batch asks for."""
    returns = restored(json.loads(standing.demand))
    due = periods(returns, calendar, zone)
    closed = info.state in _GONE
    title = TAG.sub("", info.title).strip() or info.job  # each receiver's own has its name in it
    return Loop(info.name, info.job, title, standing, returns, due, closed)


@dataclass(frozen=True)
class Loops:
    """All loops by job, and whose tokens lead where: also those of older batches of a job."""

    by_job: Mapping[str, Loop] = field(default_factory=dict)
    by_token: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # -> job, organisation
    by_batch: Mapping[str, str] = field(default_factory=dict)  # -> job
    by_address: Mapping[str, frozenset[str]] = field(default_factory=dict)  # -> organisations
    by_mark: Mapping[str, frozenset[str]] = field(default_factory=dict)  # -> keys of subjects
    heirs: Mapping[str, str] = field(default_factory=dict)  # -> the job that corrects one

    def job_of(self, batch: str, organisation: str) -> str:
        """Name the job that an organisation's letter is about; "" where it asks for nothing.

        Of a batch that was corrected it is the correction's, if that asks the organisation, too.
        """
        job = self.by_batch.get(batch, "")
        heir = self.by_job.get(self.heirs.get(job, ""))
        return heir.job if heir is not None and heir.party(organisation) else job

    def meant(self, token: str, claims: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
        """Tell of which job and organisation a token is; where it is of several, as claims say.

        Two jobs that ask for the same in papers that are called the same have the same tokens.
        """
        for job, organisation in claims:
            loop = self.by_job.get(job)
            party = loop.party(organisation) if loop else None
            if party is not None and party.token == token:
                return job, organisation
        return self.by_token.get(token)


def gathered(
    found: Iterable[tuple[BatchInfo, Standing]],
    calendar: Calendar,
    zone: dt.tzinfo,
    privates: Mapping[str, str],
    moved: Iterable[tuple[str, str]] = (),
    corrected: Mapping[str, str] | None = None,
) -> Loops:
    """Put together the loops of a ledger; `found` are its signed batches, oldest first.

    `privates` and `moved` are addresses that people gave, each with its organisation: in
    quarantine, and to letters after they were signed. `corrected` names the batch that stands in
    the place of one: what answers the older is of the newer one's job from then on.
    A job's newest batch that stands counts; where none stands, its newest.
    """
    by_job: dict[str, Loop] = {}
    tokens: dict[str, tuple[str, str]] = {}
    batches: dict[str, str] = {}
    addresses: dict[str, set[str]] = {}
    marks: dict[str, set[str]] = {}
    for info, standing in found:
        closed = info.state in _GONE
        known = by_job.get(info.job)
        batches[info.name] = info.job
        if known is None or known.closed or not closed:
            by_job[info.job] = loop_of(info, standing, calendar, zone)
        for party in standing.parties:
            if not closed or party.token not in tokens:
                tokens[party.token] = (info.job, party.organisation)
            for about in party.subjects:
                if not closed or about.mark not in tokens:
                    tokens[about.mark] = (info.job, party.organisation)
                marks.setdefault(about.mark, set()).add(about.key)
            for one in (*party.to, *party.cc, *party.second):
                addresses.setdefault(one.lower(), set()).add(party.organisation)
    heirs = _heirs(batches, by_job, corrected or {})
    tokens = {token: _inherited(one, by_job, heirs) for token, one in tokens.items()}
    for address, organisation in moved:
        addresses.setdefault(address.lower(), set()).add(organisation)
    for address, organisation in privates.items():
        addresses[address] = {organisation}  # what a person said goes before what lists say
    frozen = {one: frozenset(organisations) for one, organisations in addresses.items()}
    keys = {one: frozenset(found) for one, found in marks.items()}
    return Loops(by_job, tokens, batches, frozen, keys, heirs)


def _inherited(
    claim: tuple[str, str], by_job: Mapping[str, Loop], heirs: Mapping[str, str]
) -> tuple[str, str]:
    """Lead a token to the job of the correction, where that asks its organisation, too."""
    job, organisation = claim
    heir = heirs.get(job, job)
    return (heir, organisation) if by_job[heir].party(organisation) else claim


def _heirs(
    batches: Mapping[str, str], by_job: Mapping[str, Loop], corrected: Mapping[str, str]
) -> dict[str, str]:
    """Name the job of the correction that stands in the place of a job's last batch.

    A form that is filled in for the older is a report; 收到 says that the older was received.
    """
    heirs = {}
    for job, loop in by_job.items():
        name, seen = loop.batch, set[str]()
        while corrected.get(name) in batches and name not in seen:
            seen.add(name)
            name = corrected[name]
        heir = batches[name]
        stands = loop.closed and not by_job[heir].closed
        if stands and heir != job and not loop.returns.worded:
            heirs[job] = heir
    return heirs
