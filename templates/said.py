"""What a document says: the values filled in, and the fixed text that stands around them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

# A text of Word, drawings or formulas; where a paragraph, a cell or a column of text ends.
_TEXT = re.compile(r"<[wam]:t(?:\s[^<>]*)?>([^<]*)|</[wa]:p>|<w:(?:tab|ptab)[ /]")
_PARTS = re.compile(r"word/(?:document|header|footer|footnotes|endnotes)[0-9]*\.xml")


@dataclass(slots=True)
class Said:
    """What one document says: `values` as they were filled in, `fixed` of what is `asked` for.

    What is `asked` for are pieces of fixed text, as `Program.fixed` holds them: a piece within a
    condition is not in every document.
    """

    asked: frozenset[str] = frozenset()
    values: list[str] = field(default_factory=list)
    fixed: list[str] = field(default_factory=list)

    def hear(self, pieces: list[str], values: list[str]) -> None:
        """Take down what a part has come to."""
        self.values += values
        if self.asked:
            self.fixed += [piece for piece in pieces if piece in self.asked]


class Fixed(NamedTuple):
    """Fixed text of a template: its lines, and the piece that `Said.fixed` tells it by.

    Without a piece it is taken to stand in every document.
    """

    piece: str
    lines: tuple[str, ...]


def is_text(name: str) -> bool:
    """Tell whether a part of a Word package holds text that is printed."""
    return _PARTS.fullmatch(name) is not None


def lines(xml: str) -> list[str]:
    """List the texts of a piece of Word's XML, a paragraph each; it may begin within a text."""
    head, _, _ = xml.partition("<")
    found, line = [], [head.rpartition(">")[2]]
    for one in _TEXT.finditer(xml, len(head)):
        if one[1] is not None:
            line.append(one[1])
        else:
            found.append("".join(line))
            line = []
    found.append("".join(line))
    return [_unescaped(one) for one in found if one]


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    from html import unescape

    return unescape(text)
