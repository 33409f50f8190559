"""The courier: yagmail, one connection kept, one attempt a letter, the dot in two phases."""

from __future__ import annotations

import re
import selectors
import socket
import ssl
import time
from typing import TYPE_CHECKING, Any

import yagmail

from outbox.post.account import LOOPBACK
from outbox.post.verdict import Answer, Stage, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from outbox.post.account import Account

OK, START, READY, PERMANENT = 250, 354, 220, 500
RCPT_OK = frozenset({250, 251})
LATE = 5.0  # seconds between the commit and the terminator; later, and it stays unsent
IDLE = 20.0  # seconds after which a kept connection is asked whether it still lives
QUIT_WAIT = 5.0  # seconds: politeness is not worth more
CHUNK = 65536  # Python's timeout is for a whole sendall: in pieces, a slow line is not a dead one


class Courier(yagmail.SMTP):  # type: ignore[misc]  # yagmail ships no types
    """A connection to the account's server that carries letters, each at most once.

    Never `send()`: it can deliver three copies (retries after the dot) and logs in each time.
    """

    smtp: Any  # smtplib's connection, which yagmail makes, or None

    def __init__(
        self,
        account: Account,
        password: str | None,
        *,
        context: ssl.SSLContext | None = None,
        stopwatch: Callable[[], float] = time.monotonic,  # measures a gap; tells no time of day
    ) -> None:
        self.account = account
        self._stopwatch = stopwatch
        self._context = context or ssl.create_default_context()
        self._carried = 0
        self._idle_since = 0.0
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

    def set_logging(self, *_: object, **__: object) -> None:
        """Log nothing: yagmail writes recipients and puts up a handler of its own."""

    def carry(
        self,
        sender: str,
        to: Sequence[str],
        cc: Sequence[str],
        mail: bytes,
        commit: Callable[[], bool],
    ) -> Answer:
        """Make one attempt at one letter and return the server's answer; raise nothing of SMTP.

        `commit` is called when the body has left and before its terminator does; it must be
        durable when it returns True. False, or anything raised, and the terminator never leaves.
        """
        answer = self._ready()
        if answer is None:
            answer = self._attempt(sender, to, cc, mail, commit)
        self._idle_since = self._stopwatch()
        return answer

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

    def _ready(self) -> Answer | None:
        """Have a connection that is logged in; return an answer where there can be none."""
        cap = self.account.per_connection
        if self.smtp is not None and cap and self._carried >= cap:
            self.close()
        if self.smtp is not None and self._stopwatch() - self._idle_since > IDLE:
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
            refusal = _failure(stage, error)
        if refusal:
            self.drop()
            return refusal
        self._carried, self.is_closed = 0, False
        return None

    def _encrypt(self) -> Answer | None:
        if not self.starttls:
            return None
        if not self.smtp.has_extn("starttls"):  # no silent way down to clear text
            return Answer(Stage.TLS, 0, "服务器不提供 STARTTLS")
        code, text = self.smtp.starttls(**self.starttls)
        if code != READY:
            return Answer(Stage.CONNECT, code, decode(text))
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

    def _attempt(
        self,
        sender: str,
        to: Sequence[str],
        cc: Sequence[str],
        mail: bytes,
        commit: Callable[[], bool],
    ) -> Answer:
        stage = Stage.MAIL
        try:
            refusal = self._too_big(mail) or self._step(
                Stage.MAIL, self.smtp.mail(sender, self._options(mail))
            )
            stage = Stage.RCPT
            if refusal is None:
                refusal, lost = self._recipients(to, cc)
            if refusal is not None:
                return self._reset(refusal)
            stage = Stage.DATA
            self._carried += 1
            code, text = self.smtp.docmd("data")
            if code != START:
                return self._reset(Answer(stage, code, decode(text)))
            stage = Stage.BODY
            self._body(mail)
        except BaseException as error:
            self.drop()
            if isinstance(error, OSError | ValueError):
                return _failure(stage, error)
            raise
        return self._dot(commit, lost)

    def _dot(self, commit: Callable[[], bool], lost: tuple[str, ...]) -> Answer:
        """Commit, then end the body. Whatever fails before the terminator hangs up unsent."""
        if _spoken(self.smtp.sock):
            self.drop()
            return Answer(Stage.BODY, 0, "服务器中途挂断或抢先回话")
        begun = self._stopwatch()
        try:
            leave = commit()
        except BaseException:
            self.drop()
            raise
        if not leave:
            self.drop()
            return Answer(Stage.COMMIT)
        if self._stopwatch() - begun > LATE:
            self.drop()
            return Answer(Stage.BODY, 0, "记账过慢，未交出")
        try:
            self.smtp.send(b".\r\n")
            code, text = self.smtp.getreply()
        except BaseException as error:
            self.drop()
            if isinstance(error, OSError | ValueError):
                return Answer(Stage.DOT, 0, decode(str(error)))
            raise
        if code < OK:  # smtplib says -1 for what is no reply
            self.drop()
            return Answer(Stage.DOT, 0, decode(text))
        if code != OK:
            self._reset(Answer(Stage.DOT, code))
        return Answer(Stage.DOT, code, decode(text), lost)

    def _recipients(
        self, to: Sequence[str], cc: Sequence[str]
    ) -> tuple[Answer | None, tuple[str, ...]]:
        """Name the recipients: one refused in To stops the letter, one in Cc does not."""
        lost: list[str] = []
        for address in (*to, *cc):
            code, text = self.smtp.rcpt(address)
            if code in RCPT_OK:
                continue
            if address in to or code < PERMANENT:
                return Answer(Stage.RCPT, code, decode(text)), ()
            lost.append(address)
        return None, tuple(lost)

    def _step(self, stage: Stage, reply: tuple[int, bytes]) -> Answer | None:
        code, text = reply
        return None if code == OK else Answer(stage, code, decode(text))

    def _options(self, mail: bytes) -> list[str]:
        return [f"size={len(mail)}"] if self.smtp.has_extn("size") else []

    def _too_big(self, mail: bytes) -> Answer | None:
        """Spare the server a mail that it has said it will not take."""
        limit = self.smtp.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < len(mail):
            return Answer(Stage.MAIL, 552, f"{len(mail)} 字节，上限 {limit}")
        return None

    def _reset(self, answer: Answer) -> Answer:
        """Clear the refused letter off the connection; 421 and -1 mean that it is closing."""
        try:
            alive = answer.code not in {-1, 421} and self.smtp.rset()[0] == OK
        except (OSError, ValueError):
            alive = False
        if not alive:
            self.drop()
        return answer

    def _body(self, mail: bytes) -> None:
        data = stuffed(mail)
        for start in range(0, len(data), CHUNK):
            self.smtp.send(data[start : start + CHUNK])


def _spoken(sock: socket.socket) -> bool:
    """Tell whether the server has hung up, or said something, before it was its turn."""
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        return bool(selector.select(0))


def stuffed(mail: bytes) -> bytes:
    """Write a mail as DATA wants it: lines end in CR LF, a leading dot is doubled (RFC 5321)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", mail)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines)


def _failure(stage: Stage, error: Any) -> Answer:  # noqa: ANN401 (smtplib's errors, by their attributes)
    """Read an error of the connection as the answer it stands for."""
    code = getattr(error, "smtp_code", 0)
    if code > 0:  # smtplib says -1 for what is no reply
        return Answer(stage, code, decode(error.smtp_error))
    if stage is Stage.CONNECT and isinstance(error, ssl.SSLError):
        broken_off = isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError)
        stage = Stage.CONNECT if broken_off else Stage.TLS
    return Answer(stage, 0, decode(str(error)) or type(error).__name__)
