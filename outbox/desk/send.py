"""A dry run of a batch, or its sending; it goes on where it stopped."""

from __future__ import annotations

import os
import socket
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from outbox.desk import folder as folders
from outbox.desk import sender, standing
from outbox.desk.alterations import summary
from outbox.desk.choosing import pick
from outbox.desk.outcome import WAITING, Outcome, Progress, finding_lines
from outbox.ledger.fate import in_part
from outbox.ledger.states import GONE, BatchState, Channel, LetterState
from outbox.office.balance import balance
from outbox.post import pace
from outbox.post.account import size_word
from outbox.post.delivery import deliver
from outbox.post.errand import LEASE
from outbox.post.log import told
from outbox.post.signed import urgent
from outbox.post.throttle import Throttle
from rosters.finding import Finding, InputError, Level, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from datetime import datetime

    from outbox.ledger.allowance import Tempo
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo, LetterInfo
    from outbox.office.balance import Balance
    from outbox.post.account import Account
    from outbox.post.delivery import Event
    from outbox.workspace import Workspace

SOON = timedelta(minutes=30)  # most bounces come within
SENDABLE = (BatchState.APPROVED, BatchState.SENDING, BatchState.HALTED)


def dry(workspace: Workspace, words: str | None, *, at: datetime) -> Outcome:
    """Say who would get what, how long it takes, and what another batch has sent already."""
    with folders.opened(workspace, at) as ledger:
        batch = pick(ledger, words)
        letters = ledger.letters(batch.name)
        blocked = ledger.sent_elsewhere(batch.name)
        manifest = ledger.issued(batch.name)
        renumbered = ledger.renumbered(batch.name)
        account = sender.rehearser(workspace)
        tempo = pace.current(account, ledger.tempo_of(account.address))
        throttle = Throttle(
            ledger, batch.name, Channel.LIVE, account, "", LEASE, urgent=urgent(manifest)
        )
        ready = throttle.until(at.astimezone(workspace.zone))
        reviewed = ledger.review(batch.name) is not None
        altered = (
            standing.faults(workspace, ledger, batch)
            if batch.approved_by
            else folders.altered(workspace.outbox / batch.folder, manifest, ledger.key)
        )
    waiting = [one for one in letters if one.state in _TO_SEND and one.id not in blocked]
    takes = max(at, ready[0]) - at + pace.eta(len(waiting), account, tempo.share)
    size = sum(part.size for one in waiting for part in one.attachments)
    files = f"附件共 {size_word(size)}" if size else "没有附件"
    lines = [_line(one, blocked.get(one.id)) for one in letters]
    lines.append(
        f"试算 {batch.name}：要发 {len(waiting)} 封，{files}，"
        f"按发件邮箱的限额约需{_span(takes)}。这次没有发送任何邮件。"
    )
    lines += _explained(account, tempo, takes, at.astimezone(workspace.zone))
    altered += sender.too_large(workspace, manifest)
    lines += finding_lines(altered)
    lines += [
        f"{name}：已由批次 {other} 收到过同一字号的另一种内容" for name, other in renumbered.items()
    ]
    lines += [] if altered or renumbered else _next(batch, waiting, reviewed=reviewed)
    return Outcome(
        tuple(lines),
        {
            "batch": batch.name,
            "letters": len(waiting),
            "bytes": size,
            "eta": int(takes.total_seconds()),
            "blocked": [
                {"organisation": one.organisation, "name": one.name, "batch": blocked[one.id]}
                for one in letters
                if one.id in blocked
            ],
        },
        status=0,
    )


def _explained(account: Account, tempo: Tempo, takes: timedelta, at: datetime) -> list[str]:
    """Say how the time comes about, where it is long, and that more accounts would help."""
    lines = []
    if tempo.share < pace.FULL:
        why = "限额是估计的，先慢后快" if account.assumed else "服务器曾要求放慢"
        lines.append(f"现在按限额的 {tempo.share // 10}% 发送（{why}），顺利时逐步加快")
    if takes >= timedelta(days=1):
        lines.append(
            f"约到 {at + takes:%Y年%m月%d日} 才能发完；等不及时，请改用单位自建的发信服务器，"
            "或向邮箱管理员申请提高限额后写进 fawen.toml 的 per_minute、per_day"
        )
    return lines


_TO_SEND = (LetterState.QUEUED, LetterState.LEASED, LetterState.DEFERRED)


def _line(letter: LetterInfo, blocked: str | None) -> str:
    who = f"{letter.name}　{'；'.join((*letter.to, *letter.cc))}"
    if blocked:
        return f"不发　{who}　已由批次 {blocked} 发出"
    names = "、".join(part.name for part in letter.attachments)
    return f"{letter.state.word}　{who}　{letter.subject}　附件：{names or '无'}"


def _next(batch: BatchInfo, waiting: Sequence[LetterInfo], *, reviewed: bool) -> list[str]:
    if batch.sample:
        return ["这是样张，只供查看。看过之后，去掉 --limit 再运行一次 fawen merge"]
    if batch.state is BatchState.DRAFT:
        approving = f"fawen approve {batch.name} --by 姓名 --basis 当面"
        reviewing = f"fawen review {batch.name} -o 送签.pdf"
        return [f"还没有签发。下一步：{approving if reviewed else reviewing}"]
    return [f"下一步：fawen send {batch.name} --go"] if waiting else []


