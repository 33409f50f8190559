"""The mailbox over IMAP: read-only, its Sent folders found, its mail fetched unread."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from outbox.post.session import AGAIN, Access, Session
from rosters.finding import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Access", "Folder", "Head", "Mailbox"]

_MOST_NUMBER = 2**32
MOST_BYTES = 50 * 2**20  # of a mail; what is bigger is no bounce, and no service takes it
PORTION = 100  # headers asked for at once
# What the Sent folder is called where it bears no \Sent: by the last part of its name.
_SENT = frozenset(
    {"sent", "sent messages", "sent items", "sent mail", "已发送", "已发送邮件", "已发邮件"}
)
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,18})\b")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]+)"')
_MONTHS = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]  # IMAP's, in any locale


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as it was selected: its UIDVALIDITY, and the UID that the next mail will get."""

    name: str
    uidvalidity: int
    uidnext: int


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a mail in a folder, its size in bytes, and when the server got it."""

    uid: int
    size: int
    at: datetime
    header: bytes


class Mailbox(Session):
    """A mailbox that is open; nothing in it is changed, not even what is unread."""

    def sent_folders(self) -> tuple[str, ...]:
        r"""Name the folders that sent mail is kept in: those marked \Sent, else by their names."""
        with self._said("列出文件夹"):
            known = self._client.folder.list()
        marked = [one.name for one in known if "\\sent" in {flag.lower() for flag in one.flags}]
        named = [one.name for one in known if _last(one.name, one.delim) in _SENT]
        return tuple(marked or named)

    def open(self, name: str) -> Folder:
        """Select a folder read-only."""
        with self._said("打开文件夹"):
            self._client.folder.set(name, readonly=True)
            validity, following = self._told("UIDVALIDITY"), self._told("UIDNEXT")
            if not validity:  # told in answer to SELECT by every server but the oldest
                status = self._client.folder.status(name, ["UIDVALIDITY", "UIDNEXT"])
                validity, following = status["UIDVALIDITY"], status.get("UIDNEXT", 0)
            _numbers([validity, following])
        return Folder(name, validity, following)

    def _told(self, code: str) -> int:
        _, data = self._client.client.response(code)
        return int(data[-1]) if data and isinstance(data[-1], bytes) else 0

    def since(self, day: datetime) -> tuple[int, ...]:
        """List the UIDs in the open folder that came on that day or later, by the server's day."""
        on = day.astimezone(UTC)
        with self._said("查找邮件"):  # some services refuse any CHARSET
            words = f"SINCE {on.day}-{_MONTHS[on.month - 1]}-{on.year}"
            return tuple(sorted(_numbers(self._client.uids(words, charset=None))))

    def after(self, uid: int) -> tuple[int, ...]:
        """List the UIDs in the open folder that are greater; `n:*` always names the last one."""
        with self._said("查找邮件"):
            found = _numbers(self._client.uids(f"UID {uid + 1}:*", charset=None))
        return tuple(sorted(number for number in found if number > uid))

    def heads(self, uids: Iterable[int]) -> Iterator[Head]:
        """Fetch the headers of these mails of the open folder, unread."""
        wanted = sorted(uids)
        for start in range(0, len(wanted), PORTION):
            yield from self._heads(wanted[start : start + PORTION])

    def _heads(self, uids: list[int]) -> Iterator[Head]:
        what = "(UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER])"
        for told, header in self._fetched(",".join(map(str, uids)), what):
            uid, size, date = (found.search(told) for found in (_UID, _SIZE, _DATE))
            if uid and int(uid[1]) in uids:
                yield Head(
                    int(uid[1]), int(size[1]) if size else len(header), _moment(date), header
                )

    def raw(self, uid: int) -> bytes:
        """Fetch one mail of the open folder whole, unread; b"" where it has gone meanwhile."""
        found = list(self._fetched(str(uid), "(UID BODY.PEEK[])"))
        return found[0][1] if found else b""

    def _fetched(self, uids: str, what: str) -> Iterator[tuple[bytes, bytes]]:
        """Yield what the server told of each mail, and its literal."""
        with self._said("读取邮件"):
            status, data = self._client.client.uid("FETCH", uids, what)
        if status != "OK":
            raise UnavailableError(f"收信服务器不肯交出邮件（{self._reply(data)}）", AGAIN)
        # imaplib: (line up to the literal, literal), then the line's rest, which may hold the UID.
        lines = [*data, b""]
        for here, then in pairwise(lines):
            if isinstance(here, tuple):
                rest = then if isinstance(then, bytes) else b""
                yield here[0] + b" " + rest, here[1]


def _numbers(found: Iterable[object]) -> list[int]:
    """Read numbers of RFC 3501: 32 bits; ValueError where one is none."""
    numbers = [int(str(one)) for one in found]
    if any(not 0 <= number < _MOST_NUMBER for number in numbers):
        raise ValueError("a number of more than 32 bits")
    return numbers


def _last(name: str, delimiter: str) -> str:
    return (name.rpartition(delimiter)[2] if delimiter else name).strip().casefold()


def _moment(found: re.Match[bytes] | None) -> datetime:
    """Read an INTERNALDATE, such as `25-Nov-2026 09:10:11 +0800`; the epoch where there is none."""
    if found is None:
        return datetime.fromtimestamp(0, UTC)
    text = found[1].decode("ascii", "replace").strip()
    month = next((str(n) for n, name in enumerate(_MONTHS, start=1) if f"-{name}-" in text), "0")
    try:
        return datetime.strptime(
            re.sub(r"-[A-Za-z]{3}-", f"-{month}-", text), "%d-%m-%Y %H:%M:%S %z"
        )
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
