"""Arrears: who owes the report of a demand now, and what is to be done about each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge import calendar
from merge.calendar import Calendar
from outbox.desk import debtors, demands
from outbox.ledger.states import BatchState
from outbox.ledger.values import INBOX
from outbox.office import bulletin, matrix, reminding
from outbox.office.reminding import Course, Known
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from outbox.ledger.ledger import Ledger
    from outbox.office.days import Day
    from outbox.office.loops import Loop, Loops
    from outbox.office.reminding import Turn
    from outbox.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Plan:
    """A loop at a moment: the report that is reminded of, and each that owes it.

    `day` is None and `turns` empty while nothing is due.
    """

    loop: Loop
    calendar: Calendar
    known: Known
    at: datetime
    day: Day | None
    turns: tuple[Turn, ...]
    looked: datetime | None = None  # when the mailbox was last looked into, and read to its end

    @property
    def blind(self) -> bool:
        """Tell whether nobody knows who has reported: no mail was collected since the cut-off.

        Nor since the last reminder about it: whoever has answered that is not asked again.
        """
        if self.day is None:
            return False
        sent = (one.at for one in self.known.reminded if one.period == self.period)
        looked = self.looked
        return looked is None or looked < self.day.due or any(looked <= at for at in sent)

    @property
    def period(self) -> str:
        """Name the report that is reminded of."""
        return self.day.period if self.day else ""

    def of(self, *courses: Course) -> tuple[Turn, ...]:
        """List those of whom this is to be done."""
        return tuple(one for one in self.turns if one.course in courses)


def planned(workspace: Workspace, ledger: Ledger, words: str, at: datetime) -> Plan:
    """Work out who is to be reminded of what a job asks for.

    Raises:
        UsageError: no such job.
        InputError: it is not signed yet.

    """
    loops = demands.loops(workspace, ledger)
    _signed(ledger, loops, words)
    return plan_of(workspace, ledger, demands.chosen(loops, words), at)


def plan_of(workspace: Workspace, ledger: Ledger, loop: Loop, at: datetime) -> Plan:
    """Work out who is to be reminded in a loop."""
    at = at.astimezone(workspace.zone)
    holidays = calendar.read(workspace.root / calendar.FILE)
    known = debtors.known(workspace, ledger, loop)
    period = None if loop.closed else reminding.current(loop, at)
    if period is None:
        return Plan(loop, holidays, known, at, None, ())
    held = [one for one in ledger.quarantine() if one.job == loop.job]
    versions = demands.versions(ledger, loop)
    day = matrix.day(loop, period.key, versions, ledger.papers(loop.job), len(held), at)
    turns = reminding.turns(loop, day, known, holidays, at)
    seen = ledger.seen(workspace.config.account.address, INBOX)
    return Plan(loop, holidays, known, at, day, turns, seen.at if seen else None)


def ended(loop: Loop, at: datetime) -> bool:
    """Tell whether a loop is over: called back, or nothing of it is reminded of any more."""
    return (
        loop.closed
        or not loop.periods
        or at >= reminding.hours(loop, loop.periods[-1], Calendar()).until
    )


def todo(workspace: Workspace, ledger: Ledger, at: datetime) -> Iterator[tuple[str, str]]:
    """Say of each job whose last report is not complete who is missing, and the next command."""
    for job, loop in sorted(demands.loops(workspace, ledger).by_job.items()):
        if ended(loop, at):
            continue
        plan = plan_of(workspace, ledger, loop, at)
        if plan.day is None or not (plan.day.missing or plan.day.faulty):
            continue
        untold = plan.known.untold(plan.day)
        if len(untold) == len(plan.day.missing) and not plan.day.faulty:
            continue  # that the notice has not left has a line of its own
        said = f"作业 {job}：{bulletin.said(plan.period)}的回执，{bulletin.summary(plan.day)}"
        said += f"其中 {len(untold)} 个还没有收到通知。" if untold else ""
        if not plan.of(Course.NOW):
            yield said, f"fawen returns {job} --day {plan.period}"
        elif plan.blind:
            yield f"{said}截止以后还没有收过信", f"fawen collect，再 fawen remind {job}"
        else:
            yield said, f"fawen remind {job}"


def _signed(ledger: Ledger, loops: Loops, words: str) -> None:
    """Refuse a job of which nothing was signed, with what is to be done first."""
    if words in loops.by_job or words in loops.by_batch:
        return
    own = [one for one in ledger.batches() if words in {one.job, one.name} and not one.sample]
    drafts = [one for one in own if one.state is BatchState.DRAFT]
    if drafts and ledger.manifest(drafts[-1].name).standing is not None:
        raise InputError(
            f"「{words}」还没有签发，不能催报",
            f"先 fawen review {drafts[-1].name}，再 fawen approve；常设签发随这一批一起签",
        )
