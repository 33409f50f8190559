"""What changed since a batch was made: its copy of the roster against the one of today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outbox.desk import preparation
from outbox.desk.choosing import pick
from outbox.desk.database import open_ledger
from outbox.desk.folder import ROSTERS, workbooks
from outbox.ledger.recorder import Recorder
from rosters.changes import Changes
from rosters.finding import InputError, UsageError
from rosters.reader import read_roster

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from outbox.ledger.values import BatchInfo
    from outbox.workspace import Workspace
    from rosters.finding import Finding
    from rosters.roster import Roster


def batch_of(workspace: Workspace, words: str, *, at: datetime) -> BatchInfo:
    """Find the batch that words mean.

    Raises:
        UsageError: no batch is called so, or several are.

    """
    with open_ledger(workspace, at, Recorder) as ledger:
        return pick(ledger, words)


def since(workspace: Workspace, batch: BatchInfo, rosters: Iterable[Roster]) -> list[Finding]:
    """List what changed in rosters since the copy that a batch keeps.

    Raises:
        InputError: the copy cannot be read.
        UsageError: the batch keeps none.

    """
    folder = workspace.outbox / batch.name / ROSTERS
    kept = workbooks(folder) if folder.is_dir() else []
    if not kept:
        raise UsageError(f"批次「{batch.name}」没有留存名册", "只能与用本程序合并的批次比较")
    old = read_roster(kept, columns={**workspace.config.columns, **_columns(workspace, batch.job)})
    return [finding for new in rosters for finding in Changes(old, new).findings()]


def unchanged(workspace: Workspace, batch: BatchInfo) -> str:
    """Say that nothing changed since the copy that a batch keeps."""
    at = batch.recorded_at.astimezone(workspace.zone)
    return f"与批次 {batch.name}（{at:%Y-%m-%d %H:%M} 合并）留存的名册相比，没有变动"


def _columns(workspace: Workspace, job: str) -> dict[str, str]:
    """Return what the job says about headings, if it is still there."""
    try:
        return dict(preparation.load(workspace, workspace.job(job)).columns)
    except (InputError, UsageError):
        return {}
