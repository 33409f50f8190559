"""A bounce: which address failed, for good or for now, and why; also as QQ and Coremail write it.

Sources of the free forms: bounces of QQ (`PostMaster@qq.com`, 来自qq.com的退信) and of Coremail,
which NetEase and most universities run (`Postmaster@…`, 系统退信), as public archives hold them.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from flufl.bounce import all_failures

from outbox.post.verdict import decode

if TYPE_CHECKING:
    from email.message import Message

MOST_CHARACTERS = 100_000  # of a bounce's own text: what follows is the mail given back
MOST_ADDRESSES = 20
_DAEMONS = frozenset(
    {"postmaster", "mailer-daemon", "mailerdaemon", "mail-daemon", "mdaemon", "mailadmin"}
)
_SAYS_SO = re.compile(
    r"退信|退回|投递失败|未能送达|无法送达|undeliver|not be delivered|delivery (?:has )?fail"
    r"|failure notice|returned (?:mail|to sender)|delivery status notification",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"delayed|warning: message|仍在尝试|延迟|暂时无法|will be retried", re.IGNORECASE
)
_ADDRESS = r"[A-Za-z0-9_.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_FAILED = (
    re.compile(rf"无法发送到\s*<?({_ADDRESS})"),
    re.compile(rf"收件人(?:\s*/\s*To)?\s*[:：]?\s*<?({_ADDRESS})"),
    re.compile(rf"BouncedRcpt=({_ADDRESS.replace('@', '(?:@|%40)')})"),
)
_ABOUT = re.compile(r"主\s*题(?:\s*/\s*Subject)?\s*[:：]\s*(.+)")
_WHY = re.compile(
    r"退信原因(?:\s*/\s*Bounce reason)?\s*[:：]?\s*(.+?)\s*(?:建议)?解决方案", re.DOTALL
)


class Action(StrEnum):
    """What a report says became of the mail."""

    FAILED = "failed"
    DELAYED = "delayed"  # still being tried
    ARRIVED = "arrived"  # read, or delivered: nobody asked


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a report on a mail says; `about` is the subject it names, `text` its own words."""

    action: Action
    addresses: tuple[str, ...] = ()
    about: str = ""
    words: str = ""
    text: str = ""


def look(message: Message[Any, Any], sender: str, subject: str) -> Bounce | None:
    """Read a mail as a report on another mail; None where it is none."""
    kind = str(message.get_param("report-type", "")).lower()
    reported = message.get_content_type() == "multipart/report"
    if reported and kind == "disposition-notification":
        return Bounce(Action.ARRIVED)
    blocks = _blocks(message)
    text = _text(message)
    daemon = sender.partition("@")[0] in _DAEMONS
    if not blocks and not (daemon and (reported or _SAYS_SO.search(f"{subject}\n{text}"))):
        return None
    delayed, failed = (_plain(found) for found in all_failures(message))
    if not failed and not delayed:
        actions = {str(block.get("action", "")).lower().split(" ")[0] for block in blocks} - {""}
        if actions and not actions & {"failed", "delayed"}:
            return Bounce(Action.ARRIVED)
        failed = _freely(text)
    about = _ABOUT.search(text)
    return Bounce(
        _action(failed, delayed, f"{subject}\n{text}"),
        failed or delayed,
        about[1].strip() if about else "",
        _why(blocks, text),
        text,
    )


def _action(failed: tuple[str, ...], delayed: tuple[str, ...], said: str) -> Action:
    if failed:
        return Action.FAILED
    return Action.DELAYED if delayed or _NOT_YET.search(said) else Action.FAILED


def _blocks(message: Message[Any, Any]) -> list[Message[Any, Any]]:
    """List the blocks of RFC 3464 that speak of a recipient."""
    found: list[Message[Any, Any]] = []
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            inner: Any = part.get_payload()
            found += [block for block in inner if block.get("action")]
    return found


def _why(blocks: list[Message[Any, Any]], text: str) -> str:
    for block in blocks:
        code = str(block.get("diagnostic-code", "")).partition(";")[2] or str(
            block.get("status", "")
        )
        if code.strip():
            return decode(code.encode("utf-8", "surrogateescape"))
    found = _WHY.search(text)
    return " ".join(found[1].split()) if found else ""


def _plain(found: object) -> tuple[str, ...]:
    addresses = sorted(one.decode("ascii", "replace").lower() for one in found)  # type: ignore[attr-defined]  # a set of bytes
    return tuple(one for one in addresses if "@" in one)[:MOST_ADDRESSES]


def _freely(text: str) -> tuple[str, ...]:
    """Find the address in a bounce that follows no standard; the surest pattern decides."""
    for pattern in _FAILED:
        found = [unquote_plus(one).lower() for one in pattern.findall(text)]
        if found:
            return tuple(dict.fromkeys(found))[:MOST_ADDRESSES]
    return ()


def _text(message: Message[Any, Any]) -> str:
    """Return a report's own text, without the mail that it gives back."""
    found: list[str] = []
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        kind = part.get_content_type()
        if kind.startswith("message/") or kind == "text/rfc822-headers":
            continue
        if part.is_multipart():
            inner: Any = part.get_payload()
            waiting[:0] = inner
        elif kind in {"text/plain", "text/html"}:
            text = _decoded(part)
            found.append(_unmarked(text) if kind == "text/html" else text)
    return "\n".join(found)[:MOST_CHARACTERS]


def _decoded(part: Message[Any, Any]) -> str:
    data = part.get_payload(decode=True)
    data = data if isinstance(data, bytes) else b""
    charset = str(part.get_content_charset() or "utf-8").lower()
    try:
        return data.decode("gb18030" if charset in {"gb2312", "gbk"} else charset)
    except (LookupError, UnicodeError):  # punycode and idna raise the latter
        return data.decode("gb18030", "replace")


def _unmarked(text: str) -> str:
    """Take the tags out of HTML; rows that are not shown go too: Coremail's hold samples."""
    text = text[: 4 * MOST_CHARACTERS]
    text = re.sub(r"(?is)<!--.*?-->|<(style|script|head)\b.*?</\1\s*>", " ", text)
    text = re.sub(r"(?is)<tr[^>]*display:\s*none[^>]*>.*?</tr\s*>", " ", text)
    links = re.findall(r"BouncedRcpt=[^&\"' ]+", text)
    text = re.sub(r"(?i)<(?:br|/?p|/?div|/?tr|/?table|/?li|/?h\d)\b[^>]*>", "\n", text)
    return "\n".join([html.unescape(re.sub(r"<[^>]*>", " ", text)), *links])
