"""What the gate looks for inside one part, piece by piece."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_LONGEST = 2**20  # bytes: a tag that goes on from one piece to the next is seen whole up to this
_SHORT = 200
_MOST_KEPT = 16 * 2**20  # of a part that is parsed here
_DECLARED = re.compile(rb"<!(DOCTYPE|ENTITY)")
_ENCODING = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([^"']+)""")
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_CELL = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,4})(\d{1,9})["']""")
_AREA = re.compile(
    rb"""<(?:\w+:)?(?:mergeCell|hyperlink)\s[^>]*?ref\s*=\s*["']"""
    rb"""\$?([A-Za-z]{1,4})\$?(\d{1,9}):\$?([A-Za-z]{1,4})\$?(\d{1,9})["']"""
)
_FIELD = re.compile(
    r"\s*(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|DATABASE)\b", re.IGNORECASE
)
_FORBIDDEN_TARGETS = ("/aFChunk", "/subDocument", "/attachedTemplate", "/oleObject", "/frame")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"

MOST_AREA = 40_000_000  # cells from A1 to the last one: 1,048,576 rows of 38 columns
MOST_MERGED = 400_000  # openpyxl makes an object for each cell of a merge or a link


class Look:
    """Looks at a part as it is inflated: whether it is XML, and what XML must not hold."""

    keeps = False

    def __init__(self, name: str) -> None:
        self.name = name
        self.kept = b""
        self._tail = b""
        self._found: dict[tuple[str, str], None] = {}
        self._started = False
        self._xml = name.lower().endswith((".xml", ".rels", ".vml"))

    def feed(self, piece: bytes) -> None:
        """Look at the next piece."""
        if not self._started:
            self._started = True
            self._begin(piece)
        if not self._xml:
            return
        window = self._tail + piece
        if _DECLARED.search(window):
            self.found("xml", "含有 DOCTYPE 或 ENTITY 声明")
        self.see(window)
        tail = window[max(window.rfind(b"<"), 0) :]
        self._tail = tail if len(tail) <= _LONGEST else tail[-_SHORT:]
        if self.keeps and len(self.kept) <= _MOST_KEPT:
            self.kept += piece

    def _begin(self, piece: bytes) -> None:
        self._xml = self._xml or piece.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
        declared = _ENCODING.match(piece)
        odd = declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii")
        if self._xml and (odd or piece[:2] in _WIDE or b"\0" in piece[:64]):
            self.found("xml", "不是 UTF-8 编码的 XML")

    def see(self, window: bytes) -> None:
        """Look at a window that overlaps the last one."""

    def found(self, rule: str, words: str) -> None:
        """Remember a fault, once."""
        self._found[rule, words] = None

    def faults(self) -> list[tuple[str, str]]:
        """Return what was found once the part has ended."""
        if not self._found and self.keeps:
            for rule, words in self.parsed():
                self.found(rule, words)
        return list(self._found)

    def parsed(self) -> Iterator[tuple[str, str]]:
        """Look at the whole part, where it was kept."""
        yield from ()


class Kept(Look):
    """A part that is small and wanted whole."""

    keeps = True


class Relations(Kept):
    """Relations: none leads out of the file but a hyperlink."""

    def parsed(self) -> Iterator[tuple[str, str]]:
        """Look at where each relation leads."""
        for one in _elements(self.kept):
            kind = one.get("Type", "")
            if kind.endswith(_FORBIDDEN_TARGETS):
                yield "external", "引用了外部模板、子文档或对象"
            elif one.get("TargetMode") == "External" and not kind.endswith("/hyperlink"):
                yield "external", "引用了文件以外的内容"


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


class Cells(Look):
    """A worksheet: no cell stands so far out that reading up to it would fill the memory."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.columns: set[bytes] = set()
        self.row = 0
        self.merged = 0

    def see(self, window: bytes) -> None:
        """Look at how far the cells reach, and how much is merged."""
        cells = _CELL.findall(window)
        if cells:
            self.columns.update({column for column, _ in cells})
            self.row = max(self.row, *(int(row) for _, row in cells))
        for left, top, right, bottom in _AREA.findall(window):
            width = abs(_column(right) - _column(left)) + 1
            self.merged += width * (abs(int(bottom) - int(top)) + 1)

    def faults(self) -> list[tuple[str, str]]:
        """Return what was found, and whether the sheet reaches too far."""
        widest = max(map(_column, self.columns), default=0)
        if self.row * widest > MOST_AREA or self.merged > MOST_MERGED:
            self.found("far", "数据区以外很远的地方还有单元格")
        return super().faults()


def look_for(name: str, kind: str) -> Look:
    """Choose how to look at a part by its name."""
    lower = name.lower()
    if lower.endswith(".rels"):
        return Relations(name)
    if name == "[Content_Types].xml":
        return Kept(name)
    if kind == "docx" and lower.endswith(".xml") and lower.startswith("word/"):
        return Word(name)
    if kind == "xlsx" and lower.endswith(".xml") and not lower.endswith("sharedstrings.xml"):
        return Cells(name)
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


def _column(letters: bytes) -> int:
    number = 0
    for one in letters.upper():
        number = number * 26 + one - 64
    return number
