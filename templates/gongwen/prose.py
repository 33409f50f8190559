"""Paragraphs and runs of an official document: a named style, and what differs from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from templates.gongwen.layout import RED
from templates.wml import Element, W, element, face, put

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def paragraph(
    style: str, *content: Element | str, **properties: Mapping[str, str | int]
) -> Element:
    """Make a paragraph of a style; `properties` are what stands in pPr beside it.

    A str among its content is a statement: what follows it in the paragraph comes, goes or
    repeats. It stands between the runs, where nothing of it is left when a document is filled.
    """
    look = element("pPr")
    put(look, "pStyle", {"val": style})
    for name, attributes in properties.items():
        put(look, name, attributes)
    made = element("p", look)
    for one in content:
        if isinstance(one, str):
            made[-1].tail = f"{made[-1].tail or ''}{{% {one} %}}"
        else:
            made.append(one)
    return made


def exact(line: str | int, before: str | int = 0, after: str | int = 0) -> Mapping[str, str | int]:
    """Say that a paragraph's lines have a fixed height, and what is left above and below it."""
    return {"before": before, "after": after, "line": line, "lineRule": "exact"}


def run(text: str, font: str = "", **properties: Mapping[str, str | int]) -> Element:
    """Make a run in its style's typeface, or in another; line feeds and tabs are Word's own."""
    look = element("rPr")
    face(look, font)
    for name, attributes in properties.items():
        put(look, name, attributes)
    return element("r", look, *_pieces(text))


def statement(inside: str) -> Element:
    """Make a paragraph that steers what is below, and goes when the template is compiled."""
    return paragraph("GwText", element("r", element("t", f"{{%p {inside} %}}")))


def tiny(style: str = "GwAnchor", **properties: Mapping[str, str | int]) -> Element:
    """Make the lowest paragraph there is: what must stand somewhere, and shows nothing."""
    return paragraph(style, **properties)


def tabbed(made: Element, *stops: tuple[str, str | int]) -> Element:
    """Give a paragraph tab stops: how each aligns, and where, in twips from the left."""
    properties = made.find(W + "pPr")
    put(properties, "tabs", {})
    for align, at in stops:
        properties.find(W + "tabs").append(element("tab", val=align, pos=at))
    return made


def ruled(made: Element, side: str, kind: str, size: int, space: int = 0) -> Element:
    """Draw a red line at a side of a paragraph; `size` in eighths of a point."""
    properties = made.find(W + "pPr")
    put(properties, "pBdr", {})
    line = element(side, val=kind, sz=size, space=space, color=RED)
    properties.find(W + "pBdr").append(line)
    return made


def change(made: Element, **properties: Mapping[str, str | int] | None) -> Element:
    """Set properties of a paragraph that is made already."""
    for name, attributes in properties.items():
        put(made.find(W + "pPr"), name, attributes)
    return made


def field(instruction: str, shown: str) -> Iterator[Element]:
    """Yield the runs of a field, such as PAGE, with what it shows until it is counted."""
    for part in (
        element("fldChar", fldCharType="begin"),
        element("instrText", f" {instruction} "),
        element("fldChar", fldCharType="separate"),
        element("t", shown),
        element("fldChar", fldCharType="end"),
    ):
        look = element("rPr")
        face(look, "")
        yield element("r", look, part)


def _pieces(text: str) -> Iterator[Element]:
    for part in re.split(r"([\n\t])", text):
        if part == "\n":
            yield element("br")
        elif part == "\t":
            yield element("tab")
        elif part:
            yield element("t", part)
