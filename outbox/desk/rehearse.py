"""Everything over real SMTP to a post office on this machine; nobody is written to."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from outbox.desk import folder as folders
from outbox.desk import sender
from outbox.desk.choosing import pick
from outbox.desk.merge import merged
from outbox.desk.outcome import WAITING, Outcome, Progress
from outbox.desk.preparation import Choice
from outbox.ledger.states import BatchState
from outbox.post import rehearsal

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from datetime import datetime

    from outbox.ledger.values import BatchInfo
    from outbox.post.rehearsal import Received
    from outbox.workspace import Workspace

MAILS = "演练"


def rehearse(
    workspace: Workspace, name: str, *, now: Callable[[], datetime]
) -> Generator[Progress, None, Outcome]:
    """Rehearse a batch, or a job after merging it if need be.

    Raises:
        InputError: the job has errors.
        UsageError: there is no such job or batch.

    """
    batch = name
    if workspace.is_job(name):
        made = yield from merged(workspace, workspace.job(name), Choice(), at=now())
        batch = made.batch.name
    heard = yield from rehearsed(workspace, batch, now=now)
    with folders.opened(workspace, now()) as ledger:
        found = pick(ledger, batch)
        shown = ledger.review(found.name)
    return _outcome(found, heard, reviewed=shown is not None and shown.digest == found.digest)


def rehearsed(
    workspace: Workspace, words: str, *, now: Callable[[], datetime]
) -> Generator[Progress, None, Received]:
    """Send a batch's letters to the post office, then read each received mail back."""
    with folders.opened(workspace, now()) as ledger:
        batch = pick(ledger, words)
        folder = workspace.outbox / batch.folder
        sent = 0
        for event in rehearsal.rehearse(
            ledger,
            batch.name,
            sender.rehearser(workspace),
            folder,
            folder / MAILS,
            now=lambda: now().astimezone(workspace.zone),
            pause=time.sleep,
            worker=folders.who(),
        ):
            sent += event.letter is not None
            yield Progress("演练", sent, batch.letters)
        return rehearsal.received(ledger, batch.name, folder / MAILS)


def _outcome(found: BatchInfo, heard: Received, *, reviewed: bool) -> Outcome:
    batch = found.name
    said = "逐封核对无误" if heard.whole else "有不一致，见上"
    return Outcome(
        (
            *heard.faults,
            f"演练 {batch}：{heard.letters} 封信，本机邮局收到 {heard.mails} 封，{said}",
            f"收到的邮件：{heard.folder}",
            *_next(found, heard, reviewed=reviewed),
        ),
        {
            "batch": batch,
            "letters": heard.letters,
            "received": heard.mails,
            "hash_mismatches": heard.hash_mismatches,
            "mails": str(heard.folder),
        },
        status=0 if heard.whole else WAITING,
    )


def _next(found: BatchInfo, heard: Received, *, reviewed: bool) -> tuple[str, ...]:
    """Name the next step of a draft that went well."""
    if not heard.whole or found.state is not BatchState.DRAFT:
        return ()
    if found.sample:
        return (f"下一步：样张不能签发；看过之后，用 fawen merge {found.job} 合并全部",)
    signed = f"fawen approve {found.name} --by 签发人 --basis 当面"
    if reviewed:
        return (f"下一步：打开几封看过；已送签，领导签发之后，再记下 {signed}",)
    return (
        f"下一步：打开几封看过，用 fawen review {found.name} 送签；领导签发之后，再记下 {signed}",
    )
