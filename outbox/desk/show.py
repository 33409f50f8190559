"""A batch in full with its documents and letters; one letter of it with all that became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outbox.desk import folder as folders
from outbox.desk.cancel import find
from outbox.desk.choosing import pick
from outbox.desk.dossiers import CHANGED, gather
from outbox.desk.outcome import Outcome
from outbox.desk.status import batch_line, batch_object
from outbox.ledger.answer import answered, once
from outbox.ledger.fate import in_part, state_word
from outbox.office.evidence import again_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from outbox.ledger.values import BatchInfo, LetterInfo, Mark
    from outbox.office.evidence import Dossier
    from outbox.workspace import Workspace


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
    lines = [batch_line(workspace, batch), f"　内容摘要 {batch.digest}"]
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
            **batch_object(workspace, batch),
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
