"""Many PDFs bound into one that is written as it grows: in memory there is one of them at a time.

Each begins on the front of a sheet, and keeps its own pages as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    TextStringObject,
)

from outbox.office import bookmarks
from outbox.office.bookmarks import Bound, Chapter
from outbox.office.objects import CATALOG, OUTLINES, PAGES, Objects, dictionary, to

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from pypdf import PageObject
    from pypdf.generic import PdfObject

MM = 72 / 25.4  # points
# What a page keeps: what it draws. Links and actions are nothing to a printer.
_KEPT = ("/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/Group", "/UserUnit")
# pypdf says NotImplementedError to filters and encryption that it does not know.
_FAULTS = (
    PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError,
    RecursionError, NotImplementedError,
)  # fmt: skip


class UnboundError(Exception):
    """A PDF cannot be bound; the words say why."""


@dataclass
class Binder:
    """A PDF in the making. What is bound is put in order at the end."""

    out: BinaryIO
    backs: bool = True  # for both sides: a blank page behind an odd number of them
    objects: Objects = field(init=False)

    def __post_init__(self) -> None:
        self.objects = Objects(self.out)

    def bind(
        self, source: Path | BinaryIO, title: str, shift: tuple[float, float] = (0.0, 0.0)
    ) -> Bound:
        """Write the pages of a PDF.

        Args:
            source: the PDF.
            title: what readers show beside the pages.
            shift: millimetres that what is printed moves to the right and down.

        Raises:
            UnboundError: it is no PDF, is locked, or is broken inside.

        """
        try:
            reader = PdfReader(source)
            if reader.is_encrypted:
                raise UnboundError("加了密码，不能合印")
            known: dict[int, int | None] = {}
            made = [self._page(page, shift, known) for page in reader.pages]
            if not made:
                raise UnboundError("一页也没有")
            own = len(made)
            if own % 2 and self.backs:
                last = reader.pages[-1].mediabox
                made.append(self._blank(float(last.width), float(last.height)))
        except _FAULTS as error:
            raise UnboundError("PDF 的内部结构有错，印不出来") from error
        return Bound(title, tuple(made), own)

    def end(self, chapters: Sequence[Chapter], title: str) -> int:
        """Write what leads to the pages, in this order; return how many there are."""
        pages = [number for one in chapters for part in one.parts for number in part.pages]
        tree = dictionary(
            Type=NameObject("/Pages"),
            Kids=ArrayObject(map(to, pages)),
            Count=NumberObject(len(pages)),
        )
        self.objects.put(PAGES, tree)
        bookmarks.write(self.objects, chapters)
        prints: dict[str, PdfObject] = {"PrintScaling": NameObject("/None")}  # no seal may shrink
        if self.backs:
            prints["Duplex"] = NameObject("/DuplexFlipLongEdge")
        catalog = dictionary(
            Type=NameObject("/Catalog"),
            Pages=to(PAGES),
            Outlines=to(OUTLINES),
            ViewerPreferences=dictionary(**prints),
        )
        self.objects.put(CATALOG, catalog)
        named = dictionary(Title=TextStringObject(title), Creator=TextStringObject("fawen"))
        self.objects.finish(self.objects.added(named))
        return len(pages)

    def _page(
        self, page: PageObject, shift: tuple[float, float], known: dict[int, int | None]
    ) -> int:
        right, up = _turned(shift, int(page.rotation))
        made = DictionaryObject()
        for name in _KEPT:
            if name in page:
                made[NameObject(name)] = self._moved(page.raw_get(name), known)
        for name, box in (("/MediaBox", page.mediabox), ("/CropBox", page.cropbox)):
            if name in page:
                # Moving the window the other way moves all that is seen through it.
                moved = (box.left - right, box.bottom - up, box.right - right, box.top - up)
                made[NameObject(name)] = ArrayObject(FloatObject(round(one, 4)) for one in moved)
        made[NameObject("/Type")] = NameObject("/Page")
        made[NameObject("/Parent")] = to(PAGES)
        return self.objects.added(made, once=True)

    def _blank(self, width: float, height: float) -> int:
        made = dictionary(
            Type=NameObject("/Page"),
            Parent=to(PAGES),
            MediaBox=ArrayObject(map(FloatObject, (0, 0, width, height))),
            Resources=DictionaryObject(),
        )
        return self.objects.added(made, once=True)

    def _moved(self, value: PdfObject, known: dict[int, int | None]) -> PdfObject:
        """Write all that a value leads to, and return it as it stands in this file.

        `known` leads what was written to its new number, None while that is under way: what leads
        back to itself is cut there, for nothing that is drawn needs to.
        """
        if isinstance(value, IndirectObject):
            if value.idnum not in known:
                known[value.idnum] = None
                found = value.get_object()
                made = self._moved(found, known) if found is not None else NullObject()
                known[value.idnum] = self.objects.added(made)
            number = known[value.idnum]
            return NullObject() if number is None else to(number)
        if isinstance(value, DictionaryObject):  # a stream is one too, and keeps its bytes
            for name in list(value):
                value[NameObject(name)] = self._moved(value.raw_get(name), known)
            return value
        if isinstance(value, ArrayObject):
            return ArrayObject(self._moved(one, known) for one in _raw(value))
        return value


def _turned(shift: tuple[float, float], rotation: int) -> tuple[float, float]:
    """Return a shift on paper, mm to the right and down, as points in a page that is turned."""
    right, up = shift[0] * MM, -shift[1] * MM
    turns = {0: (right, up), 90: (-up, right), 180: (-right, -up), 270: (up, -right)}
    return turns[rotation % 360]


def _raw(value: ArrayObject) -> Iterator[PdfObject]:
    """List what stands in an array, references as such."""
    return iter(cast("list[Any]", value))
