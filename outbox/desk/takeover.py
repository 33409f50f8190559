"""Keep a ledger from here on: on another machine, in another folder, or from a backup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from outbox.desk import custody
from outbox.desk import folder as folders
from outbox.desk.custody import Standing
from outbox.desk.outcome import Outcome
from outbox.ledger.chain import head_code
from outbox.ledger.moves import Act
from rosters.finding import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from outbox.desk.custody import Custody
    from outbox.workspace import Workspace

_OLD = "原来那一份从此停用（关掉、删去或封存），否则同一封信可能发出两次"


def question(workspace: Workspace, *, at: datetime) -> str:
    """Return what a person must confirm before this copy takes over; "" where nothing."""
    with folders.opened(workspace, at) as ledger:
        found = custody.look(ledger, workspace)
    was: dict[str, Any] = dict(found.keeper.data) if found.keeper else {}
    asked = {
        Standing.ELSEWHERE: f"台账现由电脑 {was.get('host', '')} 保管（{was.get('place', '')}）。",
        Standing.COPY: f"这是一份副本，原件还在 {was.get('place', '')}。",
        Standing.BEHIND: "台账与本机记得的对不上：本机记得的那些记录里，可能有已经发出的信，"
        "这一份不知道。接管以后请先 fawen collect，并对照「已发送」再发。",
    }.get(found.standing, "")
    return f"{asked}接管以后，{_OLD}。确认接管吗？" if asked else ""


def takeover(workspace: Workspace, *, sure: bool, why: str = "", at: datetime) -> Outcome:
    """Take the ledger over; the takeover is a link of the chain.

    Raises:
        UsageError: somebody must confirm that the old copy is out of use, and has not.

    """
    asked = question(workspace, at=at)
    if asked and not sure:
        raise UsageError(asked.removesuffix("。确认接管吗？"), "确认以后加上 --yes")
    with folders.opened(workspace, at) as ledger:
        found = custody.look(ledger, workspace)
        if found.standing is Standing.OURS:
            return _outcome(found, found.end.head, "台账本来就由这里保管，不用接管", took=False)
        end = ledger.take_over(found.data(why), Act(at, folders.who()))
        custody.remember(ledger, workspace)  # whatever was remembered of the copy before
        broken = ledger.broken() is not None
    lines = f"已接管：台账从现在起由电脑 {found.machine.host} 的 {found.place} 保管"
    if broken:
        lines += "；链有断处，请先 fawen audit 查明，查明以前不能发送"
    elif found.standing is Standing.BEHIND:
        lines += "；请先 fawen collect 收信，对照「已发送」，再办理"
    return _outcome(found, end.head, lines, took=True)


def _outcome(found: Custody, head: str, words: str, *, took: bool) -> Outcome:
    more = (f"台账码：{head_code(head)}（请记在交接单上）",) if took else ()
    if took and found.standing not in {Standing.FRESH, Standing.MOVED, Standing.RELEASED}:
        more = (*more, f"请务必让{_OLD}；旧电脑如果看不到这次接管，程序拦不住它")
    return Outcome(
        (words, *more),
        {
            "taken": took,
            "standing": found.standing.name.lower(),
            "host": found.machine.host,
            "place": found.place,
            "head": head_code(head),
        },
    )
