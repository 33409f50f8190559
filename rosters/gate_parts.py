"""What the gate looks for inside one part, piece by piece."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rosters.gate_cells import Cells
from rosters.gate_look import SHORT, Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_FIELD = re.compile(
    r"\s*(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|DATABASE)\b", re.IGNORECASE
)
_LEADS_OUT = ("/hyperlink", "/mailMergeSource", "/mailMergeHeaderSource")
_BASE = "/attachedTemplate"
_FORBIDDEN_TARGETS = ("/aFChunk", "/subDocument", _BASE, "/oleObject", "/frame")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"


class Kept(Look):
    """A part that is small and wanted whole."""

    keeps = True


class Told(Look):
    """A part that is no XML, and tells what the package is."""

    def feed(self, piece: bytes) -> None:
        """Keep its beginning."""
        self.kept = (self.kept + piece)[:SHORT]


class Manifest(Look):
    """What an OpenDocument package holds: nothing in it is locked."""

    def see(self, window: bytes) -> None:
        """Look for what is encrypted."""
        if b"encryption-data" in window:
            self.found("locked", "设了打开密码")


class Relations(Kept):
    """Relations: none leads out of the file but a hyperlink, and where mail merge had its data.

    That one no parser of ours follows, and `templates.astray` takes it out.
    """

    based = False  # it may also tell which template the file is based on

    def parsed(self) -> Iterator[tuple[str, str]]:
        """Look at where each relation leads."""
        for one in _elements(self.kept):
            kind = one.get("Type", "")
            if self.based and kind.endswith(_BASE):
                continue
            if kind.endswith(_FORBIDDEN_TARGETS):
                yield "external", "引用了外部模板、子文档或对象"
            elif one.get("TargetMode") == "External" and not kind.endswith(_LEADS_OUT):
                yield "external", "引用了文件以外的内容"


class Based(Relations):
    """Relations of a file whose reader takes out which template it is based on."""

    based = True


class Word(Kept):
    """A part of a Word document: no field in it fetches or starts anything."""

    def parsed(self) -> Iterator[tuple[str, str]]:
        """Look at the fields."""
        text = ""
        for one in _elements(self.kept):
            tag = str(one.tag).replace(_STRICT, _WORD)
            if tag == f"{_WORD}fldChar":
                yield from _field(text)
                text = ""
            elif tag == f"{_WORD}instrText":
                text += one.text or ""
            elif tag == f"{_WORD}fldSimple":
                yield from _field(one.get(f"{_WORD}instr") or one.get(f"{_STRICT}instr") or "")
        yield from _field(text)


def look_for(name: str, kind: str, *, far: bool = True, based: bool = False) -> Look:
    """Choose how to look at a part by its name; `far` and `based` as `gate.check` has them."""
    lower = name.lower()
    if lower.endswith(".rels"):
        return Based(name) if based else Relations(name)
    if name == "[Content_Types].xml":
        return Kept(name)
    if kind == "ods" and name in ("mimetype", "META-INF/manifest.xml"):
        return Told(name) if name == "mimetype" else Manifest(name)
    if kind == "docx" and lower.endswith(".xml") and lower.startswith("word/"):
        return Word(name)
    if kind == "xlsx" and lower.endswith(".xml") and not lower.endswith("sharedstrings.xml"):
        return Cells(name, far=far or not lower.startswith("xl/worksheets/"))
    return Look(name)


def _elements(content: bytes) -> Iterator[_Element]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        yield from etree.fromstring(content, parser).iter("*")
    except etree.XMLSyntaxError:
        return  # the parser that reads it will say so


def _field(text: str) -> Iterator[tuple[str, str]]:
    found = _FIELD.match(text)
    if found:
        yield "field", f"含有 {found[1].upper()} 域，会取用或运行外部内容"
