"""What a letter may differ in from what was signed: another address, 补发, 误发请删除. No more.

Each is explained by an entry of the chain that names that very letter. Whoever compares letters
with what was signed puts them back first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from merge.letter import RECALL
from outbox.ledger.rows import resent_mark
from outbox.ledger.states import EntryKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from outbox.ledger.values import Entry, LetterInfo

RECALL_SUBJECT = "【误发】请删除此前收到的邮件"


def recall_body(day: str) -> str:
    """Write what 误发，请删除 says: when, and nothing of the content; `day` as 2026年11月24日."""
    return (
        f"您好：\n\n我们于{day}发到这个邮箱的一封邮件，地址有误，不是发给您的。"
        "请不要阅读、转发或保存，并请连同附件一起删除。\n\n给您添了麻烦，敬请谅解。"
    )


def as_signed(letters: Iterable[LetterInfo], entries: Sequence[Entry]) -> tuple[LetterInfo, ...]:
    """Return the letters as they were signed, those left out that 补发 and 误发请删除 explain.

    Where nothing explains a difference it stays, and a comparison finds it.
    """
    kept = []
    for letter in letters:
        back = signed_form(letter, entries)
        if back is None:
            kept.append(letter)
        elif letter.n == 1 and letter.kind != RECALL:
            kept.append(back)
    return tuple(kept)


def signed_form(letter: LetterInfo, entries: Sequence[Entry]) -> LetterInfo | None:
    """Return a letter in the form in which it was signed: its first address and its own subject.

    None where it is a 补发 or 误发请删除 that no entry explains. The latter is returned as it
    is, if its entry explains all of it.
    """
    own = [one for one in entries if one.letter == letter.id]
    if letter.kind == RECALL:
        return letter if _recalled(letter, own) else None
    letter = _addressed_back(letter, own)
    if letter.n == 1:
        return letter
    made = next((one for one in own if one.kind is EntryKind.RESEND), None)
    mark = resent_mark(letter.n)
    if made is None or made.data.get("n") != letter.n or not letter.subject.startswith(mark):
        return None
    if list(letter.to) != made.data.get("to"):
        return None
    signed = tuple(map(str, made.data.get("signed", ())))
    return replace(letter, to=signed, subject=letter.subject.removeprefix(mark), n=1)


def _addressed_back(letter: LetterInfo, own: Sequence[Entry]) -> LetterInfo:
    """Undo the changes of address, newest first, each only where it led to what stands there."""
    for one in reversed(own):
        if one.kind is EntryKind.READDRESS and list(letter.to) == one.data.get("to"):
            letter = replace(letter, to=tuple(map(str, one.data.get("from", ()))))
    return letter


def _recalled(letter: LetterInfo, own: Sequence[Entry]) -> bool:
    made = next((one for one in own if one.kind is EntryKind.RECALL), None)
    if made is None:
        return False
    said = (RECALL_SUBJECT, recall_body(str(made.data.get("day", ""))))
    return (
        (letter.subject, letter.body) == said
        and list(letter.to) == made.data.get("to")
        and not letter.cc
        and not letter.attachments
    )
