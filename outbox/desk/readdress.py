"""Another address for one organisation's letter: who changed it, why, and who agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge.letter import CORRECTS
from outbox.desk import folder as folders
from outbox.desk import persons
from outbox.desk.cancel import find
from outbox.desk.choosing import pick
from outbox.desk.outcome import Outcome
from outbox.ledger.moves import Act
from outbox.ledger.states import EntryKind, LetterState
from rosters import mailbox
from rosters.finding import Finding, Level, Place, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from merge.manifest import Manifest
    from outbox.ledger.recorder import Recorder
    from outbox.ledger.values import LetterInfo
    from outbox.workspace import Workspace


def readdress(
    workspace: Workspace, words: str, key: str, address: str, *, why: str, by: str, at: datetime
) -> Outcome:
    """Give an organisation's letter another address; what has not gone goes there.

    Raises:
        InputError: nobody else has agreed though two persons are asked for, or the letter is where
            its address cannot be changed.
        UsageError: no such batch or letter, no reason, or no address.

    """
    to = addresses(address)
    if not why.strip():
        raise UsageError("要写明为什么改地址", "加 --why，例如 --why 电话核实，书记换人")
    second = persons.second(workspace, by, "改地址")
    with folders.opened(workspace, at) as ledger:
        batch = pick(ledger, words)
        letters = ledger.letters(batch.name)
        letter = find(letters, key)
        before = ledger.address_of(letter.id)
        if to == before:
            raise UsageError(f"给{letter.name}的信，地址已经是 {_shown(to)}")
        act = Act(at, folders.who(), why.strip())
        now = ledger.readdress(letter.id, to, act, second=second)
    agreed = f"，{second}同意" if second else ""
    lines = [f"{letter.name}：地址由 {_shown(before)} 改为 {_shown(to)}（{why.strip()}{agreed}）"]
    lines += _shared(letters, letter, to)
    if now.state is LetterState.ACCEPTED:
        lines.append(
            "这封信服务器已接收，不会自己再发。"
            f"下一步：fawen resend {batch.name} {letter.organisation} --why 原地址有误"
            "（加 --recall，请原地址删除）"
        )
    else:
        # What a server refused for its content waits, whatever its address, for a person's word.
        held = " --held" if now.state is LetterState.HELD else ""
        lines.append(f"下一步：fawen send {batch.name} --go{held}")
    lines.append("名册里的地址也请改正，否则下一次还会用原来的")
    moved = {
        "organisation": letter.organisation,
        "name": letter.name,
        "from": list(before),
        "to": list(to),
        "state": now.state.value,
    }
    return Outcome(tuple(lines), {"batch": batch.name, "letters": [moved], "second": second})


def forgotten(ledger: Recorder, manifest: Manifest) -> list[Finding]:
    """Find letters of a correction that go to an address which was given up after sending."""
    corrected = str(manifest.meta.get(CORRECTS) or "")
    if not corrected:
        return []
    moved = {one.letter for one in ledger.entries(EntryKind.READDRESS, corrected)}
    to = {
        (one.organisation, one.name): ledger.address_of(one.id)
        for one in ledger.letters(corrected)
        if one.id in moved
    }
    found = []
    for letter in manifest.letters:
        given = to.get((letter.organisation, letter.name), letter.to)
        if given and given != letter.to:
            message = f"更正件要寄到 {_shown(letter.to)}，而原件的地址已改为 {_shown(given)}"
            advice = "请在名册里改正地址，再合并一次；确实要寄到这里的，不用改"
            place = Place(letter.name)
            found.append(Finding(Level.WARNING, "letter.readdressed", place, message, advice))
    return found


def addresses(text: str) -> tuple[str, ...]:
    """Read one or several addresses as a cell of the roster may hold them.

    Raises:
        UsageError: one of them is none, or there is none.

    """
    found = mailbox.split(text)
    if found.faulty or not found.usable:
        wrong = "、".join(found.faulty) or text
        raise UsageError(f"「{wrong}」不是邮箱地址", "请核对有没有 @，有没有多余的字")
    return found.usable


def _shared(letters: Sequence[LetterInfo], own: LetterInfo, to: Sequence[str]) -> list[str]:
    """Remind of an address that another organisation's letter goes to."""
    wanted = {one.lower() for one in to}
    others = dict.fromkeys(
        one.name
        for one in letters
        if one.organisation != own.organisation
        and wanted & {address.lower() for address in (*one.to, *one.cc)}
    )
    if not others:
        return []
    return [f"提醒  这个地址在本批里也是{'、'.join(others)}的，请核对没有写错单位"]


def _shown(to: Sequence[str]) -> str:
    return "；".join(to)
