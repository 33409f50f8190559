"""Word to PDF: made once, kept by the hash of its source; one bad document costs one report."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import zipfile
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

from merge import soffice, winword
from merge.files import make
from rosters.finding import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Documents for one start of the program: LibreOffice's starter passes on some 250 arguments, and
# drops the rest without a word.
SHARE = 100
PATIENCE = 90.0  # seconds without a new PDF, after which the program is taken to hang
_HEAD, _TAIL = b"%PDF-", b"%%EOF"
_TAIL_WITHIN = 1024  # bytes from the end, where readers look for it
_SHOWN = "用 Word 或 WPS 打开它看看是否损坏，另存一份再试"


class Engine(Protocol):
    """A program that turns Word files into PDF."""

    @property
    def name(self) -> str:
        """Name the program as staff know it."""

    def convert(self, files: Sequence[Path], out: Path, patience: float) -> None:
        """Write `<stem>.pdf` into a folder for each file that it can."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A Word file as PDF: `sha256` of its source, where the PDF is kept, how many pages it has.

    `told` is the number of pages that the file itself says it has, 0 where it says nothing;
    `fault` says in words why there is no PDF, and is "" where there is one.
    """

    source: Path
    sha256: str
    kept: Path
    pages: int = 0
    told: int = 0
    fault: str = ""


def engine() -> Engine:
    """Find what can make PDFs here: Word or WPS on Windows, else LibreOffice.

    Raises:
        UnavailableError: there is none of them.

    """
    if found := winword.installed():
        return found
    if path := soffice.program():
        return soffice.LibreOffice(path)
    raise UnavailableError(
        "这台电脑上没有能转 PDF 的程序", "请安装 Word、WPS 或 LibreOffice（免费）后再试"
    )


def papers(
    sources: Iterable[Path],
    shelf: Path,
    by: Engine,
    *,
    workers: int | None = None,
    patience: float = PATIENCE,
) -> Iterator[Paper]:
    """Have a PDF of each Word file, and yield each as soon as it is there, in no order.

    What the shelf has already is not made again. A file that cannot be converted is yielded with
    its fault, and the others go on.

    Args:
        sources: Word files; those of the same bytes share a PDF.
        shelf: the folder in which PDFs are kept, named by the hashes of their sources.
        by: the program that makes them.
        workers: how many of it run side by side; None: one for each processor.
        patience: seconds without a new PDF, after which the program is killed.

    """
    make(shelf)
    alike: dict[str, list[Path]] = {}
    for source in sources:
        alike.setdefault(_hash(source), []).append(source)
    missing = {}
    for sha256, same in alike.items():
        if _whole(place(shelf, sha256)):
            yield from _found(same, sha256, shelf)
        elif not _word(same[0]):
            yield from _found(same, sha256, shelf, f"不是完整的 Word 文件，{_SHOWN}")
        else:
            missing[sha256] = same
    press = _Press(shelf, by, patience)
    for sha256, fault in _made(missing, press, workers or os.cpu_count() or 1):
        yield from _found(missing[sha256], sha256, shelf, fault)


def place(shelf: Path, sha256: str) -> Path:
    """Say where the PDF of a source is kept."""
    return shelf / f"{sha256}.pdf"


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _found(same: list[Path], sha256: str, shelf: Path, fault: str = "") -> Iterator[Paper]:
    kept = place(shelf, sha256)
    pages = 0 if fault else _pages(kept)
    told = 0 if fault else _told(same[0])
    for source in same:
        yield Paper(source, sha256, kept, pages, told, fault)


def _made(missing: dict[str, list[Path]], press: _Press, workers: int) -> Iterator[tuple[str, str]]:
    """Convert what is missing; yield each hash with its fault, "" where there is none."""
    if not missing:
        return
    wanted = [(sha256, same[0]) for sha256, same in missing.items()]
    size = max(1, min(SHARE, -(-len(wanted) // workers)))
    shares = [wanted[at : at + size] for at in range(0, len(wanted), size)]
    with ThreadPoolExecutor(min(workers, len(shares))) as pool:
        tasks = {pool.submit(press.share, share) for share in shares}
        try:
            while tasks:
                done, tasks = wait(tasks, return_when=FIRST_COMPLETED)
                for task in done:
                    yield from task.result()
        finally:
            for task in tasks:
                task.cancel()


@dataclass(frozen=True, slots=True)
class _Press:
    """Where PDFs are kept, what makes them, and how long it may be silent."""

    shelf: Path
    by: Engine
    patience: float

    def share(self, share: list[tuple[str, Path]]) -> list[tuple[str, str]]:
        """Convert some documents at one start; what stops the program gets a start of its own."""
        self._start(share)
        left = self._missing(share)
        if len(share) == 1:
            left = []
        while left:
            # At the first that is missing the program died, hung or gave up; those behind it may
            # have had no chance.
            self._start(left[:1])
            self._start(left[1:])
            left = self._missing(left[1:])
        bad = dict(self._missing(share))
        said = f"{self.by.name} 转不成 PDF，{_SHOWN}"
        return [(sha256, said if sha256 in bad else "") for sha256, _ in share]

    def _missing(self, share: list[tuple[str, Path]]) -> list[tuple[str, Path]]:
        return [one for one in share if not _whole(place(self.shelf, one[0]))]

    def _start(self, share: list[tuple[str, Path]]) -> None:
        if not share:
            return
        with TemporaryDirectory(
            prefix=".making-", dir=self.shelf, ignore_cleanup_errors=True
        ) as folder:
            sources, out = Path(folder, "in"), Path(folder, "out")
            sources.mkdir()
            out.mkdir()
            files = [sources / f"{sha256}{path.suffix}" for sha256, path in share]
            for file, (_, path) in zip(files, share, strict=True):
                shutil.copyfile(path, file)
            self.by.convert(files, out, self.patience)
            for sha256, _ in share:
                made = out / f"{sha256}.pdf"
                if _whole(made):
                    made.chmod(0o600)
                    made.replace(place(self.shelf, sha256))


def _word(path: Path) -> bool:
    """Tell whether a file is a Word package: LibreOffice would print any other as plain text."""
    try:
        with zipfile.ZipFile(path) as package:
            return "word/document.xml" in package.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def _whole(path: Path) -> bool:
    """Tell whether a PDF is there from its head to its end: a killed program leaves halves."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_HEAD))
            file.seek(max(0, path.stat().st_size - _TAIL_WITHIN))
            return head == _HEAD and _TAIL in file.read()
    except OSError:
        return False


def _pages(path: Path) -> int:
    from pypdf import PdfReader

    return len(PdfReader(path).pages)


def _told(path: Path) -> int:
    """Read how many pages Word says its file has; 0 where it does not say."""
    try:
        with zipfile.ZipFile(path) as package:
            said = re.search(rb"<Pages>(\d{1,6})</Pages>", package.read("docProps/app.xml"))
    except (OSError, KeyError, zipfile.BadZipFile):
        return 0
    return int(said[1]) if said else 0
