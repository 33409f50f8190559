"""Write the registers of a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge import calendar
from outbox.desk import demands
from outbox.desk.choosing import latest
from outbox.desk.dossiers import told_of
from outbox.desk.folder import opened, write_whole
from outbox.desk.outcome import Outcome
from outbox.ledger.chain import head_code
from outbox.ledger.states import EntryKind
from outbox.office import book, matrix
from outbox.office.balance import balance
from outbox.office.loops import loop_of
from outbox.office.report import Report
from rosters.finding import UsageError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo
    from outbox.workspace import Workspace


def spare(workspace: Workspace, output: Path) -> None:
    """Refuse to write over what is not a register of ours, or into the workspace's own folders."""
    where = output.resolve()
    own = ("rosters", "jobs", "templates", "outbox")
    if any(where.is_relative_to((workspace.root / name).resolve()) for name in own):
        raise UsageError(f"登记簿不能写进 {where.parent.name}/", "请写到工作区的其他地方")
    if not where.parent.is_dir():
        raise UsageError(f"没有文件夹 {where.parent}", "请先建好，或换一个地方")
    if where.exists() and not book.ours(where):
        raise UsageError(f"{output} 已有别的内容，没有覆盖", "请换一个文件名")


def _unreviewed(ledger: Ledger, batch: str) -> bool:
    """Tell whether the last signature was taken down without a 送签; older ledgers do not say."""
    known = [one.data for one in ledger.entries(EntryKind.EVIDENCE, batch) if "review" in one.data]
    return bool(known) and not known[-1]["review"]


def report(workspace: Workspace, words: str | None, output: Path, *, at: datetime) -> Outcome:
    """Write 发文登记簿, 送达明细 and 对账单 of a batch into one .xlsx.

    Raises:
        UsageError: no such batch, or the output is no .xlsx.

    """
    if output.suffix.lower() != ".xlsx":
        raise UsageError(f"登记簿要写成 .xlsx，而不是「{output.name}」")
    spare(workspace, output)
    with opened(workspace, at) as ledger:
        batch = latest(ledger, words)
        made = drawn(workspace, ledger, batch, at)
    write_whole(output, made.workbook())
    balanced = made.balance.balanced and made.manifest.balanced
    said = "账目相符" if balanced else "账目不符，请看对账单"
    return Outcome(
        (f"已写好 {output}（发文登记簿、送达明细、对账单），{said}",),
        {"file": str(output), "batch": batch.name, "balanced": balanced},
        status=0 if balanced else 1,
    )


def drawn(workspace: Workspace, ledger: Ledger, batch: BatchInfo, at: datetime) -> Report:
    """Gather what the registers of a batch say."""
    return Report(
        batch=batch,
        manifest=ledger.issued(batch.name),
        letters=ledger.letters(batch.name),
        approvals=ledger.approvals(batch.name),
        balance=balance(batch.letters + ledger.added(batch.name), ledger.counts(batch.name)),
        at=at,
        zone=workspace.zone,
        sender=workspace.config.account.address,
        marks=ledger.marks(batch.name),
        unreviewed=_unreviewed(ledger, batch.name),
        numbers=tuple(
            one
            for series in dict.fromkeys(run.series for run in ledger.borne(batch.name))
            for one in ledger.numbers(series)
        ),
        told=told_of(ledger, batch.name),
        stamped=ledger.stamped(batch.name),
        head=head_code(ledger.head()),
        answers=_answers(workspace, ledger, batch, at),
    )


def _answers(
    workspace: Workspace, ledger: Ledger, batch: BatchInfo, at: datetime
) -> dict[str, tuple[str, datetime | None]] | None:
    """Say of each organisation what came back; None where the batch asks for nothing."""
    standing = ledger.issued(batch.name).standing
    if standing is None:
        return None
    holidays = calendar.read(workspace.root / calendar.FILE)
    loop = loop_of(batch, standing, holidays, workspace.zone)
    versions = demands.versions(ledger, loop)
    return matrix.answered(loop, versions, at.astimezone(workspace.zone))
