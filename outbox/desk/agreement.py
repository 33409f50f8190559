"""Whether jobs and batches of one commendation still name the same people, paper by paper."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from merge import files
from merge.honoured import LETTER, Honoured, Paper, listed
from outbox.desk import folder as folders
from outbox.desk.selection import nominations_path
from outbox.ledger.states import BatchState
from rosters.finding import Finding, InputError, Level, Place, UnavailableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from merge.plan import Plan
    from outbox.ledger.values import BatchInfo
    from outbox.workspace import Workspace

_FOLDER = "评选"
_STANDING = {
    BatchState.DRAFT: (Level.WARNING, "草稿", "请重新合并，再送签"),
    BatchState.APPROVED: (Level.ERROR, "已签发", "请先不要发：撤回后重新合并、送签"),
    BatchState.SENDING: (Level.ERROR, "正在发", "请先停下，核实后撤回或更正"),
    BatchState.HALTED: (Level.ERROR, "已停下", "请核实后撤回或更正"),
    BatchState.DONE: (Level.WARNING, "已发出", "名单确有变动的，请发更正（fawen correct）"),
}


def keep(folder: Path, plan: Plan) -> None:
    """Keep beside a batch that is being made whom its papers honour, and the nominations.

    Raises:
        InputError: the nominations are no longer those that were judged.

    """
    if plan.honoured is not None:
        from outbox.desk import honours

        honours.keep(folder, plan.honoured)
    path = nominations_path(plan.job)
    if path is not None:
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() not in {one for _, one in plan.roster.sources}:
            raise InputError(f"推荐表「{path.name}」在合并的中途换了，没有合并", "请重新合并")
        (folder / _FOLDER).mkdir(mode=0o700, exist_ok=True)
        files.write(str(folder / _FOLDER / path.name), content)


def require(workspace: Workspace, batch: BatchInfo, at: datetime, *, partial: bool) -> None:
    """Judge a commendation again before it is signed: much may have come in since it was merged.

    A `partial` batch need not hold every paper of today's list.

    Raises:
        InputError: somebody must not be commended any more, or papers no longer agree.

    """
    from outbox.desk.preparation import prepare

    if not (workspace.outbox / batch.folder / _FOLDER).is_dir():
        return
    try:
        path = workspace.job(batch.job)
    except UsageError:  # its job is gone: what was merged is all that there is
        return
    plan = prepare(workspace, path, at=at).plan
    found = [
        one
        for one in plan.findings
        if one.level is Level.ERROR and one.rule.startswith(("award.", "list."))
    ]
    found += _since(workspace, plan, batch, partial=partial) if plan.job.awards else ()
    if found:
        raise InputError(
            "合并以后，推荐表、名册或作业改过，没有签发", "请改正后重新合并、送签", findings=found
        )


def agreed(workspace: Workspace, plans: Sequence[Plan], at: datetime | None) -> list[Finding]:
    """Find where jobs that share a commendation differ, and every paper that no longer agrees."""
    found = list(_between(plans))
    if at is None or not workspace.has_ledger:
        return found
    try:
        with folders.recorder(workspace, at) as ledger:
            batches = [one for one in ledger.batches() if one.state in _STANDING]
    except UnavailableError:  # `doctor` tells what is wrong with it
        return found
    for plan in plans:
        for batch in batches:
            if batch.job == plan.job.name and not batch.sample:
                found += _since(workspace, plan, batch)
    return found


def _between(plans: Sequence[Plan]) -> Iterator[Finding]:
    """Compare jobs of one workbook of nominations, or of one roster, each with the first."""
    groups: dict[object, list[Plan]] = {}
    for plan in plans:
        path = nominations_path(plan.job)
        key = path.resolve() if path is not None else plan.roster.sources
        groups.setdefault(key, []).append(plan)
    for ones in groups.values():
        for one in ones[1:]:
            yield from _rules(ones[0], one)
        telling = [one for one in ones if one.honoured is not None and one.honoured.named]
        for one in telling[1:]:
            yield from _pair(telling[0], one)
            yield from _pair(one, telling[0])


def _rules(first: Plan, other: Plan) -> Iterator[Finding]:
    mine, theirs = first.job.awards, other.job.awards
    if mine is not None and theirs is not None and not mine.same_as(theirs):
        said = f"评选规则与作业「{first.job.name}」的不同，推荐表却是同一份"
        advice = "两份作业只有「阶段」可以不同，请改成一样"
        yield Finding(Level.ERROR, "award.rules", other.job.place("评选"), said, advice)


def _pair(one: Plan, other: Plan) -> Iterator[Finding]:
    """Find whom one job names and another does not, of the honours that the other is about."""
    if one.honoured is None or other.honoured is None:
        return
    honours = {each.honour for each in other.honoured.named}
    mine = sorted(each for each in one.honoured.named if each.honour in honours)
    lost = [each for each in mine if each not in other.honoured.named]
    if lost:
        level = Level.ERROR if other.job.awards is not None else Level.WARNING
        said = f"这份作业里没有{listed(lost)}，作业「{one.job.name}」里有"
        advice = "同一次表彰的各份作业要是同一些人，请核对范围和名册"
        yield Finding(level, "award.jobs", other.job.place("文件"), said, advice)


def _since(
    workspace: Workspace, plan: Plan, batch: BatchInfo, *, partial: bool = False
) -> Iterator[Finding]:
    """Compare a batch, paper by paper, with what the job comes to today."""
    from outbox.desk import honours

    folder = workspace.outbox / batch.folder
    old, new = honours.kept(folder), plan.honoured
    title = str(plan.job.elements.get("标题", plan.job.name))
    if old is None or (batch.state is BatchState.DONE and batch.title != title):
        return  # last year's, under the same name
    level, state, advice = _STANDING[batch.state]
    if not plan.ready:  # what each paper would say is not known, but who is on the list
        for paper, said in _by_list(old, new):
            yield Finding(
                level, "award.changed", _where(batch, paper), f"{state}的这一份{said}", advice
            )
        return
    today = {(one.sort, one.key): one for one in new.papers} if new is not None else {}
    for paper in old.papers:
        now = today.pop((paper.sort, paper.key), None)
        if now is None or (now.counted, now.named) != (paper.counted, paper.named):
            said = f"{state}的这一份与今天的名单不一致：{_difference(paper, now)}"
            yield Finding(level, "award.changed", _where(batch, paper), said, advice)
    for paper in () if partial else today.values():
        said = f"{state}的批次里没有这一份：今天的名单上有{listed(paper.named or paper.counted)}"
        yield Finding(level, "award.changed", _where(batch, paper), said, advice)


def _by_list(old: Honoured, new: Honoured | None) -> Iterator[tuple[Paper, str]]:
    """Compare the lists alone: who is gone from today's stands in papers, who has come in none."""
    now = frozenset(new.people) if new is not None else frozenset()
    come = [one for one in (new.people if new is not None else ()) if one not in old.people]
    for paper in old.papers:
        told = [*dict.fromkeys((*paper.named, *paper.counted))]
        gone = [one for one in told if one not in now]
        said = [f"上面有{listed(gone)}，名单上已经没有"] if gone else []
        said += [f"缺{listed(come)}"] if come and paper.sort == "批次" else []
        if said:
            yield paper, f"与今天的名单不一致：{'；'.join(said)}"


def _where(batch: BatchInfo, paper: Paper) -> Place:
    if paper.sort == LETTER:
        return Place(batch.name, where=f"给「{paper.title}」的信件")
    return Place(f"{batch.name}/{paper.path}", where=paper.title)


def _difference(old: Paper, new: Paper | None) -> str:
    """Say what differs: whom it lacks, whom it has too many; else that the order is another."""
    then = set(old.named or old.counted)
    now = set(new.named or new.counted) if new is not None else set()
    gone = [one for one in (old.named or old.counted) if one not in now]
    come = [one for one in (new.named or new.counted if new else ()) if one not in then]
    said = [f"上面有{listed(gone)}，名单上已经没有"] if gone else []
    said += [f"缺{listed(come)}"] if come else []
    if said and new is not None and len(old.counted) != len(new.counted):
        said.append(f"人数应为{len(new.counted)}名，写的是{len(old.counted)}名")
    return "；".join(said) or "姓名的次序不同"
