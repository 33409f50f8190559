"""From a job's file to its plan: what check, merge and rehearse begin with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from merge import job as jobs
from merge import plan as plans
from merge.laurels import crowned
from merge.number import Numbers
from outbox.desk.sources import Rosters
from rosters.dates import PartialDate
from rosters.finding import Finding, Level, Place
from templates.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
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


@dataclass(frozen=True, slots=True)
class Prepared:
    """A job with its roster and its plan."""

    path: Path
    job: Job
    roster: Roster
    plan: Plan

    def without_rows(self) -> Prepared:
        """Return the same without the rows, which fill the memory of a large job."""
        plan = self.plan.without_rows()
        return replace(self, roster=plan.roster, plan=plan)


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
    workspace: Workspace, path: Path, rosters: Rosters | None = None
) -> tuple[Job, Roster]:
    """Read a job and its roster.

    Raises:
        InputError: either cannot be read.

    """
    job = load(workspace, path)
    roster = (rosters or Rosters()).of(workspace, job)
    return job, _crowned(workspace, job, roster)


def nominations_path(job: Job) -> Path | None:
    """Resolve a job's 推荐表; None where it has no 评选, or there is no such file."""
    path = job.find(job.awards.book) if job.awards is not None else None
    return path if path is not None and path.is_file() else None


def _crowned(workspace: Workspace, job: Job, roster: Roster) -> Roster:
    """Judge 评选, and have the roster's honours from the workbook of nominations."""
    if job.awards is None:
        return roster
    path, date = nominations_path(job), job.elements.get("成文日期")
    found: list[Finding] = []
    if path is None:
        place, advice = job.place("评选.推荐表"), "请核对文件名，路径从工作区或作业所在的文件夹算起"
        message = f"找不到推荐表「{job.awards.book}」"
        found.append(Finding(Level.ERROR, "award.file", place, message, advice))
    if not isinstance(date, PartialDate):
        place, advice = job.place("要素"), "请在要素里写上成文日期，公示要在这一天以前期满"
        message = "有评选而没有成文日期"
        found.append(Finding(Level.ERROR, "award.date", place, message, advice))
    roster = replace(roster, findings=(*roster.findings, *found))
    if path is None:
        return roster
    day = date.latest() if isinstance(date, PartialDate) else None
    return crowned(roster, job.awards, path, workspace.shown, day=day)


def prepare(
    workspace: Workspace,
    path: Path,
    choice: Choice | None = None,
    offer: Callable[[Job, Roster], Numbers] | None = None,
    rosters: Rosters | None = None,
) -> Prepared:
    """Plan a job; `Prepared.plan.findings` holds all that was found on the way.

    Without an `offer` of numbers its documents show 样号 where it asks for 自动. `rosters` are
    those that other jobs have read already.

    Raises:
        InputError: the job or its roster cannot be read at all.

    """
    job, roster = read_job(workspace, path, rosters)
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
