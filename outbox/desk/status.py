"""What batches there are, one batch or letter in full, and counts by state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge.letter import BESIDE, RECALL, REMINDER, check_code
from outbox.desk import folder as folders
from outbox.desk.cancel import find
from outbox.desk.choosing import latest, pick
from outbox.desk.dossiers import CHANGED, gather, told_of
from outbox.desk.outcome import Outcome
from outbox.desk.told import bounce_line
from outbox.ledger.answer import answered, once
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
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from outbox.ledger.values import BatchInfo, LetterInfo, Mark
    from outbox.office.evidence import Dossier
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
        marks = ledger.marks(batch.name)
        added = told_of(ledger, batch.name)
        cleared = bool(ledger.entries(EntryKind.FORGET, batch.name))
        open_ = not cleared and ledger.bounced_since(batch.recorded_at).get(batch.name, 0)
    lines = [_batch_line(workspace, batch)]
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
            **_batch_object(workspace, batch),
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


def show(workspace: Workspace, words: str, letter: str | None, *, at: datetime) -> Outcome:
    """Show a batch with its letters, or one letter in full.

    Raises:
        UsageError: there is no such batch or letter.

    """
    with folders.opened(workspace, at) as ledger:
        batch = pick(ledger, words)
        letters = ledger.letters(batch.name)
        manifest = ledger.manifest(batch.name)
        marks = ledger.marks(batch.name)
        stamp = ledger.stamped(batch.name)
        if letter is not None:
            meant = find(letters, letter)
            all_ = [one for one in letters if one.organisation == meant.organisation]
            course = gather(ledger, all_)
            return _one(workspace, batch, meant, marks, course)
    lines = [_batch_line(workspace, batch), f"　内容摘要 {batch.digest}"]
    if stamp:
        when = f"{stamp[1].at.astimezone(workspace.zone):%Y-%m-%d %H:%M}"
        lines.append(f"　{stamp[0].words}，发出的是下列文件的盖章件　{when} 由 {stamp[1].who} 确认")
    lines += [
        f"　{one.key}　{one.title.replace(chr(10), '')}　{one.file.path}"
        for one in manifest.documents
    ]
    lines += [f"　略去：{one.row}　{one.reason}" for one in manifest.skipped]
    lines += [
        f"　信　{one.organisation}　{one.name}{again_word(one)}　{state_word(one, marks)}"
        for one in letters
    ]
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
            "stamped": stamp[0].to_data() if stamp else None,
            "letters": [
                {
                    "organisation": one.organisation,
                    "name": one.name,
                    "kind": one.kind,
                    "n": one.n,
                    "state": one.state.value,
                    "partial": in_part(one),
                    "marks": [mark.kind.value for mark in marks if mark.letter == one.id],
                }
                for one in letters
            ],
        },
    )


def _one(
    workspace: Workspace,
    batch: BatchInfo,
    letter: LetterInfo,
    marks: Sequence[Mark],
    course: Sequence[Dossier],
) -> Outcome:
    from outbox.post.account import size_word

    settled = letter.settled_at
    own = [one for one in marks if one.letter == letter.id]
    when = f"{settled.astimezone(workspace.zone):%Y-%m-%d %H:%M}" if settled else ""
    files = [
        f"　附件　{one.name}（{size_word(one.size)}，{one.path}）" for one in letter.attachments
    ]
    lines = (
        f"{letter.called}　{state_word(letter, own)}　{when}",
        f"　收件　{'；'.join(letter.to)}"
        + (f"　抄送　{'；'.join(letter.cc)}" if letter.cc else ""),
        f"　主题　{letter.subject}",
        *(f"　｜{line}" for line in letter.body.splitlines()),
        *files,
        f"　Message-ID　{letter.message_id or '（还没有）'}",
        f"　尝试 {letter.attempts} 次　{_answer(letter)}".rstrip("　"),
        *(_mark_line(workspace, one) for one in own),
        *_others(workspace, letter, course),
    )
    return Outcome(
        lines,
        {
            "batch": batch.name,
            "organisation": letter.organisation,
            "name": letter.name,
            "n": letter.n,
            "state": letter.state.value,
            "partial": in_part(letter),
            "others": [
                {"kind": one.letter.kind, "n": one.letter.n, "state": one.letter.state.value}
                for one in course
                if one.letter.id != letter.id
            ],
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
            "marks": [
                {
                    "kind": one.kind.value,
                    "address": one.address,
                    "words": one.words,
                    "mail": one.mail,
                    "at": one.at.isoformat(),
                }
                for one in own
            ],
        },
    )


def _answer(letter: LetterInfo) -> str:
    """Tell a letter's reason and what the server said, which many a reason holds already."""
    return once(answered(letter.reason, letter.code, letter.reply))


def _others(workspace: Workspace, letter: LetterInfo, course: Sequence[Dossier]) -> Iterator[str]:
    """Tell of the other letters to the same organisation, and of its changes of address."""
    for one in course:
        if one.letter.id != letter.id:
            to = "；".join(one.letter.to)
            yield f"　另有（{one.kind}）　{one.word}　{to}　{one.letter.subject}"
        for event in one.events:
            if event.what == CHANGED:
                at = event.at.astimezone(workspace.zone)
                yield f"　{event.what}　{at:%Y-%m-%d %H:%M}　{event.words}　{event.who} 录入"


def _mark_line(workspace: Workspace, mark: Mark) -> str:
    when = f"{mark.at.astimezone(workspace.zone):%Y-%m-%d %H:%M}"
    file = f"（原件 来信/{mark.mail[:2]}/{mark.mail}.eml）" if mark.mail else ""
    return f"　{mark.kind.word}　{when}　{mark.address}　{mark.words}{file}".rstrip("　")


def _batch_line(workspace: Workspace, batch: BatchInfo) -> str:
    when = batch.recorded_at.astimezone(workspace.zone)
    sample = "　样张" if batch.sample else ""
    paper = batch.number or "".join(batch.title.split("\n"))
    return (
        f"{batch.name}　{batch.state.word}{sample}　{paper}　"
        f"{batch.documents} 份文件，{batch.letters} 封信　核对码 {check_code(batch.digest)}　"
        f"{when:%Y-%m-%d %H:%M}　{signed_word(batch)}"
    ).rstrip("　")


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
