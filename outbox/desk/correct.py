"""更正: a copy of a batch's job that says 以此件为准, and what has changed as far as is seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from merge import correction
from merge.correction_copy import copied
from merge.letter import RECALL
from outbox.desk import folder as folders
from outbox.desk.choosing import latest
from outbox.desk.outcome import Outcome
from outbox.desk.preparation import load
from outbox.ledger.states import GONE, WAITING, BatchState
from rosters.finding import InputError, UsageError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from merge.job import Job
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo
    from outbox.workspace import Workspace

_SUFFIX = "更正"
_NUMBERED = re.compile(rf"-{_SUFFIX}(\d*)$")


def correct(workspace: Workspace, words: str | None, *, at: datetime) -> Outcome:
    """Write jobs/<job>-更正 for a batch that has gone; written already, fill in what has changed.

    Raises:
        InputError: nothing of the batch has gone, it has been corrected, or a job has faults.
        UsageError: there is no such batch, or its job is gone.

    """
    with folders.opened(workspace, at) as ledger:
        batch = latest(ledger, words)
        _correctable(ledger, batch)
        partial = ledger.manifest(batch.name).partial
        deletions = sum(
            one.kind == RECALL and one.state in WAITING for one in ledger.letters(batch.name)
        )
    signed = _signed(workspace, batch)
    old = load(workspace, signed)
    path, existing = _place(workspace, batch, signed.suffix)
    if existing is not None:
        made = _refreshed(workspace, batch, old, path, existing)
    else:
        made = _written(workspace, batch, old, signed, path)
    found, filled = made
    name = path.stem
    with folders.opened(workspace, at) as ledger:
        ledger.keep_number(batch.name, name, at, folders.who())
    lines = [f"更正 {batch.name}：发文单 {workspace.shown(path)}，字号照用，主题自动加【更正】"]
    lines += [f"　改了：{one}" for one in found]
    if not found:
        lines.append(
            "还没有看到改动：请在这份发文单里改好内容，再运行一次 fawen correct，由系统比较填上；"
            f"也可以自己写进「{correction.NOTE}」一行"
        )
    elif not filled:
        lines.append(f"「{correction.NOTE}」里写的没有动，请核对是否写全")
    if partial:
        lines.append("原来那一批只选了部分单位（--only），合并更正件时请选同样的单位")
    merging = f"fawen merge {name}；签发后，原来的批次即由它代替，没有发出的不再发出"
    again = f"改好以后 fawen correct {batch.name}，再 " if not found else ""
    if deletions:
        lines.append(
            f"还有 {deletions} 封「误发请删」没有发出，签发更正件以后它们也不再发："
            "要请对方删除的，请在签发以前发出"
        )
    lines.append(f"下一步：{again}{merging}")
    return Outcome(
        tuple(lines),
        {
            "batch": batch.name,
            "letters": batch.letters,
            "job": name,
            "file": workspace.shown(path),
            "changes": found,
        },
    )


def _correctable(ledger: Ledger, batch: BatchInfo) -> None:
    if batch.sample or not batch.approved_by:
        raise InputError(
            f"批次「{batch.name}」没有签发过，不用更正", "改好发文单，重新 fawen merge 就可以"
        )
    by = [one for one in ledger.corrected_by(batch.name) if ledger.batch(one).approved_by]
    if by or batch.state is BatchState.SUPERSEDED:
        raise InputError(
            f"批次「{batch.name}」已经更正过", f"请更正 {by[-1]}" if by else "请更正代替它的那一批"
        )
    if not any(one.state in GONE for one in ledger.letters(batch.name)):
        raise InputError(
            f"批次「{batch.name}」一封也没有发出，不用更正",
            f"fawen cancel {batch.name}，改好发文单，重新合并、送签",
        )


def _signed(workspace: Workspace, batch: BatchInfo) -> Path:
    """Find the job as it was when the batch was made; else as it is now."""
    kept = workspace.outbox / batch.folder / folders.JOB
    found = sorted(one for one in kept.glob("*") if one.is_file()) if kept.is_dir() else []
    if found:
        return found[0]
    return workspace.job(batch.job)


def _place(workspace: Workspace, batch: BatchInfo, suffix: str) -> tuple[Path, Job | None]:
    """Say where the correction goes, and read it where it was written already."""
    base = _NUMBERED.sub("", batch.job)
    number = 1
    while True:
        name = f"{base}-{_SUFFIX}{number if number > 1 else ''}"
        taken = [path for path in workspace.all_jobs() if path.stem == name]
        if not taken:
            return workspace.jobs / f"{name}{suffix}", None
        job = load(workspace, taken[0])
        if correction.corrected(job) == batch.name:
            return taken[0], job
        number += 1


def _written(
    workspace: Workspace, batch: BatchInfo, old: Job, signed: Path, path: Path
) -> tuple[list[str], bool]:
    """Write the copy: of the job as it is now, if somebody has mended it there already."""
    source, new = signed, old
    try:
        current = workspace.job(batch.job)
    except UsageError:
        current = signed
    if current.suffix == signed.suffix and current.read_bytes() != signed.read_bytes():
        source, new = current, load(workspace, current)
    found = correction.changes(old, new)
    note = correction.statement(batch.number, batch.title or batch.job, found)
    _write(workspace, batch, source, path, (note, new))
    return found, bool(found)


def _refreshed(
    workspace: Workspace, batch: BatchInfo, old: Job, path: Path, new: Job
) -> tuple[list[str], bool]:
    """Fill in what has changed, where nobody has written it himself."""
    found = correction.changes(old, new)
    said = str(new.elements.get(correction.NOTE, ""))
    fill = bool(found) and (correction.HOLE in said or not said.strip())
    if fill:
        note = correction.statement(batch.number, batch.title or batch.job, found)
        _write(workspace, batch, path, path, (note, new))
    return found, fill


def _write(
    workspace: Workspace, batch: BatchInfo, source: Path, path: Path, said: tuple[str, Job]
) -> None:
    note, job = said
    body = bool(job.body.blocks or job.own)
    content = copied(
        source.read_bytes(), source.name, batch.name, note, number=batch.number, body=body
    )
    workspace.jobs.mkdir(parents=True, exist_ok=True, mode=0o700)
    folders.write_whole(path, content)