def _span(takes: timedelta) -> str:
    minutes = -(-int(takes.total_seconds()) // 60)
    if minutes < 1:
        return "不到 1 分钟"
    if minutes < 60:  # noqa: PLR2004  # an hour
        return f" {minutes} 分钟"
    hours = -(-minutes // 60)
    return f" {hours} 小时" if hours < 48 else f" {-(-hours // 24)} 天"  # noqa: PLR2004  # two days


def go(
    workspace: Workspace,
    words: str | None,
    *,
    now: Callable[[], datetime],
    wait: bool,
    held: bool = False,
) -> Generator[Progress, None, Outcome]:
    """Send what pace allows; with `held` also what was held for its content, on a person's word.

    Raises:
        InputError: the batch is not signed, differs from what was signed, or all of it has been
            sent by another batch.
        UnavailableError: the password or the server is missing.

    """
    with folders.opened(workspace, now()) as ledger:
        batch = pick(ledger, words, SENDABLE)
        _refuse(workspace, ledger, batch)
        account = sender.account(workspace)
        secret = sender.password(workspace, account)
        if held:
            ledger.take_up_held(batch.name, now(), folders.who())
        events: list[Event] = []
        delivery = deliver(
            ledger,
            batch.name,
            "live",
            account,
            secret,
            workspace.outbox / batch.folder,
            now=lambda: now().astimezone(workspace.zone),
            pause=time.sleep,
            worker=f"{folders.who()}@{socket.gethostname()}:{os.getpid()}",
            wait=wait,
            context=sender.context(workspace),
        )
        for event in told(delivery, batch.name):
            events.append(event)
            yield Progress("发送", sum(one.letter is not None for one in events), batch.letters)
        counts = ledger.counts(batch.name)
        ended = ledger.batch(batch.name)
        sums = balance(batch.letters + ledger.added(batch.name), counts)
        parts = [one for one in ledger.letters(batch.name) if in_part(one)]
    return _sent(workspace, ended, counts, sums, events, parts)


def _refuse(workspace: Workspace, ledger: Ledger, batch: BatchInfo) -> None:
    """Refuse before anything leaves: a changed file, a changed record, an issue already sent."""
    if batch.state is BatchState.DRAFT:
        raise InputError(
            f"批次「{batch.name}」还没有签发，一封未发", f"先 fawen approve {batch.name}"
        )
    altered = standing.faults(workspace, ledger, batch)
    if altered:
        left = ledger.counts(batch.name)
        gone = any(left[state] for state in GONE)
        raise InputError(
            f"签发后内容有变{summary(altered)}，{'其余的' if gone else ''}一封未发，请重新送签",
            f"请重新运行 fawen merge {batch.job}；内容有变的要重新送签",
            altered,
        )
    _renumbered(ledger, batch)
    if batch.state is BatchState.APPROVED:
        blocked = ledger.sent_elsewhere(batch.name)
        open_ = [one for one in ledger.letters(batch.name) if one.state in _TO_SEND]
        if open_ and len(blocked) == len(open_):
            found = [_already(one, blocked[one.id]) for one in open_]
            others = "、".join(sorted(set(blocked.values())))
            raise InputError(f"这些信已由批次 {others} 发出，一封未发", "不必再发", found)


def _renumbered(ledger: Ledger, batch: BatchInfo) -> None:
    """Refuse a second content under a 发文字号 that has been sent: one number, one document."""
    found = ledger.renumbered(batch.name)
    if found:
        others = "、".join(sorted(set(found.values())))
        raise InputError(
            f"{batch.number} 已由批次 {others} 发给 {len(found)} 个单位，这次的内容不同，一封未发",
            "请换一个发文字号后重新合并、送签；一个字号只能是一份文件",
            [
                Finding(
                    Level.ERROR,
                    "number.used",
                    Place(batch.name, where=name),
                    f"已收到过 {batch.number} 的另一种内容（批次 {other}）",
                )
                for name, other in found.items()
            ],
        )


def _already(letter: LetterInfo, other: str) -> Finding:
    place = Place(letter.batch, where=letter.name)
    return Finding(Level.ERROR, "letter.sent", place, f"同样的文件已由批次 {other} 发出")


def _sent(
    workspace: Workspace,
    batch: BatchInfo,
    counts: dict[LetterState, int],
    sums: Balance,
    events: Sequence[Event],
    parts: Sequence[LetterInfo],
) -> Outcome:
    next_at = next((one.next_at for one in reversed(events) if one.kind == "waiting"), None)
    lines = [_told(one) for one in events if one.kind not in {"accepted", "finished"}]
    lines += [f"{one.name}：{one.reason}" for one in parts]  # also those of an earlier run
    lines.append(
        f"批次 {batch.name}：服务器已接收 {sums.accepted}，被拒收 {sums.refused}，"
        f"待发 {sums.waiting}，存疑 {sums.in_doubt}，已撤销 {sums.cancelled}，"
        f"共 {sums.letters} 封，账目{'相符' if sums.balanced else '不符'}"
    )
    if next_at:
        lines.append(
            f"{next_at.astimezone(workspace.zone):%m月%d日 %H:%M} 以后再运行 fawen send --go"
            "；加 --wait 则自己等"
        )
    if counts.get(LetterState.HELD):
        lines.append(
            f"有 {counts[LetterState.HELD]} 封的内容被服务器拒收，暂缓未发。请先看看原因"
            "（附件、用语、链接）；确认无误可加 --held 再发，不再发的用 fawen cancel 撤销"
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
