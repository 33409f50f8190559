"""Write the registers of a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outbox.desk.choosing import pick
from outbox.desk.folder import write_whole
from outbox.desk.outcome import Outcome
from outbox.ledger.ledger import Ledger
from outbox.office.report import Report, balance
from rosters.finding import UsageError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from outbox.workspace import Workspace


def report(workspace: Workspace, words: str | None, output: Path, *, at: datetime) -> Outcome:
    """Write 发文登记簿, 送达明细 and 对账单 of a batch into one .xlsx.

    Raises:
        UsageError: no such batch, or the output is no .xlsx.

    """
    if output.suffix.lower() != ".xlsx":
        raise UsageError(f"登记簿要写成 .xlsx，而不是「{output.name}」")
    with Ledger.open(workspace.ledger, at=at) as ledger:
        batch = pick(ledger, words)
        made = Report(
            batch=batch,
            manifest=ledger.manifest(batch.name),
            letters=ledger.letters(batch.name),
            approvals=ledger.approvals(batch.name),
            balance=balance(batch.letters, ledger.counts(batch.name)),
            at=at,
            zone=workspace.zone,
            sender=workspace.config.account.address,
        )
    write_whole(output, made.workbook())
    balanced = made.balance.balanced and made.manifest.balanced
    said = "账目相符" if balanced else "账目不符，请看对账单"
    return Outcome(
        (f"已写好 {output}（发文登记簿、送达明细、对账单），{said}",),
        {"file": str(output), "batch": batch.name, "balanced": balanced},
        status=0 if balanced else 1,
    )
