"""What of a template leads elsewhere, or nowhere: taken out, or led right again.

What mail merge keeps of its data, and the template that a file is based on, are paths on somebody's
machine: Word would ask each receiver, or look for them. Word opens a file whose picture is gone, or
whose link to #_top is written as one within the package; python-docx, and so docxtpl, does not.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, NamedTuple

from templates import relations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

_SETTINGS = "word/settings.xml"
_PRIVATE = ("mailMerge", "attachedTemplate")
_TYPES, _BLANK = "[Content_Types].xml", "word/media/fawenblank.png"
_KINDS = {"png": "png", "jpeg": "jpeg", "jpg": "jpeg", "gif": "gif", "wmf": "x-wmf",
          "emf": "x-emf", "bmp": "bmp", "tif": "tiff", "tiff": "tiff"}  # fmt: skip


class Lost(NamedTuple):
    """A picture that is gone: the part that shows it, and its relation there."""

    part: str
    key: str


def led(members: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[Lost]]:
    """Return what has to change of a package, member by member, and the pictures that are gone.

    Each of them leads to a picture of nothing: its place stays, and is blank.
    """
    made: dict[str, bytes] = {}
    lost: list[Lost] = []
    for name, data in members.items():
        kept = name == _SETTINGS and any(one.encode() in data for one in _PRIVATE)
        root = _parsed(data) if kept or _leads(name) else None
        if root is None:
            continue
        if _led(root, name, members, lost) if _leads(name) else _without(root):
            made[name] = _written(root)
    if lost:
        made[_BLANK] = _nothing()
    types = _parsed(members.get(_TYPES, b""))
    if types is not None and _typed(types, [*members, *made]):
        made[_TYPES] = _written(types)
    return made, lost


def mended(content: bytes) -> bytes:
    """Return a package as docxtpl opens it; the same bytes where nothing is astray."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        members = {one.filename: package.read(one) for one in package.infolist()}
    changed, _ = led(members)
    if not changed:
        return content
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in {**members, **changed}.items():
            made.writestr(name, data)
    return out.getvalue()


def _leads(name: str) -> bool:
    return name.lower().endswith(".rels")


def _parsed(data: bytes) -> _Element | None:
    """Parse a part; what is no XML, its reader will say."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None


def _written(root: _Element) -> bytes:
    from lxml import etree

    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _without(settings: _Element) -> bool:
    gone = [*settings.iter(*(f"{{*}}{one}" for one in _PRIVATE))]
    for one in gone:
        _drop(one)
    return bool(gone)


def _led(root: _Element, name: str, members: Mapping[str, bytes], lost: list[Lost]) -> bool:
    """Lead a part's relations right; tell whether any had to be."""
    folder, _, last = name.rpartition("_rels/")
    source = folder + last.removesuffix(".rels")
    changed = False
    for one in [*root.iter("{*}Relationship")]:
        kind = one.get("Type", "")
        if kind.rpartition("/")[2].startswith(_PRIVATE):
            _drop(one)
        elif one.get("TargetMode") == "External" or _there(one, folder, members):
            continue
        elif kind.endswith("/hyperlink"):
            one.set("TargetMode", "External")  # as Word writes it
        elif kind.endswith("/thumbnail"):
            _drop(one)
        elif kind.endswith("/image"):
            one.set("Target", f"/{_BLANK}")
            lost.append(Lost(source, one.get("Id", "")))
        else:
            continue
        changed = True
    return changed


def _there(one: _Element, folder: str, members: Mapping[str, bytes]) -> bool:
    target = posixpath.abspath(posixpath.join("/", folder, one.get("Target", "")))
    return target.lstrip("/") in members


def _typed(types: _Element, names: list[str]) -> bool:
    """Tell the package of kinds of pictures that it does not name."""
    from lxml import etree

    space = f"{{{relations.PACKAGE}content-types}}"
    known = {one.get("Extension", "").lower() for one in types.iter(f"{space}Default")}
    named = {one.get("PartName", "").lower() for one in types.iter(f"{space}Override")}
    loose = (name.rpartition(".")[2].lower() for name in names if f"/{name.lower()}" not in named)
    lacking = sorted({one for one in loose if one in _KINDS} - known)
    for at, suffix in enumerate(lacking):
        kind = f"image/{_KINDS[suffix]}"
        types.insert(at, etree.Element(f"{space}Default", Extension=suffix, ContentType=kind))
    return bool(lacking)


def _drop(one: _Element) -> None:
    above = one.getparent()
    if above is not None:
        above.remove(one)


def _nothing() -> bytes:
    """Draw a PNG of one pixel that is not seen."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return b"".join(
            (struct.pack(">L", len(data)), kind, data, struct.pack(">L", zlib.crc32(kind + data)))
        )

    head = chunk(b"IHDR", struct.pack(">2L5B", 1, 1, 8, 6, 0, 0, 0))
    inside = chunk(b"IDAT", zlib.compress(bytes(5)))
    return b"".join((b"\x89PNG\r\n\x1a\n", head, inside, chunk(b"IEND", b"")))
