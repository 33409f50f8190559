"""The parts of an .xlsx package that say what its sheets are called and where they stand."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from rosters import styles

if TYPE_CHECKING:
    import zipfile

    from lxml.etree import _Element

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_BOOK, _RELATIONS, _STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
_TRUE = ("1", "true")


class Part(NamedTuple):
    """A worksheet: its name, the part of the package that holds it, and whether it is hidden."""

    name: str
    part: str
    hidden: bool


class Package(NamedTuple):
    """The worksheets of a workbook in their order, and its style numbers."""

    sheets: list[Part]
    styles: styles.Styles


def read(archive: zipfile.ZipFile) -> Package:
    """Read what a package says of its sheets and styles.

    Raises:
        KeyError: a part is missing.

    """
    targets = {
        one.get("Id"): (one.get("Type", ""), _path(one.get("Target", "")))
        for one in _parsed(archive.read(_RELATIONS))
    }
    book = _parsed(archive.read(_BOOK))
    sheets = []
    for one in book.iterfind("{*}sheets/{*}sheet"):
        kind, part = targets.get(one.get(_RELATION) or one.get(_STRICT), ("", ""))
        if kind.endswith("/worksheet"):
            hidden = one.get("state", "visible") != "visible"
            sheets.append(Part(one.get("name", ""), part, hidden))
    told = book.find("{*}workbookPr")
    since_1904 = told is not None and told.get("date1904") in _TRUE
    content = archive.read(_STYLES) if _STYLES in archive.namelist() else b""
    return Package(sheets, styles.Styles(styles.codes(content), since_1904))


def _path(target: str) -> str:
    return posixpath.normpath(posixpath.join("/xl", target))[1:]


def _parsed(content: bytes) -> _Element:
    from lxml import etree

    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
