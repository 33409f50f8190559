"""Pictures of records: found by what their cells name, or at their cells in the workbook itself."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rosters.finding import Finding, Level
from rosters.photo import Paper, Photo, PhotoError, held
from rosters.spot import spot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from merge.likeness import Likenesses
    from merge.reach import Reach
    from merge.workshop import Workshop
    from rosters.finding import Cell
    from rosters.roster import Row
    from templates.reads import Use

_HELD = "（图片）"  # what stands for a picture that its cell holds and does not name
_NAME = "请核对文件名；从名册所在的文件夹、作业所在的文件夹或工作区算起"
_CALLED = {"picture": "图片", "document": "子文档"}
_EMPTY = {
    "picture": "请在这一格里放上图片，或写上图片文件的名字",
    "document": "请在这一格里写上 .docx 文件的名字",
}
_KIND = {
    "picture": "请用画图等软件另存为 PNG 或 JPEG，再写上它的名字",
    "document": "请在 Word 里改好，存为 .docx，再写上它的名字",
}
_EDGES = "要印的，请写进那个文件的正文里"
_ERROR = "cell-error"  # the rule by which a roster tells of #VALUE!
_FEW = 120  # pixels of the shorter side: 3 cm at 100 to the inch
_LARGER = "请换一张原图，例如证件照 413×579 像素的"
_WHOLE = 2480  # pixels: what a picture is tried at, as wide as A4


@dataclass
class Photographs:
    """The pictures that a job prints: by the cells they stand at, or the 要素 that name them."""

    shop: Workshop
    cells: dict[Cell, Photo] = field(default_factory=dict)
    elements: dict[str, Photo] = field(default_factory=dict)
    found: dict[Cell | str, Finding] = field(default_factory=dict)
    _tried: dict[str, str] = field(default_factory=dict)
    _small: dict[str, str] = field(default_factory=dict)
    _left: dict[str, str] = field(default_factory=dict)  # of Word files, what is not printed

    def look(self, uses: Iterable[Use], reach: Reach) -> None:
        """Look up the pictures that a template's tags print; what is wrong is kept in `found`."""
        for use in uses:
            if use.kind not in {"picture", "document"}:
                continue
            if not use.path and use.name in self.shop.elements:
                self._element(use)
                continue
            for row in reach.rows(use.path):
                if use.name in row.sheet.names:
                    self._row(row, use)

    def without_errors(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Leave out what Excel shows for a picture within a cell where it is read as a value."""
        for one in findings:
            held = one.rule == _ERROR and one.cells and self.cells.keys() >= set(one.cells)
            if not held:
                yield one

    def _element(self, use: Use) -> None:
        name = use.name
        words = self.shop.supplies.job.elements[name]
        if name in self.elements or name in self.found or not isinstance(words, str):
            return
        path = self.shop.supplies.job.find(words.strip()) if words.strip() else None
        place = self.shop.supplies.job.place(f"要素.{name}")
        if path is None or not path.is_file():
            message = f"找不到{_CALLED[use.kind]}「{words}」"
            self.found[name] = Finding(Level.ERROR, f"{use.kind}.missing", place, message, _NAME)
            return
        try:
            self.elements[name] = self._taken(use, words, path)
        except PhotoError as fault:
            advice = _KIND[use.kind]
            self.found[name] = Finding(Level.ERROR, f"{use.kind}.kind", place, str(fault), advice)

    def _row(self, row: Row, use: Use) -> None:
        """Look up what a cell names; many rows of a list may have none: none is missed."""
        name, called = use.name, _CALLED[use.kind]
        cell = row.cell(name)
        if cell in self.cells or cell in self.found:
            return
        words = str(row.get(name) or "").strip()
        path, part = self._source(row, name, words)
        if path is None:
            lost = bool(words)
            if use.path and not lost:
                return
            level = Level.ERROR if lost else Level.WARNING
            rule = f"{use.kind}.{'missing' if lost else 'none'}"
            message = (
                f"找不到{called}「{words}」" if lost else f"没有{called}，文件里这个位置会空着"
            )
            advice = _NAME if lost else _EMPTY[use.kind]
            self.found[cell] = spot(level, rule, (row, name), message, advice)
            return
        try:
            taken = self.cells[cell] = self._taken(use, _HELD if part else words, path, part)
            if use.kind == "picture":
                doubt = self._likenesses.doubtful(row, name, taken, "" if part else words)
                if doubt is None and (said := self._small.get(taken.sha256)):
                    doubt = spot(Level.WARNING, "picture.small", (row, name), said, _LARGER)
                self.found |= {cell: doubt} if doubt else {}
            if left := self._left.get(taken.sha256):
                rule = f"{use.kind}.edges"
                self.found[cell] = spot(Level.WARNING, rule, (row, name), left, _EDGES)
        except PhotoError as fault:
            said, rule = str(fault), f"{use.kind}.kind"
            self.found[cell] = spot(Level.ERROR, rule, (row, name), said, _KIND[use.kind])

    def _source(self, row: Row, name: str, words: str) -> tuple[Path | None, str]:
        """Find a picture: at its cell in the workbook, else the file that the cell names."""
        column = row.sheet.column(name)
        at = row.sheet.name, row.number, _number(column.letter) if column else 0
        book, parts = self._held(row.sheet.file)
        if book is not None and at in parts:
            return book, parts[at]
        return self._named(words, book), ""

    def _named(self, words: str, book: Path | None) -> Path | None:
        if not words or words.startswith("="):
            return None
        homes = [book.parent] if book else []
        homes = [Path(os.path.normpath(o)) for o in (*homes, *self.shop.supplies.job.folders)]
        for home in homes:
            # Who filled in the roster may be anybody: no other file of this machine is for him.
            one = Path(os.path.normpath(home / words.replace("\\", "/")))
            try:
                if any(one.is_relative_to(each) for each in homes) and one.is_file():
                    return one
            except (OSError, ValueError):  # a name that no system takes
                continue
        return None

    def _taken(self, use: Use, words: str, path: Path, part: str = "") -> Photo:
        if use.kind == "picture":
            return self._whole(Photo.of(words, path, part))
        if part:
            raise PhotoError("这一格里是图片，不是 Word 文件的名字")
        paper = Paper.of(words, path)
        from merge import subdocuments

        self._left[paper.sha256] = subdocuments.fit(paper.content(), words)
        return paper

    def _whole(self, photo: Photo) -> Photo:
        """Have the child look at a picture, once."""
        if photo.sha256 not in self._tried:
            try:
                shape = photo.shaped(_WHOLE)
                self._tried[photo.sha256] = ""
                if min(shape.width, shape.height) < _FEW:
                    said = f"照片只有 {shape.width}×{shape.height} 像素，印出来会模糊"
                    self._small[photo.sha256] = said
            except PhotoError as fault:
                self._tried[photo.sha256] = str(fault)
        if self._tried[photo.sha256]:
            raise PhotoError(self._tried[photo.sha256])
        return photo

    @cached_property
    def _likenesses(self) -> Likenesses:
        from merge.likeness import Likenesses

        return Likenesses(self.shop.supplies.roster)

    @cached_property
    def _books(self) -> Mapping[str, Path]:
        """Lead from what findings call a workbook to where it lies."""
        job, roster = self.shop.supplies.job, self.shop.supplies.roster
        known = {sha256: shown for shown, sha256 in roster.sources}
        found: dict[str, Path] = {}
        for words in job.rosters:
            path = job.find(words)
            for one in _files(path):
                shown = known.get(hashlib.sha256(one.read_bytes()).hexdigest())
                if shown is not None:
                    found[shown] = one
        return found

    def _held(self, file: str) -> tuple[Path | None, Mapping[tuple[str, int, int], str]]:
        path = self._books.get(file)
        if file not in self._pictures:
            xlsx = path is not None and path.suffix.lower() == ".xlsx"
            seen = held(path.read_bytes()) if path is not None and xlsx else []
            self._pictures[file] = {(sheet, row, at): part for sheet, row, at, part in seen}
        return path, self._pictures[file]

    @cached_property
    def _pictures(self) -> dict[str, Mapping[tuple[str, int, int], str]]:
        return {}


def _files(path: Path | None) -> Iterator[Path]:
    if path is None:
        return
    for one in sorted(path.iterdir()) if path.is_dir() else (path,):
        if one.is_file() and not one.name.startswith(("~$", ".")):
            yield one


def _number(letters: str) -> int:
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - 64
    return number
