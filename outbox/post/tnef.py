"""winmail.dat: the files in what Outlook sends as TNEF (MS-OXTNEF), and nothing else of it."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNATURE = 0x223E9F78
_HEAD = struct.Struct("<BII")  # level, attribute, length; a check sum of two bytes follows
_BEGIN, _TITLE, _DATA, _MAPI = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_LONG_NAME = 0x3707  # PidTagAttachLongFilename
_MOST = 50


def files(content: bytes) -> list[tuple[str, bytes]]:
    """Return the files in a winmail.dat by name; none where it is not one, or is cut off."""
    found: list[tuple[str, bytes]] = []
    name, data = "", b""
    for attribute, value in _attributes(content):
        if attribute == _BEGIN:
            _add(found, name, data)
            name, data = "", b""
        elif attribute == _TITLE and not name:
            name = _text(value)
        elif attribute == _DATA:
            data = value
        elif attribute == _MAPI:
            name = _long_name(value) or name
    _add(found, name, data)
    return found[:_MOST]


def _add(found: list[tuple[str, bytes]], name: str, data: bytes) -> None:
    if data:
        found.append((name or "附件", data))


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    if len(content) < 6 or struct.unpack_from("<I", content)[0] != _SIGNATURE:  # noqa: PLR2004 - signature and key
        return
    at = 6
    while at + _HEAD.size <= len(content):
        _, attribute, length = _HEAD.unpack_from(content, at)
        at += _HEAD.size
        if at + length + 2 > len(content):
            return
        yield attribute, content[at : at + length]
        at += length + 2


def _long_name(value: bytes) -> str:
    """Find the long name among an attachment's properties: as UTF-16, or as 8-bit text."""
    for kind, encoding in ((0x001F, "utf-16-le"), (0x001E, "")):
        at = value.find(struct.pack("<HH", kind, _LONG_NAME))
        if at < 0 or at + 12 > len(value):
            continue
        _, length = struct.unpack_from("<II", value, at + 4)
        raw = value[at + 12 : at + 12 + length]
        name = raw.decode(encoding, "ignore").rstrip("\0") if encoding else _text(raw)
        if name:
            return name.replace("\\", "/").rpartition("/")[2]
    return ""


def _text(value: bytes) -> str:
    raw = value.rstrip(b"\0")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
