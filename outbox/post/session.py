"""The server that mail is read from: verified, logged in to; its faults said for a clerk."""

from __future__ import annotations

import imaplib
import ssl
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

from imap_tools import BaseMailBox, ImapToolsError
from imap_tools.errors import MailboxLoginError, UnexpectedCommandStatusError

from outbox.post.account import LOOPBACK
from outbox.post.network import worded
from outbox.post.patience import PatientBox, PatientClear, PatientStartTls
from outbox.post.verdict import decode
from rosters.finding import InputError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHECK = "请核对 fawen.toml 的 imap_host 和 imap_port，并确认网络允许收信"
AGAIN = "请稍后再试；一直如此时，请到网页邮箱查看 IMAP 的设置"
# RFC 2971: NetEase selects no folder for a client that has not said who it is.
_IDENTITY = '("name" "fawen" "version" "1" "vendor" "fawen")'
imaplib.Commands.setdefault("ID", ("AUTH", "SELECTED"))
# What imaplib and imap-tools raise over an answer that is none.
_GARBAGE = (imaplib.IMAP4.error, ValueError, LookupError, TypeError, AttributeError)


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


class Session:
    """A mailbox's server that has let us in."""

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
                f"{doing}时被收信服务器拒绝（{self._reply(error.command_result[1])}）", AGAIN
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
                AGAIN,
            ) from error

    def _reply(self, data: object) -> str:
        """Read a server's words; our secret is never repeated, though the server may."""
        return _words(data).replace(self._password, "〔已隐去〕")

    @property
    def _where(self) -> str:
        return f"{self.access.host}:{self.access.port}"


def _connected(access: Access, context: ssl.SSLContext) -> BaseMailBox:
    where = {"host": access.host, "port": access.port, "timeout": access.timeout}
    if access.security == "ssl":
        return PatientBox(**where, ssl_context=context)
    if access.security == "starttls":
        return PatientStartTls(**where, ssl_context=context)
    return PatientClear(**where)


def _words(data: object) -> str:
    lines = data if isinstance(data, list | tuple) else [data]
    return " ".join(decode(one) for one in lines if isinstance(one, bytes | str)) or "没有说明"
