"""Deadlines: what a demand asks for that is over before its notice has left."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from merge import calendar
from merge.returns import restored
from outbox.desk import folder as folders
from outbox.ledger.states import BatchState
from rosters.finding import Finding, InputError, Level, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from merge.job import Job
    from merge.mandate import Standing
    from merge.plan import Plan
    from merge.returns import Returns
    from outbox.ledger.values import BatchInfo
    from outbox.workspace import Workspace

_GONE = frozenset({BatchState.CANCELLED, BatchState.SUPERSEDED})
_BEFORE = frozenset({BatchState.DRAFT, BatchState.APPROVED})


def checked(workspace: Workspace, plans: Iterable[Plan], at: datetime) -> list[Finding]:
    """Find demands that begin too early, of jobs of which nothing was signed yet."""
    asking = [plan.job for plan in plans if plan.job.returns is not None]
    if not asking:
        return []
    batches: tuple[BatchInfo, ...] = ()
    try:
        if workspace.has_ledger:
            with folders.recorder(workspace, at) as ledger:
                batches = ledger.batches()
    except UnavailableError:  # `doctor` tells what is wrong with it
        return []
    return [found for job in asking for found in passed(workspace, job, batches, at)]


def passed(
    workspace: Workspace, job: Job, batches: Iterable[BatchInfo], at: datetime
) -> Iterator[Finding]:
    """Find that a job's demand begins before its notice can leave; `batches` are the ledger's."""
    signed = (one for one in batches if one.approved_by and one.state not in _GONE)
    if job.returns is None or any(one.job == job.name for one in signed):
        return
    told = _over(workspace, job.returns, at)
    if told:
        key = "截止时间" if job.returns.cadence == "一次" else "起止"
        place = job.place(f"回执.{key}")
        yield Finding(Level.WARNING, "job.passed", place, *told)


def late(workspace: Workspace, batch: BatchInfo, standing: Standing, at: datetime) -> list[str]:
    """Say the same of a batch of which nothing has left."""
    if batch.state not in _BEFORE:
        return []
    told = _over(workspace, restored(json.loads(standing.demand)), at)
    return ["提醒  " + "；".join(told)] if told else []


def _over(workspace: Workspace, returns: Returns, at: datetime) -> tuple[str, str] | None:
    """Say what is over by now, and what to do; None where nothing is."""
    try:
        holidays = calendar.read(workspace.root / calendar.FILE)
    except InputError:  # told where working days are asked for
        holidays = calendar.Calendar()
    days = calendar.periods(returns, holidays, workspace.zone)
    gone = [one for one in days if one.due <= at]
    if not gone:
        return None
    if returns.cadence == "一次":
        said = f"截止时间 {gone[0].due:%Y-%m-%d %H:%M} 已经过了，通知还没有发出"
        return said, "请改成发出以后的时间，再合并"
    span = gone[0].key if len(gone) == 1 else f"{gone[0].key} 至 {gone[-1].key}"
    said = f"「起止」里 {span} 这 {len(gone)} 天已经过了截止时间，通知还没有发出"
    advice = "这几天不用报的，请把「起止」改成从发出那天以后开始；要补报的不用改，收回来算迟报"
    return said, advice
