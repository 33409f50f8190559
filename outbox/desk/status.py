"""What batches there are, and how the letters of one stand, counted by state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge.letter import BESIDE, RECALL, REMINDER, check_code
from merge.title import on_one_line
from outbox.desk import folder as folders
from outbox.desk.choosing import latest
from outbox.desk.dossiers import told_of
from outbox.desk.outcome import Outcome
from outbox.desk.told import bounce_line
from outbox.ledger.fate import (
    CALLED_BACK,
    counted,
    in_part,
    sent_before,
    signed_word,
    state_word,
)
from outbox.ledger.states import EntryKind, LetterState, MarkKind
from outbox.office.evidence import again_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from outbox.ledger.values import BatchInfo, LetterInfo, Mark
    from outbox.workspace import Workspace


def batches(workspace: Workspace, at: datetime) -> Outcome:
    """List every batch, oldest first."""
    with folders.opened(workspace, at) as ledger:
        found = ledger.batches()
    lines = tuple(batch_line(workspace, one) for one in found)
    return Outcome(
        lines or ("还没有批次",), {"batches": [batch_object(workspace, one) for one in found]}
    )


def status(workspace: Workspace, words: str | None, *, at: datetime) -> Outcome:
    """Count a batch's letters by state; letters in doubt and refused are named."""
    with folders.opened(workspace, at) as ledger:
        batch = latest(ledger, words)
        counts = ledger.counts(batch.name)
        letters = ledger.letters(batch.name)
        marks = ledger.marks(batch.name)
        added = told_of(ledger, batch.name)
        cleared = bool(ledger.entries(EntryKind.FORGET, batch.name))
        open_ = not cleared and ledger.bounced_since(batch.recorded_at).get(batch.name, 0)
    lines = [batch_line(workspace, batch)]
    lines += [f"　{state.word}　{count}" for state, count in counts.items() if count]
    before = sum(bool(sent_before(one)) for one in letters)
    lines += [f"　　其中此前已发　{before}"] if before else []
    marked = counted(marks)
    parts = [one for one in letters if in_part(one)]
    lines += [f"　　其中有地址被拒收　{len(parts)}"] if parts else []
    lines += [f"　　其中{kind.word}　{count}" for kind, count in marked.items() if count]
    lines += [
        _trouble(one, batch.reason) for one in letters if one.state in _TROUBLES or in_part(one)
    ]
    again = sum(one.n > 1 and one.kind not in BESIDE for one in letters)
    recalls = sum(one.kind == RECALL for one in letters)
    lines += [f"　　其中补发　{again}"] if again else []
    lines += [f"　　其中误发请删　{recalls}"] if recalls else []
    reminders = sum(one.kind == REMINDER for one in letters)
    lines += [f"　　其中催报　{reminders}"] if reminders else []
    lines += [f"　{one}" for one in added]
    names = {one.id: one for one in letters}
    lines += [f"　{bounce_line(one, names[one.letter])}" for one in _bounces(marks, names)]
    if open_:
        lines.append(
            f"　退信的下一步：fawen readdress {batch.name} 单位 新地址 --why 原因，"
            f"再 fawen resend {batch.name} 单位 --why 原因"
        )
    if cleared:
        lines.append("　地址和正文已按规定清除，不再发信；定稿在归档的文件夹里")
    return Outcome(
        tuple(lines),
        {
            **batch_object(workspace, batch),
            "resent": again,
            "recalls": recalls,
            "letters": {state.value: count for state, count in counts.items()},
            "partial": len(parts),
            "marks": {kind.value: count for kind, count in marked.items()},
        },
    )


def _bounces(marks: Iterable[Mark], names: Mapping[int, LetterInfo]) -> list[Mark]:
    return [one for one in marks if one.kind is MarkKind.BOUNCED and one.letter in names]


_TROUBLES = {
    LetterState.DEFERRED,
    LetterState.IN_DOUBT,
    LetterState.REJECTED,
    LetterState.EXPIRED,
    LetterState.HELD,
    LetterState.CANCELLED,
}


def _trouble(letter: LetterInfo, known: str) -> str:
    """Say what is the matter with a letter; `known` is the reason that its batch bears already."""
    said = letter.reason or letter.reply
    if letter.state is LetterState.DEFERRED and said == known:
        said = ""
    if letter.state is LetterState.IN_DOUBT:
        said = f"{said}　fawen resolve 会到「已发送」里核对；也可电话询问对方；它不会自动重发"
    if letter.state is LetterState.HELD:
        said = (
            f"{said}　看过原因、确认无误的，用 fawen send {letter.batch} --go --held 再发；"
            f"不再发的，用 fawen cancel {letter.batch} {letter.organisation} 撤销"
        )
    if sent_before(letter) or said == CALLED_BACK:
        said = ""
    which = f"{letter.name}{again_word(letter)}"
    line = f"　{state_word(letter, ())}：{which}　{'；'.join(letter.to)}　{said}"
    return line.rstrip("　")


def batch_line(workspace: Workspace, batch: BatchInfo) -> str:
    """Tell a batch in one line: where it stands, what it is, who signed it."""
    when = batch.recorded_at.astimezone(workspace.zone)
    sample = "　样张" if batch.sample else ""
    paper = batch.number or on_one_line(batch.title, "")
    return (
        f"{batch.name}　{batch.state.word}{sample}　{paper}　"
        f"{batch.documents} 份文件，{batch.letters} 封信　核对码 {check_code(batch.digest)}　"
        f"{when:%Y-%m-%d %H:%M}　{signed_word(batch)}"
    ).rstrip("　")


def batch_object(workspace: Workspace, batch: BatchInfo) -> dict[str, object]:
    """Write a batch for programs."""
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
