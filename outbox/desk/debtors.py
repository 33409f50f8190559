"""Debtors: what is known of them: their letters, what bounced, what they answered, what is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge.letter import BESIDE
from outbox.ledger.fate import sent_before
from outbox.ledger.states import LetterState, MarkKind
from outbox.office.reminding import Known

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from outbox.ledger.ledger import Ledger
    from outbox.ledger.reminded import Reminded
    from outbox.ledger.values import LetterInfo, Mark
    from outbox.office.loops import Loop
    from outbox.workspace import Workspace


def known(workspace: Workspace, ledger: Ledger, loop: Loop) -> Known:
    """Gather what is known of the organisations of a loop."""
    firsts: dict[str, LetterInfo] = {}
    marks: list[Mark] = []
    everything: dict[int, LetterInfo] = {}
    asked: set[str] = set()
    for one in ledger.letters(loop.batch):
        everything[one.id] = one
        first = _elsewhere(ledger, one) if sent_before(one) else one
        everything.setdefault(first.id, first)
        asked.add(first.batch)
        if first.kind not in BESIDE and first.state is LetterState.ACCEPTED:
            firsts[first.organisation] = first  # the newest copy: they come in their order
    for name in sorted(asked | {loop.batch}):
        marks += ledger.marks(name)
    reminded = ledger.reminded(loop.job)
    for batch in {one.batch for one in reminded} - asked:
        marks += ledger.marks(batch)
    held: dict[str, date] = {}
    for item in ledger.quarantine():
        if item.job == loop.job and item.organisation:
            day = item.at.astimezone(workspace.zone).date()
            held[item.organisation] = max(held.get(item.organisation, day), day)
    return Known(
        firsts, _bounced(everything, marks, firsts), _replied(reminded, marks), held, reminded
    )


def _elsewhere(ledger: Ledger, letter: LetterInfo) -> LetterInfo:
    """Return the letter that another batch sent in the place of one."""
    kin = [
        one
        for one in ledger.letters(sent_before(letter))
        if (one.organisation, one.kind) == (letter.organisation, letter.kind)
        and one.state is LetterState.ACCEPTED
    ]
    return kin[-1] if kin else letter


def _bounced(
    letters: dict[int, LetterInfo], marks: Iterable[Mark], firsts: dict[str, LetterInfo]
) -> frozenset[str]:
    """Tell to whom a letter bounced after which no other copy of the first was accepted."""
    return frozenset(
        letters[one.letter].organisation
        for one in marks
        if one.kind is MarkKind.BOUNCED
        and one.letter in letters
        and (found := firsts.get(letters[one.letter].organisation)) is not None
        and found.id <= one.letter
    )


def _replied(reminded: Iterable[Reminded], marks: Iterable[Mark]) -> frozenset[tuple[str, str]]:
    """Tell who answered a reminder, about which report."""
    answered = {one.letter for one in marks if one.kind is MarkKind.REPLIED}
    return frozenset((one.organisation, one.period) for one in reminded if one.letter in answered)
