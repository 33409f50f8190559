"""催报: said beforehand, or sent as 常设签发 allows: exactly to those who owe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outbox.desk import folder as folders
from outbox.desk import send, standing
from outbox.desk.alterations import summary
from outbox.desk.arrears import planned
from outbox.desk.outcome import Outcome
from outbox.ledger.moves import Act
from outbox.ledger.reminders import Asked
from outbox.ledger.states import WAITING, BatchState
from outbox.office import reminding, urging
from outbox.office.reminding import Course
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from datetime import datetime

    from outbox.desk.arrears import Plan
    from outbox.desk.outcome import Progress
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo
    from outbox.office.loops import Loop
    from outbox.workspace import Workspace


def dry(workspace: Workspace, words: str, *, text: bool = False, at: datetime) -> Outcome:
    """Say who would be reminded now, who later, who not and why; nothing leaves.

    Raises:
        UsageError: no such job.
        InputError: it is not signed yet.

    """
    with folders.opened(workspace, at) as ledger:
        plan = planned(workspace, ledger, words, at)
        altered = standing.faults(workspace, ledger, ledger.batch(plan.loop.batch))
    lines = urging.pasted(plan) if text else urging.told(plan)
    if altered and not text:
        lines.append(f"签发后内容有变{summary(altered)}，催报发不出去，请重新送签")
    return Outcome(tuple(lines), urging.as_object(plan))


def go(
    workspace: Workspace, words: str, *, now: Callable[[], datetime], uncollected: bool = False
) -> Generator[Progress, None, Outcome]:
    """Remind exactly those who owe: what is laid leaves as every letter does.

    `uncollected`: a person says that it may be done though no mail was collected.

    Raises:
        UsageError: no such job.
        InputError: it is not signed, was called back, or differs from what was signed; or no mail
            was collected since the cut-off.
        UnavailableError: the password or the server is missing.

    """
    at = now()
    with folders.opened(workspace, at) as ledger:
        plan = planned(workspace, ledger, words, at)
        if plan.blind and plan.of(Course.NOW) and not uncollected:
            raise _unseen(workspace, plan)
        made, waits = lay(workspace, ledger, plan)
    told = urging.as_object(plan)
    if not waits:
        return Outcome((*urging.told(plan), "没有要发的催报"), {**told, "laid": 0})
    sent = yield from send.go(workspace, plan.loop.batch, now=now, wait=False)
    line = f"催报 {plan.period}：新排 {made} 封"
    return Outcome(
        (*urging.told(plan, done=True), line, *sent.lines),
        {**told, **sent.object, "laid": made},
        sent.status,
    )


def _unseen(workspace: Workspace, plan: Plan) -> InputError:
    """Refuse to remind anybody while it is not known who has reported."""
    when = plan.looked.astimezone(workspace.zone) if plan.looked else None
    last = f"上一次是 {when:%m月%d日 %H:%M}" if when else "一次也没有收过"
    job, count = plan.loop.job, len(plan.of(Course.NOW))
    return InputError(
        f"截止或上次催报以后还没有收过信（{last}），不知道谁已经报了，{count} 封催报没有发",
        f"先 fawen collect，再 fawen remind {job} --go；收不了信、已经另外核对过的，"
        f"用 fawen remind {job} --go --uncollected",
    )


def lay(workspace: Workspace, ledger: Ledger, plan: Plan) -> tuple[int, int]:
    """Queue the reminders that may leave now; return how many, and how many wait in all.

    Raises:
        InputError: the batch was called back, has stopped, or differs from what was signed.

    """
    due = plan.of(Course.NOW)
    waiting = _waiting(ledger, plan)
    if not (due or waiting):
        return 0, 0
    _refuse(workspace, ledger, plan.loop, ledger.batch(plan.loop.batch))
    period = plan.loop.period(plan.period)
    if period is None:
        return 0, waiting
    until = reminding.hours(plan.loop, period, plan.calendar).ends(plan.at)
    every = plan.loop.returns.reminding.every
    wanted = [
        Asked(one.party, plan.period, one.step, one.first.id, until, every)
        for one in due
        if one.first is not None
    ]
    made = ledger.remind(plan.loop.batch, wanted, Act(plan.at, folders.who()))
    return len(made), _waiting(ledger, plan)


def _waiting(ledger: Ledger, plan: Plan) -> int:
    """Count the reminders that were laid and have not left."""
    own = [one for one in ledger.reminded(plan.loop.job) if one.batch == plan.loop.batch]
    return sum(one.state in WAITING for one in own)


def _refuse(workspace: Workspace, ledger: Ledger, loop: Loop, batch: BatchInfo) -> None:
    if loop.closed:
        said = f"批次「{batch.name}」的状态是「{batch.state.word}」，不催报"
        raise InputError(said, "请重新合并、送签，或催代替它的那一批")
    if batch.state is BatchState.HALTED:
        raise InputError(
            f"批次「{batch.name}」已停下，不催报", f"先看原因：fawen status {batch.name}"
        )
    altered = standing.faults(workspace, ledger, batch)
    if altered:
        raise InputError(
            f"签发后内容有变{summary(altered)}，一封催报未发",
            f"请重新运行 fawen merge {batch.job}；内容有变的要重新送签",
            altered,
        )
