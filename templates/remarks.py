"""Comments that reviewers left in a Word file, taken out: who receives it is not to read them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rosters.pattern import later
from templates.paragraphs import W

if TYPE_CHECKING:
    from lxml.etree import _Element

# The comments themselves, what Word keeps beside them, and who wrote them.
_PARTS = later(r"(?:^|/)(?:comments\w*|people)\.xml$", re.IGNORECASE)
_MARKS = tuple(
    f"{W}{name}" for name in ("commentRangeStart", "commentRangeEnd", "commentReference")
)


def kept_in(name: str) -> bool:
    """Tell whether a part holds comments, or what belongs to them."""
    return _PARTS.search(name) is not None


def emptied(data: bytes) -> tuple[bytes, int]:
    """Return such a part without what stands in it, and how many comments that were."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return data, 0  # who reads it will say so
    inside = list(root)
    for one in inside:
        root.remove(one)
    made = bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
    return (made if inside else data), sum(one.tag == f"{W}comment" for one in inside)


def strike(root: _Element) -> None:
    """Take the marks of comments out of a text."""
    for one in [*root.iter(*_MARKS)]:
        above = one.getparent()
        if above is not None:
            above.remove(one)
