"""The shared strings of a workbook, in the form that spreadsheet programs write them."""

from __future__ import annotations

import re
from itertools import starmap
from typing import IO, TYPE_CHECKING

from rosters.blocks import UnlikeError, cleaned
from rosters.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rosters.grid import Oddity

_CHUNK = 2**20
_END = re.compile(b".*(?:</si>|<si/>)", re.DOTALL)
PRESERVED = r'(?: xml:space="preserve")?'
_RUN = rf"<r>(?:<rPr>(?:<[^<>]*/>)*</rPr>|<rPr/>)?<t{PRESERVED}>[^<]*</t></r>"
_KANA = r"(?:<rPh [^<>]*>(?:<t[^<>]*>[^<]*</t>|<t/>)</rPh>)*(?:<phoneticPr[^<>]*/>)?"
_PLAIN = re.compile(rf"<si><t{PRESERVED}>([^<]*)</t>(?:<phoneticPr[^<>]*/>)?</si>")
_ANY = re.compile(rf"<si>(?:<t({PRESERVED})>([^<]*)</t>|<t/>|((?:{_RUN})*)){_KANA}</si>|<si/>")
_PIECE = re.compile(rf"<t({PRESERVED})>([^<]*)</t></r>")
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));|&")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_BLANK = " \t\r\n"


class Texts:
    """Shared strings as cells show them; `odd` is what there is to say where one stands."""

    def __init__(self) -> None:
        self.texts: list[str | None] = []
        self.odd: dict[int, Oddity] = {}

    def read(self, part: IO[bytes]) -> Iterator[tuple[str | None, ...]]:
        """Read them all, and yield them a piece at a time.

        Raises:
            UnlikeError: they are written in a form that is not certainly understood here.
            ValueError: what should be a letter is none.

        """
        rest = b""
        while piece := part.read(_CHUNK):
            window = rest + piece
            whole = _END.match(window)
            rest = window[whole.end() :] if whole else window
            if whole:
                yield self._piece(whole[0].decode())
        if b"<si" in rest or b"<!" in rest:
            raise UnlikeError

    def _piece(self, window: str) -> tuple[str | None, ...]:
        if "<!" in window or "_x" in window:  # a comment or CDATA; characters as Excel escapes them
            raise UnlikeError
        count = window.count("<si")
        found = _PLAIN.findall(window)
        joined = "|".join(found)
        some: list[str | None] = found
        if len(found) != count or "&" in joined or "密" in joined or not plain(joined):
            some = list(self._each(window, count))
        elif "" in found:
            some = [one or None for one in found]
        self.texts.extend(some)
        return tuple(some)

    def _each(self, window: str, count: int) -> Iterator[str | None]:
        """Clean them one by one: not all are plain, or some are written in runs."""
        found = _ANY.findall(window)
        if len(found) != count:
            raise UnlikeError
        for number, (space, text, runs) in enumerate(found, len(self.texts)):
            raw = "".join(starmap(said, _PIECE.findall(runs))) if runs else said(space, text)
            shown, odd = cleaned(raw)
            if odd is not None:
                self.odd[number] = odd
            yield shown


def said(preserved: str, text: str) -> str:
    """Return what a text in XML says; space around it counts only where it is preserved.

    Raises:
        UnlikeError: it holds what is no entity of XML.

    """
    if "\r" in text:  # XML 1.0, 2.11
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not preserved:
        text = text.strip(_BLANK)
    return _ENTITY.sub(_meant, text) if "&" in text else text


def _meant(found: re.Match[str]) -> str:
    named, decimal, sixteen = found.groups()
    if not (named or decimal or sixteen):
        raise UnlikeError
    return _NAMED[named] if named else chr(int(decimal) if decimal else int(sixteen, 16))
