"""A mail as a parcel: its writer's own words, and the files that came with it. In a child.

Files within a forwarded mail and within winmail.dat (Outlook's TNEF) count as its own. What is
quoted below an answer is no word of its writer's, but may hold our 回执编号.
"""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from outbox.post import tnef
from outbox.post.arrival import header, taken
from outbox.post.consent import body, disproved, own_lines, shown
from outbox.post.verdict import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

NAMELESS = "附件"
MOST_FILES, MOST_DEPTH, MOST_CHARACTERS = 20, 5, 4_000
_WINMAIL = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_SHOWN = frozenset({"text/plain", "text/html"})
# As it stands at a letter's foot and in a reminder, whatever a mail program makes of its dashes.
_NUMBER = re.compile(
    r"回执编号\s*[:：]?\s*([A-Z2-7]{4})\s*[-‐‑–—－]?\s*([A-Z2-7]{4})\s*[-‐‑–—－]?\s*([A-Z2-7]{4})"
    r"(?![A-Z2-7])"
)

# What QQ and NetEase write where a file is too large for the mail, or lies in the cloud.
_LARGE = re.compile(
    r"邮箱发来的(?:超大|云)附件|QQMailBigAttach|divNeteaseBigAttach|mail\.qq\.com/(?:cgi-bin/)?ftn"
    r"|mail\.163\.com/large-attachment"
)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|bmp)$", re.IGNORECASE)
_SHARED = re.compile(r"docs\.qq\.com|kdocs\.cn|pan\.baidu\.com|weiyun\.com|shimo\.im|百度网盘")


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a mail."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a mail brings. `numbers` are the 回执编号 that its text or subject holds.

    `winmail` tells that it held a winmail.dat in which no file was found, `more` that it brings
    more files than are looked at; `written` is its Date (RFC 5322), "" where it has none that can
    be read; `disproved` that the server which took it found that From is not who it says. `pasted`
    tells that a picture stands in its text, `linked` names where files lie that it only leads to,
    "" for nowhere.
    """

    sender: str
    subject: str
    own: str
    tokens: tuple[str, ...]
    numbers: tuple[str, ...]
    files: tuple[File, ...]
    winmail: bool = False
    forwarded: bool = False
    more: bool = False
    written: str = ""
    disproved: bool = False
    pasted: bool = False
    linked: str = ""


def pieces(content: bytes, kind: str, shown: str) -> Iterator[tuple[Any, ...]]:  # noqa: ARG001 (the child's signature)
    """Open a mail, as plain values: the way of rosters.child."""
    one = opened(content)
    for file in one.files:
        yield ("file", file.name, file.kind, file.content)
    yield (
        "parcel",
        one.sender,
        one.subject,
        one.own,
        one.tokens,
        one.numbers,
        one.winmail,
        one.forwarded,
        one.more,
        one.written,
        one.disproved,
        one.pasted,
        one.linked,
    )


def opened(content: bytes) -> Parcel:
    """Open a mail."""
    arrival = taken(content)
    message = email.message_from_bytes(content)
    text = body(message)
    own = printable("\n".join(own_lines(text)))[:MOST_CHARACTERS]
    files: list[File] = []
    found = list(islice(_files(message, 0), MOST_FILES + 1))
    empty = [one for one in found if not _gathered(one, files)]
    forwarded = arrival.subject.lower().startswith(("fw:", "fwd:", "转发", "转:"))
    return Parcel(
        arrival.sender,
        arrival.subject,
        own,
        arrival.tokens,
        numbers(f"{arrival.subject}\n{text}"),
        tuple(files[:MOST_FILES]),
        bool(empty),
        forwarded,
        len(found) > MOST_FILES or len(files) > MOST_FILES,
        _written(message),
        disproved(message),
        any(map(_stands_in_text, message.walk())),
        _linked(message, own),
    )


def _written(message: Message[Any, Any]) -> str:
    """Return when a mail says that it was written, as ISO 8601 with its offset."""
    try:
        at = parsedate_to_datetime(header(message, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
    return at.isoformat() if at.tzinfo else ""


def numbers(text: str) -> tuple[str, ...]:
    """Find the 回执编号 in a text, each once."""
    return tuple(dict.fromkeys("".join(found) for found in _NUMBER.findall(text)))


def _linked(message: Message[Any, Any], own: str) -> str:
    """Name where files lie that a mail only leads to; an address in what it quotes is not its."""
    if any(_LARGE.search(one) for one in shown(message)):
        return "超大附件"
    return "网盘或在线文档" if _SHARED.search(own) else ""


def _gathered(one: File, files: list[File]) -> bool:
    """Add a file, or those within a winmail.dat; tell whether there was any."""
    if one.kind not in _WINMAIL and one.name.lower() != "winmail.dat":
        found = [one]
    else:
        found = [File(name, "", data) for name, data in tnef.files(one.content)]
    files += found[: MOST_FILES + 1 - len(files)]
    return bool(found)


def _files(message: Message[Any, Any], depth: int) -> Iterator[File]:
    """Walk through what hangs on a mail; pictures that only stand in its text are none."""
    for part in message.walk():
        if part.is_multipart():
            continue
        kind, name = part.get_content_type(), _name(part)
        told = part.get_content_disposition()
        if kind in _SHOWN and told != "attachment" and not name:
            continue
        if _stands_in_text(part):
            continue  # a signature's, perhaps
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes) or not (data or name):
            continue
        if kind == "application/octet-stream" and name.lower().endswith(".eml"):
            if depth < MOST_DEPTH:
                yield from _files(email.message_from_bytes(data), depth + 1)
            continue
        yield File(name or NAMELESS, kind, data)


def _stands_in_text(part: Message[Any, Any]) -> bool:
    """Tell whether a part is a picture that is shown in the text; some programs name no kind."""
    inline = part.get_content_disposition() != "attachment" and part.get("Content-ID")
    named = part.get_content_type() == "application/octet-stream" and _PICTURE.search(_name(part))
    return bool(inline) and (part.get_content_maintype() == "image" or bool(named))


def _name(part: Message[Any, Any]) -> str:
    """Read a file's name: encoded words, RFC 2231, raw GBK."""
    told = email.message.Message()
    name = part.get_filename()
    if not name:
        return ""
    told["X-Name"] = name.replace("\r", " ").replace("\n", " ")
    said = printable(header(told, "X-Name"))
    return said.replace("\\", "/").rpartition("/")[2][:200]
