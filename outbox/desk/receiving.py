"""Replies received: what any road needs to make reports of what came."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from outbox.desk import demands
from outbox.desk.layouts import Layouts
from outbox.ledger.returned import counting, open_faults
from outbox.ledger.states import Channel, LetterState
from outbox.office.staging import NOTHING, Staging
from outbox.office.tray import Tray
from outbox.office.unpacking import Unpacking
from rosters.finding import InputError
from templates import form

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from outbox.ledger.intakes import Version
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import LetterInfo
    from outbox.office.loops import Loops
    from outbox.office.readings import Part
    from outbox.office.staging import Earlier
    from outbox.workspace import Workspace
    from templates.forms.taken import Taken


@dataclass(frozen=True)
class _Past:
    """Tells what an organisation has said: the time before a period, and about it."""

    ledger: Ledger
    known: dict[tuple[str, str], tuple[Version, ...]]  # asked once for each mail

    def __call__(self, job: str, organisation: str, period: str) -> Earlier:
        counts = counting(self._versions(job, organisation))
        found = {day: one for (_, day, _), one in counts.items()}
        earlier = [day for day in found if day < period]
        return (max(earlier), found[max(earlier)].values) if earlier else NOTHING

    def said(
        self, job: str, organisation: str, period: str, until: dt.datetime
    ) -> tuple[Version, ...]:
        """List what counts of a report by then, and what has come since and waits for a person."""
        known = self._versions(job, organisation)
        own = [one for one in known if one.period == period and one.at <= until]
        return (*counting(own).values(), *open_faults(own).values())

    def _versions(self, job: str, organisation: str) -> tuple[Version, ...]:
        key = job, organisation
        if key not in self.known:
            self.known[key] = self.ledger.versions(job, organisation)
        return self.known[key]


@dataclass
class Receiver:
    """Makes ready what takes reports; nothing is written."""

    workspace: Workspace
    ledger: Ledger

    @cached_property
    def loops(self) -> Loops:
        """What is to come back."""
        return demands.loops(self.workspace, self.ledger)

    @cached_property
    def layouts(self) -> Layouts:
        """What the forms ask for."""
        return Layouts(self.workspace)

    def unpacking(self, organisation: str, at: dt.datetime) -> Unpacking:
        """Begin to unpack what came from an organisation."""
        return Unpacking(self.loops, self.staging(organisation, at), self.layouts.of)

    def staging(self, organisation: str, at: dt.datetime) -> Staging:
        """Begin to stage what came from an organisation."""
        came = at.astimezone(self.workspace.zone)
        past = _Past(self.ledger, {})
        return Staging(Tray(organisation), came, past, past.said)

    def left(self, job: str, organisation: str, at: dt.datetime) -> str:
        """Name the newest batch of a job whose letter an organisation had by then; "" for none."""
        own = [name for name, one in self.loops.by_batch.items() if one == job]
        letters = (one for name in own for one in self.ledger.letters(name, Channel.LIVE))
        return newest(
            one
            for one in letters
            if one.organisation == organisation
            and one.state is LetterState.ACCEPTED
            and one.settled_at is not None
            and one.settled_at <= at
        )

    def renamed(self, job: str, organisation: str, taken: Taken) -> bool:
        """Tell whether a form's own name is gone from it, where it bore it when it went out."""
        loop = self.loops.by_job.get(job)
        party = loop.party(organisation) if loop else None
        if loop is None or party is None or loop.bears(organisation, taken.texts):
            return False
        path = self.workspace.outbox / loop.batch / party.form
        try:
            sent = form.taken(path.read_bytes(), path.name)
        except (OSError, InputError):
            return False
        return loop.bears(organisation, sent.texts)

    def numbers(self, parts: Iterable[Part]) -> tuple[str, ...]:
        """List the 回执编号 of forms; the mark of a document that asks for nothing is none."""
        found = dict.fromkeys(one.token for one in parts if one.token)
        known = self.loops.by_token
        return tuple(one for one in found if one in known or one not in self._marks)

    @cached_property
    def _marks(self) -> frozenset[str]:
        made = (self.ledger.manifest(one.name) for one in self.ledger.batches())
        return frozenset(one.mark for manifest in made for one in manifest.documents if one.mark)


def newest(letters: Iterable[LetterInfo]) -> str:
    """Name the batch of the letter that was laid last; "" for none."""
    last = max(letters, key=lambda one: one.id, default=None)
    return last.batch if last else ""
