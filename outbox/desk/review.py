"""送签: what the leader signs, as one PDF or one page that opens offline."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge import files, pdf
from merge.letter import check_code
from outbox.desk import folder as folders
from outbox.desk import inspection, sender
from outbox.desk.choosing import pick
from outbox.desk.outcome import Outcome, Progress
from outbox.desk.output import spare
from outbox.desk.printing import SHELF
from outbox.desk.review_reading import Reading, names
from outbox.ledger.chain import head_code
from outbox.ledger.fate import called_back
from outbox.ledger.states import BatchState
from outbox.office import review_page
from outbox.office.review import COMPARED, PICTURED, Before, Remark, Review, chosen
from outbox.office.review_since import since
from rosters.finding import InputError, UnavailableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from datetime import datetime
    from pathlib import Path

    from merge.manifest import Manifest
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo
    from outbox.workspace import Workspace

_PAGE, _PAPER = (".html", ".htm"), ".pdf"
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_PAST = (BatchState.CANCELLED, BatchState.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: where to write, only what changed, and whether pages are pictured."""

    output: Path | None = None
    since_approved: bool = False
    pictures: bool = True  # the demonstration must be quick, also with LibreOffice there


def review(
    workspace: Workspace, words: str | None, asked: Asked, *, at: datetime
) -> Generator[Progress, None, Outcome]:
    """Write 送签 of a batch and record that it was written.

    Raises:
        UsageError: no such batch, or it cannot be written there.
        InputError: the files are not what was recorded.
        UnavailableError: a PDF is asked for, and nothing here makes PDFs.

    """
    by = _engine(asked)
    with folders.opened(workspace, at) as ledger:
        batch = pick(ledger, words, (BatchState.DRAFT,))
        _reviewable(batch)
        before = _before(ledger, batch, approved=asked.since_approved)
        manifest = ledger.manifest(batch.name)
        earlier = (before, ledger.manifest(before.name)) if before else None
        elsewhere = len(ledger.sent_elsewhere(batch.name))
        head = ledger.head()
    output = _place(workspace, batch, asked, by)
    folder = workspace.outbox / batch.folder
    altered = folders.altered(folder, manifest)
    if altered:
        raise InputError("文件与登记的不一致，没有送签", "请重新 merge", altered)
    shelf = workspace.outbox / SHELF
    reading = Reading(folder, manifest, shelf, by)
    compared = () if asked.since_approved else (yield from reading.compared())
    other = None
    if earlier is not None:
        old = Reading(workspace.outbox / earlier[0].folder, earlier[1], shelf)
        other = Before(
            earlier[0],
            since(earlier[1], manifest, old.lines, reading.lines, lambda n: chosen(n, COMPARED)),
        )
    owners = {one.organisation: one for one in manifest.letters}
    documents = [
        one
        for one in manifest.documents
        if not asked.since_approved or other is None or one.key in other.since.keys
    ]
    firsts = {one.entry: one for one in reversed(documents)}
    small = [documents[at] for at in chosen(len(documents), PICTURED)]
    yield from reading.print({one.key: one for one in (*firsts.values(), *small)}.values())
    captions = names(manifest.documents, owners)
    captioned = {one.key: said for one, said in zip(manifest.documents, captions, strict=True)}
    found = inspection.kept(folder)
    made = Review(
        unit=workspace.config.unit.name,
        batch=batch,
        manifest=manifest,
        code=check_code(manifest.digest),
        head_code=head_code(head),
        made_at=at.astimezone(workspace.zone),
        drafted_at=batch.recorded_at.astimezone(workspace.zone),
        samples=tuple(
            reading.sample(one, owners.get(one.organisation)) for _, one in sorted(firsts.items())
        ),
        compared=compared,
        before=other,
        only_changes=asked.since_approved,
        remarks=(*(found or ()), *_own_remarks(workspace, manifest, elsewhere), *reading.remarks),
        inspected=found is not None,
        thumbs=tuple(filter(None, (reading.thumb(one, captioned[one.key]) for one in small))),
        unpictured=_unpictured(asked, by),
    )
    yield Progress("写送签", 0, 1)
    sha256, pages = _written(made, output, workspace, by)
    noted = batch.state is BatchState.DRAFT
    if noted:
        _note(workspace, (batch.name, manifest.digest, made.code, sha256), output, at)
    return _outcome(made, output, sha256, pages)


def _note(
    workspace: Workspace, made: tuple[str, str, str, str], output: Path, at: datetime
) -> None:
    """Write down that this was shown; where that fails nobody is to be shown it."""
    try:
        with folders.opened(workspace, at) as ledger:
            ledger.note_review(*made, at, folders.who())
    except BaseException:
        output.unlink(missing_ok=True)
        raise


def _engine(asked: Asked) -> pdf.Engine | None:
    paper = asked.output is not None and asked.output.suffix.lower() == _PAPER
    try:
        return pdf.engine() if asked.pictures else None
    except UnavailableError as error:
        if paper:
            advice = f"{error.advice}；或改用 -o 送签.html，网页版不需要它"
            raise UnavailableError(error.message, advice) from error
        return None


