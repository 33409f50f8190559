"""The mailbox over IMAP: verified, read-only, its Sent folders found, its mail fetched unread."""

from __future__ import annotations

import imaplib
import re
import ssl
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, Self

from imap_tools import BaseMailBox, ImapToolsError
from imap_tools.errors import MailboxLoginError, UnexpectedCommandStatusError

from outbox.post.account import LOOPBACK
from outbox.post.network import worded
from outbox.post.patience import PatientBox, PatientClear, PatientStartTls
from outbox.post.verdict import decode
from rosters.finding import InputError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_BYTES = 50 * 2**20  # of a mail; what is bigger is no bounce, and no service takes it
PORTION = 100  # headers asked for at once
# RFC 2971: NetEase selects no folder for a client that has not said who it is.
_IDENTITY = '("name" "fawen" "version" "1" "vendor" "fawen")'
imaplib.Commands.setdefault("ID", ("AUTH", "SELECTED"))
# What the Sent folder is called where it bears no \Sent: by the last part of its name.
_SENT = frozenset(
    {"sent", "sent messages", "sent items", "sent mail", "已发送", "已发送邮件", "已发邮件"}
)
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,18})\b")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]+)"')


@dataclass(frozen=True, slots=True)
class Access:
    """Where a mailbox is read.

    Raises:
        InputError: the connection would carry the password in clear beyond this machine.

    """

    address: str
    login: str
    host: str
    port: int
    security: Literal["ssl", "starttls", "plain"] = "ssl"
    timeout: float = 60.0
    guessed: bool = False  # nobody said where: it was made of the server that sends

    @property
    def cure(self) -> str:
        """Say what is to be done where the server was guessed, and is not there; else ""."""
        if not self.guessed:
            return ""
        return (
            f"fawen.toml 里没有写 imap_host，{self.host} 是按发信服务器猜的；"
            "请向网络中心问清收信服务器，写在 [account] 里"
        )

    def __post_init__(self) -> None:
        if self.security == "plain" and self.host not in LOOPBACK:
            raise InputError(
                f"收信不加密连接 {self.host}，邮件和密码会被旁人看到",
                "请把 imap_security 改成 ssl（993 端口）或 starttls（143 端口）",
            )


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


class Mailbox:
    """A mailbox that is open; nothing in it is changed, not even what is unread."""

    def __init__(
        self, access: Access, password: str, *, context: ssl.SSLContext | None = None
    ) -> None:
        """Connect and log in.

        Raises:
            UnavailableError: the server is not there, not to be trusted, or refuses.

        """
        if not f"{access.login}{password}".isascii():
            raise UnavailableError(
                "用户名或授权码里有中文或全角字符", "请重新运行 fawen account set"
            )
        self.access = access
        self._password = password
        self._box: BaseMailBox | None = None
        with self._said("连接"):
            self._box = _connected(access, context or ssl.create_default_context())
        try:
            with self._said("登录"):
                self._client.login(access.login, password, initial_folder=None)
                self._introduce()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Log out."""
        box, self._box = self._box, None
        if box is not None:
            with suppress(ImapToolsError, *_GARBAGE, OSError):
                box.logout()
            with suppress(OSError):  # where the server answers LOGOUT with nonsense
                box.client.shutdown()

    @property
    def _client(self) -> BaseMailBox:
        if self._box is None:
            raise RuntimeError("the mailbox is closed")
        return self._box

    def _introduce(self) -> None:
        """Say who we are, where the server wants to know; some do not know the command."""
        with suppress(imaplib.IMAP4.error):
            self._client.client._simple_command("ID", _IDENTITY)  # noqa: SLF001 - imaplib has no name for it

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
            raise UnavailableError(f"收信服务器不肯交出邮件（{self._reply(data)}）", _AGAIN)
        # imaplib: (line up to the literal, literal), then the line's rest, which may hold the UID.
        lines = [*data, b""]
        for here, then in pairwise(lines):
            if isinstance(here, tuple):
                rest = then if isinstance(then, bytes) else b""
                yield here[0] + b" " + rest, here[1]

    @contextmanager
    def _said(self, doing: str) -> Iterator[None]:
        """Say to a clerk what went wrong, and what to do."""
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise UnavailableError(
                f"收信服务器 {self._where} 的证书不可信（{error.verify_message}），没有登录",
                "请核对 imap_host；单位自己签发的证书要在 fawen.toml 写 ca_file",
                kind="tls",
            ) from error
        except MailboxLoginError as error:
            raise UnavailableError(
                f"收信服务器拒绝登录（{self._reply(error.command_result[1])}）",
                "请在网页邮箱的设置里开启 IMAP 服务；密码要用授权码（fawen account set 存入）",
                kind="login",
            ) from error
        except UnexpectedCommandStatusError as error:
            raise UnavailableError(
                f"{doing}时被收信服务器拒绝（{self._reply(error.command_result[1])}）", _AGAIN
            ) from error
        except OSError as error:
            raise UnavailableError(
                f"{doing}收信服务器 {self._where} 时网络出错（{worded(error)}）",
                self.access.cure or _CHECK,
                kind="network",
            ) from error
        except (ImapToolsError, *_GARBAGE) as error:
            raise UnavailableError(
                f"{doing}时收信服务器 {self._where} 答非所问（{self._reply([worded(error)])}）",
                _AGAIN,
            ) from error

    def _reply(self, data: object) -> str:
        """Read a server's words; our secret is never repeated, though the server may."""
        return _words(data).replace(self._password, "〔已隐去〕")

    @property
    def _where(self) -> str:
        return f"{self.access.host}:{self.access.port}"


# What imaplib and imap-tools raise over an answer that is none.
_GARBAGE = (imaplib.IMAP4.error, ValueError, LookupError, TypeError, AttributeError)
_CHECK = "请核对 fawen.toml 的 imap_host 和 imap_port，并确认网络允许收信"
_AGAIN = "请稍后再试；一直如此时，请到网页邮箱查看 IMAP 的设置"
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


def _connected(access: Access, context: ssl.SSLContext) -> BaseMailBox:
    where = {"host": access.host, "port": access.port, "timeout": access.timeout}
    if access.security == "ssl":
        return PatientBox(**where, ssl_context=context)
    if access.security == "starttls":
        return PatientStartTls(**where, ssl_context=context)
    return PatientClear(**where)


def _numbers(found: Iterable[object]) -> list[int]:
    """Read numbers of RFC 3501: 32 bits; ValueError where one is none."""
    numbers = [int(str(one)) for one in found]
    if any(not 0 <= number < _MOST_NUMBER for number in numbers):
        raise ValueError("a number of more than 32 bits")
    return numbers


_MOST_NUMBER = 2**32


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


def _words(data: object) -> str:
    lines = data if isinstance(data, list | tuple) else [data]
    return " ".join(decode(one) for one in lines if isinstance(one, bytes | str)) or "没有说明"
