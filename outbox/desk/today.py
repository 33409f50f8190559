"""今日待办: what is open, and the next command for each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from outbox.desk import arrears, consents, custody
from outbox.desk import folder as folders
from outbox.desk.choosing import OPEN
from outbox.desk.new import ROSTER
from outbox.desk.outcome import Outcome
from outbox.ledger.returned import open_faults
from outbox.ledger.states import WAITING, BatchState, LetterState
from outbox.ledger.values import INBOX

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo
    from outbox.workspace import Workspace

LATELY = timedelta(days=7)  # what came back longer ago is no longer of today
_GONE = (BatchState.CANCELLED, BatchState.SUPERSEDED)  # what these asked for is asked no more
SOON = timedelta(minutes=30)  # most bounces come within


def today(workspace: Workspace, at: datetime) -> Outcome:
    """List every open batch and every job that has none, each with its next command."""
    jobs = [path.stem for path in workspace.all_jobs()]
    with folders.opened(workspace, at) as ledger:
        batches = ledger.batches()
        todo = [] if batches else list(_begin(workspace, jobs))
        todo += _kept(ledger, workspace)
        todo += [
            _next(workspace, ledger, batch, jobs, at)
            for batch in batches
            if batch.state in OPEN and not _only_doubts(ledger, batch) and not _seen(batch, batches)
        ]
        todo += _back(workspace, ledger, at)
        todo += _waiting(ledger, at - LATELY)
        todo += arrears.todo(workspace, ledger, at)
    worked = {batch.job for batch in batches}
    todo += [
        (f"作业 {job}：还没有合并过", f"fawen merge {job}") for job in jobs if job not in worked
    ]
    lines = [f"{what}\n    → {command}" for what, command in todo]
    head = f"今日待办（{at.astimezone(workspace.zone):%Y年%m月%d日}）"
    return Outcome(
        (head, *lines) if lines else (head, "没有等着办的事"),
        {"todo": [{"what": what, "next": command} for what, command in todo]},
    )


def _begin(workspace: Workspace, jobs: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Lead through a workspace in which nothing has been made yet."""
    config = workspace.config
    if not config.unit.name:
        yield (
            "fawen.toml 里还没有写本单位的名称",
            "用记事本打开 fawen.toml，填 [unit] 的 name",
        )
    if not config.account.address:
        yield ("还没有发件邮箱（只演练的，可以以后再设）", "fawen account set")
    if (workspace.root / "rosters" / ROSTER).is_file():
        yield ("rosters/ 里是示例大学的名册：可以先用它试，办事前换成本单位的", "fawen check")
    else:
        yield ("先看看名册和作业有没有错", "fawen check")
    if jobs:
        yield ("挑一个作业，全部发到本机的邮局看一看，不惊动任何人", f"fawen rehearse {jobs[0]}")


