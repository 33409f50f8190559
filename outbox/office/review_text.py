"""The text of a document as it lies there: its paragraphs and rows, each with its place."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from templates.paragraphs import W, paragraphs
from templates.wml import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from templates.wml import Element

_MAIN = "word/document.xml"
_BESIDE = re.compile(r"word/(header|footer|footnotes|endnotes)(\d*)\.xml")
_CALLED = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注"}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS = {f"{W}tab": "\u3000", f"{W}br": "\u3000", f"{W}noBreakHyphen": "-"}
_GAPS = re.compile(r"\s{2,}")


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, or a row of a table with its `cells`; `style` is the paragraph's, by its id."""

    place: str
    text: str
    style: str = ""
    align: str = ""
    cells: tuple[str, ...] = ()


def lines(data: bytes) -> tuple[Line, ...]:
    """Read a Word file of ours: the body, then headers, footers and notes; no empty lines.

    Raises:
        ValueError: it is no Word file.

    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = [_MAIN, *sorted(one for one in package.namelist() if _BESIDE.fullmatch(one))]
            parts = ((package.read(name), name) for name in names)
            return tuple(
                line
                for content, name in parts
                if b"<w:t" in content
                for line in _part(content, name)
            )
    except (zipfile.BadZipFile, KeyError, SyntaxError) as error:  # lxml's error is a SyntaxError
        raise ValueError("not a Word file") from error


def _part(content: bytes, name: str) -> Iterator[Line]:
    beside = _BESIDE.fullmatch(name)
    called = _CALLED[beside[1]] if beside else ""
    rows: dict[Element, str] = {}  # those seen, each with its place; "" once it was read
    tables = outside = 0
    for paragraph in paragraphs(parse(content)):
        row = next(paragraph.iterancestors(f"{W}tr"), None)
        outside += row is None
        if next(paragraph.iterancestors(_FALLBACK), None) is not None:
            continue  # the same once more, for older programs
        if row is None:
            if text := _text(paragraph):
                look = _value(paragraph, "pStyle"), _value(paragraph, "jc")
                yield Line(f"{called}第{outside}段", text, *look)
            continue
        if row not in rows:
            tables += 1
            rows |= _numbered(row, f"{called}表格{tables}")
        cells = tuple(_cell(one, row) for one in row.findall(f"{W}tc")) if rows[row] else ()
        if any(cells):
            yield Line(rows[row], "｜".join(cells), cells=cells)
        rows[row] = ""


def _numbered(row: Element, called: str) -> dict[Element, str]:
    """Name the rows of the table that a row belongs to, as templates.paragraphs counts them."""
    table = next(row.iterancestors(f"{W}tbl"))
    own = (one for one in table.iter(f"{W}tr") if next(one.iterancestors(f"{W}tbl")) is table)
    return {one: f"{called}第{number}行" for number, one in enumerate(own, 1)}


def _cell(cell: Element, row: Element) -> str:
    own = (one for one in paragraphs(cell) if next(one.iterancestors(f"{W}tr"), None) is row)
    return " ".join(filter(None, map(_text, own)))


def _text(paragraph: Element) -> str:
    said = []
    for node in paragraph.iter(f"{W}t", *_SIGNS):
        if node.tag != f"{W}t" and node.getparent().tag != f"{W}r":
            continue  # a tab stop, not a tab
        if next(node.iterancestors(f"{W}p"), None) is paragraph:
            said.append(_SIGNS.get(node.tag) or node.text or "")
    return _GAPS.sub("\u3000", "".join(said)).strip()


def _value(paragraph: Element, name: str) -> str:
    found = paragraph.find(f"{W}pPr/{W}{name}")
    return "" if found is None else str(found.get(f"{W}val", ""))
