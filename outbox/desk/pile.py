"""The papers of a batch as a pile: printed in their order, stamped, and looked for in the scan."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from merge import pdf
from merge.letter import check_code
from outbox.desk.outcome import Progress
from outbox.desk.printing import SHELF
from outbox.ledger.stamps import Part
from outbox.office import contact
from outbox.office.scan import Scan
from outbox.office.sheaf import Sheaf
from rosters.finding import Finding, InputError, Level, Place

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path

    from merge.letter import Document
    from merge.manifest import Manifest
    from outbox.office.split import Split

_APART = "盖章件"  # the folder, in a receiver's own, of a part whose name is taken
_OF_ALL = "各单位"  # for whom a document is that goes with every letter


@dataclass(frozen=True, slots=True)
class Pile:
    """The documents of a batch, and where they lie."""

    manifest: Manifest
    folder: Path
    outbox: Path
    documents: list[Document] = field(default_factory=list)  # as `print` lays them
    _names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._names.update({one.organisation: one.name for one in self.manifest.letters})
        self.documents.extend(Sheaf.of(self.manifest, self.manifest.documents).documents)

    def expected(self) -> Generator[Progress, None, list[Scan]]:
        """Have each document as PDF: made here, or as it was signed.

        Raises:
            InputError: a document cannot be made a PDF, or there is none.
            UnavailableError: there is nothing here that makes PDFs.

        """
        documents = self.documents
        if not documents:
            raise InputError("这个批次里没有文件", "没有要盖章的，直接发送即可")
        words = [self.folder / one.file.path for one in documents if _is_word(one)]
        made: dict[Path, Path] = {}
        faults = []
        found = pdf.papers(words, self.outbox / SHELF, pdf.engine()) if words else iter(())
        for done, paper in enumerate(found, start=1):
            made[paper.source] = paper.kept
            if paper.fault:
                place = Place(paper.source.name)
                faults.append(Finding(Level.ERROR, "pdf.failed", place, paper.fault))
            yield Progress("转成 PDF", done, len(words))
        if faults:
            raise InputError("有文件转不成 PDF，没有可以对照的页", findings=faults)
        paths = [self.folder / one.file.path for one in documents]
        return [Scan(made.get(path, path).read_bytes(), path.name) for path in paths]

    def _name(self, paper: int) -> str:
        organisation = self.documents[paper].organisation
        return self._names.get(organisation, organisation) or _OF_ALL

    def _named(self) -> list[contact.Named]:
        return [
            contact.Named(self._name(number), one.title.replace("\n", ""))
            for number, one in enumerate(self.documents)
        ]

    def parts(self, split: Split, made: Sequence[bytes]) -> tuple[Part, ...]:
        """Name the parts: as the signed file, but for the ending, and beside it."""
        taken = {one.path for letter in self.manifest.letters for one in letter.attachments}
        taken |= {one.file.path for one in self.documents}
        shown = {one.name for letter in self.manifest.letters for one in letter.attachments}
        found = []
        for number, (document, data) in enumerate(zip(self.documents, made, strict=True)):
            signed = PurePosixPath(document.file.path)
            path = signed.with_suffix(".pdf")
            if str(path) in taken:
                path = signed.parent / _APART / path.name
            name = PurePosixPath(document.file.name).with_suffix(".pdf").name
            if name in shown and name != document.file.name:
                name = f"{PurePosixPath(name).stem}（盖章）.pdf"
            sha256 = hashlib.sha256(data).hexdigest()
            pages = len(split.of(number))
            found.append(Part(str(signed), name, str(path), sha256, len(data), pages))
        return tuple(found)

    def told(self, split: Split) -> list[dict[str, object]]:
        """Say for a program which pages would become what, counted from 1."""
        return [
            {
                "organisation": one.organisation,
                "name": self._name(number),
                "document": one.key,
                "pages": [page + 1 for page in split.of(number) if page is not None],
            }
            for number, one in enumerate(self.documents)
        ]

    def sheet(self, split: Split, findings: Sequence[Finding], scan: str, code: str) -> str:
        """Write the sheet of thumbnails."""
        facts = (
            f"批次 {self.manifest.batch}　签发的核对码 {check_code(self.manifest.digest)}",
            f"扫描件 {scan}，{split.pages} 页；应有 {len(split.fronts)} 份，{len(split.owners)} 页",
        )
        notes = [f"{one.level.word}　{one}" for one in findings]
        head = contact.Sheet("盖章件核对", facts, notes, code)
        return contact.page(head, self._named(), split)

    def findings(self, split: Split, scan: str) -> list[Finding]:
        """Say what is odd, each with its page and for whom it is."""
        found = [*self._missing(split, scan), *self._extra(split, scan)]
        return [*self._empty(split), *found, *self._looks(split, scan)]

    def _empty(self, split: Split) -> Iterator[Finding]:
        for number in sorted(set(range(len(split.fronts))) - set(split.owners)):
            place = Place(self.documents[number].file.path)
            said = "转成 PDF 后是空白的，没有可以对照的页"
            yield Finding(Level.ERROR, "scan.empty", place, said, "请打开它看看")

    def _page(self, split: Split, column: int) -> str:
        """Name an expected page: for whom, and the how manieth of its paper."""
        paper = split.owners[column]
        number = column - split.owners.index(paper) + 1
        return f"{self._name(paper)} 第 {number} 页"

    def _missing(self, split: Split, scan: str) -> Iterator[Finding]:
        for column in split.sorted.missing:
            before = [page for page in split.sorted.place[:column] if page is not None]
            where = f"应在第 {before[-1] + 1} 页之后" if before else "应在最前面"
            paper = split.owners[column]
            said = f"缺{self._page(split, column)}（共 {len(split.of(paper))} 页）"
            advice = "请找到这一页，连同其他重新扫描成一个 PDF"
            yield Finding(Level.ERROR, "scan.missing", Place(scan, where=where), said, advice)

    def _extra(self, split: Split, scan: str) -> Iterator[Finding]:
        for page, column in split.sorted.doubled.items():
            first = split.sorted.place[column]
            same = f"与第 {first + 1} 页相同" if first is not None else "多余"
            said = f"多了一页，{same}：{self._page(split, column)}"
            place = Place(scan, where=f"第 {page + 1} 页")
            yield Finding(Level.ERROR, "scan.doubled", place, said, "请去掉重复的一页，重新扫描")
        for page in split.sorted.strangers:
            place = Place(scan, where=f"第 {page + 1} 页")
            said = "不是这批文件里的页"
            advice = "请看缩略图；若确是这批的，可能打印时用了别的字体或改动过"
            yield Finding(Level.ERROR, "scan.foreign", place, said, advice)

    def _looks(self, split: Split, scan: str) -> Iterator[Finding]:
        owner = {page: column for column, page in enumerate(split.sorted.place)}
        if split.blank:
            pages = "、".join(str(page + 1) for page in split.blank)
            place = Place(scan, where=f"第 {pages} 页")
            yield Finding(Level.INFO, "scan.blank", place, "是空白（多为背面），已略去")
        for page, turn in enumerate(split.turns):
            if turn and page in owner:
                said = f"放倒了，已转正：{self._page(split, owner[page])}"
                yield Finding(
                    Level.INFO, "scan.turned", Place(scan, where=f"第 {page + 1} 页"), said
                )
        for page in split.sorted.moved:
            said = f"不在应在的次序，按内容放回：{self._page(split, owner[page])}"
            place = Place(scan, where=f"第 {page + 1} 页")
            yield Finding(Level.WARNING, "scan.order", place, said, "请对照缩略图")
        for page in split.sorted.doubtful:
            said = f"拿不准是不是{self._page(split, owner[page])}"
            place = Place(scan, where=f"第 {page + 1} 页")
            yield Finding(Level.WARNING, "scan.doubt", place, said, "请对照缩略图细看")


def _is_word(document: Document) -> bool:
    return document.file.path.lower().endswith(".docx")
