"""What must end in a paragraph: cells, headers, footers, notes, text boxes.

Word calls a file damaged where one of them does not. A {%p if %} alone in a cell cuts out all that
stood there, and docxtpl leaves the cell empty: here a paragraph is put in, on purpose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rosters.pattern import later
from templates.paragraphs import W

if TYPE_CHECKING:
    from lxml.etree import _Element

_HOLDERS = ("tc", "hdr", "ftr", "footnote", "endnote", "txbxContent")
_ANY = "|".join(_HOLDERS)
_BARE = later(
    rf"(</w:tcPr>|<w:tcPr\b[^>]*/>|</w:tbl>|<w:(?:{_ANY})(?:\s[^>]*)?(?<!/)>)(?=\s*</w:(?:{_ANY})>)"
)


def mended(text: str) -> str:
    """Put a paragraph where one is missing, in the text of a filled part."""
    return _BARE.sub(r"\1<w:p/>", text)


def may_empty(root: _Element, depth: dict[_Element, int]) -> bool:
    """Tell whether something that must end in a paragraph may be left without one."""
    for holder in root.iter(*(W + name for name in _HOLDERS)):
        last = next((one for one in reversed(holder) if depth.get(one) == depth[holder]), None)
        if last is None or last.tag != f"{W}p":
            return True
    return False
