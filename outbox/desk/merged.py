"""What came of a merge: a batch, what it rivals, and how that is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge.letter import CORRECTS, SAMPLED, UNCHOSEN
from outbox.desk import number
from outbox.desk.outcome import Outcome, finding_lines, finding_object
from outbox.ledger.states import ANEW, BatchState
from rosters.finding import Level

if TYPE_CHECKING:
    from merge.manifest import Account, Manifest
    from merge.plan import Plan
    from outbox.desk.preparation import Prepared
    from outbox.ledger.recorder import Recorder
    from outbox.ledger.values import BatchInfo
    from rosters.finding import Finding

_SIGNED = (BatchState.APPROVED, BatchState.SENDING, BatchState.HALTED, BatchState.DONE)


@dataclass(frozen=True, slots=True)
class Merged:
    """A job, the batch that it came to, and how the ledger knows that batch."""

    prepared: Prepared
    manifest: Manifest
    batch: BatchInfo
    rivals: tuple[BatchInfo, ...] = ()
    notes: tuple[Finding, ...] = ()  # what was seen while the documents were made


def rivals(
    ledger: Recorder, plan: Plan, manifest: Manifest, batch: BatchInfo
) -> tuple[BatchInfo, ...]:
    """List the signed batches that are issues of the same paper as the new one."""
    return tuple(
        one
        for one in ledger.batches()
        if one.name not in {batch.name, manifest.meta.get(CORRECTS)}
        and one.state in _SIGNED
        and _alike(one, batch)
        and not (plan.given and one.number != batch.number)
    )


def _alike(one: BatchInfo, batch: BatchInfo) -> bool:
    """Tell whether two batches are issues of one paper: the same job, or the same 发文字号."""
    return one.job == batch.job or bool(batch.number and one.number == batch.number)


def outcome(made: Merged, seconds: float) -> Outcome:
    """Tell what came of a merge, and end with 1 where its accounts do not balance."""
    manifest, batch = made.manifest, made.batch
    findings = (*made.prepared.plan.findings, *made.notes)
    notes = [one for one in findings if one.level is not Level.INFO or one.rule == "letter.nearest"]
    lines = finding_lines(notes)
    lines += [
        f"略去  {one.key}：{one.reason}"
        for one in manifest.skipped
        if one.reason not in {UNCHOSEN, SAMPLED}
    ]
    lines += [_account_line(account) for account in manifest.accounts]
    lines += [f"原来的草稿 {name} 已由这一份代替" for name in batch.overtook]
    lines.append(
        f"{'样张' if manifest.sample else batch.state.word} {manifest.batch}："
        f"{len(manifest.documents)} 份文件，{len(manifest.letters)} 封信，"
        f"账目{'相符' if manifest.balanced else '不符'}"
    )
    lines += number.told(manifest, used=batch.state in _SIGNED)
    if batch.requeued:
        lines.append(
            f"此前撤销的 {batch.requeued} 封信又待发了；其中仍不发的，再撤销：fawen cancel "
            f"{manifest.batch} 单位"
        )
    if batch.state is not BatchState.DRAFT:
        lines.append(_same(batch))
    elif manifest.sample:
        lines.append(f"样张在 outbox/{manifest.batch}/ 里；看过之后，去掉 --limit 再合并一次")
    else:
        lines += [_rival(one) for one in made.rivals]
        lines.append(_next(manifest))
    entries = manifest.accounts
    return Outcome(
        tuple(lines),
        {
            "batch": manifest.batch,
            "rows": sum(one.rows for one in entries),
            "outside": sum(one.outside for one in entries),
            "documents": len(manifest.documents),
            "skipped": [
                {"row": one.row, "key": one.key, "reason": one.reason} for one in manifest.skipped
            ],
            "letters": len(manifest.letters),
            "digest": manifest.digest,
            "seconds": round(seconds, 3),
            "balanced": manifest.balanced,
            "sample": manifest.sample,
            "numbers": [one.text for one in manifest.numbers],
            "state": batch.state.value,
            "overtook": list(batch.overtook),
            "requeued": batch.requeued,
            "findings": [finding_object(one) for one in notes],
            "entries": [_entry(one) for one in entries],
        },
        status=0 if manifest.balanced else 1,
    )


def _same(batch: BatchInfo) -> str:
    """Say that this very content was a batch already, and what can be done with it."""
    advice = {
        BatchState.APPROVED: f"接着发：fawen send {batch.name} --go",
        BatchState.SENDING: f"接着发：fawen send {batch.name} --go",
        BatchState.HALTED: f"先看原因：fawen status {batch.name}",
        BatchState.DONE: f"哪个单位没有收到的，补发：fawen resend {batch.name} 单位 --why 原因",
        BatchState.CANCELLED: ANEW,
        BatchState.SUPERSEDED: (
            "它已由别的批次代替：用 fawen batches 看是哪一个" if batch.approved_by else ANEW
        ),
    }[batch.state]
    return f"内容与此前的批次相同，它的状态是「{batch.state.word}」。{advice}"


def _rival(one: BatchInfo) -> str:
    if one.state is BatchState.APPROVED:
        return f"提醒  批次 {one.name} 已签发、还没有发；要用这一份，先 fawen cancel {one.name}"
    return (
        f"提醒  批次 {one.name}（{one.number or one.job}）{one.state.word}；内容不同的要换发文字号"
    )


def _next(manifest: Manifest) -> str:
    """Name the next step: what a correction has changed is for the leader to see first."""
    if manifest.meta.get(CORRECTS):
        shown = f"fawen review {manifest.batch} -o 送签.pdf"
        return f"下一步：{shown}，请领导看改了什么；也可先 fawen rehearse {manifest.batch}"
    return f"下一步：fawen rehearse {manifest.batch}"


def _account_line(account: Account) -> str:
    listed = f"，其中列出 {account.listed} 人" if account.listed else ""
    return (
        f"{account.kind}（每份：{account.per}）：范围内 {account.rows} = "
        f"制成 {account.documents} + 略去 {account.skipped}，范围外 {account.outside}{listed}"
    )


def _entry(account: Account) -> dict[str, object]:
    return {
        "kind": account.kind,
        "per": account.per,
        "rows": account.rows,
        "outside": account.outside,
        "documents": account.documents,
        "skipped": account.skipped,
        "listed": account.listed,
    }
