"""What a job comes to: a frozen value that the press, the dry run and the check read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from merge.honoured import Honoured, People
from merge.number import PAPER
from rosters.finding import Finding, InputError, Level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from merge.drafts import Draft
    from merge.job import Job
    from merge.letter import Letter, Skipped
    from merge.mandate import Standing
    from merge.manifest import Account
    from merge.number import Given, Series, Want
    from merge.workshop import Supplies, Workshop
    from rosters.roster import Roster


@dataclass(frozen=True)
class Plan:
    """What a job comes to. `letters` have no attachments yet; press makes them."""

    job: Job
    roster: Roster
    supplies: Supplies
    findings: tuple[Finding, ...]
    drafts: Sequence[Draft] = ()
    letters: tuple[Letter, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    accounts: tuple[Account, ...] = ()
    sample: bool = False
    ready: bool = False
    given: Mapping[Want, Given] = field(default_factory=dict)  # the numbers that were assigned
    series: Mapping[str, Series] = field(default_factory=dict)  # where 自动 asks for numbers
    standing: Standing | None = None  # who owes what, without tokens and forms yet
    honoured: Honoured | None = None  # whom a commendation honours, and where
    shop: Workshop | None = field(default=None, repr=False, compare=False)

    @property
    def stopping(self) -> tuple[Finding, ...]:
        """The errors that stop this job, whether or not rows may be left out."""
        name = self.job.name
        return tuple(f for f in self.findings if f.level is Level.ERROR and name in f.blocks)

    @property
    def number(self) -> str:
        """The first paper's 发文字号: as it was given, or as the job says it."""
        papers = (one for want, one in self.given.items() if want.sort == PAPER)
        first = next(papers, None)
        if first is not None:
            return first.series.text(first.ordinal)
        return str(self.job.elements.get(PAPER, ""))

    def without_rows(self) -> Plan:
        """Return what is still needed of a plan once it is pressed: all but rows and drafts."""
        roster = replace(self.roster, organisations=(), members=(), findings=())
        supplies = self.supplies._replace(roster=roster)
        return replace(self, roster=roster, supplies=supplies, drafts=(), shop=None)

    def require(self) -> None:
        """Refuse to go on unless the plan is ready to be pressed.

        Raises:
            InputError: with every finding that stops the job.

        """
        if not self.ready:
            count = len(self.stopping)
            raise InputError(
                f"「{self.job.shown}」有 {count} 处错误，未制作", findings=self.stopping
            )


def stopped(shop: Workshop, roster: Sequence[Finding]) -> Plan:
    """Hand back a plan that cannot be made, with all findings in the order of job and roster."""
    job = shop.supplies.job
    own = (one.blocking(job.name) if one.level is Level.ERROR else one for one in shop.findings)
    findings = tuple(dict.fromkeys((*own, *roster)))
    people = People(shop.supplies.roster)
    honoured = Honoured(people, ()) if people else None
    return Plan(job, shop.supplies.roster, shop.supplies, findings, honoured=honoured, shop=shop)
