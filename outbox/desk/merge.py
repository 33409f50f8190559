"""Check, fill, and record the batch as a draft."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from merge import finished, press
from merge.crew import work
from merge.documents import Documents
from merge.letter import CORRECTS, SAMPLED, UNCHOSEN
from merge.misplaced import MisplacedError
from merge.nursery import NURSERY
from outbox.desk import agreement, inspection, number
from outbox.desk import folder as folders
from outbox.desk.outcome import Outcome, Progress, finding_lines, finding_object
from outbox.desk.preparation import Choice, Prepared, prepare
from outbox.desk.sources import roster_paths
from outbox.ledger.states import BatchState
from rosters.finding import InputError, Level
from rosters.keeper import KEEPER
from rosters.reader import settle, unhurried

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from merge.job import Job
    from merge.letter import Attachment, Document
    from merge.mandate import Standing
    from merge.manifest import Account, Manifest
    from merge.number import Numbers
    from merge.plan import Plan
    from merge.returnables import Made
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo
    from outbox.workspace import Workspace
    from rosters.finding import Finding
    from rosters.roster import Roster

__all__ = ["Choice", "merge", "merged"]


def merge(
    workspace: Workspace, name: str, choice: Choice, *, now: Callable[[], datetime]
) -> Generator[Progress, None, Outcome]:
    """Merge a job into `outbox/<batch>/`; merging unchanged inputs again gives the same batch.

    Raises:
        InputError: an error stops the job; nothing was written.
        UsageError: there is no such job, or `--only` names nothing.

    """
    KEEPER.begin()  # not only when the work does: a bar that is drawn has a thread
    return _followed(workspace, name, choice, now)


def _followed(
    workspace: Workspace, name: str, choice: Choice, now: Callable[[], datetime]
) -> Generator[Progress, None, Outcome]:
    began = now()
    made = yield from merged(workspace, workspace.job(name), choice, at=began)
    return _outcome(made, (now() - began).total_seconds())


@dataclass(frozen=True, slots=True)
class Merged:
    """A job, the batch that it came to, and how the ledger knows that batch."""

    prepared: Prepared
    manifest: Manifest
    batch: BatchInfo
    rivals: tuple[BatchInfo, ...] = ()
    notes: tuple[Finding, ...] = ()  # what was seen while the documents were made


def merged(
    workspace: Workspace, path: Path, choice: Choice, *, at: datetime
) -> Generator[Progress, None, Merged]:
    """Plan, press and record one job.

    Raises:
        InputError: an error stops the job; nothing was written.

    """
    few = choice.limit is not None or choice.only or choice.workers in {0, 1}
    # Before the rows come, so that whoever fills is as small as this process still is.
    with nullcontext() if few else NURSERY.begun(work):
        return (yield from _merged(workspace, path, choice, at))


def _merged(
    workspace: Workspace, path: Path, choice: Choice, at: datetime
) -> Generator[Progress, None, Merged]:
    # The ledger first: a workspace that has lost it must not get a new one beside old batches.
    prepared = _prepared(workspace, path, choice, at)
    as_pdf = _leaving_as_pdf(prepared.job, choice)
    with folders.busy(workspace), folders.opened(workspace, at) as ledger:
        while True:
            with unhurried():
                prepared, numbers = number.reserved(workspace, ledger, prepared, choice, at)
            staging = press.staging(prepared.plan, workspace.outbox, ledger.key)
            forms = _forms(prepared.plan, ledger.key)
            steps = press.press(prepared.plan, staging, key=ledger.key, workers=choice.workers)
            prepared = prepared.without_rows()  # the press lets go of them as early as it can
            try:
                documents = yield from _pressed(steps)
            except MisplacedError as error:
                fresh = error.held.keys() - choice.held.keys()
                if not choice.skip_invalid or not fresh:
                    raise
                choice = replace(choice, held={**choice.held, **error.held})
            else:
                break
            # What is left out changes letters and accounts: planned and pressed anew without it.
            shutil.rmtree(staging)
            finished.place(staging).unlink(missing_ok=True)
            prepared = _prepared(workspace, path, choice, at)
        notes: list[Finding] = []
        if as_pdf:
            from outbox.desk import printing

            shelf = workspace.outbox / printing.SHELF
            documents, notes = yield from printing.printed(documents, staging, shelf, as_pdf)
        with unhurried():
            attachments = press.attach(prepared.plan, staging)
            returning = _laid(forms, staging)
            manifest = press.manifest(prepared.plan, documents, attachments, numbers, returning)
            try:
                number.require(ledger, manifest)
            except InputError:  # it is never put in its place
                shutil.rmtree(staging)
                finished.place(staging).unlink(missing_ok=True)
                raise
            folders.keep(staging, manifest, roster_paths(prepared.job), path)
            notes += _given_up(ledger, manifest)
            agreement.keep(staging, prepared.plan)
            inspection.keep(staging, (*prepared.plan.findings, *notes))
            folders.into_place(staging, workspace.outbox / manifest.batch)
            batch = ledger.record(manifest, manifest.batch, at, folders.who())
        finished.place(staging).unlink(missing_ok=True)
        rivals = tuple(
            one
            for one in ledger.batches()
            if one.name not in {batch.name, manifest.meta.get(CORRECTS)}
            and one.state in _SIGNED
            and _alike(one, batch)
            and not (prepared.plan.given and one.number != batch.number)
        )
    return Merged(prepared, manifest, batch, rivals, tuple(notes))


def _given_up(ledger: Ledger, manifest: Manifest) -> list[Finding]:
    if not manifest.meta.get(CORRECTS):
        return []
    from outbox.desk.readdress import forgotten

    return forgotten(ledger, manifest)


def _forms(plan: Plan, key: bytes) -> Made | None:
    if plan.standing is None:
        return None
    from merge import returnables

    return returnables.made(plan, key)


def _laid(forms: Made | None, staging: Path) -> tuple[Standing | None, dict[str, Attachment]]:
    if forms is None:
        return None, {}
    from merge import returnables

    return returnables.laid(forms, staging)


def _leaving_as_pdf(job: Job, choice: Choice) -> frozenset[int]:
    if not choice.pdf and all(one.format == "Word" for one in job.entries):
        return frozenset()
    from outbox.desk import printing

    return printing.wanted(job, every=choice.pdf)


def _prepared(workspace: Workspace, path: Path, choice: Choice, at: datetime) -> Prepared:
    def offer(job: Job, roster: Roster) -> Numbers:
        return number.offered(workspace, job, roster, choice, at)

    with unhurried():
        prepared = prepare(workspace, path, choice, offer, at=at)
        prepared.plan.require()
        settle()  # what is loaded and read stays: the collector need not go over it
        return prepared


_SEEN = 1_000  # steps of a bar; nobody sees more
_SIGNED = (BatchState.APPROVED, BatchState.SENDING, BatchState.HALTED, BatchState.DONE)


def _alike(one: BatchInfo, batch: BatchInfo) -> bool:
    """Tell whether two batches are issues of one paper: the same job, or the same 发文字号."""
    return one.job == batch.job or bool(batch.number and one.number == batch.number)


def _rival(one: BatchInfo) -> str:
    if one.state is BatchState.APPROVED:
        return f"提醒  批次 {one.name} 已签发、还没有发；要用这一份，先 fawen cancel {one.name}"
    return (
        f"提醒  批次 {one.name}（{one.number or one.job}）{one.state.word}；内容不同的要换发文字号"
    )


def _pressed(steps: Iterable[press.Progress]) -> Generator[Progress, None, Sequence[Document]]:
    documents = Documents()
    for step in steps:
        documents.append(step.plain)
        if step.done % (step.total // _SEEN + 1) == 0 or step.done == step.total:
            yield Progress("填写", step.done, step.total)
    return documents.settled()


def _outcome(made: Merged, seconds: float) -> Outcome:
    manifest, batch = made.manifest, made.batch
    findings = (*made.prepared.plan.findings, *made.notes)
    notes = [one for one in findings if one.level is not Level.INFO or one.rule == "letter.nearest"]
    lines = finding_lines(notes)
    lines += [
        f"略去  {one.key}：{one.reason}"
        for one in manifest.skipped
        if one.reason not in {UNCHOSEN, SAMPLED}
    ]
    lines += [_account_line(account) for account in manifest.accounts]
    lines += [f"原来的草稿 {name} 已由这一份代替" for name in batch.overtook]
    lines.append(
        f"{'样张' if manifest.sample else batch.state.word} {manifest.batch}："
        f"{len(manifest.documents)} 份文件，{len(manifest.letters)} 封信，"
        f"账目{'相符' if manifest.balanced else '不符'}"
    )
    lines += number.told(manifest, used=batch.state in _SIGNED)
    if batch.state is not BatchState.DRAFT:
        lines.append(f"内容与此前的批次相同，它的状态是「{batch.state.word}」")
    elif manifest.sample:
        lines.append(f"样张在 outbox/{manifest.batch}/ 里；看过之后，去掉 --limit 再合并一次")
    else:
        lines += [_rival(one) for one in made.rivals]
        lines.append(_next(manifest))
    entries = manifest.accounts
    return Outcome(
        tuple(lines),
        {
            "batch": manifest.batch,
            "rows": sum(one.rows for one in entries),
            "outside": sum(one.outside for one in entries),
            "documents": len(manifest.documents),
            "skipped": [
                {"row": one.row, "key": one.key, "reason": one.reason} for one in manifest.skipped
            ],
            "letters": len(manifest.letters),
            "digest": manifest.digest,
            "seconds": round(seconds, 3),
            "balanced": manifest.balanced,
            "sample": manifest.sample,
            "numbers": [one.text for one in manifest.numbers],
            "state": batch.state.value,
            "overtook": list(batch.overtook),
            "findings": [finding_object(one) for one in notes],
            "entries": [_entry(one) for one in entries],
        },
        status=0 if manifest.balanced else 1,
    )


def _next(manifest: Manifest) -> str:
    """Name the next step: what a correction has changed is for the leader to see first."""
    if manifest.meta.get(CORRECTS):
        shown = f"fawen review {manifest.batch} -o 送签.pdf"
        return f"下一步：{shown}，请领导看改了什么；也可先 fawen rehearse {manifest.batch}"
    return f"下一步：fawen rehearse {manifest.batch}"


def _account_line(account: Account) -> str:
    listed = f"，其中列出 {account.listed} 人" if account.listed else ""
    return (
        f"{account.kind}（每份：{account.per}）：范围内 {account.rows} = "
        f"制成 {account.documents} + 略去 {account.skipped}，范围外 {account.outside}{listed}"
    )


def _entry(account: Account) -> dict[str, object]:
    return {
        "kind": account.kind,
        "per": account.per,
        "rows": account.rows,
        "outside": account.outside,
        "documents": account.documents,
        "skipped": account.skipped,
        "listed": account.listed,
    }
