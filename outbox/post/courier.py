"""The courier: yagmail, one connection kept, one attempt a letter, the dot in two phases."""

from __future__ import annotations

import re
import selectors
from typing import TYPE_CHECKING

from outbox.post.connection import OK, Connection, failure
from outbox.post.verdict import Answer, Stage, decode

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

START, PERMANENT = 354, 500
RCPT_OK = frozenset({250, 251})
LATE = 5.0  # seconds between the commit and the terminator; later, and it stays unsent
CHUNK = 65536  # Python's timeout is for a whole sendall: in pieces, a slow line is not a dead one


class Courier(Connection):
    """Carries letters, each at most once.

    Never `send()`: it can deliver three copies (retries after the dot) and logs in each time.
    """

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
        answer = self.ready()
        if answer is None:
            answer = self._attempt(sender, to, cc, mail, commit)
        self.idle_since = self.stopwatch()
        return answer

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
            self.carried += 1
            code, text = self.smtp.docmd("data")
            if code != START:
                return self._reset(Answer(stage, code, decode(text)))
            stage = Stage.BODY
            self._body(mail)
        except BaseException as error:
            self.drop()
            if isinstance(error, OSError | ValueError):
                return failure(stage, error)
            raise
        return self._dot(commit, lost)

    def _dot(self, commit: Callable[[], bool], lost: tuple[str, ...]) -> Answer:
        """Commit, then end the body. Whatever fails before the terminator hangs up unsent."""
        if _spoken(self.smtp.sock):
            self.drop()
            return Answer(Stage.BODY, 0, "服务器中途挂断或抢先回话")
        begun = self.stopwatch()
        try:
            leave = commit()
        except BaseException:
            self.drop()
            raise
        if not leave:
            self.drop()
            return Answer(Stage.COMMIT)
        if self.stopwatch() - begun > LATE:
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
