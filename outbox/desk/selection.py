"""评选 at the desk: the workbook of nominations found, judged, and laid onto the roster."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from rosters.dates import PartialDate
from rosters.finding import Finding, Level, UnavailableError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from merge.job import Job
    from outbox.workspace import Workspace
    from rosters.roster import Roster

_FINAL = ("决定", "通报", "证书", "奖状")  # what is issued when all is settled


def nominations_path(job: Job) -> Path | None:
    """Resolve a job's 推荐表; None where it has no 评选, or there is no such file."""
    path = job.find(job.awards.book) if job.awards is not None else None
    return path if path is not None and path.is_file() else None


def crowned(workspace: Workspace, job: Job, roster: Roster, at: datetime | None) -> Roster:
    """Judge 评选, and have the roster's honours from the workbook of nominations.

    `at` is the time, which asking the ledger for collected answers needs.
    """
    if job.awards is None:
        return roster
    from merge import laurels, posted
    from outbox.desk import confirmations

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
    final = next((o for o in job.entries if any(w in o.label for w in _FINAL)), None)
    if job.awards.stage != "表彰" and final is not None:
        place = job.place("评选.阶段")
        message = f"有「{final.label}」的作业，阶段不能写「{job.awards.stage}」：公示和异议不会核对"
        advice = "请写「表彰」，或删去「阶段」；名单核对、公示另写一份作业"
        found.append(Finding(Level.ERROR, "award.stage", place, message, advice))
    roster = replace(roster, findings=(*roster.findings, *found))
    if path is None:
        return roster
    day = date.latest() if isinstance(date, PartialDate) else None
    said = job.place("评选.名额")
    answers = None
    if at is not None and job.awards.answered and job.awards.stage != "核对":
        with suppress(UnavailableError):  # `doctor` tells what is wrong; whoever signs needs it
            answers = confirmations.collected(workspace, path, at)
    days = posted.posted(job)
    return laurels.crowned(
        roster, job.awards, path, workspace.shown, day=day, answers=answers, said=said, posted=days
    )
