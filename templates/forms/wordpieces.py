"""A Word form taken apart: content controls with what stands in them, tables, paragraphs, token."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from lxml import etree

from templates import imprint
from templates.forms.finding import none
from templates.forms.values import TABLE
from templates.paragraphs import W

if TYPE_CHECKING:
    from collections.abc import Iterator

_BODY = "word/document.xml"
_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t"}


def word_pieces(content: bytes, shown: str) -> Iterator[tuple[Any, ...]]:
    """Read a Word form that the gate let in, as plain values.

    Raises:
        InputError: it has no body, or a damaged one.

    """
    root = body_of(content, shown)
    yield "form", "docx", imprint.read(content), "", ()
    for control in root.iter(f"{W}sdt"):
        tag = tag_of(control)
        if tag:
            yield "control", tag, "" if hinted(control) else text_of(control)
    for table in root.iter(f"{W}tbl"):
        yield "grid", *grid_of(table)
    for paragraph in root.iter(f"{W}p"):
        if (text := written(paragraph)) and not _within(paragraph, "tbl"):
            yield "line", text


def body_of(content: bytes, shown: str) -> etree._Element:
    """Parse the body of a Word file.

    Raises:
        InputError: there is none, or a damaged one.

    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return etree.fromstring(package.read(_BODY), parser)
    except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile, OSError, EOFError) as error:
        raise none(shown, "form.damaged", "这个文件已损坏，打不开", "请对方重新发送") from error


def tag_of(control: etree._Element) -> str:
    """Return the tag of a content control, "" where it has none."""
    found = control.find(f"{W}sdtPr/{W}tag")
    return "".join((found.get(f"{W}val") or "").split()) if found is not None else ""


def hinted(control: etree._Element) -> bool:
    """Tell whether nobody has written into a content control: its hint stands there."""
    found = control.find(f"{W}sdtPr/{W}showingPlcHdr")
    return found is not None and found.get(f"{W}val", "1") not in {"0", "false", "off"}


def text_of(element: etree._Element) -> str:
    """Return what is read in an element; paragraphs are lines. What was struck out is not read."""
    pieces: list[str] = []
    gone = {one for moved in element.iter(f"{W}moveFrom") for one in moved.iter()}
    for one in element.iter():
        if one in gone:
            continue
        if one.tag == f"{W}t":
            pieces.append(one.text or "")
        elif one.tag in _BREAKS and one.getparent().tag == f"{W}r":
            pieces.append(_BREAKS[one.tag])
        elif one.tag == f"{W}p" and pieces:
            pieces.append("\n")
    return "".join(pieces).strip()


def grid_of(table: etree._Element) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Return the texts of a table's rows, a wide cell as several; and which row is marked."""
    rows: list[tuple[str, ...]] = []
    marked = -1
    for row in (one for one in table.iter(f"{W}tr") if _own(one, table)):
        if any(one.get(f"{W}name") == TABLE for one in row.iter(f"{W}bookmarkStart")):
            marked = len(rows)
        texts: list[str] = []
        for cell in (one for one in row.iter(f"{W}tc") if _own(one, table)):
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            count = span.get(f"{W}val", "1") if span is not None else "1"
            texts += [written(cell)] + [""] * (min(int(count), 60) - 1 if count.isdecimal() else 0)
        rows.append(tuple(texts))
    return tuple(rows), marked


def written(cell: etree._Element) -> str:
    """Return what was written into a cell or a paragraph; where only a hint stands, nothing was."""
    controls = list(cell.iter(f"{W}sdt"))
    outer = next((one for one in cell.iterancestors(f"{W}sdt", f"{W}tr")), None)
    if outer is not None and outer.tag == f"{W}sdt":
        controls.append(outer)
    hints = [text_of(one) for one in controls if hinted(one)]
    text = text_of(cell)
    for hint in hints:
        text = text.replace(hint, "", 1)
    return text.strip()


def _own(element: etree._Element, table: etree._Element) -> bool:
    """Tell whether a row or a cell is a table's own, not one of a table within it."""
    return next(element.iterancestors(f"{W}tbl")) is table


def _within(element: etree._Element, name: str) -> bool:
    return next(element.iterancestors(W + name), None) is not None
