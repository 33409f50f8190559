"""What became of a letter, in words: whom it reached and whom not, and who had sent it before.

And of a batch: which act the reason belongs to that is written on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from outbox.ledger.states import ANEW, BatchState, LetterState, MarkKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from outbox.ledger.values import BatchInfo, LetterInfo, Mark


def counted(marks: Iterable[Mark]) -> dict[MarkKind, int]:
    """Count the letters that bear each kind of mark."""
    borne = {(one.kind, one.letter) for one in marks}
    return {kind: sum(known is kind for known, _ in borne) for kind in MarkKind}


_MISSED = "；其中地址 ", " 被拒收，没有收到"


def missing(addresses: Iterable[str]) -> str:
    """Say who did not get a letter that was accepted; "" where everybody did."""
    names = "、".join(addresses)
    return names.join(_MISSED) if names else ""


def in_part(letter: LetterInfo) -> bool:
    """Tell whether a letter was accepted, but not for everybody: its reason says for whom not."""
    return letter.state is LetterState.ACCEPTED and letter.reason.endswith(_MISSED[1])


_BEFORE = "已由批次", "发出"


def said_before(batch: str) -> str:
    """Give the reason why a letter is cancelled that another batch has sent."""
    return batch.join(_BEFORE)


def sent_before(letter: LetterInfo) -> str:
    """Name the batch that had sent a letter, so that this one did not; "" where none had."""
    begin, end = _BEFORE
    told = letter.state is LetterState.CANCELLED and letter.reason.startswith(begin)
    return letter.reason.removeprefix(begin).removesuffix(end) if told else ""


def state_word(letter: LetterInfo, marks: Iterable[Mark]) -> str:
    """Name a letter's state as staff see it, and what became known since."""
    before = sent_before(letter)
    if before:
        return f"此前已发（批次 {before}）"
    kinds = {one.kind for one in marks if one.letter == letter.id}
    part = ("有地址被拒收",) if in_part(letter) else ()
    words = (kind.word for kind in MarkKind if kind in kinds)
    return "，".join((letter.state.word, *part, *words))


# The act after which a batch is in a state; of the others the reason says itself what it is.
_ACTS = {
    BatchState.HALTED: "停发",
    BatchState.CANCELLED: "撤销",
    BatchState.DONE: "撤销",  # copies that waited, and nothing else: it ended with that
}
CALLED_BACK = "撤销"  # the reason of who gave none


def signed_word(batch: BatchInfo) -> str:
    """Say who signed a batch, and what was done to it since, with the reason; "" where nothing."""
    reason = batch.reason
    by = f"签发 {batch.approved_by}" if batch.approved_by else ""
    if batch.state is BatchState.APPROVED:  # the reason is the signature itself
        return f"{by}{reason.removeprefix(f'{batch.approved_by}签发')}"
    if batch.state in _ACTS and reason:
        reason = "" if reason == CALLED_BACK else f"{_ACTS[batch.state]}：{reason}"
    return "　".join(filter(None, (by, reason)))


def called_back(batch: BatchInfo) -> str:
    """Say what to do where the content of a batch that was called back is wanted after all."""
    again = f"还要用的，再合并一次就又是草稿：fawen merge {batch.job}"
    return ANEW if batch.approved_by else again
