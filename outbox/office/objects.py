"""The numbered objects that a PDF is made of, written to a file as they come."""

from __future__ import annotations

import hashlib
from array import array
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from pypdf.generic import DictionaryObject, IndirectObject, NameObject, NumberObject

if TYPE_CHECKING:
    from typing import BinaryIO

    from pypdf.generic import PdfObject

CATALOG, PAGES, OUTLINES = 1, 2, 3  # numbers of objects that are written last
_FIRST = 4
_ALIKE = 400  # bytes; smaller objects are not worth being compared


@dataclass
class Objects:
    """A PDF in the making. What is alike, such as a seal on every page, is written once."""

    out: BinaryIO
    _offsets: array[int] = field(default_factory=lambda: array("Q", bytes(8 * _FIRST)))
    _alike: dict[bytes, int] = field(default_factory=dict)
    _at: int = 0

    def __post_init__(self) -> None:
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def number(self) -> int:
        """Take the next number, for an object that is written later."""
        self._offsets.append(0)
        return len(self._offsets) - 1

    def added(self, value: PdfObject, *, once: bool = False) -> int:
        """Write an object, unless the same bytes stand there already, and return its number.

        `once`: it is no other's like, as no page is.
        """
        data = _bytes(value)
        mark = hashlib.sha256(data).digest() if len(data) > _ALIKE and not once else b""
        if mark in self._alike:
            return self._alike[mark]
        number = self.number()
        if mark:
            self._alike[mark] = number
        self._put(number, data)
        return number

    def put(self, number: int, value: PdfObject) -> None:
        """Write an object under a number that was taken for it."""
        self._put(number, _bytes(value))

    def finish(self, about: int) -> None:
        """Write where each object stands; `about` is the number of the one that names the file."""
        start, size = self._at, len(self._offsets)
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
        for offset in self._offsets[1:]:
            self._write(b"%010d 00000 n \n" % offset)
        trailer = dictionary(Size=NumberObject(size), Root=to(CATALOG), Info=to(about))
        self._write(b"trailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (_bytes(trailer), start))

    def _put(self, number: int, data: bytes) -> None:
        self._offsets[number] = self._at
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, data))

    def _write(self, data: bytes) -> None:
        self.out.write(data)
        self._at += len(data)


def to(number: int) -> IndirectObject:
    """Refer to an object of the file that is being made."""
    return IndirectObject(number, 0, None)


def dictionary(**values: PdfObject) -> DictionaryObject:
    """Make a dictionary of names and values."""
    return DictionaryObject({NameObject(f"/{name}"): one for name, one in values.items()})


def _bytes(value: PdfObject) -> bytes:
    out = BytesIO()
    value.write_to_stream(out)
    return out.getvalue()
