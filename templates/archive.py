"""A .docx as a zip file whose unchanged members are copied as they stand.

Everything that never changes is deflated once, with its local headers; a document is those bytes,
the changed members, and one central directory. No clock: every member is of 1980-01-01.

zlib deflates, and isal only counts check sums: at levels 1 and above isal was seen to make other
bytes of the same text about once in ten thousand, by what had lain in its memory before.
"""

from __future__ import annotations

import hashlib
import zlib
from struct import Struct
from typing import TYPE_CHECKING

crc32: Callable[[bytes], int]
try:
    from isal import isal_zlib

    crc32 = isal_zlib.crc32
except ImportError:  # no wheel for this machine
    crc32 = zlib.crc32

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_LOCAL = Struct("<4s5H3L2H")
_CENTRAL = Struct("<4s6H3L5H2L")
_END = Struct("<4s4H2LH")
_DAY = 0x0021  # 1980-01-01, the first day a zip file can say
_VERSION, _UTF8, _STORED, _DEFLATED = 20, 0x800, 0, 8
_LIMIT = 0xFFFFFFFF
_LEVEL = 3  # for rows of a table hardly slower than isal, and smaller than at 1 or 2

DEFLATER = f"zlib {zlib.ZLIB_RUNTIME_VERSION}"


class TooLargeError(ValueError):
    """A document would be 4 GiB or more, which plain zip cannot say."""


class Member:
    """A member's deflated bytes with what its headers say."""

    __slots__ = ("crc", "data", "method", "name", "size")

    def __init__(
        self, name: bytes, data: bytes, crc: int, size: int, method: int = _DEFLATED
    ) -> None:
        self.name, self.data, self.crc, self.size, self.method = name, data, crc, size, method

    def local(self) -> bytes:
        """Return the member's local header."""
        flags = 0 if self.name.isascii() else _UTF8
        head = _LOCAL.pack(
            b"PK\3\4", _VERSION, flags, self.method, 0, _DAY,
            self.crc, len(self.data), self.size, len(self.name), 0,
        )  # fmt: skip
        return head + self.name

    def central(self, offset: int) -> bytes:
        """Return the member's entry in the central directory."""
        flags = 0 if self.name.isascii() else _UTF8
        head = _CENTRAL.pack(
            b"PK\1\2", _VERSION, _VERSION, flags, self.method, 0, _DAY,
            self.crc, len(self.data), self.size, len(self.name), 0, 0, 0, 0, 0, offset,
        )  # fmt: skip
        return head + self.name


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
        head, directory, offset = [], [], 0
        for member in members:
            directory.append(member.central(offset))
            head += [member.local(), member.data]
            offset += len(head[-2]) + len(head[-1])
        self._members = members
        self._head = b"".join(head)
        self._hash = hashlib.sha256(self._head)
        self._directory = b"".join(directory)

    def __getstate__(self) -> list[Member]:
        """Travel to another process as the members, laid out again there."""
        return self._members

    def __setstate__(self, state: list[Member]) -> None:
        self._lay(state)

    @property
    def digest(self) -> bytes:
        """Hash the unchanged members; when and by whom the template was packed does not count."""
        return self._hash.digest()

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
        body = []
        directory = [self._directory]
        offset = len(self._head)
        for member in members:
            local = member.local()
            if offset > _LIMIT or member.size > _LIMIT:
                raise TooLargeError
            directory.append(member.central(offset))
            body += [local, member.data]
            offset += len(local) + len(member.data)
        listed = b"".join(directory)
        if offset + len(listed) > _LIMIT:
            raise TooLargeError
        count = len(self._members) + len(members)
        end = _END.pack(b"PK\5\6", 0, 0, count, count, len(listed), offset, 0)
        rest = b"".join([*body, listed, end])
        whole = self._hash.copy()  # what never changes is hashed once, too
        whole.update(rest)
        return self._head, rest, whole.hexdigest()
