"""A mail that has arrived, taken apart: what sort it is, which letter it speaks of. In a child."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from outbox.post.bounce import Action, look
from outbox.post.verdict import decode, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.message import Message

BOUNCE, DELAY, AUTO, RECEIPT, LETTER = "bounce", "delay", "auto", "receipt", "letter"
_SORTS = {Action.FAILED: BOUNCE, Action.DELAYED: DELAY, Action.ARRIVED: RECEIPT}
# A letter's token: 130 bits in base32 (outbox.ledger.rows).
TOKEN = re.compile(r"(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7])")
# Where a letter's token stands; QQ keeps the Message-ID that it replaces in X-OQ-MSGID.
BEARERS = ("Message-ID", "X-OQ-MSGID", "References", "In-Reply-To", "X-Fawen-Letter")
MOST_TOKENS, MOST_TEXT = 50, 998  # RFC 5322: no line is longer
_MOST_RAW, _MOST_LINES = 20_000, 20  # of one header: decoding takes the square of its length
# Name <address>, as all but the oldest programs write; what the name says does not matter.
_ANGLED = re.compile(
    r'(?:"(?:[^"\\]|\\.)*"|[^<>",;])*<([^<>@\s,;\"()]{1,64}@[^<>@\s,;\"()]{1,255})>'
)
_COMMENT = re.compile(r"\([^()<>@]*\)")
_AUTO_HEADERS = ("X-Autoreply", "X-Autorespond", "X-AutoReply-From", "X-Mail-Autoreply")
_AUTO_PRECEDENCE = frozenset({"auto_reply", "bulk", "junk", "list"})
_AUTO_SUBJECT = re.compile(
    r"\s*(?:自动(?:回复|答复|应答)|auto(?:matic)?[ -]?(?:reply|response)|auto:"
    r"|out of (?:the )?office)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a mail says of itself. Nothing of it is to be believed without the ledger.

    `tokens` are those in headers that name the mail answered or given back; `failed` are the
    addresses that a bounce names, `about` the subject that it says it is about.
    """

    sort: str
    sender: str
    subject: str
    tokens: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    about: str = ""
    words: str = ""


def pieces(content: bytes, kind: str, shown: str) -> Iterator[tuple[Any, ...]]:  # noqa: ARG001 (the child's signature)
    """Take a mail apart, as plain values: the way of rosters.child."""
    found = taken(content)
    yield (
        "mail", found.sort, found.sender, found.subject, found.tokens, found.failed, found.about,
        found.words,
    )  # fmt: skip


def taken(content: bytes) -> Arrival:
    """Take a mail apart."""
    message = email.message_from_bytes(content)
    subject, sender = header(message, "Subject"), _sender(message)
    tokens = _tokens(header(message, name) for name in BEARERS)
    bounce = look(message, sender, subject)
    if bounce is not None:
        more = _tokens([*_given_back(message), bounce.text])
        return Arrival(
            _SORTS[bounce.action],
            sender,
            subject,
            _few((*tokens, *more)),
            bounce.addresses,
            printable(bounce.about[:MOST_TEXT]),
            printable(bounce.words[:MOST_TEXT]),
        )
    sort = AUTO if _automatic(message, subject) else LETTER
    return Arrival(sort, sender, subject, _few(tokens))


def header(message: Message[Any, Any], name: str) -> str:
    """Read a header as its writer meant it: encoded words, raw GBK, folded lines; in one line."""
    lines = [str(value) for key, value in message.raw_items() if key.lower() == name.lower()]
    return " ".join(_unfolded(line[:_MOST_RAW]) for line in lines[:_MOST_LINES])[:MOST_TEXT]


def _sender(message: Message[Any, Any]) -> str:
    """Return who wrote a mail; "" where From can be read in two ways, or stands there twice.

    It is read before encoded words are: what they hold is a name, and a name may hold an address.
    """
    lines = [str(value) for key, value in message.raw_items() if key.lower() == "from"]
    if len(lines) > 1:
        return ""
    raw = " ".join("".join(lines)[:_MOST_RAW].split())
    found = _ANGLED.fullmatch(_COMMENT.sub("", raw).strip())
    if found:
        return printable(found[1]).lower()
    return "" if raw.count("@") > 1 else parseaddr(header(message, "From"))[1].lower()


def _unfolded(raw: str) -> str:
    said = decode(raw.encode("utf-8", "surrogateescape"))
    try:
        parts = decode_header(said)
    except (ValueError, HeaderParseError):  # what only looks like an encoded word
        return said
    return printable("".join(_part(*part) for part in parts))


def _part(text: bytes | str, charset: str | None) -> str:
    if isinstance(text, str):
        return text
    if charset and charset.lower() in {"gb2312", "gbk"}:
        charset = "gb18030"
    try:
        return text.decode(charset or "ascii")
    except (LookupError, UnicodeError):  # punycode and idna raise the latter
        return decode(text)


def _given_back(message: Message[Any, Any]) -> Iterator[str]:
    """Yield the headers of the mail that a bounce brings back."""
    for part in message.walk():
        if part.get_content_type() == "text/rfc822-headers":
            data = part.get_payload(decode=True)
            inner = email.message_from_bytes(data if isinstance(data, bytes) else b"")
        elif part.get_content_type() == "message/rfc822" and part.is_multipart():
            whole: Any = part.get_payload(0)
            inner = whole
        else:
            continue
        for name in BEARERS:
            yield header(inner, name)


def _tokens(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(token for text in texts for token in TOKEN.findall(text))


def _few(tokens: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tokens))[:MOST_TOKENS]


def _automatic(message: Message[Any, Any], subject: str) -> bool:
    """Tell whether a machine wrote it: RFC 3834, what older ones set, and how ours call it."""
    submitted = header(message, "Auto-Submitted").lower()
    return (
        (bool(submitted) and not submitted.startswith("no"))
        or any(header(message, name).lower() not in {"", "no"} for name in _AUTO_HEADERS)
        or header(message, "Precedence").lower() in _AUTO_PRECEDENCE
        or bool(_AUTO_SUBJECT.match(subject))
    )
