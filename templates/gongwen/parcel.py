"""A Word package put together from its parts: as few as Word needs, fixed times, no theme."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from templates.wml import NAMESPACE, Element, W, element

if TYPE_CHECKING:
    from collections.abc import Mapping

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
SPACES = {"w": NAMESPACE, "r": OFFICE, "wp": DRAWING, "a": MAIN, "pic": PICTURE}
R = f"{{{OFFICE}}}"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: same inputs, same bytes
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_APP = "application/vnd.openxmlformats-officedocument.extended-properties+xml"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
_IMAGES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tiff": "image/tiff",
    "tif": "image/tiff",
}


def root(name: str) -> Element:
    """Make the root of a part, with every prefix that its children use."""
    return etree.Element(f"{{{NAMESPACE}}}{name}", nsmap=SPACES)


@dataclass
class Parcel:
    """The parts beside the document itself, each with what relates the document to it."""

    _parts: dict[str, tuple[bytes, str]] = field(default_factory=dict)  # name -> bytes, type
    _relations: list[tuple[str, str]] = field(default_factory=list)  # kind, target
    _images: dict[bytes, str] = field(default_factory=dict)

    def part(self, name: str, kind: str, content: Element) -> str:
        """Add a part of Word's own kind; return the id that leads to it."""
        data = etree.tostring(content, xml_declaration=True, encoding="UTF-8", standalone=True)
        self._parts[f"word/{name}.xml"] = data, f"{_WORD}.{kind}+xml"
        return self._related(kind, f"{name}.xml")

    def image(self, content: bytes, suffix: str) -> str:
        """Add a picture, once however often it stands in the document; return its id."""
        known = self._images.get(content)
        if known is None:
            ending = suffix.lower().lstrip(".")
            name = f"media/image{len(self._images) + 1}.{ending}"
            self._parts[f"word/{name}"] = content, _IMAGES[ending]
            known = self._images[content] = self._related("image", name)
        return known

    def written(self, document: Element) -> bytes:
        """Write the package around a document."""
        text = etree.tostring(document, xml_declaration=True, encoding="UTF-8", standalone=True)
        app = etree.Element(f"{{{_PROPERTIES}}}Properties", nsmap={None: _PROPERTIES})
        etree.SubElement(app, f"{{{_PROPERTIES}}}Application").text = "fawen"
        own = {
            "word/document.xml": (text, f"{_WORD}.document.main+xml"),
            "docProps/app.xml": (etree.tostring(app, encoding="UTF-8"), _APP),
        }
        outer = [
            ("officeDocument", "word/document.xml"),
            ("extended-properties", "docProps/app.xml"),
        ]
        members = {
            "[Content_Types].xml": _types({**own, **self._parts}),
            "_rels/.rels": _relations(outer),
            "word/_rels/document.xml.rels": _relations(self._relations),
            **{name: content for name, (content, _) in {**own, **self._parts}.items()},
        }
        return stored(members)

    def _related(self, kind: str, target: str) -> str:
        self._relations.append((kind, target))
        return f"rId{len(self._relations)}"


def stored(members: Mapping[str, bytes]) -> bytes:
    """Write members into a zip file. Stored: a deflater's version changes no byte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name, content in members.items():
            package.writestr(zipfile.ZipInfo(name, _EPOCH), content)
    return out.getvalue()


def settings(*, even: bool, notes: bool) -> Element:
    """Write the settings: Word 2013's layout, numbers right on odd and left on even pages."""
    made = element("settings", element("zoom", percent=100))
    if even:
        made.append(element("evenAndOddHeaders"))
    made.append(element("characterSpacingControl", val="compressPunctuation"))
    if notes:
        made.append(element("footnotePr", *(element("footnote", id=one) for one in (-1, 0))))
    mode = element("compatSetting", uri="http://schemas.microsoft.com/office/word", val=15)
    mode.set(f"{W}name", "compatibilityMode")
    made.append(element("compat", mode))
    made.append(element("themeFontLang", val="en-US", eastAsia="zh-CN"))
    return made


def _types(parts: Mapping[str, tuple[bytes, str]]) -> bytes:
    space = f"{_PACKAGE}/content-types"
    made = etree.Element(f"{{{space}}}Types", nsmap={None: space})
    defaults = {"rels": f"{_WORD.rsplit('/', 1)[0]}/vnd.openxmlformats-package.relationships+xml"}
    defaults["xml"] = "application/xml"
    for name, (_, kind) in parts.items():
        if name.startswith("word/media/"):
            defaults[name.rsplit(".", 1)[1]] = kind
    for ending, kind in defaults.items():
        etree.SubElement(made, f"{{{space}}}Default", Extension=ending, ContentType=kind)
    for name, (_, kind) in parts.items():
        if not name.startswith("word/media/"):
            etree.SubElement(made, f"{{{space}}}Override", PartName=f"/{name}", ContentType=kind)
    return bytes(etree.tostring(made, xml_declaration=True, encoding="UTF-8", standalone=True))


def _relations(targets: list[tuple[str, str]]) -> bytes:
    space = f"{_PACKAGE}/relationships"
    made = etree.Element(f"{{{space}}}Relationships", nsmap={None: space})
    for number, (kind, target) in enumerate(targets, 1):
        attributes = {"Id": f"rId{number}", "Type": f"{OFFICE}/{kind}", "Target": target}
        etree.SubElement(made, f"{{{space}}}Relationship", attributes)
    return bytes(etree.tostring(made, xml_declaration=True, encoding="UTF-8", standalone=True))
