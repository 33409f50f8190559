"""What formulas came to, put back into a workbook that openpyxl has written without it."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from rosters import package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_XML = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


class Result(NamedTuple):
    """What a cell's formula came to: the kind of value that the XML names, and the value."""

    kind: str
    value: str


def kept(made: bytes, original: bytes) -> bytes:
    """Return a copy of a workbook with the results that its formulas had in the original.

    Without them whoever reads the copy finds nothing there until a spreadsheet program has opened
    and saved it. Such a program works them out anew in any case: openpyxl asks it to.
    """
    with zipfile.ZipFile(io.BytesIO(original)) as source:
        results = {one.name: _results(source, one.part) for one in package.read(source).sheets}
    if not any(results.values()):
        return made
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as parts, zipfile.ZipFile(out, "w") as target:
        named = {one.part: results.get(one.name, {}) for one in package.read(parts).sheets}
        for info in parts.infolist():
            content = parts.read(info)
            if named.get(info.filename):
                content = _written(content, named[info.filename])
            target.writestr(info, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _results(archive: zipfile.ZipFile, part: str) -> dict[str, Result]:
    found = {}
    for cell in _formulas(archive.read(part)):
        value = cell.findtext("{*}v")
        if value is not None and cell.get("t") != "s":  # which would count other texts there
            found[cell.get("r", "")] = Result(cell.get("t", "n"), value)
    return found


def _formulas(content: bytes) -> Iterator[_Element]:
    for cell in _parsed(content).iterfind("{*}sheetData/{*}row/{*}c"):
        if cell.find("{*}f") is not None:
            yield cell


def _written(content: bytes, results: dict[str, Result]) -> bytes:
    from lxml import etree

    root = _parsed(content)
    for cell in root.iterfind("{*}sheetData/{*}row/{*}c"):
        result = results.get(cell.get("r", ""))
        if result is None or cell.find("{*}f") is None:
            continue
        value = cell.find("{*}v")
        if value is None:
            value = etree.SubElement(cell, f"{{{_XML}}}v")
        value.text = result.value
        cell.set("t", result.kind)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _parsed(content: bytes) -> _Element:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(content, parser)
