"""How the gate looks at one part of a package, piece by piece, without parsing it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 2**20  # bytes: a tag that goes on from one piece to the next is seen whole up to this
SHORT = 200
_MOST_KEPT = 16 * 2**20  # of a part that is parsed here
_DECLARED = re.compile(rb"<!(DOCTYPE|ENTITY)")
_ENCODING = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([^"']+)""")
_WIDE = (b"\xff\xfe", b"\xfe\xff")


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
        self._tail = tail if len(tail) <= _LONGEST else tail[-SHORT:]
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

    def again(self) -> Look | None:
        """Return another look, where this one could not tell for certain."""
        return None

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
