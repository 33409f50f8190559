"""Check, fill, and record the batch as a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge import finished, press
from outbox.desk import folder as folders
from outbox.desk.outcome import Outcome, Progress, finding_lines
from outbox.desk.preparation import Choice, Prepared, prepare, roster_paths
from outbox.ledger.ledger import Ledger
from rosters.finding import Level

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from datetime import datetime
    from pathlib import Path

    from merge.letter import Account, Document, Manifest
    from outbox.workspace import Workspace

__all__ = ["Choice", "merge", "merged"]


def merge(
    workspace: Workspace, name: str, choice: Choice, *, now: Callable[[], datetime]
) -> Generator[Progress, None, Outcome]:
    """Merge a job into `outbox/<batch>/`; merging unchanged inputs again gives the same batch.

    Raises:
        InputError: an error stops the job; nothing was written.
        UsageError: there is no such job, or `--only` names nothing.

    """
    began = now()
    prepared, manifest = yield from merged(workspace, workspace.job(name), choice, at=began)
    return _outcome(prepared, manifest, (now() - began).total_seconds())


def merged(
    workspace: Workspace, path: Path, choice: Choice, *, at: datetime
) -> Generator[Progress, None, tuple[Prepared, Manifest]]:
    """Plan, press and record one job.

    Raises:
        InputError: an error stops the job; nothing was written.

    """
    prepared = prepare(workspace, path, choice)
    prepared.plan.require()
    with folders.busy(workspace):
        staging = press.staging(prepared.plan, workspace.outbox)
        steps = press.press(prepared.plan, staging, workers=choice.workers)
        prepared = prepared.without_rows()  # the press lets go of them as early as it can
        documents = yield from _pressed(steps)
        attachments = press.attach(prepared.plan, staging)
        manifest = press.manifest(prepared.plan, documents, attachments)
        folders.keep(staging, manifest, roster_paths(prepared.job))
        folders.into_place(staging, workspace.outbox / manifest.batch)
        with Ledger.open(workspace.ledger, at=at) as ledger:
            ledger.record(manifest, manifest.batch, at, folders.who())
        finished.place(staging).unlink(missing_ok=True)
    return prepared, manifest


def _pressed(steps: Iterable[press.Progress]) -> Generator[Progress, None, list[Document]]:
    documents = []
    for step in steps:
        documents.append(step.document)
        yield Progress("填写", step.done, step.total)
    return documents


def _outcome(prepared: Prepared, manifest: Manifest, seconds: float) -> Outcome:
    findings = prepared.plan.findings
    notes = [one for one in findings if one.level is not Level.INFO or one.rule == "letter.nearest"]
    lines = finding_lines(notes)
    lines += [f"略去  {one.key}：{one.reason}" for one in manifest.skipped if one.reason != "未选"]
    lines += [_account_line(account) for account in manifest.accounts]
    lines.append(
        f"{'样张' if manifest.sample else '草稿'} {manifest.batch}："
        f"{len(manifest.documents)} 份文件，{len(manifest.letters)} 封信，"
        f"账目{'相符' if manifest.balanced else '不符'}"
    )
    if not manifest.sample:
        lines.append(f"下一步：fawen rehearse {manifest.batch}")
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
            "entries": [_entry(one) for one in entries],
        },
        status=0 if manifest.balanced else 1,
    )


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
