"""The bindery: documents of a batch as PDF, bound into one file with their lists in front."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from merge import pdf
from outbox.desk.outcome import Progress
from outbox.office.binder import UnboundError
from outbox.office.bookmarks import Chapter
from outbox.office.lists import written
from rosters.finding import Finding, InputError, Level, Place, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from merge.letter import Document
    from outbox.office.binder import Binder
    from outbox.office.bookmarks import Bound
    from outbox.office.lists import Cover, Listed
    from outbox.office.sheaf import Sheaf
    from templates.gongwen.settings import Fonts


@dataclass
class Bindery:
    """Where the documents of a batch lie, where PDFs are kept, and what they are bound into."""

    folder: Path
    shelf: Path
    binder: Binder
    _parts: dict[str, Bound] = field(default_factory=dict)

    def bind(
        self, sheaf: Sheaf, shift: tuple[float, float]
    ) -> Generator[Progress, None, dict[str, Bound]]:
        """Bind documents in their order; return what became of each, by its key.

        Raises:
            InputError: some cannot be made PDFs or cannot be bound, or one is not what was signed.
            UnavailableError: there is nothing here that makes PDFs.

        """
        kept = yield from self._converted(sheaf.documents)
        faults = []
        made: dict[str, Bound] = {}
        for done, one in enumerate(sheaf.documents, start=1):
            source = kept.get(one.key, self.folder / one.file.path)
            title = f"{sheaf.label(one)}（{one.name}）" if one.name else sheaf.label(one)
            try:
                made[one.key] = self.binder.bind(source, title, shift)
            except UnboundError as error:
                faults.append(_fault("print.broken", one, str(error)))
            yield Progress("合印", done, len(sheaf.documents))
        if faults:
            raise InputError("有文件印不出来，没有做成", findings=faults)
        return made

    def _converted(
        self, documents: Sequence[Document]
    ) -> Generator[Progress, None, dict[str, Path]]:
        """Have a PDF of each Word file, by the key of its document."""
        words = {self.folder / one.file.path: one for one in documents if is_word(one)}
        kept: dict[str, Path] = {}
        faults = []
        papers = pdf.papers(words, self.shelf, pdf.engine()) if words else iter(())
        for done, paper in enumerate(papers, start=1):
            one = words[paper.source]
            kept[one.key] = paper.kept
            if paper.fault:
                faults.append(_fault("pdf.failed", one, paper.fault))
            elif paper.sha256 != one.file.sha256:
                faults.append(_fault("batch.altered", one, "文件内容与登记的不一致"))
            yield Progress("转成 PDF", done, len(words))
        if faults:
            faults.sort(key=lambda one: str(one.place))
            raise InputError("有文件转不成 PDF，没有做成", findings=faults)
        return kept

    def lists(self, cover: Cover, lists: Sequence[Listed], fonts: Fonts) -> list[Chapter]:
        """Set and bind the lists; each is a chapter.

        Raises:
            UnavailableError: there is nothing here that makes PDFs, or it did not.

        """
        by = pdf.engine()
        begins = dict.fromkeys((one.name for one in lists), 1)
        made: dict[str, list[Bound]] = {one.name: [] for one in lists}
        with TemporaryDirectory(prefix="fawen-print-", ignore_cleanup_errors=True) as folder:
            home = Path(folder)
            for stretch in range(max(one.stretches for one in lists)):
                files = {
                    one.name: written(cover, one, stretch, begins[one.name], fonts)
                    for one in lists
                    if stretch < one.stretches
                }
                for name, path in converted(home, files, by).items():
                    bound = self.binder.bind(path, name)
                    made[name].append(bound)
                    begins[name] += bound.own
        return [Chapter(name, tuple(parts)) for name, parts in made.items()]


def chapters(sheaf: Sheaf, made: Mapping[str, Bound], *, by_kind: bool) -> list[Chapter]:
    """Put bound documents into chapters: one for each receiver, or for each 文件."""
    found: dict[str, list[Bound]] = {}
    for one in sheaf.documents:
        name = sheaf.label(one) if by_kind else sheaf.owner(one)
        found.setdefault(name, []).append(made[one.key])
    return [Chapter(name, tuple(parts)) for name, parts in found.items()]


def converted(home: Path, files: Mapping[str, bytes], by: pdf.Engine) -> dict[str, Path]:
    """Make Word files of ours PDFs, by their names.

    Raises:
        UnavailableError: the program did not.

    """
    sources = {}
    for name, data in files.items():
        sources[home / f"{name}.docx"] = name
        (home / f"{name}.docx").write_bytes(data)
    made = {}
    for paper in pdf.papers(sources, home / "made", by, workers=1):
        if paper.fault:
            said = f"{sources[paper.source]}没有做成：{paper.fault}"
            raise UnavailableError(said, "请再运行一次；或加 --no-lists，只要文件")
        made[sources[paper.source]] = paper.kept
    return {name: made[name] for name in files}


def is_word(document: Document) -> bool:
    """Tell whether a document must be made a PDF before it is printed."""
    return document.file.path.lower().endswith(".docx")


def _fault(rule: str, document: Document, said: str) -> Finding:
    return Finding(Level.ERROR, rule, Place(document.file.path), said)
