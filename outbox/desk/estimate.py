"""An estimate of a sending: who would get what, how long it takes; nothing leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from outbox.desk import folder as folders
from outbox.desk import sender, standing
from outbox.desk.choosing import pick
from outbox.desk.outcome import Outcome, error_object, finding_lines, finding_object
from outbox.ledger.states import TO_SEND, BatchState, Channel
from outbox.post import pace
from outbox.post.account import size_word
from outbox.post.errand import LEASE
from outbox.post.signed import urgent
from outbox.post.throttle import Throttle
from rosters.finding import InputError, Level

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from outbox.ledger.allowance import Tempo
    from outbox.ledger.values import BatchInfo, LetterInfo
    from outbox.post.account import Account
    from outbox.workspace import Workspace


def estimate(workspace: Workspace, words: str | None, *, at: datetime) -> Outcome:
    """Say who would get what, how long it takes, and what another batch has sent already.

    Raises:
        UsageError: there is no such batch, or it must be named.

    """
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
    waiting = [one for one in letters if one.state in TO_SEND and one.id not in blocked]
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
    if manifest.standing is not None:
        from outbox.desk import deadlines

        lines += deadlines.late(workspace, batch, manifest.standing, at)
    lines += finding_lines(altered)
    lines += [
        f"{name}：已由批次 {other} 收到过同一字号的另一种内容" for name, other in renumbered.items()
    ]
    lines += [] if altered or renumbered else _next(batch, waiting, reviewed=reviewed)
    wrong = bool(renumbered) or any(one.level is Level.ERROR for one in altered)
    refused = InputError(f"批次 {batch.name} 现在发不出去", "请先按所说的改正")
    return Outcome(
        tuple(lines),
        {
            **({"error": error_object(refused)} if wrong else {}),
            "batch": batch.name,
            "letters": len(waiting),
            "bytes": size,
            "eta": int(takes.total_seconds()),
            "blocked": [
                {"organisation": one.organisation, "name": one.name, "batch": blocked[one.id]}
                for one in letters
                if one.id in blocked
            ],
            "findings": [finding_object(one) for one in altered],
        },
        status=1 if wrong else 0,
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
