"""An .xlsx form as a template: opened and compiled once, filled for each organisation."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from html import escape, unescape
from typing import TYPE_CHECKING, TypeAlias

from rosters.finding import Finding, InputError, Place, refuse
from templates.archive import Archive, Member, changed
from templates.forms.book import fault, opened
from templates.forms.locked import SLOT, ready
from templates.forms.values import HIDDEN
from templates.imprint import Imprint
from templates.said import Fixed, Said
from templates.sandbox import Text
from templates.tags import TAG

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from templates.archive import Issued
    from templates.forms.values import Layout
    from templates.reads import Use
    from templates.tags import Names

_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
# A cell with a text of its own, as openpyxl writes it: its name and style, then what it says.
_CELL = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"((?: s="[0-9]+")?) t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>'
)
_COUNT = re.compile(r"0|[1-9][0-9]{0,8}(?:\.[0-9]{1,4})?")  # what becomes a number of Excel
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BRACES = ("{", "｛", "}", "｝", "«")
ROAD = "一次编译，逐份填写（Excel 表格）"


@dataclass(frozen=True, slots=True)
class _Tagged:
    """A cell whose text has tags, or waits for the token (no text)."""

    head: bytes
    text: Text | None
    alone: bool = False  # one tag and nothing else: a number stays a number


_Piece: TypeAlias = "bytes | _Tagged"


class SheetTemplate:
    """A form, compiled: `uses` is what it reads, `layout` what it asks for."""

    def __init__(self, content: bytes, names: Names, shown: str, days: Sequence[date] = ()) -> None:
        form = opened(content, shown)
        self.shown = shown
        self.layout: Layout = form.layout
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.notes: tuple[Finding, ...] = ()
        self.road = ROAD
        members = dict(ready(form, days))
        self._still: list[str] = []
        self._sheets: dict[str, list[_Piece]] = {}
        found: list[Finding] = []
        for name in [*members]:
            if sheet := _SHEET.fullmatch(name):
                title = form.book.sheetnames[int(sheet[1]) - 1]
                pieces = self._pieces(members[name], names, title, found)
                if len(pieces) > 1:
                    self._sheets[name] = pieces
                    del members[name]
        refuse(dict.fromkeys(found))
        self._archive = Archive(members.items())
        self._imprint = Imprint(members.get)
        self._marked = self._archive.otherwise(self._imprint.changed, self._imprint.name)
        self._texts = [
            one.text
            for pieces in self._sheets.values()
            for one in pieces
            if isinstance(one, _Tagged) and one.text
        ]
        self.uses: tuple[Use, ...] = tuple(use for one in self._texts for use in one.uses)
        self.needs = frozenset(use.name for use in self.uses if not use.path)

    def fill(self, record: Mapping[str, object], token: str = "") -> bytes:
        """Make one form: the same bytes for the same form, values and token.

        Raises:
            InputError: the record lacks a name, or a value cannot stand where a tag wants it.

        """
        texts = self._filled(record, None)
        return b"".join(self._archive.write(self._made(texts, token))[:2])

    def issued(
        self, record: Mapping[str, object], said: Said, seal: Callable[[bytes], str]
    ) -> Issued:
        """Make one form that bears its mark, which is its token, too: halves, sha256 and mark.

        Raises:
            InputError: as `fill`.

        """
        texts = self._filled(record, said)
        told = "\0".join(texts)
        mark = seal(self._archive.digest + told.encode("utf-8", "replace"))
        members = [*self._made(texts, mark), self._imprint.member(mark)]
        head, rest, digest = self._marked.write(members)
        return (head, rest), digest, mark

    def fixed(self) -> list[Fixed]:
        """List the fixed text that stands around the tags."""
        around = [piece for one in self._texts for piece in one.fixed.split("\0")]
        found = tuple(one for one in (*self._still, *around) if one)
        return [Fixed("", found)] if found else []

    def fields(self) -> tuple[Use, ...]:
        """Return each name that the form reads, once, at its first place."""
        first: dict[tuple[tuple[str, ...], str], Use] = {}
        for use in self.uses:
            first.setdefault((use.path, use.name), use)
        return tuple(first.values())

    def _pieces(self, xml: bytes, names: Names, title: str, found: list[Finding]) -> list[_Piece]:
        """Take a sheet apart at the cells that differ from one organisation to the next."""
        pieces: list[_Piece] = []
        at = 0
        for one in _CELL.finditer(xml):
            text = unescape(one[3].decode())
            head = b'<c r="' + one[1] + b'"' + one[2]
            made = _Tagged(head, None) if text == SLOT else None
            if made is None and any(brace in text for brace in _BRACES):
                place = Place(self.shown, where=f"{title} › {one[1].decode()}")
                made = _tagged(head, text, names, place, found)
            if made is None:
                if title != HIDDEN:
                    self._still.append(text)
                continue
            pieces += [xml[at : one.start()], made]
            at = one.end()
        return [*pieces, xml[at:]]

    def _filled(self, record: Mapping[str, object], said: Said | None) -> list[str]:
        found: dict[Finding, None] = {}
        texts: list[str] = []
        for one in self._texts:
            try:
                texts.append(_ILLEGAL.sub("", one.render(record, said)))
            except InputError as error:
                found.update(dict.fromkeys(error.findings))
        refuse(found)
        return texts

    def _made(self, texts: Sequence[str], token: str) -> list[Member]:
        given = iter(texts)
        made = []
        for name, pieces in self._sheets.items():
            data = [
                piece
                if isinstance(piece, bytes)
                else _cell(piece, token if piece.text is None else next(given))
                for piece in pieces
            ]
            made.append(changed(name.encode(), b"".join(data)))
        return made


def _tagged(
    head: bytes, text: str, names: Names, place: Place, found: list[Finding]
) -> _Tagged | None:
    if "«" in text and "»" in text:
        words, cure = f"「{text[:20]}」不会被填写", "请改成 {{ 列名 }}"
        found.append(fault(place.file, place.where, words, cure))
        return None
    try:
        compiled = Text(text, names, place)
    except InputError as error:
        found += error.findings
        return None
    if any(use.name == "正文" and not use.path for use in compiled.uses):
        words, cure = "单元格里放不下 {{ 正文 }}", "请把要说的话写在信件的正文里，或另发一份通知"
        found.append(fault(place.file, place.where, words, cure))
        return None
    alone = TAG.fullmatch(text.strip()) is not None
    return _Tagged(head, compiled, alone) if TAG.search(text) else None


def _cell(piece: _Tagged, text: str) -> bytes:
    if piece.alone and _COUNT.fullmatch(text):
        return b"%s><v>%s</v></c>" % (piece.head, text.encode())
    words = escape(text, quote=False).encode()
    return b'%s t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % (piece.head, words)
