"""Letters in doubt: the Sent folder asked about them, and how that is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from outbox.desk import folder as folders
from outbox.desk import sender
from outbox.ledger.states import Channel, LetterState
from outbox.post import canary, proof
from outbox.post.proof import Ruling
from outbox.post.verdict import Action, judge
from rosters.finding import FawenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import LetterInfo
    from outbox.post.mailbox import Mailbox
    from outbox.post.proof import Proof
    from outbox.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of the letters in doubt: `left` still are."""

    lines: tuple[str, ...]
    objects: tuple[dict[str, object], ...]
    left: int


def settle(
    workspace: Workspace, ledger: Ledger, box: Mailbox, at: datetime, batch: str | None = None
) -> Settled:
    """Ask the Sent folder about the letters in doubt, and move those of which it proves something.

    Where a letter that left after them is wanting, one is sent to the account itself.
    """
    doubts = ledger.doubts(box.access.address, batch)
    proofs = proof.look(ledger, box, doubts, at)
    proof.settle(ledger, proofs, at, folders.who())
    lines = [_line(one) for one in proofs]
    wanted = [one.size for one in proofs if one.canary]
    if wanted:
        lines.append(_sing(workspace, ledger, at, max(wanted)))
    return told(ledger, proofs, lines, at, batch)


def told(
    ledger: Ledger, proofs: Sequence[Proof], lines: Sequence[str], at: datetime, batch: str | None
) -> Settled:
    """Close the batches that are done now, and say what is left for a person."""
    names = sorted({one.letter.batch for one in proofs if one.ruling is Ruling.SENT})
    for name in names:
        ledger.finish(name, at, folders.who())
    left = [one for one in waiting(ledger, batch) if one.state is LetterState.IN_DOUBT]
    asked = [_ask(one) for one in left if not _waits(one, proofs)]
    unsent = [ledger.letter(one.letter.id) for one in proofs if one.ruling is Ruling.UNSENT]
    again = sorted({one.batch for one in unsent if one.state is LetterState.QUEUED})
    asked += [f"没有发出的已放回待发：fawen send {name} --go" for name in again]
    return Settled((*lines, *asked), tuple(_object(one) for one in proofs), len(left))


def waiting(ledger: Ledger, batch: str | None) -> list[LetterInfo]:
    """List the live letters in doubt, of a batch or of all."""
    names = [batch] if batch else [one.name for one in ledger.batches()]
    found = [one for name in names for one in ledger.letters(name, Channel.LIVE)]
    return [one for one in found if one.state is LetterState.IN_DOUBT]


def _waits(letter: LetterInfo, proofs: Iterable[Proof]) -> bool:
    return any(one.letter.id == letter.id and one.ruling is Ruling.WAIT for one in proofs)


def _ask(letter: LetterInfo) -> str:
    return (
        f"请打电话问{letter.name}收到没有：收到了 fawen resolve {letter.batch} "
        f"{letter.organisation} --sent，没收到 --unsent"
    )


def _line(one: Proof) -> str:
    said = {
        Ruling.SENT: "已发出",
        Ruling.UNSENT: "没有发出",
        Ruling.WAIT: "仍存疑",
        Ruling.UNKNOWN: "仍存疑",
    }[one.ruling]
    return f"存疑：{one.letter.name}　{said}　{one.words}"


def _object(one: Proof) -> dict[str, object]:
    return {
        "batch": one.letter.batch,
        "organisation": one.letter.organisation,
        "name": one.letter.name,
        "finding": one.ruling.value,
        "words": one.words,
    }


def _sing(workspace: Workspace, ledger: Ledger, at: datetime, size: int) -> str:
    try:
        account = sender.account(workspace)
        secret = sender.password(workspace, account)
        context = sender.context(workspace)
        _, answer = canary.post(ledger, account, secret, at, context=context, size=size)
    except FawenError as error:
        return f"给本邮箱的对照信没有发成：{error.message}"
    verdict = judge(answer)
    if verdict.action is not Action.ACCEPTED:
        return f"给本邮箱的对照信没有发成：{verdict.words}"
    return "已给本邮箱自己发了一封对照信；10 分钟后再运行 fawen collect"
