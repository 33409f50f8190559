"""A .docx as a zip file whose unchanged members are copied as they stand.

Everything that never changes is deflated once, with its local headers; a document is those bytes,
the changed members, and one central directory. No clock: every member is of 1980-01-01.

zlib deflates, and isal only counts check sums: at levels 1 and above isal was seen to make other
bytes of the same text about once in ten thousand, by what had lain in its memory before.
"""

from __future__ import annotations

import hashlib
import zlib
from functools import lru_cache
from math import inf
from struct import Struct
from typing import TYPE_CHECKING, TypeAlias

crc32: Callable[[bytes], int]
try:
    from isal import isal_zlib

    crc32 = isal_zlib.crc32
except ImportError:  # no wheel for this machine
    crc32 = zlib.crc32

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

# Of a local header and of a central entry alike: flags and day; check sum and sizes. Then theirs.
_TOLD, _SIZES = Struct("<5H"), Struct("<3L")
_NAMED = Struct("<2H")
_MADE, _REST, _OFFSET = Struct("<H"), Struct("<5HL"), Struct("<L")
_END = Struct("<4s4H2LH")
_DAY = 0x0021  # 1980-01-01, the first day a zip file can say
_VERSION, _UTF8, _STORED, _DEFLATED = 20, 0x800, 0, 8
_LIMIT = 0xFFFFFFFF
_LEVEL = 3  # for rows of a table hardly slower than isal, and smaller than at 1 or 2

DEFLATER = f"zlib {zlib.ZLIB_RUNTIME_VERSION}"

# A document that bears its mark: its bytes in two halves, their sha256 and the mark.
Issued: TypeAlias = tuple[tuple[bytes, bytes], str, str]


class TooLargeError(ValueError):
    """A document would be 4 GiB or more, which plain zip cannot say."""


class Member:
    """A member's deflated bytes with what its headers say."""

    __slots__ = ("crc", "data", "method", "name", "size")

    def __init__(
        self, name: bytes, data: bytes, crc: int, size: int, method: int = _DEFLATED
    ) -> None:
        self.name, self.data, self.crc, self.size, self.method = name, data, crc, size, method


@lru_cache(maxsize=1024)
def _frame(name: bytes, method: int) -> tuple[bytes, bytes, bytes, bytes, int]:
    """Return what stands around the sizes of a member, and how long its local header is.

    In the local header that is before and after them, and so in the central entry.
    """
    told = (_VERSION, 0 if name.isascii() else _UTF8, method, 0, _DAY)
    before = b"PK\3\4" + _TOLD.pack(*told)
    after = _NAMED.pack(len(name), 0) + name
    entry = b"PK\1\2" + _MADE.pack(_VERSION) + _TOLD.pack(*told)
    rest = _REST.pack(len(name), 0, 0, 0, 0, 0)
    return before, after, entry, rest, len(before) + _SIZES.size + len(after)


def _laid(
    members: Iterable[Member], offset: int, most: float
) -> tuple[list[bytes], list[bytes], int]:
    """Lay members out from an offset on; return them, the directory's entries, and where they end.

    Raises:
        TooLargeError: one begins, or is, beyond `most`.

    """
    body: list[bytes] = []
    directory: list[bytes] = []
    for one in members:
        if offset > most or one.size > most:
            raise TooLargeError
        size = len(one.data)
        before, after, entry, rest, fixed = _frame(one.name, one.method)
        sizes = _SIZES.pack(one.crc, size, one.size)
        body += (before, sizes, after, one.data)
        directory += (entry, sizes, rest, _OFFSET.pack(offset), one.name)
        offset += fixed + size
    return body, directory, offset


def still(name: str, content: bytes) -> Member:
    """Deflate a member that never changes, as small as can be; store what does not shrink."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    crc = zlib.crc32(content)
    if len(packed) < len(content):
        return Member(name.encode(), packed, crc, len(content), _DEFLATED)
    return Member(name.encode(), content, crc, len(content), _STORED)


def changed(name: bytes, content: bytes) -> Member:
    """Deflate a member of one document, fast."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    return Member(name, packed, crc32(content), len(content))


def deflated(content: bytes) -> bytes:
    """Deflate a stretch of a member, fast, up to a byte's end; it is not the last."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    return bytes(packer.compress(content) + packer.flush(zlib.Z_SYNC_FLUSH))


def stored(name: bytes, content: bytes) -> Member:
    """Store a short member as it is."""
    return Member(name, content, crc32(content), len(content), _STORED)


class Archive:
    """A package whose unchanged members are ready to be written."""

    def __init__(self, members: Iterable[tuple[str, bytes]]) -> None:
        self._lay([still(name, content) for name, content in members])

    def _lay(self, members: list[Member]) -> None:
        head, directory, _ = _laid(members, 0, inf)
        self._members = members
        self._head = b"".join(head)
        self._hash = hashlib.sha256(self._head)
        # Of the unchanged members; when and by whom the template was packed does not count.
        self.digest = self._hash.digest()
        self._directory = b"".join(directory)

    def __getstate__(self) -> list[Member]:
        """Travel to another process as the members, laid out again there."""
        return self._members

    def __setstate__(self, state: list[Member]) -> None:
        self._lay(state)

    def otherwise(self, changed: Mapping[str, bytes], without: str) -> Archive:
        """Return the same package with some members changed, or added, and one left out."""
        new = {name.encode(): still(name, content) for name, content in changed.items()}
        kept = [new.pop(one.name, one) for one in self._members if one.name != without.encode()]
        made = Archive(())
        made._lay([*kept, *new.values()])
        return made

    def write(self, members: Sequence[Member]) -> tuple[bytes, bytes, str]:
        """Return a .docx in two halves (the unchanged members, then these) and its sha256.

        The first half is always the same object: whoever writes both at once copies nothing.

        Raises:
            TooLargeError: it would be 4 GiB or more.

        """
        body, directory, offset = _laid(members, len(self._head), _LIMIT)
        added = b"".join(directory)
        listed = len(self._directory) + len(added)
        if offset + listed > _LIMIT:
            raise TooLargeError
        count = len(self._members) + len(members)
        end = _END.pack(b"PK\5\6", 0, 0, count, count, listed, offset, 0)
        rest = b"".join([*body, self._directory, added, end])
        whole = self._hash.copy()  # what never changes is hashed once, too
        whole.update(rest)
        return self._head, rest, whole.hexdigest()
