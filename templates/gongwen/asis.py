"""版式 原样: a Word file that is its own template, without the 发文单 it began with.

What stands below the table goes as it stands: nothing is set anew, and no red head is added; what
its writer put there, or its own headers, is all there is. Tags are filled, 【仅…】 is obeyed.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from lxml import etree

from templates import remarks
from templates.gongwen import lines, marks
from templates.gongwen.manuscript import flat
from templates.wml import Element, W, element, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: same inputs, same bytes


def as_it_stands(content: bytes, main: str) -> bytes:
    """Make a template of the file: same input, same bytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as package,
        zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made,
    ):
        for item in package.infolist():
            data = package.read(item)
            if item.filename == main:
                data = _document(data)
            elif remarks.kept_in(item.filename):
                data, _ = remarks.emptied(data)
            made.writestr(zipfile.ZipInfo(item.filename, _EPOCH), data)
    return out.getvalue()


def _document(data: bytes) -> bytes:
    root = parse(data)
    body = root.find(W + "body")
    pieces = list(flat(body))
    table = next(one for one in pieces if one.tag == W + "tbl")
    for one in pieces[: pieces.index(table) + 1]:
        one.getparent().remove(one)
    remarks.strike(root)
    for paragraph in list(root.iter(W + "p")):
        _straighten(paragraph)
        _only(paragraph)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _texts(paragraph: Element) -> list[Element]:
    return [
        one
        for one in paragraph.iter(W + "t")
        if next(one.iterancestors(W + "p"), None) is paragraph
    ]


def _straighten(paragraph: Element) -> None:
    """Write the braces of tags half-width, wherever Word has split them."""
    texts = _texts(paragraph)
    whole = "".join(one.text or "" for one in texts)
    _put(texts, marks.straight(whole))


def _put(texts: Iterable[Element], whole: str) -> None:
    at = 0
    for one in texts:
        length = len(one.text or "")
        one.text = whole[at : at + length]
        at += length


def _only(paragraph: Element) -> None:
    """Put what begins with 【仅…】 between two statements."""
    texts = _texts(paragraph)
    whole = "".join(one.text or "" for one in texts)
    found = marks.only(whole.lstrip())
    if found is None or not isinstance(found[1], int) or lines.statements(whole):
        return
    cut = len(whole) - len(whole.lstrip()) + found[1]
    for one in texts:
        taken = min(cut, len(one.text or ""))
        one.text, cut = (one.text or "")[taken:], cut - taken
    row = next(paragraph.iterancestors(W + "tr"), None)
    first = row is not None and next(row.iter(W + "p")) is paragraph
    around: Element = row if first else paragraph
    kind = "tr" if first else "p"
    parent = around.getparent()
    at = parent.index(around)
    parent.insert(at + 1, _statement(row if first else None, f"{{%{kind} endif %}}"))
    parent.insert(at, _statement(row if first else None, f"{{%{kind} if {found[0]} %}}"))


def _statement(row: Element | None, text: str) -> Element:
    line = element("p", element("r", element("t", text)))
    if row is None:
        return line
    return element("tr", element("tc", element("tcPr", element("tcW", w=0, type="auto")), line))