def _unpictured(asked: Asked, by: pdf.Engine | None) -> str:
    if by is not None:
        return ""
    if not asked.pictures:
        return "为求快，这里以文字代替页面；用 fawen review 可出带页面的送签。"
    return "这台电脑上没有能转 PDF 的程序（Word、WPS 或 LibreOffice），以文字代替页面。"


def _reviewable(batch: BatchInfo) -> None:
    if batch.sample:
        advice = f"看过之后，用 fawen merge {batch.job} 合并全部，再送签"
        raise UsageError(f"{batch.name} 是样张，不能送签", advice)
    if batch.state in _PAST:
        advice = "用 fawen batches 看现在等着签发的是哪一个"
        if batch.state is BatchState.CANCELLED and not batch.approved_by:
            advice = called_back(batch)
        raise UsageError(f"批次 {batch.name} {batch.state.word}，不能送签", advice)


def _before(ledger: Ledger, batch: BatchInfo, *, approved: bool) -> BatchInfo | None:
    """Find the batch to compare with: the one recorded before, or the last that was signed.

    A correction is compared with what it corrects.
    """
    corrected = ledger.corrects(batch.name)
    if corrected:
        return ledger.batch(corrected)
    known = ledger.batches()
    others = [one for one in known if one.job == batch.job and one.name != batch.name]
    if approved:
        signed = [one for one in others if one.approved_at is not None]
        if not signed:
            raise UsageError(
                f"作业「{batch.job}」还没有签发过别的批次，没有可比的", "请去掉 --since-approved"
            )
        return max(signed, key=lambda one: (one.approved_at, one.name))
    earlier = [one for one in others if not one.sample and one.recorded_at <= batch.recorded_at]
    return earlier[-1] if earlier else None


def _place(workspace: Workspace, batch: BatchInfo, asked: Asked, by: pdf.Engine | None) -> Path:
    """Say where to write; what is there already is never written over.

    Raises:
        UsageError: something is there, or it is no place for it.

    """
    output = asked.output
    if output is None:
        ending = _PAPER if by is not None else _PAGE[0]
        stem = f"送签-{check_code(batch.digest)}"
        folder = workspace.outbox / batch.folder
        tried = (folder / f"{stem}{'' if n == 1 else f'-{n}'}{ending}" for n in range(1, 10_000))
        return next(one for one in tried if not one.exists())
    if output.suffix.lower() not in {*_PAGE, _PAPER}:
        raise UsageError(f"送签要写成 .pdf 或 .html，而不是「{output.name}」")
    spare(workspace, output, "送签")
    return output


def _own_remarks(workspace: Workspace, manifest: Manifest, elsewhere: int) -> Iterable[Remark]:
    yield from map(inspection.remark, sender.too_large(workspace, manifest))
    if elsewhere:
        yield Remark("说明", "", f"{elsewhere}封此前已由别的批次发出，本批不再发")


def _written(
    made: Review, output: Path, workspace: Workspace, by: pdf.Engine | None
) -> tuple[str, int]:
    """Write the file whole, for its owner alone; return its hash and its pages (0: a page)."""
    if output.suffix.lower() == _PAPER and by is not None:
        from outbox.office.review_binding import bound

        data, pages = bound(made, workspace.settings.fonts, by)
        files.write(str(output.resolve()), data)
        return hashlib.sha256(data).hexdigest(), pages
    draft = output.with_name(f".{output.name}.part")
    digest = hashlib.sha256()
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, _FLAGS, 0o600), "wb") as out:
        for piece in review_page.pieces(made):
            data = piece.encode()
            digest.update(data)
            out.write(data)
    draft.replace(output)
    return digest.hexdigest(), 0


def _outcome(made: Review, output: Path, sha256: str, pages: int) -> Outcome:
    manifest = made.manifest
    how = f"{pages}页" if pages else "网页，断网也能打开"
    lines = [
        f"已写好 {output}（{how}）：{len(manifest.documents)} 份文件，"
        f"{len(manifest.letters)} 封信，核对码 {made.code}"
    ]
    if made.unpictured:
        lines.append(made.unpictured)
    if made.batch.state is BatchState.DRAFT:
        lines.append(
            f"下一步：请领导签批，再 fawen approve {made.batch.name} --by 姓名 "
            "--basis 签批单的照片或扫描件"
        )
    return Outcome(
        tuple(lines),
        {
            "file": str(output),
            "code": made.code,
            "batch": made.batch.name,
            "digest": manifest.digest,
            "sha256": sha256,
            "pages": pages,
            "documents": len(manifest.documents),
            "letters": len(manifest.letters),
            "skipped": len(manifest.skipped),
            "findings": len(made.remarks),
            "pictures": len(made.thumbs),
        },
    )
