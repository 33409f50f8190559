"""A leader's answer by mail: 「同意 3F9A-21C0」 in words of his own, and who vouches for its From.

What is quoted below an answer is not his: the mail that he answers may hold the very words. In
doubt it is no consent, and a clerk reads the mail.
"""

from __future__ import annotations

import email
import html
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from outbox.post.arrival import LETTER, header, taken
from outbox.post.verdict import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

AGREED, UNCLEAR = "agreed", "unclear"
MOST_CHARACTERS = 50_000  # of the text that is looked at
_MOST_SHOWN, _MOST_LINE = 60, 500
_BLANK = " \t\u00a0\u3000\ufeff\u200b\u200c\u200d"
_MOST_GREETING = 12
_CODE = r"(?<![0-9A-F])([0-9A-F]{4})[-\s]?([0-9A-F]{4})(?![0-9A-F])"
_LINE = re.compile(rf"[「“\"']?同意(?:签发|印发|发文|发出|发送)?\s*[,:]?\s*{_CODE}[」”\"']?[.。!]?")
# Whatever else stands in an answer, with one of these it is no plain yes.
_BUT = re.compile(r"不|暂|缓|但|改|撤|勿|别|除|否|待|先|等|未|无|没|如|若|请问|\?")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－﹣"), "-")
# How the quoted mail begins: QQ, NetEase, Coremail, Foxmail, Outlook, Apple, Gmail; or a signature.
_QUOTED = re.compile(
    r"-{2,}.*(?:原始邮件|回复的?原邮件|转发邮件|original message|forwarded)"
    r"|(?:发件人|寄件者|from)\s*[:：]"
    r"|.*(?:写道|wrote)\s*[:：]?$"
    r"|_{10,}$|-{10,}$|--$",
    re.IGNORECASE,
)
_HTML_QUOTED = re.compile(
    r"<blockquote|<includetail|<hr\b|class=[\"']?(?:gmail_quote|moz-cite|ntes_quote)"
    r"|id=[\"']?(?:isReplyContent|divRplyFwdMsg|origbody|mail-editor-reference|ntes-)",
    re.IGNORECASE,
)
_UNSHOWN = re.compile(
    r"<(style|script|head|title)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL
)
_BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^>]{0,200}>", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]{0,2000}>")


@dataclass(frozen=True, slots=True)
class Consent:
    """What a mail says of a paper that is to be signed.

    `code` is the 核对码 that is agreed to (`3F9A-21C0`), with AGREED alone; `words` are the first
    of its writer's own; `vouches` holds (server, check, domain) of the topmost
    Authentication-Results, for each check that was passed, and (server, "fail", "") for DMARC's no.
    """

    standing: str = ""
    code: str = ""
    sender: str = ""
    words: str = ""
    vouches: tuple[tuple[str, str, str], ...] = ()


def pieces(content: bytes, kind: str, shown: str) -> Iterator[tuple[Any, ...]]:  # noqa: ARG001 (the child's signature)
    """Read a mail as plain values: the way of rosters.child."""
    one = said(content)
    yield ("consent", one.standing, one.code, one.sender, one.words, one.vouches)


def said(content: bytes) -> Consent:
    """Read whether a mail agrees to something; a report, an auto-reply and two senders do not."""
    arrival = taken(content)
    message = email.message_from_bytes(content)
    if arrival.sort != LETTER or len(message.get_all("From", [])) != 1:
        return Consent(sender=arrival.sender)
    own = own_lines(body(message))
    standing, code = _judged(own)
    shown = printable(" ".join(own))[:_MOST_SHOWN]
    return Consent(standing, code, arrival.sender, shown, tuple(_vouches(message)))


def _judged(own: list[str]) -> tuple[str, str]:
    """Say what his own lines come to: one line that agrees to one code, and nothing against it."""
    lines = [_plain(one) for one in own]
    whole = "\n".join(lines)
    if "同意" not in whole:
        return "", ""
    start = 1 if len(lines) > 1 and _greets(lines[0]) else 0
    found = _LINE.fullmatch(lines[start])
    rest = "\n".join([*lines[:start], *lines[start + 1 :]])
    if found is None or _BUT.search(rest) or "同意" in rest:
        return UNCLEAR, ""
    return AGREED, f"{found[1]}-{found[2]}"


