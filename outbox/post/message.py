"""The mail as it goes over the wire: built by yagmail, then put right where clients need it."""

from __future__ import annotations

import io
import mimetypes
from email.header import Header
from email.mime.text import MIMEText
from email.policy import Compat32
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING, Any

import yagmail
from yagmail.headers import resolve_addresses
from yagmail.message import prepare_message

from outbox.post.address import one_line, plain_address

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from email.message import Message

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


def envelope(letter: LetterInfo) -> tuple[list[str], list[str]]:
    """Return the addresses of To and of Cc, in ASCII, none twice.

    Raises:
        InputError: one of them is not a plain address.

    """
    to = list(dict.fromkeys(plain_address(one) for one in letter.to))
    cc = list(dict.fromkeys(plain_address(one) for one in letter.cc))
    return to, [one for one in cc if one not in to]


def build(account: Account, letter: LetterInfo, files: Sequence[bytes], at: datetime) -> bytes:
    """Write a letter as a mail, lines ended by CR LF; `files` are its attachments' bytes.

    Raises:
        InputError: a header's value or an address cannot stand in a mail.

    """
    to, cc = envelope(letter)
    one_line(letter.subject, "邮件主题")
    for part in letter.attachments:
        one_line(part.name, "附件名")
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
    _headers(message, account, letter, at)
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
        return super().fold_binary(name, value)


_WIRE = _Wire(linesep="\r\n")


def _stream(data: bytes, name: str) -> io.BytesIO:
    stream = io.BytesIO(data)
    stream.name = name
    return stream


def _headers(
    message: Message[Any, Any], account: Account, letter: LetterInfo, at: datetime
) -> None:
    to, cc = envelope(letter)
    domain = account.domain
    values: dict[str, str | Header] = {
        "From": formataddr((account.name, plain_address(account.address)), "utf-8"),
        "To": ", ".join(to),
        "Cc": ", ".join(cc),
        "Subject": Header(letter.subject, "utf-8", header_name="Subject"),
        "Date": format_datetime(at),
        "Message-ID": one_line(letter.message_id, "Message-ID"),
        # Some services rewrite Message-ID; replies and the Sent folder still keep this one.
        "References": f"<fawen.{letter.token}@{domain}>",
        "X-Fawen-Batch": Header(one_line(letter.batch, "批次名"), "utf-8"),
        "X-Fawen-Letter": letter.token,
    }
    for name, value in values.items():
        del message[name]
        if value:
            message[name] = value


def _text(message: Message[Any, Any], body: str) -> None:
    """Put a plain text where yagmail has an HTML alternative with <br> in both its parts."""
    lines = body.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    parts: Any = message.get_payload()
    parts[0] = MIMEText(lines, "plain", "utf-8")


def _name(part: Message[Any, Any], name: str) -> None:
    """Name an attachment twice: RFC 2047 `name=` for older clients, RFC 2231 `filename*=`."""
    for header in ("Content-Type", "Content-Disposition"):
        del part[header]
    suffix = f".{name.rpartition('.')[2].lower()}"
    kind = TYPES.get(suffix) or mimetypes.guess_type(name)[0] or _UNKNOWN
    old = name if name.isascii() else Header(name, "utf-8", maxlinelen=70).encode()
    quoted = old.replace("\\", "\\\\").replace('"', '\\"')
    part["Content-Type"] = f'{kind};\n name="{quoted}"'
    new = name if name.isascii() else ("utf-8", "", name)
    part.add_header("Content-Disposition", "attachment", filename=new)


for _suffix, _kind in TYPES.items():
    mimetypes.add_type(_kind, _suffix)
