"""What came of a sending, and how it is told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from outbox.desk.outcome import WAITING, Outcome
from outbox.ledger.states import BatchState, LetterState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from outbox.ledger.values import BatchInfo, LetterInfo
    from outbox.office.balance import Balance
    from outbox.post.delivery import Event
    from outbox.workspace import Workspace

SOON = timedelta(minutes=30)  # most bounces come within


def outcome(
    workspace: Workspace,
    batch: BatchInfo,
    counts: dict[LetterState, int],
    sums: Balance,
    events: Sequence[Event],
    parts: Sequence[LetterInfo],
) -> Outcome:
    """Tell what came of a sending, and end with 3 where something is left to do.

    `events` are what happened in this run, `parts` the letters some of whose receivers refused.
    """
    next_at = next((one.next_at for one in reversed(events) if one.kind == "waiting"), None)
    # What stops a batch, such as a refused login, is no matter of the letter that met with it.
    stops = {one.words for one in events if one.kind == "halted"}
    told = dict.fromkeys(
        one.words if one.words in stops else _told(one)
        for one in events
        if one.kind not in {"accepted", "finished"}
    )
    lines = list(told)
    lines += [f"{one.name}：{one.reason}" for one in parts]  # also those of an earlier run
    lines.append(
        f"批次 {batch.name}：服务器已接收 {sums.accepted}，被拒收 {sums.refused}，"
        f"待发 {sums.waiting}，存疑 {sums.in_doubt}，已撤销 {sums.cancelled}，"
        f"共 {sums.letters} 封，账目{'相符' if sums.balanced else '不符'}"
    )
    if next_at:
        lines.append(f"到时再运行 fawen send {batch.name} --go；加 --wait 则自己等")
    if batch.state is BatchState.HALTED:
        lines.append(f"批次已停下：改好以后再运行 fawen send {batch.name} --go，从停下的地方接着发")
    if counts.get(LetterState.HELD):
        lines.append(
            f"有 {counts[LetterState.HELD]} 封的内容被服务器拒收，暂缓未发。请先看看原因"
            f"（附件、用语、链接）；确认无误的，用 fawen send {batch.name} --go --held 再发；"
            f"不再发的，用 fawen cancel {batch.name} 单位 撤销"
        )
    look_at = _look_at(events, counts)
    if look_at:
        lines.append(
            f"{look_at.astimezone(workspace.zone):%m月%d日 %H:%M} 以后运行 fawen collect："
            "看看有没有退信，存疑的到「已发送」里核对；退信最迟约五天寄到，届时再看一次"
        )
    whole = sums.accepted + sums.cancelled == sums.letters and not parts
    return Outcome(
        tuple(lines),
        {
            "batch": batch.name,
            "state": batch.state.value,
            **{state.value: counts.get(state, 0) for state in LetterState},
            "partial": len(parts),
            "next_attempt_at": _shown(workspace, next_at),
            "collect_at": _shown(workspace, look_at),
            "balanced": sums.balanced,
        },
        status=0 if whole and sums.balanced else WAITING,
    )


def _shown(workspace: Workspace, at: datetime | None) -> str | None:
    return at.astimezone(workspace.zone).isoformat(timespec="seconds") if at else None


def _look_at(events: Sequence[Event], counts: dict[LetterState, int]) -> datetime | None:
    """Say when to look into the mailbox: most bounces come soon; a doubt has its grace."""
    left = [one.at for one in events if one.kind in {"accepted", "in_doubt"}]
    if not left and not counts.get(LetterState.IN_DOUBT):
        return None
    last = max(left, default=max((one.at for one in events), default=None))
    return last + SOON if last else None


def _told(event: Event) -> str:
    if event.letter is None:
        return event.words
    return f"{event.letter.name}：{event.words}"
