"""One printable file of a batch: each document with its own pages, blank backs, lists in front."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from merge import pdf
from merge.letter import BESIDE
from merge.title import on_one_line
from outbox.desk import folder as folders
from outbox.desk import picking
from outbox.desk.bindery import Bindery, chapters, converted, is_word
from outbox.desk.boxes import boxes
from outbox.desk.choosing import latest
from outbox.desk.docket import Docket
from outbox.desk.outcome import Outcome
from outbox.desk.output import spare
from outbox.desk.printing import SHELF
from outbox.desk.shifts import shift
from outbox.ledger.states import BatchState, EntryKind, LetterState
from outbox.office import lists, ruler
from outbox.office.binder import Binder
from outbox.office.bookmarks import Chapter
from outbox.office.sheaf import ORGANISATION, STROKES, Sheaf
from rosters.finding import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from datetime import datetime
    from typing import BinaryIO

    from merge.letter import Document
    from merge.manifest import Manifest
    from outbox.desk.outcome import Progress
    from outbox.desk.shifts import Shift
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo
    from outbox.office.bookmarks import Bound
    from outbox.workspace import Workspace

_PAST = (BatchState.CANCELLED, BatchState.SUPERSEDED)
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: where to write, what of a batch, and how it lies on the paper."""

    output: Path
    only: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    order: str = ORGANISATION
    shift: str = ""
    printer: str = ""
    single: bool = False  # one side: no blank backs
    no_lists: bool = False


@dataclass(frozen=True, slots=True)
class _Source:
    """A batch as it leaves: its scan in the place of what was signed, if there is one."""

    batch: BatchInfo
    manifest: Manifest
    scanned: frozenset[str]  # paths of its parts
    notes: dict[str, str]  # remarks by receivers
    key: bytes


def output(
    workspace: Workspace, words: str | None, asked: Asked, *, at: datetime
) -> Generator[Progress, None, Outcome]:
    """Write the documents of a batch into one file to be printed.

    Raises:
        UsageError: no such batch or document, it was called back, or it cannot be written there.
        InputError: a file is not what was recorded, or cannot be printed; with every finding.
        UnavailableError: a PDF must be made, and nothing here makes any.

    """
    moved = shift(asked.shift, asked.printer, workspace.config.print)
    _writable(workspace, asked.output)
    with folders.opened(workspace, at) as ledger:
        source = _source(ledger, latest(ledger, words))
        if ledger.entries(EntryKind.FORGET, source.batch.name):
            raise InputError(
                f"批次 {source.batch.name} 的文件已按规定清除", "请从归档的文件夹里取出定稿来打印"
            )
    meant = picking.chosen(source.manifest, asked.only, asked.kind)
    documents = [one for one in meant if is_word(one) or _is_pdf(one)]
    if not documents:
        raise InputError(
            f"批次 {source.batch.name} 里没有要印的文件", "Excel 等文件请用原来的程序打印"
        )
    folder = workspace.outbox / source.batch.folder
    altered = folders.differing(folder, (one.file for one in documents), source.key)
    if altered:
        raise InputError("文件与登记的不一致，没有打印", "请查明原因，重新 merge", altered)
    lost = list(boxes(folder, documents))
    if lost:
        raise InputError("有的字这台电脑上印不出来，没有打印", findings=lost)
    sheaf = Sheaf.of(source.manifest, documents, asked.order)
    with _written(asked.output) as out:
        bindery = Bindery(folder, workspace.outbox / SHELF, Binder(out, backs=not asked.single))
        bound = yield from bindery.bind(sheaf, (moved.right, moved.down))
        left = [one for one in meant if one not in set(documents)]
        made = _docket(workspace, source, sheaf, bound, asked, moved, left)
        found = chapters(sheaf, bound, by_kind=asked.order == STROKES)
        if not asked.no_lists:
            front = _lists(workspace, source, sheaf, bound, made)
            found = [*bindery.lists(*front, workspace.settings.fonts), *found]
        title = f"{on_one_line(source.manifest.title, '')} {source.manifest.number}".strip()
        pages = bindery.binder.end(found, title)
    return Outcome(made.lines(asked.output, pages), made.told(asked.output, pages))


