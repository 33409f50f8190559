"""The documents of a batch read for 送签: their text, their pages, what varies among them."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge import pdf
from outbox.desk import inspection
from outbox.desk.boxes import pictured
from outbox.desk.outcome import Progress
from outbox.office.review import COMPARED, Compared, Remark, Sample, Thumb, chosen
from outbox.office.review_since import mail_lines
from outbox.office.review_text import Line, lines
from outbox.office.review_varying import Item, varying

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence
    from pathlib import Path

    from merge.letter import Document, Letter
    from merge.manifest import Manifest

_WORD, _BOOK = ".docx", ".xlsx"
_EDGES = ("页眉", "页脚")  # of every page; they hold its number


@dataclass
class Reading:
    """A batch's folder and manifest, and where PDFs are kept; `by` makes them, None: nothing."""

    folder: Path
    manifest: Manifest
    shelf: Path
    by: pdf.Engine | None = None
    remarks: list[Remark] = field(default_factory=list)
    _papers: dict[str, Path] = field(default_factory=dict)  # document key -> its PDF

    def lines(self, document: Document) -> tuple[Line, ...] | None:
        """Return a document's text; None where it is gone or is not what was recorded."""
        path = self.folder / document.file.path
        data = _bytes(path)
        if hashlib.sha256(data).hexdigest() != document.file.sha256:
            return None
        if path.suffix.lower() == _BOOK:
            from outbox.office.review_cells import rows

            return rows(data)
        try:
            return lines(data if _is_word(path) else self._source(path, document))
        except ValueError:
            from outbox.office.review_pictures import words

            return words(data)

    def _source(self, path: Path, document: Document) -> bytes:
        """Return the Word file that a PDF was made of, if the shelf knows it for that."""
        data = _bytes(path.with_suffix(_WORD))
        kept = _bytes(pdf.place(self.shelf, hashlib.sha256(data).hexdigest()))
        return data if hashlib.sha256(kept).hexdigest() == document.file.sha256 else b""

    def print(self, documents: Iterable[Document]) -> Generator[Progress, None, None]:
        """Have a PDF of each document, where a program makes them; faults become remarks."""
        words: dict[Path, Document] = {}
        for one in documents:
            path = self.folder / one.file.path
            if _is_word(path):
                words[path] = one
            elif path.suffix.lower() == ".pdf":
                self._papers[one.key] = path
        if self.by is None:
            return
        self.remarks += map(inspection.remark, pictured(self.folder, words.values()))
        for done, paper in enumerate(pdf.papers(words, self.shelf, self.by), 1):
            document = words[paper.source]
            where = document.file.path
            if paper.fault:
                self.remarks.append(Remark("提醒", where, paper.fault))
            else:
                self._papers[document.key] = paper.kept
                if paper.told and paper.told != paper.pages:
                    said = f"Word 记的是 {paper.told} 页，PDF 有 {paper.pages} 页"
                    self.remarks.append(Remark("提醒", where, said))
            yield Progress("转成 PDF", done, len(words))

    def sample(self, document: Document, owner: Letter | None) -> Sample:
        """Return a document in full: its pages, else its text."""
        found = self.lines(document) or ()
        text = tuple(one for one in found if not one.place.startswith(_EDGES))
        receiver = owner.name if owner else ""
        paper = self._papers.get(document.key)
        if paper is None:
            return Sample(document.kind, document.title, receiver, text)
        from outbox.office.review_pictures import pages

        count, pictures = pages(paper)
        return Sample(document.kind, document.title, receiver, text, paper, count, pictures)

    def thumb(self, document: Document, caption: str) -> Thumb | None:
        """Return the first page of a document, small; None where there is no PDF of it."""
        paper = self._papers.get(document.key)
        if paper is None:
            return None
        from outbox.office.review_pictures import first

        pages, picture = first(paper)
        return Thumb(caption, picture, pages)

    def compared(self) -> Generator[Progress, None, tuple[Compared, ...]]:
        """Compare the documents of each 文件 with one another, and the mails."""
        owners = {one.organisation: one for one in self.manifest.letters}
        found = []
        for entry in dict.fromkeys(one.entry for one in self.manifest.documents):
            same = [
                one
                for one in self.manifest.documents
                if one.entry == entry and one.organisation in owners
            ]
            named = names(same, owners)
            items = []
            picked = chosen(len(same), COMPARED)
            for done, at in enumerate(picked, 1):
                text = self.lines(same[at])
                if text is not None:
                    items.append(Item(named[at], _called(owners[same[at].organisation]), text))
                yield Progress("比对文件", done, len(picked))
            if len(items) > 1:
                found.append(Compared(same[0].kind, len(same), varying(items)))
        letters = self.manifest.letters
        mails = [
            Item(one.short or one.name, _called(one), mail_lines(one))
            for one in (letters[at] for at in chosen(len(letters), COMPARED))
        ]
        if len(mails) > 1:
            found.append(Compared("邮件", len(letters), varying(mails)))
        return tuple(found)


def names(documents: Sequence[Document], owners: dict[str, Letter]) -> list[str]:
    """Name documents in a list: by their receiver, by their title where it has several."""
    counts = Counter(one.organisation for one in documents)
    said = []
    for one in documents:
        owner = owners.get(one.organisation)
        alone = owner is not None and counts[one.organisation] == 1
        said.append((owner.short or owner.name) if owner and alone else one.title)
    return said


def _called(letter: Letter) -> tuple[str, ...]:
    return (letter.name, letter.short)


def _is_word(path: Path) -> bool:
    return path.suffix.lower() == _WORD


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
