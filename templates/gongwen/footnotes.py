"""Footnotes: their part of the package, and the references in the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from templates.gongwen.parcel import root
from templates.gongwen.prose import paragraph, run
from templates.wml import Element, element

if TYPE_CHECKING:
    from collections.abc import Callable

    from templates.gongwen.blocks import Footnote, Run

_RAISED = {"val": "FootnoteReference"}


@dataclass
class Footnotes:
    """The footnotes of a document, in the order in which the text refers to them."""

    _made: list[Element] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self._made)

    def refer(self, note: Footnote, make: Callable[[Run], Element]) -> Element:
        """Keep a footnote; return the run that refers to it."""
        number = len(self._made) + 1
        lines = [
            paragraph("GwFootnote", *(make(one) for one in runs)) for runs in note.paragraphs
        ] or [paragraph("GwFootnote")]
        lines[0].insert(1, element("r", _raised(), element("footnoteRef")))
        lines[0].insert(2, run(" "))
        self._made.append(element("footnote", *lines, id=number))
        return element("r", _raised(), element("footnoteReference", id=number))

    def part(self) -> Element:
        """Write the part: first what separates notes from the text, then the notes."""
        made = root("footnotes")
        for number, kind in ((-1, "separator"), (0, "continuationSeparator")):
            line = paragraph("GwFootnote", element("r", element(kind)))
            made.append(element("footnote", line, type=kind, id=number))
        for one in self._made:
            made.append(one)
        return made


def _raised() -> Element:
    return element("rPr", element("rStyle", **_RAISED))
