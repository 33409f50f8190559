"""Demands: what is to come back as the signed batches say, which one is meant, and what came."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from merge import calendar
from merge.letter import BESIDE
from outbox.ledger.fate import sent_before
from outbox.ledger.states import Channel, EntryKind
from outbox.office import answers
from outbox.office.loops import gathered
from rosters.finding import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from outbox.ledger.intakes import Version
    from outbox.ledger.ledger import Ledger
    from outbox.office.loops import Loop, Loops
    from outbox.workspace import Workspace


def loops(workspace: Workspace, ledger: Ledger) -> Loops:
    """Put together what is to come back, as the signed batches say.

    Raises:
        InputError: 假期.toml has errors.

    """
    holidays = calendar.read(workspace.root / calendar.FILE)
    moved, found = tuple(_moved(ledger)), ledger.loops()
    corrected = _corrected(ledger, {info.name for info, _ in found})
    return gathered(found, holidays, workspace.zone, ledger.privates(), moved, corrected)


def _corrected(ledger: Ledger, signed: Collection[str]) -> dict[str, str]:
    """Name the signed correction of each batch that has one."""
    told = ledger.entries(EntryKind.CORRECT)
    return {str(o.data["corrects"]): o.batch for o in told if o.batch in signed and o.data}


def _moved(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Yield the addresses that letters were given since they were signed, and whose they are."""
    for one in ledger.entries(EntryKind.READDRESS):
        if one.letter is not None and one.data:  # a forgotten one tells no address any more
            organisation = ledger.letter(one.letter).organisation
            yield from ((str(address), organisation) for address in one.data["to"])


def chosen(found: Loops, words: str) -> Loop:
    """Return the loop that the words mean: a job, or one of its batches.

    Raises:
        UsageError: there is none.

    """
    job = found.by_batch.get(words, words)
    loop = found.by_job.get(job)
    if loop is None:
        known = "、".join(sorted(found.by_job)) or "（还没有要回执的作业签发过）"
        raise UsageError(f"「{words}」没有要回执，或还没有签发", f"现有：{known}")
    return loop


def versions(ledger: Ledger, loop: Loop) -> tuple[Version, ...]:
    """List what was returned for a loop; where words are the answer, to the letters that stand.

    Whose letter an older batch has sent need not answer again; whose letter has changed must.
    """
    found = ledger.versions(loop.job)
    if not loop.returns.worded or not loop.periods:
        return found
    letters = (o for o in ledger.letters(loop.batch, Channel.LIVE) if o.kind not in BESIDE)
    homes = {one.organisation: sent_before(one) or loop.batch for one in letters}
    own = [one for one in found if one.values.get(answers.BATCH) == homes.get(one.organisation)]
    own.sort(key=lambda one: (one.organisation, one.at, one.id))
    return tuple(replace(one, period=loop.periods[0].key) for one in own)
