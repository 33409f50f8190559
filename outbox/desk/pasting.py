"""Lines ready to be pasted into a WeChat group: of a batch as it stands, or a document's text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from merge.title import on_one_line
from outbox.desk import folder as folders
from outbox.desk.choosing import latest, pick
from outbox.desk.outcome import Outcome
from outbox.ledger.states import BatchState
from outbox.office.chat import Told
from outbox.office.manuscript import text as plain
from rosters.finding import InputError, UnavailableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from merge.letter import Document
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo
    from outbox.workspace import Workspace

_NOTHING = {
    BatchState.DRAFT: ("还没有签发，没有可以贴到群里的话", "先送签；签发、发出之后再来"),
    BatchState.CANCELLED: ("已经撤销，没有可以贴到群里的话", ""),
    BatchState.SUPERSEDED: (
        "已由新的一份代替，没有可以贴到群里的话",
        "用 fawen batches 看新的一份",
    ),
}


def report(workspace: Workspace, words: str | None, *, at: datetime) -> Outcome:
    """Say how a batch stands, in lines for a work group.

    Raises:
        InputError: there is nothing to tell of: it is not signed, or no longer stands.
        UsageError: no such batch.

    """
    with folders.opened(workspace, at) as ledger:
        batch = latest(ledger, words)
        lines = _told(workspace, ledger, batch, at)
    return Outcome(lines, {"batch": batch.name, "text": "\n".join(lines)})


def instead(workspace: Workspace, done: Outcome, *, at: datetime) -> Outcome:
    """Put lines for a work group in the place of what a command says; its object has both.

    Raises:
        InputError: there is nothing to tell of.

    """
    told = report(workspace, str(done.object["batch"]), at=at)
    return replace(done, lines=told.lines, object={**done.object, "text": told.object["text"]})


def _told(workspace: Workspace, ledger: Ledger, batch: BatchInfo, at: datetime) -> tuple[str, ...]:
    if batch.sample or batch.state in _NOTHING:
        said, advice = _NOTHING[BatchState.DRAFT if batch.sample else batch.state]
        raise InputError(f"批次「{batch.name}」{said}", advice)
    return Told(
        title=on_one_line(batch.title, batch.job),
        number=batch.number,
        unit=workspace.config.unit.name,
        at=at.astimezone(workspace.zone),
        letters=ledger.letters(batch.name),
        marks=ledger.marks(batch.name),
        corrects=bool(ledger.corrects(batch.name)),
    ).lines()


def document(workspace: Workspace, words: str, key: str | None, *, at: datetime) -> Outcome:
    """Write the text of a batch's documents: of those that all receive, or of one receiver's.

    Raises:
        UsageError: no such batch or receiver, or each receiver has its own and none is named.
        UnavailableError: a document is not there, or is no Word file.

    """
    with folders.opened(workspace, at) as ledger:
        batch = pick(ledger, words)
        documents = ledger.manifest(batch.name).documents
        chosen = _chosen(ledger, batch, documents, key)
    lines: list[str] = []
    for one in chosen:
        path = workspace.outbox / batch.folder / one.file.path
        try:
            found = plain(path.read_bytes())
        except (OSError, ValueError):
            shown = workspace.shown(path)
            raise UnavailableError(
                f"{shown} 读不出文字", "请用 fawen show 看批次，或再合并一次"
            ) from None
        lines += [*([""] if lines else []), *found]
    return Outcome(tuple(lines), {"batch": batch.name, "text": "\n".join(lines)})


def _chosen(
    ledger: Ledger, batch: BatchInfo, documents: Sequence[Document], key: str | None
) -> list[Document]:
    if key is None:
        found = [one for one in documents if not one.organisation]
        if found or not documents:
            return found
        raise UsageError(
            f"批次 {batch.name} 里各单位的文件不一样",
            f"请写明是哪一个单位：fawen show {batch.name} 单位 --text",
        )
    from outbox.desk.cancel import find

    if any(one.key == key for one in documents):
        return [one for one in documents if one.key == key]
    receiver = find(ledger.letters(batch.name), key).organisation
    return [one for one in documents if one.organisation == receiver]
