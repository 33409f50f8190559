"""What batches there are, one batch or letter in full, and counts by state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge.letter import check_code
from outbox.desk import folder as folders
from outbox.desk.cancel import find
from outbox.desk.choosing import latest, pick
from outbox.desk.outcome import Outcome
from outbox.ledger.states import LetterState

if TYPE_CHECKING:
    from datetime import datetime

    from outbox.ledger.values import BatchInfo, LetterInfo
    from outbox.workspace import Workspace


def batches(workspace: Workspace, at: datetime) -> Outcome:
    """List every batch, oldest first."""
    with folders.opened(workspace, at) as ledger:
        found = ledger.batches()
    lines = tuple(_batch_line(workspace, one) for one in found)
    return Outcome(
        lines or ("还没有批次",), {"batches": [_batch_object(workspace, one) for one in found]}
    )


def status(workspace: Workspace, words: str | None, *, at: datetime) -> Outcome:
    """Count a batch's letters by state; letters in doubt and refused are named."""
    with folders.opened(workspace, at) as ledger:
        batch = latest(ledger, words)
        counts = ledger.counts(batch.name)
        letters = ledger.letters(batch.name)
    lines = [_batch_line(workspace, batch)]
    lines += [f"　{state.word}　{count}" for state, count in counts.items() if count]
    lines += [_trouble(one) for one in letters if one.state in _TROUBLES]
    return Outcome(
        tuple(lines),
        {
            **_batch_object(workspace, batch),
            "letters": {state.value: count for state, count in counts.items()},
        },
    )


_TROUBLES = {
    LetterState.IN_DOUBT,
    LetterState.REJECTED,
    LetterState.EXPIRED,
    LetterState.HELD,
    LetterState.CANCELLED,
}


def _trouble(letter: LetterInfo) -> str:
    said = letter.reason or letter.reply
    if letter.state is LetterState.IN_DOUBT:
        said = f"{said}　请到发件箱「已发送」里核对，或电话询问对方；它不会自动重发"
    if letter.state is LetterState.HELD:
        said = (
            f"{said}　看过原因、确认无误后可用 fawen send --go --held 再发，或用 fawen cancel 撤销"
        )
    return f"　{letter.state.word}：{letter.name}　{'；'.join(letter.to)}　{said}"


def show(workspace: Workspace, words: str, letter: str | None, *, at: datetime) -> Outcome:
    """Show a batch with its letters, or one letter in full.

    Raises:
        UsageError: there is no such batch or letter.

    """
    with folders.opened(workspace, at) as ledger:
        batch = pick(ledger, words)
        letters = ledger.letters(batch.name)
        manifest = ledger.manifest(batch.name)
        if letter is not None:
            return _one(workspace, batch, find(letters, letter))
    lines = [_batch_line(workspace, batch), f"　内容摘要 {batch.digest}"]
    lines += [f"　{one.key}　{one.title}　{one.file.path}" for one in manifest.documents]
    lines += [f"　略去：{one.row}　{one.reason}" for one in manifest.skipped]
    lines += [f"　信　{one.organisation}　{one.name}　{one.state.word}" for one in letters]
    return Outcome(
        tuple(lines),
        {
            **_batch_object(workspace, batch),
            "documents": [
                {
                    "key": one.key,
                    "organisation": one.organisation,
                    "file": one.file.path,
                    "sha256": one.file.sha256,
                }
                for one in manifest.documents
            ],
            "skipped": [{"row": one.row, "reason": one.reason} for one in manifest.skipped],
            "letters": [
                {"organisation": one.organisation, "name": one.name, "state": one.state.value}
                for one in letters
            ],
        },
    )


def _one(workspace: Workspace, batch: BatchInfo, letter: LetterInfo) -> Outcome:
    settled = letter.settled_at
    when = f"{settled.astimezone(workspace.zone):%Y-%m-%d %H:%M}" if settled else ""
    files = [f"　附件　{one.name}（{one.size} 字节，{one.path}）" for one in letter.attachments]
    lines = (
        f"{letter.name}（{letter.organisation}）　{letter.state.word}　{when}",
        f"　收件　{'；'.join(letter.to)}"
        + (f"　抄送　{'；'.join(letter.cc)}" if letter.cc else ""),
        f"　主题　{letter.subject}",
        *(f"　｜{line}" for line in letter.body.splitlines()),
        *files,
        f"　Message-ID　{letter.message_id or '（还没有）'}",
        f"　尝试 {letter.attempts} 次　{letter.code or ''} {letter.reply} {letter.reason}".rstrip(),
    )
    return Outcome(
        lines,
        {
            "batch": batch.name,
            "organisation": letter.organisation,
            "name": letter.name,
            "state": letter.state.value,
            "to": list(letter.to),
            "cc": list(letter.cc),
            "subject": letter.subject,
            "body": letter.body,
            "attachments": [
                {"name": one.name, "path": one.path, "sha256": one.sha256, "size": one.size}
                for one in letter.attachments
            ],
            "message_id": letter.message_id,
            "attempts": letter.attempts,
            "settled_at": settled.isoformat() if settled else None,
        },
    )


def _batch_line(workspace: Workspace, batch: BatchInfo) -> str:
    when = batch.recorded_at.astimezone(workspace.zone)
    signed = f"　签发 {batch.approved_by}" if batch.approved_by else ""
    sample = "　样张" if batch.sample else ""
    reason = f"　{batch.reason}" if batch.reason else ""
    return (
        f"{batch.name}　{batch.state.word}{sample}　{batch.number or batch.title}　"
        f"{batch.documents} 份文件，{batch.letters} 封信　核对码 {check_code(batch.digest)}　"
        f"{when:%Y-%m-%d %H:%M}{signed}{reason}"
    )


def _batch_object(workspace: Workspace, batch: BatchInfo) -> dict[str, object]:
    return {
        "batch": batch.name,
        "job": batch.job,
        "title": batch.title,
        "number": batch.number,
        "state": batch.state.value,
        "sample": batch.sample,
        "digest": batch.digest,
        "code": check_code(batch.digest),
        "documents": batch.documents,
        "letters": batch.letters,
        "skipped": batch.skipped,
        "approved_by": batch.approved_by,
        "recorded_at": batch.recorded_at.astimezone(workspace.zone).isoformat(timespec="seconds"),
    }
