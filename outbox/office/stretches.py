"""A Word file in stretches, one for each paragraph, so that it can be said which has changed.

Nothing is parsed: a file that somebody has changed is not to be trusted. Marks are counted.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from rosters.archive import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY = "word/document.xml"
_MOST = 64 * 2**20  # bytes of all parts together
_DIGITS = 8  # hexadecimal, of each hash
_SHOWN = 20  # characters of a paragraph
_MANY = 3  # paragraphs that are named one by one
_END = b"</w:p>"
_MARK = re.compile(rb"<(/?)w:(p|tbl|tr)(?=[ />])[^>]*?(/?)>")
_TEXT = re.compile(rb"<w:t(?: [^>]*)?>([^<]*)</w:t>")
_PROPERTIES = "文件属性"
_GROUPS = (
    ("word/header", "页眉"), ("word/footer", "页脚"), ("word/footnotes", "脚注"),
    ("word/endnotes", "尾注"), ("word/media/", "图片"), ("word/", "格式"), ("", _PROPERTIES),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outline:
    """What a file was like: a hash of each group of its parts, and of each stretch of its body."""

    groups: str
    stretches: str

    @classmethod
    def of(cls, content: bytes) -> Outline | None:
        """Outline a Word file of ours; None where it is none."""
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                told = {one.filename: one.CRC for one in package.infolist()}
                body = package.read(BODY)
        except _FAULTS:
            return None
        return cls(_grouped(told), "".join(map(_hash, _cut(body))))


_FAULTS = (*UNREADABLE, KeyError)  # or what the text is in is not there


def changed(before: Outline | None, content: bytes) -> tuple[str, str]:
    """Say where a file is another than it was, and what stands there now.

    The place is as a clerk counts: 第3段, 表格1第2行, 页眉; "" where it cannot be told.
    """
    if before is None:
        return "", ""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            body, told = _contents(package)
    except _FAULTS:
        return "", "文件已损坏，打不开"
    stretches = _cut(body)
    where, now = _moved(before.stretches, stretches, body)
    groups = _grouped(told)
    names = [name for _, name in _GROUPS]
    other = [
        name
        for number, name in enumerate(names)
        if groups[number * _DIGITS :][:_DIGITS] != before.groups[number * _DIGITS :][:_DIGITS]
    ]
    if where or other != [_PROPERTIES]:  # the mark among them follows what the document says
        other = [name for name in other if name != _PROPERTIES]
    return "、".join(filter(None, (where, *other))), now


def _contents(package: zipfile.ZipFile) -> tuple[bytes, dict[str, int]]:
    """Read the body and the sums of all parts, from what really stands there."""
    told: dict[str, int] = {}
    body, left = b"", _MOST
    for one in package.infolist():
        with package.open(one) as stream:
            data = stream.read(left + 1)
        left -= len(data)
        if left < 0:
            raise ValueError(one.filename)
        told[one.filename] = zlib.crc32(data)
        body = data if one.filename == BODY else body
    return body, told


def _cut(body: bytes) -> list[bytes]:
    """Cut a body behind each paragraph; the last stretch is what follows them."""
    return body.split(_END)


def _hash(stretch: bytes) -> str:
    return blake2b(stretch, digest_size=_DIGITS // 2).hexdigest()


def _grouped(told: dict[str, int]) -> str:
    sums = {name: "" for _, name in _GROUPS}
    for part in sorted(told):
        if part != BODY:
            name = next(name for start, name in _GROUPS if part.startswith(start))
            sums[name] += f"{part}\0{told[part]}\0"
    return "".join(_hash(text.encode()) for text in sums.values())


def _moved(before: str, stretches: list[bytes], body: bytes) -> tuple[str, str]:
    """Name the stretches that are not what they were, and quote the first."""
    old = [before[at : at + _DIGITS] for at in range(0, len(before), _DIGITS)]
    new = [_hash(one) for one in stretches]
    if len(old) == len(new):
        numbers = [
            number for number, pair in enumerate(zip(old, new, strict=True)) if len({*pair}) > 1
        ]
        more = ""
    else:
        shorter = min(len(old), len(new))
        start = next((n for n in range(shorter) if old[n] != new[n]), shorter)
        end = next(
            (n for n in range(shorter - start) if old[-1 - n] != new[-1 - n]), shorter - start
        )
        numbers = list(range(start, max(len(new) - end, start + 1)))
        gone = len(old) - len(new)
        more = f"起少了 {gone} 段" if gone > 0 else f"起多了 {-gone} 段"
    if not numbers:
        return "", ""
    places = _places(body)
    named = list(dict.fromkeys(places[min(one, len(places) - 1)] for one in numbers))
    shown = named[0] + more if more else "、".join(named[:_MANY])
    if not more and len(named) > _MANY:
        shown += f"等 {len(named)} 处"
    text = _text(stretches[min(numbers[0], len(stretches) - 1)])
    return shown, f"现在写的是「{text}」" if text else ""


def _text(stretch: bytes) -> str:
    said = html.unescape(b"".join(_TEXT.findall(stretch)).decode("utf-8", "replace"))
    said = " ".join(said.split())
    return said[:_SHOWN] + "……" * (len(said) > _SHOWN)


def _places(body: bytes) -> list[str]:
    """Name the place of each stretch: paragraphs outside tables are counted, and rows in them."""
    return [*_counted(body), "页面设置"]


def _counted(body: bytes) -> Iterator[str]:
    outside = tables = rows = depth = 0
    for mark in _MARK.finditer(body):
        closing, name, empty = mark[1] == b"/", mark[2], mark[3] == b"/"
        if name == b"p":
            outside += (closing or empty) and not depth
            if closing:
                yield f"表格{tables}第{rows}行" if depth else f"第{outside}段"
        elif name == b"tbl" and not empty:
            tables += not closing and not depth
            rows = rows if depth else 0
            depth += -1 if closing else 1
        elif name == b"tr" and depth == 1:
            rows += not closing
