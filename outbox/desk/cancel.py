"""Call back what has not left: a whole batch, or one organisation's letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge.letter import BESIDE
from outbox.desk import folder as folders
from outbox.desk.choosing import pick
from outbox.desk.outcome import DONE, WAITING, Outcome
from outbox.ledger.fate import CALLED_BACK
from outbox.ledger.states import BatchState, LetterState
from rosters.finding import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from outbox.ledger.values import LetterInfo
    from outbox.workspace import Workspace


def cancel(
    workspace: Workspace, words: str, key: str | None, *, at: datetime, why: str = ""
) -> Outcome:
    """Cancel the letters of a batch that have not left; what has gone, or may have, stays.

    Raises:
        UsageError: there is no such batch or letter.

    """
    with folders.opened(workspace, at) as ledger:
        batch = pick(ledger, words)
        meant = find(ledger.letters(batch.name), key) if key else None
        only = [meant.organisation] if meant else []
        count = ledger.cancel(batch.name, at, folders.who(), why or CALLED_BACK, only=only)
        if meant:
            ledger.finish(batch.name, at, folders.who())  # perhaps it was the last that waited
        ended = ledger.batch(batch.name)
        counts = ledger.counts(batch.name)
    left = {state.word: number for state, number in counts.items() if number}
    said = "，".join(f"{word} {number}" for word, number in left.items())
    done = f"撤销了 {count} 封还没有发出的信；现在是"
    if not count:
        done = "没有等着发、可以撤销的信；它是"
    lines = [f"批次 {batch.name}：{done}「{ended.state.word}」（{said}）"]
    if meant and not count:
        lines.append(_too_late(batch.name, meant))
    elif meant and ended.state is BatchState.DRAFT:
        lines.append(
            f"再合并时内容不变，它也不发；又要发的：fawen cancel {batch.name} 全部撤销，再合并一次"
        )
    return Outcome(
        tuple(lines),
        {"batch": batch.name, "letters": count, "state": ended.state.value},
        status=WAITING if meant and not count and meant.state in _LEFT else DONE,
    )


_LEFT = frozenset({LetterState.ACCEPTED, LetterState.IN_DOUBT, LetterState.DOT})


def _too_late(batch: str, letter: LetterInfo) -> str:
    """Say that a letter has left, or may have, and what can still be done."""
    said = f"给{letter.name}的信是「{letter.state.word}」，撤不回来"
    own = f"{batch} {letter.organisation}"
    if letter.state is LetterState.ACCEPTED:
        return (
            f"{said}；地址错了的，fawen readdress {own} 新地址 --why 原因，"
            f"再 fawen resend {own} --why 原因 --recall 请原来的地址删除；"
            f"内容错了的，fawen correct {batch} 更正"
        )
    if letter.state in _LEFT:
        return f"{said}；先用 fawen resolve {batch} 到「已发送」里核对发出没有"
    return said


def find(letters: Sequence[LetterInfo], words: str) -> LetterInfo:
    """Return the newest letter to the organisation that a code, full or short name means.

    A copy that was called back stands behind the letter that arrived.

    Raises:
        UsageError: there is none, or several organisations are meant.

    """
    found = [
        one
        for one in letters
        if words in (one.organisation, one.name, one.short) and one.kind not in BESIDE
    ]
    if len({one.organisation for one in found}) != 1:
        from rosters.nearness import advice

        said = "没有" if not found else "不止一封"
        called = () if found else [(one.short, one.name) for one in letters]
        raise UsageError(
            f"{said}给「{words}」的信", advice(words, called, "请用党组织编码、全称或简称")
        )
    return max(found, key=lambda one: (one.state is not LetterState.CANCELLED, one.n))
