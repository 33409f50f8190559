"""印记: the custom property of a Word file by which it is known again, put in and read.

It stands in docProps/custom.xml, where nobody reads it on paper; whoever saves the file again or
under another name keeps it. A template's own custom properties stay as they are.
"""

from __future__ import annotations

import io
import zipfile
from posixpath import normpath
from typing import TYPE_CHECKING

from lxml import etree

from rosters import gate
from rosters.archive import UNREADABLE
from rosters.pattern import later
from templates.archive import Member, stored

if TYPE_CHECKING:
    from collections.abc import Callable

PROPERTY = "fawen"
_MARK = later(r"[A-Z2-7]{12}")
_SLOT = "MARKSTANDSHERE"  # where a mark goes while the property is made ready
_TYPES, _RELATIONS = "[Content_Types].xml", "_rels/.rels"
_USUAL = "docProps/custom.xml"
_KIND = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_RELATION = f"{_OFFICE}/relationships/custom-properties"
# In strict files.
_ALSO = "http://purl.oclc.org/ooxml/officeDocument/relationships/customProperties"
_VALUE = f"{{{_OFFICE}/docPropsVTypes}}lpwstr"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # of all custom properties; [MS-OSHARED] 2.3.3
_FIRST = 2  # the number of the first custom property
_EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<Properties xmlns="{_OFFICE}/custom-properties" xmlns:vt="{_OFFICE}/docPropsVTypes"/>'
).encode()


class Imprint:
    """The property made ready for a template: `changed` are the members that lead to it."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        """Make it ready; `read` gives a member of the package that is the same in each document."""
        relations = _parsed(read(_RELATIONS) or b"")
        self.name = _target(relations)
        self.changed: dict[str, bytes] = {}
        if not self.name and relations is not None:
            self.name = _USUAL
            self.changed[_RELATIONS] = _related(relations)
        self.name = self.name or _USUAL
        types = _parsed(read(_TYPES) or b"")
        if types is not None and not _typed(types, self.name):
            self.changed[_TYPES] = _with_type(types, self.name)
        whole = put(read(self.name) or _EMPTY, _SLOT)
        self._head, _, self._tail = whole.partition(_SLOT.encode())
        self._place = self.name.encode()

    def member(self, mark: str) -> Member:
        """Return the part with its property, as a member of the package."""
        return stored(self._place, b"".join((self._head, mark.encode(), self._tail)))


def put(xml: bytes, mark: str) -> bytes:
    """Put a mark among the custom properties of a package; it takes the place of an older one."""
    root = _parsed(xml)
    if root is None:
        root = _parsed(_EMPTY)
    assert root is not None  # noqa: S101 - ours
    space = root.tag.rpartition("}")[0] + "}" if "}" in root.tag else ""
    numbers = [_FIRST - 1]
    for one in list(root):
        if one.get("name") == PROPERTY:
            root.remove(one)
        elif (one.get("pid") or "").isdecimal():
            numbers.append(int(one.get("pid")))
    own = etree.SubElement(
        root, f"{space}property", fmtid=_FORMAT, pid=str(max(numbers) + 1), name=PROPERTY
    )
    etree.SubElement(own, _VALUE).text = mark
    return _bytes(root)


def pressed(members: list[tuple[str, bytes]], mark: str) -> list[tuple[str, bytes]]:
    """Put a mark into the members of a package that is made for one document alone."""
    known = dict(members)
    imprint = Imprint(known.get)
    known.update(imprint.changed)
    known[imprint.name] = put(known.get(imprint.name, _EMPTY), mark)
    return list(known.items())


def read(data: bytes, kind: str = "docx") -> str:
    """Return the mark that an office file ("docx", "xlsx") bears, "" where it bears none.

    Raises:
        InputError: the gate refuses the file, or it is none; see `rosters.gate`.

    """
    gate.check(data, kind)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
            relations = package.read(_RELATIONS) if _RELATIONS in names else b""
            name = _target(_parsed(relations)) or _USUAL
            root = _parsed(package.read(name)) if name in names else None
    except UNREADABLE:
        return ""
    if root is None:
        return ""
    for one in root:
        if one.get("name") == PROPERTY:
            text: str = "".join(map(str, one.itertext())).strip()
            return text if _MARK.fullmatch(text) else ""
    return ""


def _parsed(xml: bytes) -> etree._Element | None:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True
    )
    try:
        return etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _bytes(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _target(relations: etree._Element | None) -> str:
    """Return the part that holds custom properties, "" where there is none."""
    for one in relations if relations is not None else ():
        if one.get("Type") in {_RELATION, _ALSO}:
            return str(normpath(one.get("Target", "").lstrip("/")))
    return ""


def _related(relations: etree._Element) -> bytes:
    space = relations.tag.rpartition("}")[0] + "}"
    known = {one.get("Id") for one in relations}
    number = next(n for n in range(1, len(known) + 2) if f"rId{n}" not in known)
    etree.SubElement(
        relations, f"{space}Relationship", Id=f"rId{number}", Type=_RELATION, Target=_USUAL
    )
    return _bytes(relations)


def _typed(types: etree._Element, name: str) -> bool:
    return any(one.get("PartName", "").lstrip("/") == name for one in types)


def _with_type(types: etree._Element, name: str) -> bytes:
    space = types.tag.rpartition("}")[0] + "}"
    etree.SubElement(types, f"{space}Override", PartName=f"/{name}", ContentType=_KIND)
    return _bytes(types)