def rulers(workspace: Workspace, asked: Asked) -> Outcome:
    """Write a page upright and one across with rulers, to measure how far a printer is off.

    Raises:
        UsageError: it cannot be written there.
        UnavailableError: there is nothing here that makes PDFs.

    """
    moved = shift(asked.shift, asked.printer, workspace.config.print)
    _writable(workspace, asked.output)
    fonts = workspace.settings.fonts
    with (
        TemporaryDirectory(prefix="fawen-print-", ignore_cleanup_errors=True) as home,
        _written(asked.output) as out,
    ):
        files = {name: ruler.words(name, moved.said, fonts) for name in ruler.SIZES}
        binder = Binder(out, backs=False)
        by = (moved.right, moved.down)
        made = [
            Chapter(f"标尺页（{name}）", (binder.bind(ruler.page(path, name), name, by),))
            for name, path in converted(Path(home), files, pdf.engine()).items()
        ]
        pages = binder.end(made, "标尺页")
    said = f"，{moved.said}" if moved.said else ""
    return Outcome(
        (f"已写好 {asked.output}：A4 竖放、横放各一页{said}；用「实际大小」（100%）打印后量",),
        {"file": str(asked.output), "pages": pages, "shift": [moved.right, moved.down]},
    )


def _writable(workspace: Workspace, path: Path) -> None:
    if path.suffix.lower() != ".pdf":
        raise UsageError(f"要写成 .pdf，而不是「{path.name}」", "例如 -o 打印.pdf")
    spare(workspace, path, "打印的文件")


def _source(ledger: Ledger, batch: BatchInfo) -> _Source:
    if batch.state in _PAST:
        advice = "用 fawen batches 看现在有效的是哪一个"
        raise UsageError(f"批次 {batch.name} {batch.state.word}，不能打印", advice)
    stamped = ledger.stamped(batch.name)
    parts = stamped[0].parts if stamped else ()
    own = [one for one in ledger.letters(batch.name) if one.kind not in BESIDE]
    gone = LetterState.CANCELLED  # a copy that was called back takes no letter back that has left
    left = {one.organisation for one in own if one.state is not gone}
    notes = {one.organisation: f"信件{gone.word}" for one in own if one.organisation not in left}
    scanned = frozenset(one.path for one in parts)
    return _Source(batch, ledger.issued(batch.name), scanned, notes, ledger.key)


def _docket(
    workspace: Workspace,
    source: _Source,
    sheaf: Sheaf,
    bound: dict[str, Bound],
    asked: Asked,
    moved: Shift,
    left: list[Document],
) -> Docket:
    signed = source.batch.approved_at
    return Docket(
        batch=source.batch,
        manifest=source.manifest,
        documents=sheaf.documents,
        lots=sheaf.lots({key: one.own for key, one in bound.items()}, both=not asked.single),
        shift=moved,
        left=left,
        only=asked.only,
        stamped=sum(one.file.path in source.scanned for one in sheaf.documents),
        both=not asked.single,
        listed=not asked.no_lists,
        signed=f"{signed.astimezone(workspace.zone):%Y年%m月%d日}" if signed else "",
    )


def _lists(
    workspace: Workspace,
    source: _Source,
    sheaf: Sheaf,
    bound: dict[str, Bound],
    made: Docket,
) -> tuple[lists.Cover, list[lists.Listed]]:
    manifest = source.manifest
    title = on_one_line(manifest.title, manifest.job)
    cover = lists.Cover(workspace.config.unit.name, title, manifest.number, made.facts())
    pages = {key: one.own for key, one in bound.items()}
    taken = Sheaf.of(manifest, sheaf.documents).lots(pages, both=made.both)
    order = [(one.organisation, one.name) for one in manifest.letters]
    return cover, [lists.contents(made.lots), lists.receipt(taken, order, source.notes)]


def _is_pdf(document: Document) -> bool:
    return document.file.path.lower().endswith(".pdf")


@contextmanager
def _written(path: Path) -> Iterator[BinaryIO]:
    """Write a file whole or not at all, for its owner alone; it grows while it is written."""
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(draft, _FLAGS, 0o600), "wb") as out:
            yield out
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
