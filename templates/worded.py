"""What a Word file says, paragraph by paragraph, each with its place."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from rosters.finding import Place
from templates.paragraphs import USUAL, WHERE, paragraphs, places, text_of
from templates.relations import parser

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator


def worded(content: bytes, shown: str, sign: re.Pattern[bytes]) -> Iterator[tuple[str, Place]]:
    """Walk through the paragraphs of the parts in which a sign stands; damaged ones have none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = [(name, USUAL.fullmatch(name)) for name in package.namelist()]
            parts = [(found[1], package.read(name)) for name, found in names if found]
    except (zipfile.BadZipFile, OSError):
        return  # who opens it as a template says so
    for kind, data in parts:
        if sign.search(data):
            yield from _told(data, Place(shown, where=WHERE[kind]))


def _told(data: bytes, place: Place) -> Iterator[tuple[str, Place]]:
    from lxml import etree

    try:
        root = etree.fromstring(data, parser())
    except etree.XMLSyntaxError:
        return
    where = places(root, place, None)
    for number, paragraph in enumerate(paragraphs(root), 1):
        yield text_of(paragraph), where[number]
