"""From a job's file to its plan: what check, merge and rehearse begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from merge import job as jobs
from merge import plan as plans
from merge.number import Numbers
from outbox.desk import selection
from outbox.desk.sources import Rosters
from rosters.finding import Finding, Level, Place
from templates.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from merge.job import Job
    from merge.plan import Plan
    from outbox.workspace import Workspace
    from rosters.roster import Roster


@dataclass(frozen=True, slots=True)
class Choice:
    """Which documents of a job are wanted, and with how many processes."""

    only: tuple[str, ...] = ()
    limit: int | None = None
    skip_invalid: bool = False
    workers: int | None = None  # as many as are worth it
    pdf: bool = False  # letters carry PDFs in place of Word files
    anew: bool = False  # --next: a new number for changed content
    held: Mapping[str, str] = field(default_factory=dict)  # documents left out besides, and why


class Prepared(NamedTuple):
    """A job with its roster and its plan."""

    path: Path
    job: Job
    roster: Roster
    plan: Plan

    def without_rows(self) -> Prepared:
        """Return the same without the rows, which fill the memory of a large job."""
        plan = self.plan.without_rows()
        return self._replace(roster=plan.roster, plan=plan)


def library(workspace: Workspace) -> Library:
    """Return the templates of the workspace, then the shipped ones."""
    return Library([workspace.templates], workspace.settings)


def load(workspace: Workspace, path: Path) -> Job:
    """Read a job alone.

    Raises:
        InputError: it has faults.

    """
    return jobs.load(path, shown=workspace.shown(path), defaults=workspace.defaults)


def read_job(
    workspace: Workspace, path: Path, rosters: Rosters | None = None, at: datetime | None = None
) -> tuple[Job, Roster]:
    """Read a job and its roster.

    Raises:
        InputError: either cannot be read.

    """
    job = load(workspace, path)
    roster = (rosters or Rosters()).of(workspace, job)
    return job, selection.crowned(workspace, job, roster, at)


def prepare(
    workspace: Workspace,
    path: Path,
    choice: Choice | None = None,
    offer: Callable[[Job, Roster], Numbers] | None = None,
    rosters: Rosters | None = None,
    *,
    at: datetime | None = None,
) -> Prepared:
    """Plan a job; `Prepared.plan.findings` holds all that was found on the way.

    Without an `offer` of numbers its documents show 样号 where it asks for 自动. `rosters` are
    those that other jobs have read already; `at` is the time, which asking the ledger needs.

    Raises:
        InputError: the job or its roster cannot be read at all.

    """
    job, roster = read_job(workspace, path, rosters, at)
    numbers = offer(job, roster) if offer else Numbers(workspace.config.unit.code)
    return planned(workspace, path, (job, roster), choice or Choice(), numbers)


def planned(
    workspace: Workspace,
    path: Path,
    read: tuple[Job, Roster],
    choice: Choice,
    numbers: Numbers,
) -> Prepared:
    """Plan a job that was read, with the numbers that are offered."""
    job, roster = read
    plan = plans.plan(
        job,
        roster,
        library(workspace),
        only=choice.only,
        limit=choice.limit,
        skip_invalid=choice.skip_invalid,
        numbers=numbers,
        held=choice.held,
    )
    return Prepared(path, job, roster, plan)


def unreadable(path: Path, shown: str) -> Finding:
    """Say that a file is neither a job nor a workbook."""
    return Finding(
        Level.ERROR,
        "file.kind",
        Place(shown),
        f"不认识这种文件（{path.suffix or '没有扩展名'}）",
        "作业是 .docx 或 .md，名册是 .xlsx",
    )
