"""Paragraphs in which a tag brings a picture: a fixed line would show a strip of it alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rosters.pattern import later
from templates.paragraphs import W

if TYPE_CHECKING:
    from lxml.etree import _Element

_BRINGS = re.compile(r"\|\s*(?:图片|二维码)\s*(?=[(|}\ue0f0])")
_ALONE = later(r"\s*(?:\{[{%](?:(?![}%]\}).)*[}%]\}\s*)+", re.DOTALL)
_BUILT, _PICTURE = "GwText", "GwPicture"  # styles of a document that is built


def loosen(root: _Element) -> None:
    """Let the lines of such paragraphs grow; in a built document a picture alone is centred."""
    from templates.wml import element, put

    for paragraph in root.iter(f"{W}p"):
        text = "".join(one.text or "" for one in paragraph.iter(f"{W}t"))
        if not _BRINGS.search(text):
            continue
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            properties = element("pPr")
            paragraph.insert(0, properties)
        style = properties.find(f"{W}pStyle")
        built = style is not None and style.get(f"{W}val") == _BUILT
        if built and _ALONE.fullmatch(text):
            put(properties, "pStyle", {"val": _PICTURE})
            put(properties, "ind", None)
        old = properties.find(f"{W}spacing")
        kept = (
            {}
            if old is None
            else {
                name: old.get(f"{W}{name}") for name in ("before", "after") if old.get(f"{W}{name}")
            }
        )
        put(properties, "spacing", {**kept, "line": 240, "lineRule": "auto"})
