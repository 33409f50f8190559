"""What is in quarantine, told: a line for people, an object for programs, where it lies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from outbox.desk import opening
from outbox.ledger.intakes import MAIL
from outbox.ledger.states import HeldState, Reason
from outbox.office import bulletin

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from outbox.ledger.intakes import Held, Staged, Version
    from outbox.ledger.ledger import Ledger
    from outbox.workspace import Workspace

DONE = {HeldState.ASSIGNED: "已认领", HeldState.DISCARDED: "已弃置"}
_SHOWN = 3  # days that a line names


def since(ledger: Ledger, one: Held) -> str:
    """Name the days of which its organisation has reported since it came; "" for none."""
    if not (one.job and one.organisation):
        return ""
    versions = ledger.versions(one.job, one.organisation)
    days = sorted({each.period for each in versions if each.counts and each.at > one.at})
    more = f"等 {len(days)} 天" if len(days) > _SHOWN else ""
    return f"（此后又报来{'、'.join(map(bulletin.said, days[-_SHOWN:]))}{more}的）" if days else ""


def rival(ledger: Ledger, held: Held, staged: Iterable[Staged]) -> Version | None:
    """Return what was made of another file that came at the same moment and says other things.

    Of one day, and of one person; None where there is none. Neither came last, so that neither can
    count by that.
    """
    for one in staged:
        about = one.period, one.subject
        for each in ledger.versions(one.job, one.organisation):
            same = (each.period, each.subject) == about and each.at == (one.at or held.at)
            other = (each.part, each.sha256) != (one.part, one.sha256)
            if same and other and dict(each.values) != json.loads(one.values):
                return each
    return None


def names(ledger: Ledger) -> dict[str, str]:
    """Return what the organisations are called that owe something, by their keys."""
    parties = (party for _, standing in ledger.loops() for party in standing.parties)
    return {one.organisation: one.short for one in parties}


def line(workspace: Workspace, one: Held, who: str, later: str) -> str:
    """Tell one thing: when it came, why it waits, from whom; `later` as `since` says it.

    `who` is the organisation that it probably is of, as a clerk may write it to assign it.
    """
    at = one.at.astimezone(workspace.zone)
    what = " › ".join(dict.fromkeys(filter(None, (one.sender, one.subject, one.name, one.part))))
    done = f"　{DONE[one.state]}（{one.decided_by}）" if one.state in DONE else ""
    who = "" if one.reason is Reason.ANOTHER else who  # its words name the one and the other
    about = f"　可能是 {' '.join(filter(None, (one.job, who)))}{later}" if one.job else ""
    place = workspace.shown(_original(workspace, one))
    told = f"{one.reason.word}：{one.words}　{what}{about}{done}"
    return f"{one.id}  {at:%m月%d日 %H:%M}　{told}　原件 {place}"


def as_object(workspace: Workspace, one: Held) -> dict[str, object]:
    """Write one thing for programs."""
    return {
        "id": one.id,
        "reason": one.reason.value,
        "words": one.words,
        "job": one.job,
        "organisation": one.organisation,
        "part": one.part,
        "sender": one.sender,
        "subject": one.subject,
        "name": one.name,
        "how": one.how,
        "state": one.state.value,
        "at": one.at.isoformat(),
        "file": workspace.shown(_original(workspace, one)),
    }


def _original(workspace: Workspace, one: Held) -> Path:
    if one.how == MAIL:
        return opening.place(workspace, one.source)
    return opening.file_place(workspace, one.name, one.source)
