"""Pages of a PDF as pictures: those of a document in full, and first pages for a contact sheet."""

from __future__ import annotations

import io
from contextlib import closing
from typing import TYPE_CHECKING

import pypdfium2

from outbox.office.review import Picture
from outbox.office.review_text import Line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = 1000  # pixels across: an A4 page that is read on a screen
SMALL = 300  # pixels across, of twelve on a sheet
_MOST = 60  # pages of one document
_QUALITY = 72


def pages(file: Path) -> tuple[int, tuple[Picture, ...]]:
    """Return how many pages a PDF has, and pictures of them (the first 60).

    Raises:
        ValueError: it cannot be read.

    """
    with closing(_opened(file)) as paper:
        count = len(paper)
        return count, tuple(_pictures(paper, min(count, _MOST), PAGE))


def first(file: Path) -> tuple[int, Picture]:
    """Return how many pages a PDF has, and a small picture of its first.

    Raises:
        ValueError: it cannot be read.

    """
    with closing(_opened(file)) as paper:
        [picture] = _pictures(paper, 1, SMALL)
        return len(paper), picture


def _opened(file: Path) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        raise ValueError("not a PDF") from error


def _pictures(paper: pypdfium2.PdfDocument, count: int, across: int) -> Iterator[Picture]:
    for number in range(count):
        with closing(paper[number]) as page:
            image = page.render(scale=across / page.get_width()).to_pil().convert("RGB")
        out = io.BytesIO()
        image.save(out, "JPEG", quality=_QUALITY, optimize=True)
        yield Picture(out.getvalue(), *image.size)


def words(data: bytes) -> tuple[Line, ...] | None:
    """Read the text of a PDF line by line; None where it is no PDF."""
    try:
        with closing(pypdfium2.PdfDocument(data)) as paper:
            return tuple(
                Line(f"第{page}页第{number}行", line.strip())
                for page in range(1, len(paper) + 1)
                for number, line in enumerate(_text(paper, page - 1).splitlines(), 1)
                if line.strip()
            )
    except pypdfium2.PdfiumError:
        return None


def _text(paper: pypdfium2.PdfDocument, number: int) -> str:
    with closing(paper[number]) as page, closing(page.get_textpage()) as text:
        return str(text.get_text_bounded())
