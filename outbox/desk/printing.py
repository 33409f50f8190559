"""The documents of a batch as PDF: beside each Word file its PDF, which goes in its place."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from merge import pdf, substituted
from merge.letter import Attachment
from outbox.desk.outcome import Progress
from rosters.finding import Finding, Level, Place, UnavailableError, refuse

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
    from pathlib import Path

    from merge.job import Job
    from merge.letter import Document

SHELF = ".pdf"  # in the outbox: PDFs by the hash of their Word file


def wanted(job: Job, *, every: bool) -> frozenset[int]:
    """Name the entries of 文件 that leave as PDF: as the job says, or every one.

    Raises:
        UnavailableError: there are some, and nothing here makes PDFs; nothing was filled yet.

    """
    entries = frozenset(at for at, one in enumerate(job.entries) if every or one.format == "PDF")
    if not entries:
        return entries
    try:
        pdf.engine()
    except UnavailableError as error:
        if every:
            raise
        said = "、".join(dict.fromkeys(job.entries[at].label for at in sorted(entries)))
        message = f"{said}要转成 PDF 发出，{error.message}"
        advice = f"{error.advice}；或在作业里给它写「文件格式: Word」，发可以改动的 Word 文件"
        raise UnavailableError(message, advice) from None
    return entries


def foreseen(jobs: Iterable[Job]) -> Iterator[Finding]:
    """Say of jobs that are only checked which of their entries could not become PDFs here."""
    for job in jobs:
        try:
            wanted(job, every=False)
        except UnavailableError as error:
            at = next(at for at, one in enumerate(job.entries) if one.format == "PDF")
            place = job.place(f"文件.{at}.文件格式")
            yield Finding(Level.WARNING, "pdf.program", place, error.message, error.advice)


def printed(
    documents: Sequence[Document], folder: Path, shelf: Path, entries: Collection[int]
) -> Generator[Progress, None, tuple[list[Document], list[Finding]]]:
    """Return the documents with the PDF in place of each Word file, and what to look at.

    Args:
        documents: as they were pressed.
        folder: where they lie, and where the PDFs go.
        shelf: where PDFs are kept.
        entries: of 文件, those that leave as PDF.

    Raises:
        InputError: some cannot be converted; the others are on the shelf for the next run.
        UnavailableError: there is nothing here that makes PDFs.

    """
    words = {
        folder / one.file.path: one for one in documents if one.entry in entries and _is_word(one)
    }
    made: dict[str, Attachment] = {}
    findings: list[Finding] = []
    looked: set[int] = set()  # entries of which one document has told its typefaces
    for done, paper in enumerate(pdf.papers(words, shelf, pdf.engine()), start=1):
        document = words[paper.source]
        findings += _told(paper, document)
        if not paper.fault:
            made[document.key] = _beside(paper.kept, folder, document)
            if document.entry not in looked:
                looked.add(document.entry)
                findings += _typefaces(paper, document)
        yield Progress("转成 PDF", done, len(words))
    findings.sort(key=lambda one: str(one.place))
    refuse(findings, "有文件转不成 PDF，没有做成批次")
    return [replace(one, file=made.get(one.key, one.file)) for one in documents], findings


def _is_word(document: Document) -> bool:
    return document.file.path.lower().endswith(".docx")


def _told(paper: pdf.Paper, document: Document) -> list[Finding]:
    place = Place(document.file.path)
    if paper.fault:
        return [Finding(Level.ERROR, "pdf.failed", place, paper.fault)]
    if paper.told and paper.told != paper.pages:
        said = f"Word 记的是 {paper.told} 页，PDF 有 {paper.pages} 页"
        advice = "请打开 PDF 看看版面和字体"
        return [Finding(Level.WARNING, "pdf.pages", place, said, advice)]
    return []


def _typefaces(paper: pdf.Paper, document: Document) -> list[Finding]:
    missing, others = substituted.instead(paper.source.read_bytes(), paper.kept)
    if not missing:
        return []
    said = f"这台电脑上没有字体「{'」「'.join(missing)}」，{document.kind}的 PDF 里用的是"
    message = f"{said}「{'」「'.join(others)}」" if others else f"{said}别的字体"
    advice = "请打开一份看看；要用原来的字体，在装有它的电脑上合并"
    return [Finding(Level.WARNING, "pdf.typeface", Place(document.file.path), message, advice)]


def _beside(kept: Path, folder: Path, document: Document) -> Attachment:
    """Copy a PDF beside its Word file."""
    path = PurePosixPath(document.file.path).with_suffix(".pdf")
    target = folder / path
    shutil.copyfile(kept, target)
    target.chmod(0o600)
    data = target.read_bytes()
    return Attachment(path.name, str(path), hashlib.sha256(data).hexdigest(), len(data))
