"""Who got which version when: by organisation, 发文字号, document, address, or a file in hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from outbox.desk import dossiers, recognition
from outbox.desk import folder as folders
from outbox.desk.folder import write_whole
from outbox.desk.outcome import WAITING, Outcome
from outbox.desk.report import spare
from outbox.office import evidence
from rosters.finding import UsageError
from rosters.masks import masked

if TYPE_CHECKING:
    from datetime import datetime

    from outbox.office.evidence import Dossier
    from outbox.workspace import Workspace

_MOST = 24  # letters that are told in full; the others are in the workbook


def trace(workspace: Workspace, words: str, output: Path | None, *, at: datetime) -> Outcome:
    """Tell all that is known of the letters that the words mean, and write it into a workbook.

    Raises:
        InputError: the file is refused by the gate.
        UsageError: nothing is meant by the words, or the output is no .xlsx.

    """
    if output is not None:
        if output.suffix.lower() != ".xlsx":
            raise UsageError(f"证据要写成 .xlsx，而不是「{output.name}」")
        spare(workspace, output)
    said: tuple[str, ...] = ()
    with folders.opened(workspace, at) as ledger:
        path = _file(words)
        if path is not None:
            known = recognition.recognise(workspace, ledger, path)
            said, letters = known.lines, list(known.letters)
        else:
            letters = dossiers.meant(ledger, words)
            # Of a draft that another took the place of nothing ever leaves: told only if asked for.
            letters = dossiers.lasting(ledger, letters) or letters
        found = dossiers.gather(ledger, letters)
        head = evidence.Sources(
            words, said, workspace.zone, at, workspace.config.unit.name, folders.who()
        )
    lines = [*said]
    for one in found[:_MOST]:
        lines += evidence.lines(one, workspace.zone)
    if len(found) > _MOST:
        lines.append(f"另有 {len(found) - _MOST} 封，加 -o 证据.xlsx 全部写出")
    if output is not None:
        write_whole(output, evidence.workbook(found, head))
        lines.append(f"已写好 {output}（送达证据、经过），共 {len(found)} 封信")
    if not found and path is None:
        lines.append(f"「{words}」还没有登记过信")
    return Outcome(
        tuple(lines),
        {
            "words": words,
            "letters": [_object(one) for one in found],
            "file": None if path is None else {"said": list(said), **known.object},
            "output": str(output) if output is not None else None,
        },
        status=0 if found else WAITING,
    )


def _file(words: str) -> Path | None:
    path = Path(words)
    try:
        return path if path.is_file() else None
    except (OSError, ValueError):  # too long, or with a NUL in it
        return None


def _object(one: Dossier) -> dict[str, object]:
    letter = one.letter
    return {
        "batch": letter.batch,
        "organisation": letter.organisation,
        "name": letter.name,
        "number": one.batch.number,
        "title": one.title,
        "code": one.code,
        "kind": letter.kind,
        "n": letter.n,
        "state": letter.state.value,
        "word": one.word,
        "to": list(letter.to),
        "cc": list(letter.cc),
        "at": letter.settled_at.isoformat() if letter.settled_at else None,
        "subject": masked(letter.subject),
        "attachments": [
            {"name": masked(part.name), "sha256": part.sha256} for part in letter.attachments
        ],
        "message_id": letter.message_id,
        "signed_by": one.approval.by if one.approval else "",
        "basis": one.approval.basis if one.approval else "",
        "basis_sha256": one.approval.basis_sha256 if one.approval else "",
        "typed_by": one.approval.typed_by if one.approval else "",
        "signed_at": one.approval.at.isoformat() if one.approval else None,
        "corrects": one.corrects,
        "superseded_by": one.superseded_by,
        "answered_at": [mark.at.isoformat() for mark in one.replies],
        "events": [
            {"at": event.at.isoformat(), "who": event.who, "what": event.what,
             "words": event.words}
            for event in one.events
        ],
    }  # fmt: skip
