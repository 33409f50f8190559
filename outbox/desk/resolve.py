"""Settle letters in doubt: by the Sent folder, or by a person's word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outbox.desk import doubts, sender
from outbox.desk import folder as folders
from outbox.desk.cancel import find
from outbox.desk.choosing import latest, pick
from outbox.desk.outcome import WAITING, Outcome
from outbox.ledger.states import LetterState
from outbox.post.mailbox import Mailbox
from rosters.finding import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo, LetterInfo
    from outbox.workspace import Workspace


def resolve(workspace: Workspace, words: str | None, *, at: datetime) -> Outcome:
    """Ask the Sent folder about the letters in doubt, of a batch or of all.

    Raises:
        UsageError: there is no such batch.
        UnavailableError: the mailbox cannot be read.

    """
    with folders.opened(workspace, at) as ledger:
        batch = pick(ledger, words).name if words else None
        ledger.recover(at, who=folders.who())
        if not doubts.waiting(ledger, batch):
            return Outcome(("没有存疑的信",), {"letters": [], "in_doubt": 0})
        access = sender.mailbox(workspace)
        secret = sender.mailbox_password(workspace)
        with Mailbox(access, secret, context=sender.context(workspace)) as box:
            settled = doubts.settle(workspace, ledger, box, at, batch)
    return Outcome(
        settled.lines,
        {"letters": list(settled.objects), "in_doubt": settled.left},
        status=WAITING if settled.left else 0,
    )


def open_doubts(workspace: Workspace, words: str | None, *, at: datetime) -> list[LetterInfo]:
    """List the letters of a batch that a person may be asked about."""
    with folders.opened(workspace, at) as ledger:
        return doubts.waiting(ledger, latest(ledger, words).name)


def word(
    workspace: Workspace,
    names: tuple[str, ...],
    *,
    sent: bool,
    why: str = "",
    at: datetime,
) -> Outcome:
    """Take a person's word on one letter in doubt; `names` are its batch and its key, or its key.

    Raises:
        UsageError: there is no such letter, or it is not in doubt.

    """
    with folders.opened(workspace, at) as ledger:
        ledger.recover(at, who=folders.who())
        batch = _batch(ledger, names)
        letter = _letter(ledger, batch, names[-1])
        said = f"{folders.who()}认定{'已经发出' if sent else '没有发出'}"
        reason = f"{said}：{why}" if why else said
        ledger.resolve(letter.id, at, folders.who(), reason, sent=sent)
        ledger.finish(batch.name, at, folders.who())
        left = len(doubts.waiting(ledger, batch.name))
        now = ledger.letter(letter.id)
    waits = now.state is LetterState.QUEUED  # a batch that was called back sends nothing more
    more = f"；再运行 fawen send {batch.name} --go 就会重发这一封" if waits else ""
    return Outcome(
        (f"{letter.name}：{now.state.word}（{reason}）{more}",),
        {
            "letters": [
                {
                    "batch": batch.name,
                    "organisation": letter.organisation,
                    "name": letter.name,
                    "finding": "sent" if sent else "unsent",
                    "words": reason,
                }
            ],
            "in_doubt": left,
        },
        status=WAITING if left else 0,
    )


def _batch(ledger: Ledger, names: tuple[str, ...]) -> BatchInfo:
    """Find the batch: named, or the only one that holds letters in doubt."""
    if len(names) > 1:
        return pick(ledger, names[0])
    doubted = sorted({one.batch for one in doubts.waiting(ledger, None)})
    if len(doubted) != 1:
        said = "没有存疑的信" if not doubted else "几个批次都有存疑的信，请写明批次"
        raise UsageError(said, "、".join(doubted))
    return ledger.batch(doubted[0])


def _letter(ledger: Ledger, batch: BatchInfo, key: str) -> LetterInfo:
    open_ = doubts.waiting(ledger, batch.name)
    if not open_:
        raise UsageError(f"批次 {batch.name} 没有存疑的信", "用 fawen status 看各封信的状态")
    named = [one for one in open_ if key in {one.organisation, one.name, one.short}]
    if len({one.organisation for one in named}) == 1:
        return named[-1]  # of a letter and its 补发 the newer
    found = find(ledger.letters(batch.name), key)
    raise UsageError(
        f"给{found.name}的信是「{found.state.word}」，不是存疑",
        f"存疑的有：{'、'.join(one.name for one in open_)}",
    )
