"""Glyphs of a PDF: which typeface each character is drawn in, and whether it has a shape there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pdfplumber
from pypdf import PdfReader

if TYPE_CHECKING:
    from pathlib import Path

POINT = 25.4 / 72  # mm
_MEANT = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<((?:[0-9A-Fa-f]{4})+)>")

_ENCODED = re.compile(rb"dup (\d+) ?/(\S+) put")


class Drawn(NamedTuple):
    """A character as it is drawn: lengths in mm from the page's upper left, size in points."""

    text: str
    font: str
    size: float
    x0: float
    x1: float
    baseline: float


@dataclass(frozen=True)
class Typeface:
    """A typeface: `without` are the characters that it is asked for and has no shape of."""

    name: str
    embedded: bool
    without: frozenset[str]


def typefaces(path: Path) -> list[Typeface]:
    """List the typefaces of a PDF, as LibreOffice embeds those of OpenType: Type 1, eight bits."""
    fonts = [
        font.get_object()
        for page in PdfReader(path).pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index] # a dictionary
    ]
    return [_typeface(font) for font in fonts]


def _typeface(font: Any) -> Typeface:
    name = str(font["/BaseFont"]).partition("+")[2]
    file = font["/FontDescriptor"].get("/FontFile")
    if file is None:
        return Typeface(name, embedded=False, without=frozenset())
    outlines = file.get_object()
    clear = outlines.get_data()[: outlines["/Length1"]]
    shapes = {int(code) for code, name in _ENCODED.findall(clear) if name != b".notdef"}
    meant = dict(_MEANT.findall(font["/ToUnicode"].get_object().get_data()))
    without = {
        bytes.fromhex(text.decode()).decode("utf-16-be")
        for code, text in meant.items()
        if int(code, 16) not in shapes
    }
    return Typeface(name, embedded=True, without=frozenset(without))


def drawn(path: Path) -> list[list[Drawn]]:
    """List the characters of each page."""
    with pdfplumber.open(path) as pdf:
        return [
            [
                Drawn(
                    one["text"],
                    one["fontname"].partition("+")[2],
                    round(one["size"], 1),
                    one["x0"] * POINT,
                    one["x1"] * POINT,
                    (float(page.height) - one["matrix"][5]) * POINT,
                )
                for one in page.chars
            ]
            for page in pdf.pages
        ]
