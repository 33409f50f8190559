"""Formulas that no spreadsheet program has worked out: their cells look empty to a reader."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}sheet"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BOOK = "xl/workbook.xml"
# A cell that has a formula and no value; in a formula "<" is always written &lt;
_UNCOMPUTED = re.compile(
    rb"""<c\s([^>]*)>\s*<f\b(?:[^<>]*/>|[^<>]*>[^<]*</f>)\s*(<v\s*/>|<v>\s*</v>)?\s*</c>"""
)
_PLACE = re.compile(rb"""\br="([A-Z]{1,3})([0-9]{1,7})\"""")


def uncomputed(content: bytes) -> dict[str, list[tuple[str, int]]]:
    """List, for each sheet by its name, the letters and rows of cells without their result.

    Args:
        content: of an .xlsx file that the gate let pass.

    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        relations = posixpath.join("xl/_rels", "workbook.xml.rels")
        if not {_BOOK, relations} <= names:
            return {}
        targets = {
            one.get("Id"): posixpath.normpath(posixpath.join("/xl", one.get("Target", "")))[1:]
            for one in etree.fromstring(archive.read(relations), parser)
        }
        book = etree.fromstring(archive.read(_BOOK), parser)
        found = {}
        for sheet in book.iter(_SHEET):
            part = targets.get(sheet.get(_RELATION), "")
            if part in names:
                found[sheet.get("name", "")] = _cells(archive.read(part))
        return found


def _cells(part: bytes) -> list[tuple[str, int]]:
    found = []
    for attributes, value in _UNCOMPUTED.findall(part):
        place = _PLACE.search(attributes)
        if place and not (value and b't="str"' in attributes):  # an empty text is a result
            found.append((place[1].decode(), int(place[2])))
    return found
