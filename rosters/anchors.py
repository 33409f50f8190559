"""Where the pictures of a workbook stand: over a cell, or within one as WPS and Excel have them."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import TYPE_CHECKING, TypeVar

from rosters import package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_T = TypeVar("_T")
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DRAWN = {"png", "jpg", "jpeg"}
_WPS, _VALUES = "xl/cellimages.xml", "xl/richData/richValueRel.xml"
_DISPIMG = re.compile(r'DISPIMG\s*\(\s*"+([^",]+)"+', re.IGNORECASE)
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)")


def pictures(content: bytes) -> Iterator[tuple[str, int, int, str]]:
    """Yield each picture of an .xlsx: its sheet's name, row and column from 1, and its part.

    A picture over cells counts where most of it lies. Of two at one cell the first counts.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        within = _WPS in names or _VALUES in names
        for sheet in package.read(archive).sheets:
            seen: set[tuple[int, int]] = set()
            found = [*_over(archive, names, sheet.part)]
            if within:
                found += _inside(archive, names, sheet.part)
            for row, column, part in found:
                if part in names and (row, column) not in seen and _kind(part) in _DRAWN:
                    seen.add((row, column))
                    yield sheet.name, row, column, part


def _over(archive: zipfile.ZipFile, names: set[str], sheet: str) -> Iterator[tuple[int, int, str]]:
    """Yield the pictures of a sheet's drawings."""
    for drawing in _related(archive, names, sheet, "/drawing").values():
        if drawing not in names:
            continue
        led = _related(archive, names, drawing, "/image")
        for anchor in _parsed(archive.read(drawing)):
            blip = anchor.find(".//{*}blip")
            at = _place(anchor)
            if blip is not None and at is not None:
                yield *at, led.get(blip.get(f"{_RELATED}embed", ""), "")


def _place(anchor: _Element) -> tuple[int, int] | None:
    """Return the row and the column, from 1, that most of a picture lies in."""
    start, end, size = (
        anchor.find("{*}from"),
        anchor.find("{*}to"),
        anchor.find(".//{*}xfrm/{*}ext"),
    )
    if start is None:
        return None

    def told(node: _Element | None, name: str) -> int:
        return _number(None if node is None else node.findtext(f"{{*}}{name}"))

    found = []
    for name, side in (("row", "cy"), ("col", "cx")):
        first, last = told(start, name), told(end, name)
        beyond = max(0, told(end, f"{name}Off"))  # how far it reaches into the last one
        whole = _number(None if size is None else size.get(side))
        if last == first + 1:
            first = first if whole - beyond >= beyond else last
        elif last > first:
            first = (first + last) // 2
        found.append(first + 1)
    row, column = found
    return (row, column) if row > 0 and column > 0 else None


def _inside(
    archive: zipfile.ZipFile, names: set[str], sheet: str
) -> Iterator[tuple[int, int, str]]:
    """Yield the pictures that are values of cells: =DISPIMG("ID_…",1) of WPS, or Excel's own."""
    own = _wps(archive, names)
    values = _values(archive, names)
    for cell in _parsed(archive.read(sheet)).iter("{*}c"):
        at = _REFERENCE.fullmatch(cell.get("r", ""))
        if at is None:
            continue
        said = _DISPIMG.search(cell.findtext("{*}f") or cell.findtext("{*}v") or "")
        part = own.get(said[1], "") if said else ""
        number = cell.get("vm", "")
        if not part and number.isdecimal() and 0 < int(number) <= len(values):
            part = values[int(number) - 1]
        if part:
            yield int(at[2]), _column(at[1]), part


def _wps(archive: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    """Lead from the identity that DISPIMG names to the picture's part."""
    if _WPS not in names:
        return {}
    led = _related(archive, names, _WPS, "/image")
    found = {}
    for one in _parsed(archive.read(_WPS)):
        told, blip = one.find(".//{*}cNvPr"), one.find(".//{*}blip")
        if told is not None and blip is not None:
            found[told.get("name", "")] = led.get(blip.get(f"{_RELATED}embed", ""), "")
    return found


def _values(archive: zipfile.ZipFile, names: set[str]) -> list[str]:
    """List the pictures of Excel's value metadata, in the order that vm="…" counts them in.

    vm → valueMetadata → futureMetadata of XLRICHVALUE → rich value → its relation.
    """
    meta, rich = "xl/metadata.xml", "xl/richData/rdrichvalue.xml"
    if not {meta, rich, _VALUES} <= names:
        return []
    led = _related(archive, names, _VALUES, "/image")
    parts = [led.get(one.get(f"{_RELATED}id", ""), "") for one in _parsed(archive.read(_VALUES))]
    told = _parsed(archive.read(meta))
    future = [_number(one.get("i")) for one in told.iterfind("{*}futureMetadata/{*}bk//{*}rvb")]
    values = [
        _number(one.findtext("{*}v")) for one in _parsed(archive.read(rich)).iterfind("{*}rv")
    ]
    found = []
    for one in told.iterfind("{*}valueMetadata/{*}bk/{*}rc"):
        at = _get(values, _get(future, _number(one.get("v")), -1), -1)
        found.append(_get(parts, at, ""))
    return found


def _get(listed: list[_T], at: int, nothing: _T) -> _T:
    return listed[at] if 0 <= at < len(listed) else nothing


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else -1


def _related(archive: zipfile.ZipFile, names: set[str], part: str, kind: str) -> dict[str, str]:
    folder, _, name = part.rpartition("/")
    where = f"{folder}/_rels/{name}.rels"
    if where not in names:
        return {}
    return {
        one.get("Id", ""): posixpath.normpath(posixpath.join("/" + folder, one.get("Target", "")))[
            1:
        ]
        for one in _parsed(archive.read(where))
        if one.get("Type", "").endswith(kind) and one.get("TargetMode") != "External"
    }


def _column(letters: str) -> int:
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - 64
    return number


def _kind(part: str) -> str:
    return part.rpartition(".")[2].lower()


def _parsed(content: bytes) -> _Element:
    from lxml import etree

    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
