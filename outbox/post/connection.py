"""The connection to the server: verified, logged in once, kept, dropped without a word."""

from __future__ import annotations

import base64
import socket
import ssl
import sys
import time
from typing import TYPE_CHECKING, Any

import yagmail
from yagmail.log import get_logger

from outbox.post.account import LOOPBACK
from outbox.post.log import LOG
from outbox.post.network import worded
from outbox.post.patience import patient
from outbox.post.verdict import Answer, Stage, decode

if TYPE_CHECKING:
    from collections.abc import Callable

    from outbox.post.account import Account

OK, READY = 250, 220
IDLE = 20.0  # seconds after which a kept connection is asked whether it still lives
QUIT_WAIT = 5.0  # seconds: politeness is not worth more
_SECRET = 4  # characters: what is shorter stands in any sentence, and is no password


class Connection(yagmail.SMTP):  # type: ignore[misc]  # yagmail ships no types
    """A yagmail connection that is ours to open, keep and drop; `carried` letters so far."""

    smtp: Any  # smtplib's connection, which yagmail makes, or None

    def __init__(
        self,
        account: Account,
        password: str | None,
        *,
        context: ssl.SSLContext | None = None,
        stopwatch: Callable[[], float] | None = None,  # measures a gap; tells no time of day
    ) -> None:
        self.account = account
        self.stopwatch = stopwatch or unsleeping
        self._context = context or ssl.create_default_context()
        if not self._context.check_hostname or self._context.verify_mode != ssl.CERT_REQUIRED:
            raise ValueError("a TLS context that believes anybody")
        self._secrets = _shapes(account.login, password)
        self.carried = 0
        self.idle_since = 0.0
        tls = {"context": self._context}
        super().__init__(
            user={account.address: account.name},
            password=password,
            host=account.host,
            port=account.port,
            smtp_ssl=account.security == "ssl",
            smtp_starttls=tls if account.security == "starttls" else False,
            smtp_skip_login=password is None,
            soft_email_validation=False,  # ours is stricter: address.py
            timeout=account.timeout,
            # A Chinese computer name in EHLO is an encoding error, and tells tales besides.
            local_hostname="[127.0.0.1]",
            **(tls if account.security == "ssl" else {}),
        )

    @property
    def connection(self) -> type[Any]:
        """Return what yagmail connects with, its patience bounded."""
        return patient(super().connection)

    def set_logging(self, *_: object, **__: object) -> None:
        """Log nothing: yagmail writes recipients and puts up a handler of its own."""
        self.log = get_logger(None)

    def close(self) -> None:
        """Say QUIT and hang up; between letters only, for in mid-DATA `drop` has hung up before."""
        smtp, self.smtp = self.smtp, None
        if smtp is not None:
            try:
                smtp.sock.settimeout(QUIT_WAIT)
                smtp.quit()
            except (OSError, ValueError, AttributeError):  # gone already; SMTP errors are OSErrors
                smtp.close()
        self.is_closed = True

    def drop(self) -> None:
        """Hang up without a word: the server must discard what has no terminator."""
        smtp, self.smtp = self.smtp, None
        self.is_closed = True
        if smtp is not None:
            smtp.close()

    def __del__(self) -> None:
        if getattr(self, "smtp", None) is not None:
            self.drop()

    def ready(self) -> Answer | None:
        """Have a connection that is logged in; return an answer where there can be none."""
        cap = self.account.per_connection
        if self.smtp is not None and cap and self.carried >= cap:
            self.close()
        if self.smtp is not None and self.stopwatch() - self.idle_since > IDLE:
            self._ask()
        return None if self.smtp is not None else self._connect()

    def _ask(self) -> None:
        """Drop a kept connection that has died meanwhile."""
        try:
            alive = self.smtp.noop()[0] == OK
        except (OSError, ValueError):
            alive = False
        if not alive:
            self.drop()

    def _connect(self) -> Answer | None:
        stage = Stage.CONNECT
        try:
            self.smtp = self.connection(self.host, int(self.port), **self.kwargs)
            # Nagle against delayed ACK costs 40 ms a letter.
            self.smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.smtp.ehlo_or_helo_if_needed()
            refusal = self._encrypt()
            stage = Stage.AUTH
            refusal = refusal or self._log_in()
        except (OSError, ValueError) as error:
            refusal = self.failure(stage, error)
        if refusal:
            self.drop()
            LOG.warning("no connection", host=self.host, port=self.port, stage=refusal.stage)
            return refusal
        self.carried, self.is_closed = 0, False
        LOG.info("connected", host=self.host, port=self.port, tls=_tls(self.smtp.sock))
        return None

    def _encrypt(self) -> Answer | None:
        if not self.starttls:
            return None
        if not self.smtp.has_extn("starttls"):  # no silent way down to clear text
            return Answer(Stage.TLS, 0, "服务器不提供 STARTTLS")
        code, text = self.smtp.starttls(**self.starttls)
        if code != READY:
            return self.answer(Stage.CONNECT, code, text)
        self.smtp.ehlo_or_helo_if_needed()
        return None

    def _log_in(self) -> Answer | None:
        if self.smtp_skip_login:
            return None
        if not isinstance(self.smtp.sock, ssl.SSLSocket) and self.account.host not in LOOPBACK:
            return Answer(Stage.TLS, 0, "连接没有加密，不能登录")
        if not f"{self.account.login}{self.credentials}".isascii():
            return Answer(Stage.AUTH, 535, "用户名或授权码里有中文或全角字符")
        if not self.smtp.has_extn("auth"):
            return Answer(Stage.AUTH, 502, "服务器在此端口不提供登录")
        self.smtp.login(self.account.login, self.credentials)
        return None

    def said(self, reply: bytes | str) -> str:
        """Read a server's words; our secret is never repeated, though the server may."""
        words = decode(reply)
        for secret in self._secrets:
            words = words.replace(secret, "〔已隐去〕")
        return words

    def answer(self, stage: Stage, code: int, reply: bytes | str) -> Answer:
        """Take a reply down; smtplib says -1 for what is no reply, which is code 0 here."""
        return Answer(stage, max(code, 0), self.said(reply))

    def failure(self, stage: Stage, error: Any) -> Answer:  # noqa: ANN401 (smtplib's errors, by their attributes)
        """Read an error of the connection as the answer it stands for."""
        code = getattr(error, "smtp_code", 0)
        if code > 0:
            return self.answer(stage, code, error.smtp_error)
        if code < 0:  # smtplib's way to say that it was no reply
            return self.answer(stage, 0, f"服务器答非所问：{decode(error.smtp_error)}")
        if stage is Stage.CONNECT and isinstance(error, ssl.SSLError):
            broken_off = isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError)
            stage = Stage.CONNECT if broken_off else Stage.TLS
        return Answer(stage, 0, self.said(worded(error)))


def unsleeping() -> float:
    """Return seconds that go on while the machine sleeps, as Python's monotonic clock may not.

    A laptop closed between the dot's commit and the terminator must not believe, hours later, that
    no time has passed. Linux names such a clock BOOTTIME; macOS has it in MONOTONIC, which Python
    does not use there; on Windows Python's own counts sleep.
    """
    name = "CLOCK_MONOTONIC" if sys.platform == "darwin" else "CLOCK_BOOTTIME"
    clock = getattr(time, name, None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


def _tls(sock: socket.socket) -> str:
    return sock.version() or "" if isinstance(sock, ssl.SSLSocket) else "none"


def _shapes(login: str, password: str | None) -> tuple[str, ...]:
    """Name every form in which a password travels in SMTP (RFC 4616, LOGIN), longest first."""
    if not password or len(password) < _SECRET:
        return ()
    plain = f"\0{login}\0{password}".encode()
    coded = [base64.b64encode(one).decode("ascii") for one in (plain, password.encode())]
    return (*coded, password)
