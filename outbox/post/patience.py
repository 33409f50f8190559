"""A server's answer, read with patience that ends: for all of it, not for each byte of it.

A socket's own timeout begins anew with each byte. A server that sends one now and then, or lines
without end, would hold a sender, and its memory, for as long as it likes.
"""

from __future__ import annotations

import imaplib
import io
import ssl
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted

if TYPE_CHECKING:
    import socket

RATE = 16_384  # bytes a second: who sends less than that after the timeout is not waited for
MOST_REPLY = 65_536  # bytes of one answer in SMTP; the longest, to EHLO, has some hundred
MOST_LITERAL = 64 * 2**20  # bytes of one mail, or of what else an IMAP server hands over whole
MOST_ANSWER = 96 * 2**20  # bytes of all that it says to one command


class _Socket(io.RawIOBase):
    """Reads a socket until its patience ends."""

    def __init__(self, sock: socket.socket, seconds: float | None, most: int) -> None:
        self.sock, self.seconds, self.most = sock, seconds, most
        self.resting = False
        self.begin()

    def begin(self) -> None:
        """Begin to wait for another answer."""
        self.begun, self.came = time.monotonic(), 0

    def readable(self) -> bool:
        """Tell io that this is read."""
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 (io's own signature)
        """Read what has come; raise TimeoutError where it comes too slowly, or never ends."""
        if self.resting:
            return None
        if self.came > self.most:
            raise TimeoutError("the answer does not end")
        before = self.sock.gettimeout()
        if self.seconds is not None:
            left = self.begun + self.seconds + self.came / RATE - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self.sock.settimeout(min(left, self.seconds))
        try:
            number = self.sock.recv_into(buffer)
        finally:
            self.sock.settimeout(before)
        self.came += number
        return number


class Answers(io.BufferedReader):
    """What a server says, buffered."""

    def __init__(self, sock: socket.socket, seconds: float | None, most: int) -> None:
        self._socket = _Socket(sock, seconds, most)
        super().__init__(self._socket)

    def begin(self) -> None:
        """Begin to wait for another answer."""
        self._socket.begin()

    def of(self, sock: socket.socket | None) -> bool:
        """Tell whether this reads from that socket; after STARTTLS it is another."""
        return self._socket.sock is sock

    def ahead(self) -> bool:
        """Tell whether something has been read that nobody has asked for yet; never wait."""
        self._socket.resting = True
        try:
            buffered = bool(self.peek(1))
        finally:
            self._socket.resting = False
        sock = self._socket.sock
        return buffered or (isinstance(sock, ssl.SSLSocket) and sock.pending() > 0)


@lru_cache
def patient(kind: type[Any]) -> type[Any]:
    """Return smtplib's connection of this kind, with patience for each reply as a whole."""

    class Patient(kind):  # type: ignore[misc]  # smtplib's SMTP or SMTP_SSL, as yagmail hands it out
        file: Any

        def getreply(self) -> Any:  # noqa: ANN401 (smtplib's own signature)
            if self.file is None:
                self.file = Answers(self.sock, self.timeout, MOST_REPLY)
            self.file.begin()
            return super().getreply()

    return Patient


class _Imap:
    """Reads and sends for imaplib, which documents these four as the ones to replace."""

    sock: socket.socket
    _answers: Answers | None = None

    @property
    def _reader(self) -> Answers:
        if self._answers is None or not self._answers.of(self.sock):
            self._answers = Answers(self.sock, self.sock.gettimeout(), MOST_ANSWER)
        return self._answers

    def read(self, size: int) -> bytes:
        """Read so many bytes, if they are not too many to hold."""
        if size > MOST_LITERAL:
            raise imaplib.IMAP4.abort(f"a literal of {size} bytes")
        return self._reader.read(size)

    def readline(self) -> bytes:
        """Read a line, of a length that imaplib allows."""
        line = self._reader.readline(_LINE + 1)
        if len(line) > _LINE:
            raise imaplib.IMAP4.abort(f"a line of more than {_LINE} bytes")
        return line

    def send(self, data: Any) -> None:  # noqa: ANN401 (imaplib's own signature)
        """Send a command; the patience for its answer begins."""
        self._reader.begin()
        super().send(data)  # type: ignore[misc]  # imaplib's


_LINE = 1_000_000  # imaplib's own


class _Clear(_Imap, imaplib.IMAP4):
    pass


class _Encrypted(_Imap, imaplib.IMAP4_SSL):
    pass


class PatientBox(MailBox):
    """A mailbox over TLS."""

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        where = {"timeout": self._timeout, "ssl_context": self._ssl_context}
        return _Encrypted(self._host, self._port, **where)


class PatientStartTls(MailBoxStartTls):
    """A mailbox whose connection is encrypted after its greeting."""

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        client = _Clear(self._host, self._port, self._timeout)
        try:
            client.starttls(self._ssl_context)
        except BaseException:
            client.shutdown()
            raise
        return client


class PatientClear(MailBoxUnencrypted):
    """A mailbox in clear, on this machine."""

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return _Clear(self._host, self._port, self._timeout)
