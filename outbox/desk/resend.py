"""补发: the same letter again, on a person's word; and 误发，请删除 to the address before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge.letter import RECALL
from outbox.desk import folder as folders
from outbox.desk import send
from outbox.desk.cancel import find
from outbox.desk.choosing import pick
from outbox.desk.outcome import Outcome
from outbox.ledger.moves import Act
from outbox.ledger.states import REFUSED, WAITING, LetterState, MarkKind
from rosters.finding import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Sequence
    from datetime import datetime

    from outbox.desk.outcome import Progress
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import LetterInfo
    from outbox.workspace import Workspace

_NOT_ASKED = (*REFUSED, LetterState.CANCELLED)


def resend(
    workspace: Workspace,
    words: str,
    key: str,
    *,
    why: str,
    although_in_doubt: bool = False,
    recall: bool = False,
    at: datetime,
) -> Outcome:
    """Queue an organisation's letter again: signed already, the same files, marked 补发.

    Raises:
        InputError: it has not gone yet, is in doubt, or its batch is not to be sent any more.
        UsageError: no such batch or letter, no reason, or nobody to be asked to delete it.

    """
    if not why.strip():
        raise UsageError("要写明为什么补发", "加 --why，例如 --why 电话说没收到")
    with folders.opened(workspace, at) as ledger:
        batch = pick(ledger, words)
        letter = find(ledger.letters(batch.name), key)
        wrong = _wrong(ledger, letter) if recall else ()
        gone = (letter.settled_at or letter.first_at or at).astimezone(workspace.zone)
        made = ledger.resend(
            letter.id,
            Act(at, folders.who(), why.strip()),
            although_in_doubt=although_in_doubt,
            recall=wrong,
            day=f"{gone.year}年{gone.month}月{gone.day}日",
        )
    return Outcome(
        tuple(_lines(letter, made, batch.name)),
        {
            "batch": batch.name,
            "letters": [
                {
                    "organisation": one.organisation,
                    "name": one.name,
                    "kind": one.kind,
                    "n": one.n,
                    "to": list(one.to),
                    "subject": one.subject,
                    "state": one.state.value,
                }
                for one in made
            ],
        },
    )


def at_once(
    workspace: Workspace, made: Outcome, *, now: Callable[[], datetime]
) -> Generator[Progress, None, Outcome]:
    """Send what was queued, with all that waits in its batch."""
    batch = str(made.object["batch"])
    sent = yield from send.go(workspace, batch, now=now, wait=False)
    return Outcome((*made.lines[:-1], *sent.lines), {**sent.object, **made.object}, sent.status)


def _lines(letter: LetterInfo, made: Sequence[LetterInfo], batch: str) -> list[str]:
    first, *more = made
    to = "；".join(first.to)
    if letter.state in REFUSED:
        said = f"{letter.name}：这封信没有人收到过，原样放回待发（不算补发）→ {to}"
    else:
        said = f"{letter.name}：补发，附件与签发的一字不差 → {to}"
    lines = [f"{said}　{first.subject}"]
    lines += [f"另请 {'；'.join(one.to)} 删除：{one.subject}（不提内容）" for one in more]
    return [*lines, f"下一步：fawen send {batch} --go"]


def _wrong(ledger: Ledger, letter: LetterInfo) -> tuple[str, ...]:
    """Return the addresses that a letter went to and should not have, and that took it."""
    now = {one.lower() for one in ledger.address_of(letter.id)}
    # A 补发 that has gone to the new address does not take the letter before it out of the world.
    kin = [one for one in ledger.letters(letter.batch) if one.organisation == letter.organisation]
    sent = [one for one in kin if one.kind == letter.kind and one.state not in REFUSED]
    recalls = [one for one in kin if one.kind == RECALL and one.state not in _NOT_ASKED]
    asked = {to.lower() for one in recalls for to in one.to}
    before = [
        to
        for to in dict.fromkeys(to for one in (letter, *sent) for to in one.to)
        if to.lower() not in now | asked
    ]
    if not before and asked:
        raise _asked_already(letter, sent, recalls)
    if not before:
        raise UsageError(
            f"给{letter.name}的信，地址没有改过，没有要请谁删除的",
            "先用 fawen readdress 改成对的地址，或去掉 --recall",
        )
    marks = ledger.marks(letter.batch)
    bounced = {
        one.address.lower()
        for one in marks
        if one.letter in {letter.id, *(each.id for each in sent)} and one.kind is MarkKind.BOUNCED
    }
    took = tuple(one for one in before if one.lower() not in bounced)
    if not took:
        raise UsageError(f"{'；'.join(before)} 退信了，没有人收到，不必请对方删除", "去掉 --recall")
    return took


def _asked_already(
    letter: LetterInfo, sent: Sequence[LetterInfo], recalls: Sequence[LetterInfo]
) -> UsageError:
    """Say how it stands with the letters that ask to delete: they wait, are in doubt, or went."""
    waiting, doubted = _to(recalls, WAITING), _to(recalls, {LetterState.IN_DOUBT})
    if waiting:
        copied = any(one.state in WAITING for one in sent)
        what = f"补发和请 {waiting} 删除的信都" if copied else f"信，请 {waiting} 删除的信"
        advice = f"用 fawen send {letter.batch} --go 发送"
        return UsageError(f"给{letter.name}的{what}排好了，还没有发出", advice)
    if doubted:
        return UsageError(
            f"给{letter.name}的信，请 {doubted} 删除的信存疑，不知道发出没有",
            f"先用 fawen resolve {letter.batch} 到「已发送」里核对",
        )
    done = _to(recalls, {LetterState.ACCEPTED})
    return UsageError(f"给{letter.name}的信，已经请 {done} 删除过", "去掉 --recall")


def _to(letters: Sequence[LetterInfo], states: Collection[LetterState]) -> str:
    return "；".join(sorted({to for one in letters if one.state in states for to in one.to}))
