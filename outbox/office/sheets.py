"""Pages of an untrusted PDF, in a child: rendered as pixels, or cut into parts without loss.

A crafted file may hang or kill the child and nothing else (`rosters.child`). What is asked stands
in `kind`, as JSON: which pages to render, or which to put together into parts.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, cast

import pypdfium2 as pdfium
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ContentStream, DictionaryObject, NameObject

from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pypdf import PageObject

LONG_SIDE = 877  # pixels of a page's longer side: A4 at 75 dpi
MOST_PAGES = 2_000
# What a page keeps in its part. Annotations and actions go: they may lead to other pages, and with
# them to what is not this receiver's.
_KEPT = {"/Type", "/Parent", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate"}
_USED = ("/Font", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading")


def pieces(content: bytes, kind: str, shown: str) -> Iterator[tuple[Any, ...]]:  # noqa: ARG001 (the child's signature)
    """Answer what is asked of a PDF, as plain values: the way of rosters.child.

    Raises:
        InputError: it cannot be opened as a PDF of pages.

    """
    asked = json.loads(kind)
    if "parts" in asked:
        for number, part in enumerate(_parts(content, asked["parts"])):
            yield ("part", number, part)
        return
    document = _opened(content)
    yield ("pages", len(document))
    first, last = asked["render"]
    for number in range(first, min(last, len(document))):
        yield ("page", number, *_pixels(document[number]))


def _opened(content: bytes) -> Any:  # noqa: ANN401 (pypdfium2 has no types)
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        said = "加了密码，打不开" if locked else "不是完整的 PDF，打不开"
        raise InputError(said) from None
    if not 0 < len(document) <= MOST_PAGES:
        raise InputError(f"有 {len(document)} 页，要在 1 到 {MOST_PAGES} 页之间")
    return document


def _pixels(page: Any) -> tuple[int, int, float, bytes]:  # noqa: ANN401 (pypdfium2 has no types)
    """Render a page: width and height in pixels, its wider side in points, and its RGB."""
    longer = max(page.get_size())
    bitmap = page.render(scale=LONG_SIDE / max(longer, 1.0), rev_byteorder=True, prefer_bgrx=False)
    width, height = bitmap.width, bitmap.height
    row = bitmap.stride
    data = bytes(bitmap.buffer)
    if bitmap.n_channels != len("RGB"):
        raise InputError("有一页画不出来")
    whole = (
        data
        if row == 3 * width
        else b"".join(data[start : start + 3 * width] for start in range(0, row * height, row))
    )
    return width, height, float(longer), whole


def _parts(content: bytes, parts: Sequence[Sequence[tuple[int, int]]]) -> Iterator[bytes]:
    """Put pages together into parts, each page turned by so many degrees: the same bytes always."""
    try:
        reader = PdfReader(io.BytesIO(content))
        for number in {page for part in parts for page, _ in part}:
            _bare(reader.pages[number], reader)
        for part in parts:
            yield _together([(reader.pages[number], turn) for number, turn in part])
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise InputError("拆不开：PDF 的内部结构有错") from None


def _together(pages: Sequence[tuple[PageObject, int]]) -> bytes:
    writer = PdfWriter()
    for page, turn in pages:
        made = writer.add_page(page)
        if turn:
            made.rotate(turn)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _bare(page: PageObject, reader: PdfReader) -> None:
    """Take from a page what it does not draw."""
    for name in set(page) - _KEPT:
        del page[name]
    known = cast("DictionaryObject", page.get("/Resources", DictionaryObject()).get_object())
    own = DictionaryObject({NameObject(name): known[name] for name in _USED if name in known})
    pictures = cast("DictionaryObject", known.get("/XObject", DictionaryObject()).get_object())
    if len(pictures) > 1:  # some programs give every page the pictures of all
        drawn = _drawn(page, reader)
        pictures = DictionaryObject(
            {NameObject(name): pictures.raw_get(name) for name in pictures if name in drawn}
        )
    own[NameObject("/XObject")] = pictures
    page[NameObject("/Resources")] = own


def _drawn(page: PageObject, reader: PdfReader) -> set[str]:
    content = page.get_contents()
    if content is None:
        return set()
    steps = ContentStream(content, reader).operations
    return {str(words[0]) for words, operator in steps if operator == b"Do" and words}
