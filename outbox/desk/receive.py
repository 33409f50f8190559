"""Take what has come: from the mailbox, from a folder of files, or from an exported table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outbox.desk import collect as mailbox
from outbox.desk import handed, listed
from rosters.finding import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from datetime import datetime
    from pathlib import Path

    from outbox.desk.outcome import Outcome, Progress
    from outbox.workspace import Workspace


def collect(
    workspace: Workspace,
    folder: Path | None,
    table: Path | None,
    job: str,
    received: datetime | None,
    *,
    now: Callable[[], datetime],
) -> Generator[Progress, None, Outcome]:
    """Take it from where it is; `received` is a local time that a person gives for files.

    Raises:
        UsageError: both are given, or there is no such folder or file.
        InputError: nothing was asked for, or the table cannot be read.
        UnavailableError: the mailbox cannot be read.

    """
    if folder is not None and table is not None:
        raise UsageError("--folder 和 --table 不能一起用", "请分两次收")
    if received is not None:
        received = received.replace(tzinfo=workspace.zone)
        if received > now():
            raise UsageError("--received 是还没到的时间", "请核对日期")
    if folder is not None:
        return (yield from handed.collect(workspace, folder, received, now=now()))
    if table is not None:
        return listed.collect(workspace, table, job, received, now=now())
    return (yield from mailbox.collect(workspace, now=now))
