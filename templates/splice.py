"""Deflate without deflating: what stands between the tags is packed once, values are stored.

Each long piece of a part is deflated at compile time up to a full flush, so that it ends at a byte
and looks back at nothing. What stands between two of them goes there as a stored block where it is
short, and is deflated where a loop has made it long. It costs a few bytes of size and saves most of
the time.
"""

from __future__ import annotations

import zlib
from itertools import groupby
from struct import Struct
from typing import TYPE_CHECKING

from templates.archive import Member, crc32, deflated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import CodeType

_BLOCK = Struct("<BHH")
_MOST = 0xFFFF  # bytes in a stored block
_LONG = 96  # bytes from which on a piece is worth a block of its own
_WORTH = 400  # bytes from which on deflating saves more than it costs
_LAST = b"\x03\x00"  # an empty final block


class Pieces:
    """The constant pieces of a compiled template, found again by their identity.

    The compiled code yields the very same string objects at each fill and keeps them alive, so
    that no other string can have their id.
    """

    def __init__(self, code: CodeType, looped: frozenset[str] = frozenset()) -> None:
        """Take the pieces of compiled code; those of loops (`looped`) repeat, and are deflated."""
        self._texts = [one for one in code.co_consts if isinstance(one, str)]
        self._packed: dict[int, tuple[bytes, bytes]] = {}
        for text in self._texts:
            data = text.encode()
            if len(data) >= _LONG and text not in looped:
                packer = zlib.compressobj(9, zlib.DEFLATED, -15)
                short = packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
                self._packed[id(text)] = data, min(short, _stored(data), key=len)

    def member(self, name: bytes, pieces: Iterable[str]) -> Member:
        """Make a member of filled pieces."""
        packed = self._packed.get
        blocks: list[tuple[bytes, bytes]] = []
        run: list[str] = []
        for piece in pieces:
            known = packed(id(piece))
            if known is None:
                run.append(piece)
                continue
            if run:
                blocks.append(_between(run))
                run = []
            blocks.append(known)
        if run:
            blocks.append(_between(run))
        whole = b"".join([data for data, _ in blocks])
        body = b"".join([block for _, block in blocks])
        return Member(name, body + _LAST, crc32(whole), len(whole))

    def layout(self, name: bytes, pieces: Sequence[str]) -> Layout:
        """Lay out pieces whose number never changes: those packed here, and runs between them."""
        packed = self._packed.get
        blocks: list[tuple[bytes, bytes]] = []
        runs: list[tuple[int, slice]] = []
        for known, group in groupby(enumerate(pieces), lambda one: packed(id(one[1]))):
            places = [at for at, _ in group]
            if known is None:
                runs.append((len(blocks), slice(places[0], places[-1] + 1)))
                blocks.append((b"", b""))
            else:
                blocks += [known] * len(places)
        return Layout(name, blocks, runs)


class Layout:
    """A part whose packed blocks stand where they stand in every document."""

    def __init__(
        self, name: bytes, blocks: Sequence[tuple[bytes, bytes]], runs: list[tuple[int, slice]]
    ) -> None:
        self._name = name
        self._texts = [data for data, _ in blocks]
        self._blocks = [*(block for _, block in blocks), _LAST]
        self._runs = runs

    def member(self, pieces: list[str]) -> Member:
        """Make a member as `Pieces.member` does."""
        texts, blocks = self._texts.copy(), self._blocks.copy()
        for at, run in self._runs:
            texts[at], blocks[at] = _between(pieces[run])
        whole = b"".join(texts)
        return Member(self._name, b"".join(blocks), crc32(whole), len(whole))


def _between(run: list[str]) -> tuple[bytes, bytes]:
    data = "".join(run).encode()
    return data, (_stored(data) if len(data) < _WORTH else deflated(data))


def _stored(data: bytes) -> bytes:
    """Return bytes as stored blocks of a deflate stream."""
    size = len(data)
    if size <= _MOST:
        return _BLOCK.pack(0, size, size ^ _MOST) + data
    parts = [data[at : at + _MOST] for at in range(0, size, _MOST)]
    return b"".join(_BLOCK.pack(0, len(p), len(p) ^ _MOST) + p for p in parts)
