"""Deflate without deflating: what stands between the tags is packed once, values are stored.

Each long piece of a part is deflated at compile time up to a full flush, so that it ends at a byte
and looks back at nothing; a value goes between two pieces as a stored block. It costs a few bytes
of size and saves most of the time; where loops make most of the text, deflating all is better.
"""

from __future__ import annotations

import zlib
from struct import Struct
from typing import TYPE_CHECKING

from templates.archive import Member, crc32

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import CodeType

_BLOCK = Struct("<BHH")
_MOST = 0xFFFF  # bytes in a stored block
_LAST = b"\x03\x00"  # an empty final block


class Pieces:
    """The constant pieces of a compiled template, found again by their identity.

    The compiled code yields the very same string objects at each fill and keeps them alive, so
    that no other string can have their id.
    """

    def __init__(self, code: CodeType) -> None:
        self._texts = [one for one in code.co_consts if isinstance(one, str) and one]
        self._encoded = {id(text): text.encode() for text in self._texts}
        self._packed: dict[int, tuple[bytes, bytes]] = {}

    def encoded(self, pieces: Iterable[str]) -> bytes:
        """Join filled pieces in UTF-8."""
        known = self._encoded.get
        return b"".join([known(id(piece)) or piece.encode() for piece in pieces])

    def member(self, name: bytes, pieces: Iterable[str]) -> Member:
        """Make a member of filled pieces."""
        packed = self._packed or self._pack()
        out, crc, size = [], 0, 0
        for piece in pieces:
            data, block = packed.get(id(piece)) or _stored(piece.encode())
            crc = crc32(data, crc)
            size += len(data)
            out.append(block)
        out.append(_LAST)
        return Member(name, b"".join(out), crc, size)

    def _pack(self) -> dict[int, tuple[bytes, bytes]]:
        for one, data in self._encoded.items():
            packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            short = packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
            stored = _stored(data)[1]
            self._packed[one] = data, min(short, stored, key=len)
        return self._packed


def _stored(data: bytes) -> tuple[bytes, bytes]:
    """Return bytes, and as stored blocks of a deflate stream."""
    size = len(data)
    if size <= _MOST:
        return data, _BLOCK.pack(0, size, size ^ _MOST) + data
    parts = [data[at : at + _MOST] for at in range(0, size, _MOST)]
    return data, b"".join(_BLOCK.pack(0, len(p), len(p) ^ _MOST) + p for p in parts)