def _kept(ledger: Ledger, workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Say that this copy may only be read, and how that is changed."""
    refusal = custody.readonly(ledger, workspace)
    if refusal is not None:
        takes = "fawen takeover" in refusal.advice
        yield (refusal.message, "fawen takeover" if takes else refusal.advice)


def _back(workspace: Workspace, ledger: Ledger, at: datetime) -> Iterator[tuple[str, str]]:
    """Say what has come back, and whether it is time to look."""
    for name, count in ledger.doubtful().items():
        yield (f"批次 {name}：有 {count} 封信存疑，不知道发出没有", f"fawen resolve {name}")
    for name, count in ledger.refused_since(at - LATELY).items():
        yield (
            f"批次 {name}：{count} 封没有送出，看清原因（fawen status {name}）；地址不对的，"
            "改地址后就会再发（已发出的不会再发）",
            f"fawen readdress {name} 单位 新地址 --why 原因",
        )
    for name, count in ledger.bounced_since(at - LATELY).items():
        yield (
            f"批次 {name}：{count} 封被退信，请核对地址（fawen status {name} 看是哪几封）；"
            f"改好地址再补发：fawen resend {name} 单位 --why 原因",
            f"fawen readdress {name} 单位 新地址 --why 原因",
        )
    address = workspace.config.account.address
    last = ledger.last_dot(address) if address else None
    seen = ledger.seen(address, INBOX) if address else None
    if last is None or last <= at - LATELY or (seen and seen.at >= last + SOON):
        return
    if at < last + SOON:
        when = f"{(last + SOON).astimezone(workspace.zone):%H:%M}"
        yield (f"刚发出的信，退信多在半小时内到：{when} 以后再看", "fawen collect")
    else:
        yield ("发出之后还没有看过有没有退信", "fawen collect")


def _waiting(ledger: Ledger, since: datetime) -> Iterator[tuple[str, str]]:
    """Say what came back and waits for a person: in quarantine, or lately with a fault in it."""
    held = len(ledger.quarantine())
    if held:
        yield (f"隔离区有 {held} 件收到了而看不准，等人认领或弃置", "fawen quarantine")
    for job in dict.fromkeys(info.job for info, _ in ledger.loops() if info.state not in _GONE):
        waiting = open_faults(ledger.versions(job)).values()
        days = sorted(one.period for one in waiting if one.at >= since)
        if days:
            last = f"fawen returns {job} --day {days[-1]}"
            yield (f"{job}：{len(days)} 份回执有误待核，最近的是 {days[-1]} 的", last)


def _seen(batch: BatchInfo, batches: Sequence[BatchInfo]) -> bool:
    """Tell whether a sample has served: all of its job was merged after it."""
    after = (one for one in batches if one.job == batch.job and not one.sample)
    return batch.sample and any(one.recorded_at >= batch.recorded_at for one in after)


def _only_doubts(ledger: Ledger, batch: BatchInfo) -> bool:
    """Tell whether nothing waits to be sent: the doubts have a line of their own."""
    if batch.state is not BatchState.SENDING:
        return False
    counts = ledger.counts(batch.name)
    return not any(counts[state] for state in WAITING) and counts[LetterState.IN_DOUBT] > 0


def _next(
    workspace: Workspace, ledger: Ledger, batch: BatchInfo, jobs: Sequence[str], at: datetime
) -> tuple[str, str]:
    if batch.sample and batch.job not in jobs:
        return (f"样张 {batch.name}：只供查看，不能签发", f"fawen cancel {batch.name}")
    if batch.sample:
        words = f"样张 {batch.name}：只供查看，不能签发；看过之后，合并全部"
        return (words, f"fawen merge {batch.job}")
    if batch.state is BatchState.DRAFT:
        return _draft(workspace, ledger, batch)
    if batch.state is BatchState.APPROVED:
        used = ledger.renumbered(batch.name) or ledger.sent_elsewhere(batch.name)
        if len(used) >= batch.letters:
            other = next(iter(used.values()))
            return (
                f"批次 {batch.name}：已由批次 {other} 发过，不必再发",
                f"fawen cancel {batch.name}",
            )
    counts = ledger.counts(batch.name)
    held = counts[LetterState.HELD]
    waiting = sum(counts[state] for state in WAITING)
    if batch.state is BatchState.SENDING and held and held == waiting:
        return (
            f"批次 {batch.name}：{held} 封的内容被服务器拒收，暂缓未发，请看过原因再定",
            f"fawen status {batch.name}",
        )
    words, command = {
        BatchState.APPROVED: ("已签发，等发送", f"fawen send {batch.name} --go"),
        BatchState.SENDING: ("正在发送，还没有发完", f"fawen send {batch.name} --go"),
        BatchState.HALTED: ("已停下，请看原因", f"fawen status {batch.name}"),
    }[batch.state]
    if waiting and batch.state is not BatchState.HALTED:
        from outbox.desk.respite import told

        words += told(workspace, ledger, batch, counts, at)
    return (f"批次 {batch.name}：{words}", command)


def _draft(workspace: Workspace, ledger: Ledger, batch: BatchInfo) -> tuple[str, str]:
    """Name the next step of a draft: a leader who has agreed by mail waits to be taken down."""
    by = consents.given(ledger, batch, workspace)
    if by:
        return (
            f"批次 {batch.name}：{by} 已回信同意，等登记签发",
            f"fawen approve {batch.name} --by {by} --basis 邮件",
        )
    rehearsed = any(ledger.counts(batch.name, "rehearsal").values())
    if not (rehearsed or ledger.corrects(batch.name)):
        return (f"批次 {batch.name}：草稿，还没有演练", f"fawen rehearse {batch.name}")
    if ledger.review(batch.name) is None:
        return (f"批次 {batch.name}：草稿，还没有送签", f"fawen review {batch.name}")
    return (
        f"批次 {batch.name}：已送签，等签发",
        f"fawen approve {batch.name} --by 姓名 --basis 当面",
    )
