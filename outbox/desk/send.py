"""The sending of a batch: refused before anything leaves, or begun; it goes on where it stopped."""

from __future__ import annotations

import os
import socket
import time
from typing import TYPE_CHECKING

from outbox.desk import folder as folders
from outbox.desk import sender, sent, standing
from outbox.desk.alterations import summary
from outbox.desk.choosing import pick
from outbox.desk.outcome import Outcome, Progress
from outbox.ledger.fate import in_part
from outbox.ledger.states import GONE, TO_SEND, BatchState
from outbox.office.balance import balance
from outbox.post.delivery import deliver
from outbox.post.log import told
from rosters.finding import Finding, InputError, Level, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from datetime import datetime

    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo, LetterInfo
    from outbox.post.delivery import Event
    from outbox.workspace import Workspace

_AGAIN = frozenset({"deferred", "lost"})  # what becomes of a letter that waits as before
SENDABLE = (BatchState.APPROVED, BatchState.SENDING, BatchState.HALTED)


def go(
    workspace: Workspace,
    words: str | None,
    *,
    now: Callable[[], datetime],
    wait: bool,
    held: bool = False,
) -> Generator[Progress, None, Outcome]:
    """Send what pace allows; with `held` also what was held for its content, on a person's word.

    Raises:
        InputError: the batch is not signed, differs from what was signed, or all of it has been
            sent by another batch.
        UnavailableError: the password or the server is missing.

    """
    with folders.opened(workspace, now()) as ledger:
        batch = pick(ledger, words, SENDABLE)
        _refuse(workspace, ledger, batch)
        account = sender.account(workspace)
        secret = sender.password(workspace, account)
        if held:
            ledger.take_up_held(batch.name, now(), folders.who())
        events: list[Event] = []
        total = batch.letters + ledger.added(batch.name)
        begun = ledger.counts(batch.name)
        done = total - sum(begun[state] for state in TO_SEND)  # what an earlier run has sent
        delivery = deliver(
            ledger,
            batch.name,
            "live",
            account,
            secret,
            workspace.outbox / batch.folder,
            now=lambda: now().astimezone(workspace.zone),
            pause=time.sleep,
            worker=f"{folders.who()}@{socket.gethostname()}:{os.getpid()}",
            wait=wait,
            context=sender.context(workspace),
        )
        for event in told(delivery, batch.name):
            resting = event.kind == "resting"
            if not resting:
                events.append(event)
            done += event.letter is not None and event.kind not in _AGAIN
            yield Progress("发送", done, total, event.words if resting else "")
        counts = ledger.counts(batch.name)
        ended = ledger.batch(batch.name)
        sums = balance(total, counts)
        parts = [one for one in ledger.letters(batch.name) if in_part(one)]
    return sent.outcome(workspace, ended, counts, sums, events, parts)


def _refuse(workspace: Workspace, ledger: Ledger, batch: BatchInfo) -> None:
    """Refuse before anything leaves: a changed file, a changed record, an issue already sent."""
    if batch.state is BatchState.DRAFT:
        raise InputError(
            f"批次「{batch.name}」还没有签发，一封未发", f"先 fawen approve {batch.name}"
        )
    altered = standing.faults(workspace, ledger, batch)
    if altered:
        left = ledger.counts(batch.name)
        gone = any(left[state] for state in GONE)
        raise InputError(
            f"签发后内容有变{summary(altered)}，{'其余的' if gone else ''}一封未发，请重新送签",
            f"请重新运行 fawen merge {batch.job}；内容有变的要重新送签",
            altered,
        )
    _renumbered(ledger, batch)
    if batch.state is BatchState.APPROVED:
        blocked = ledger.sent_elsewhere(batch.name)
        open_ = [one for one in ledger.letters(batch.name) if one.state in TO_SEND]
        if open_ and len(blocked) == len(open_):
            found = [_already(one, blocked[one.id]) for one in open_]
            others = "、".join(sorted(set(blocked.values())))
            raise InputError(f"这些信已由批次 {others} 发出，一封未发", "不必再发", found)


def _renumbered(ledger: Ledger, batch: BatchInfo) -> None:
    """Refuse a second content under a 发文字号 that has been sent: one number, one document."""
    found = ledger.renumbered(batch.name)
    if found:
        others = "、".join(sorted(set(found.values())))
        raise InputError(
            f"{batch.number} 已由批次 {others} 发给 {len(found)} 个单位，这次的内容不同，一封未发",
            "请换一个发文字号后重新合并、送签；一个字号只能是一份文件",
            [
                Finding(
                    Level.ERROR,
                    "number.used",
                    Place(batch.name, where=name),
                    f"已收到过 {batch.number} 的另一种内容（批次 {other}）",
                )
                for name, other in found.items()
            ],
        )


def _already(letter: LetterInfo, other: str) -> Finding:
    place = Place(letter.batch, where=letter.name)
    return Finding(Level.ERROR, "letter.sent", place, f"同样的文件已由批次 {other} 发出")
