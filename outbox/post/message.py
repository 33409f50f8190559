"""The mail as it goes over the wire: built by yagmail, then put right where clients need it."""

from __future__ import annotations

import io
import mimetypes
from email.header import Header
from email.message import Message
from email.mime.text import MIMEText
from email.policy import Compat32
from email.utils import format_datetime, formataddr
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yagmail
from yagmail.headers import resolve_addresses
from yagmail.message import prepare_message

from outbox.post.address import one_line, plain_address
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from outbox.ledger.values import LetterInfo
    from outbox.post.account import Account

# Without /etc/mime.types (Windows, slim images) Python knows none of these, and yagmail would
# send the attachment without a type and without a Content-Disposition.
_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".ofd": "application/ofd",
    ".wps": "application/vnd.ms-works",
}
_UNKNOWN = "application/octet-stream"
_UNFOLDED = 75  # a header shorter than that stands on one line (RFC 5322 §2.1.1: 78)


def envelope(letter: LetterInfo) -> tuple[list[str], list[str]]:
    """Return the addresses of To and of Cc, in ASCII, none twice.

    Raises:
        InputError: one of them is not a plain address.

    """
    to = list(dict.fromkeys(plain_address(one) for one in letter.to))
    cc = list(dict.fromkeys(plain_address(one) for one in letter.cc))
    return to, [one for one in cc if one not in to]


def checked(letter: LetterInfo) -> tuple[list[str], list[str]]:
    """Return a letter's envelope, when all that becomes a header of its mail is fit for one.

    Raises:
        InputError: a header's value, an address or the body cannot stand in a mail.

    """
    one_line(letter.subject, "邮件主题")
    one_line(letter.batch, "批次名")
    one_line(letter.message_id, "Message-ID")
    for part in letter.attachments:
        one_line(part.name, "附件名")
    body_bytes(letter.body)
    return envelope(letter)


def build(
    account: Account,
    letter: LetterInfo,
    files: Sequence[bytes],
    at: datetime,
    thread: str = "",
) -> bytes:
    """Write a letter as a mail, lines ended by CR LF; `files` are its attachments' bytes.

    `thread` is the Message-ID of the letter that it follows, "" where it follows none.

    Raises:
        InputError: a header's value or an address cannot stand in a mail.

    """
    to, cc = checked(letter)
    contents = [yagmail.raw("")]  # raw: a text is never taken for the path of a file to attach
    # email's types know no multipart whose parts are messages: Any
    message: Any = prepare_message(
        account.address,
        account.name,
        resolve_addresses(account.address, account.name, to, cc or None, None),
        letter.subject,
        contents,
        [_stream(data, part.name) for data, part in zip(files, letter.attachments, strict=True)],
        None,
        "utf-8",
        prettify_html=False,
        message_id=letter.message_id,
    )
    ours = _common(account, letter.batch) | headers(account, letter, to, cc, at, thread)
    for name, value in ours.items():
        del message[name]
        if value:
            message[name] = value
    _text(message, letter.body)
    for part, attachment in zip(message.get_payload()[1:], letter.attachments, strict=True):
        _name(part, attachment.name)
    # Every part is base64, in which =_ cannot stand: no search for a boundary, none at random.
    message.set_boundary(f"=_{letter.token}")
    return bytes(message.as_bytes(policy=_WIRE))


class _Wire(Compat32):
    """Lines end in CR LF; Content-Type stands on the line of its name, not below an empty one."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """Write one header; attachments' types come folded already."""
        if name == "Content-Type" and isinstance(value, str):
            return f"{name}: {value}\n".replace("\n", "\r\n").encode("ascii")
        if _plain(value) and len(name) + len(value) < _UNFOLDED:
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


def _plain(value: object) -> bool:
    """Tell whether a header's value stands on the wire as it is; most do, and folding is slow."""
    return isinstance(value, str) and value.isascii() and value.isprintable()


_WIRE = _Wire(linesep="\r\n")


def _stream(data: bytes, name: str) -> io.BytesIO:
    stream = io.BytesIO(data)
    stream.name = name
    return stream


def headers(
    account: Account,
    letter: LetterInfo,
    to: Sequence[str],
    cc: Sequence[str],
    at: datetime,
    thread: str = "",
) -> dict[str, str | Header]:
    """Give the headers that are the letter's own; "" is a header that is not there.

    `thread` is the Message-ID of the letter that it follows, "" where it follows none.
    """
    own = f"<fawen.{letter.token}@{account.domain}>"
    return {
        "To": ", ".join(to),
        "Cc": ", ".join(cc),
        "Subject": Header(letter.subject, "utf-8", header_name="Subject"),
        "Date": format_datetime(at),
        "Message-ID": letter.message_id,
        # Some services rewrite Message-ID; replies and the Sent folder still keep this one.
        "References": f"{thread} {own}".lstrip(),
        "In-Reply-To": thread,
        "X-Fawen-Letter": letter.token,
    }


def _common(account: Account, batch: str) -> dict[str, str | Header]:
    """Give the headers that are the same on every letter of a batch."""
    return {
        "From": formataddr((account.name, plain_address(account.address)), "utf-8"),
        "X-Fawen-Batch": Header(batch, "utf-8"),
    }


def wire(name: str, value: str | Header) -> bytes:
    """Write one header as it goes over the wire, folded, ended by CR LF."""
    return _WIRE.fold_binary(name, value)  # type: ignore[arg-type]  # it takes a Header, too


def body_bytes(body: str) -> bytes:
    """Return a text in UTF-8, its lines ended by CR LF.

    Raises:
        InputError: it holds half a character (a lone surrogate), which no encoding can write.

    """
    lines = body.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    try:
        return lines.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError("邮件正文里有残缺的字符", "请在发文单里删去后重新合并") from error


def _text(message: Message[Any, Any], body: str) -> None:
    """Put a plain text where yagmail has an HTML alternative with <br> in both its parts."""
    parts: Any = message.get_payload()
    parts[0] = MIMEText(body_bytes(body).decode("utf-8"), "plain", "utf-8")


def _name(part: Message[Any, Any], name: str) -> None:
    """Name an attachment twice: RFC 2047 `name=` for older clients, RFC 2231 `filename*=`."""
    for header in _NAMING:
        del part[header]
    suffix = f".{name.rpartition('.')[2].lower()}"
    kind = TYPES.get(suffix) or mimetypes.guess_type(name)[0] or _UNKNOWN
    old = name if name.isascii() else Header(name, "utf-8", maxlinelen=70).encode()
    quoted = old.replace("\\", "\\\\").replace('"', '\\"')
    part["Content-Type"] = f'{kind};\n name="{quoted}"'
    new = name if name.isascii() else ("utf-8", "", name)
    part.add_header("Content-Disposition", "attachment", filename=new)


_NAMING = ("Content-Type", "Content-Disposition")


@lru_cache(maxsize=256)  # many letters carry the same name
def part_lines(name: str) -> bytes:
    """Write the two headers that name an attachment, as they go over the wire."""
    part: Message[Any, Any] = Message()
    _name(part, name)
    return b"".join(wire(header, str(part[header])) for header in _NAMING)


for _suffix, _kind in TYPES.items():
    mimetypes.add_type(_kind, _suffix)