def _greets(line: str) -> bool:
    return len(line) <= _MOST_GREETING and line.endswith((":", ",", "!", "。"))


def _plain(line: str) -> str:
    """Write a line as one would type it: half-width, one kind of dash, capitals."""
    return unicodedata.normalize("NFKC", line).translate(_DASHES).upper().strip()


def own_lines(text: str) -> list[str]:
    """Return the lines that the writer wrote himself, without those that say nothing."""
    own = []
    for whole in text.splitlines():
        line = whole[:_MOST_LINE].strip(_BLANK)
        if _QUOTED.match(line):
            break
        if line and not line.startswith((">", "＞", "|")):
            own.append(line)
    return own


def body(message: Message[Any, Any]) -> str:
    """Return the text of a mail, without files and mails that hang on it."""
    found: dict[str, str] = {}
    for part in _parts(message):
        kind = part.get_content_type()
        if kind in {"text/plain", "text/html"} and kind not in found:
            found[kind] = _decoded(part)
    plain = found.get("text/plain", "")
    if plain.strip():
        return plain[:MOST_CHARACTERS]
    return _from_html(found.get("text/html", "")[:MOST_CHARACTERS])


def shown(message: Message[Any, Any]) -> Iterator[str]:
    """Yield the texts that a mail shows, as they are written, with all that they quote."""
    for part in _parts(message):
        if part.get_content_type() in {"text/plain", "text/html"}:
            yield _decoded(part)[:MOST_CHARACTERS]


def _parts(message: Message[Any, Any]) -> Iterator[Message[Any, Any]]:
    """Yield what is shown of a mail: neither attachments nor mails within it."""
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        if part.get_content_disposition() == "attachment":
            continue
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting[:0] = [one for one in inner if not isinstance(one, str)]
        else:
            yield part


def _decoded(part: Message[Any, Any]) -> str:
    data = part.get_payload(decode=True)
    raw = data if isinstance(data, bytes) else b""
    named = str(part.get_content_charset("utf-8")).lower()
    named = "gb18030" if named in {"gb2312", "gbk"} else named
    for charset in (named, "utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except (LookupError, UnicodeError):
            continue
    return raw.decode("latin-1")


def _from_html(page: str) -> str:
    page = _UNSHOWN.sub("", page)
    cut = _HTML_QUOTED.search(page)
    if cut:
        page = page[: page.rfind("<", 0, cut.start() + 1)]
    page = re.sub(r"\s+", " ", page)
    return html.unescape(_TAGS.sub("", _BREAKS.sub("\n", page)))


def disproved(message: Message[Any, Any]) -> bool:
    """Tell whether the last server on the way found that a mail is not from whom it says."""
    return any(result == "fail" for _, result, _ in _vouches(message))


def _vouches(message: Message[Any, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what the topmost Authentication-Results (RFC 8601) says was passed.

    It is the last server's on the way, if it writes one at all: whether it is ours is for the
    desk to say. One further down may be the sender's own invention.
    """
    every = message.get_all("Authentication-Results", [])
    if not every:
        return
    one = email.message.Message()
    one["Authentication-Results"] = every[0]
    words = header(one, "Authentication-Results").lower()
    server, _, rest = re.sub(r"\([^()]*\)", "", words).partition(";")
    name = (server.split() or [""])[0]
    for result in rest.split(";"):
        check = re.match(r"\s*(dkim|dmarc)\s*=\s*(\w+)", result)
        if check is None:
            continue
        if check[2] == "pass":
            where = re.search(r"header\.(?:d|i|from)\s*=\s*(?:[^\s@;]*@)?([a-z0-9.-]+)", result)
            yield name, check[1], where[1] if where else ""
        elif check[1] == "dmarc" and check[2] == "fail":
            yield name, "fail", ""
