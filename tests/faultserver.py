"""An SMTP server by the byte: it misbehaves as told, and its journal is the oracle."""

from __future__ import annotations

import base64
import re
import socket
import ssl
import struct
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

DROP, RESET, SILENT = "drop", "reset", "silent"  # hang up, rudely, or never answer again
TAKE_DROP, TAKE_SILENT, TAKE_GARBAGE, TAKE_OK_DROP = (
    "take drop",
    "take silent",
    "take ?",
    "take ok drop",
)


@dataclass
class Fault:
    """At that step, do that: one of the words above, or the bytes of a reply; so many times."""

    step: str  # greeting, ehlo, auth, mail, rcpt, data, body, dot, rset, noop
    do: str | bytes
    times: int = 1
    only: str = ""  # only where the command's line holds this


_TOKEN = re.compile(rb"(?m)^X-Fawen-Letter: (\S+)")


@dataclass
class Mail:
    """A mail that the server has taken upon itself."""

    sender: str
    to: list[str]
    data: bytes

    @property
    def token(self) -> str:
        found = _TOKEN.search(self.data)
        return found[1].decode() if found else ""


@dataclass
class FaultServer:
    """Serve on 127.0.0.1; `journal` holds what was accepted, `lines` every command that came."""

    faults: list[Fault] = field(default_factory=list)
    context: ssl.SSLContext | None = None
    starttls: bool = False
    password: str = ""
    size: int = 0
    plan: Callable[[str, str], str | bytes | None] | None = None  # asked when no fault fits
    keep: Callable[[Mail], None] | None = None  # told of each mail; what it leaves is journalled
    journal: list[Mail] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    unfinished: list[bytes] = field(default_factory=list)  # bodies that never came to their end
    connections: int = 0

    def __enter__(self) -> Self:
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # shutdown wakes accept; close alone would not
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join(5)
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for one in self._open:
            one.close()

    def copies(self) -> dict[str, int]:
        """Count the copies of each letter that were taken: none may be above 1."""
        with self._lock:
            return Counter(mail.token for mail in self.journal)

    def _accept(self) -> None:
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open.append(raw)
            thread = threading.Thread(target=self._serve, args=(raw,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, raw: socket.socket) -> None:
        sock = raw
        try:
            if self.context and not self.starttls:
                sock = self.context.wrap_socket(raw, server_side=True)
                self._open.append(sock)
            _Talk(self, sock).run()
        except (OSError, EOFError):
            pass
        finally:
            sock.close()

    def fault(self, step: str, line: str = "") -> str | bytes | None:
        with self._lock:
            for one in self.faults:
                if one.step == step and one.times and one.only in line:
                    one.times -= 1
                    return one.do
            return self.plan(step, line) if self.plan else None

    def take(self, mail: Mail) -> None:
        with self._lock:
            if self.keep:
                self.keep(mail)
            self.journal.append(mail)


class _Talk:
    """One connection."""

    def __init__(self, server: FaultServer, sock: socket.socket) -> None:
        self.server, self.sock = server, sock
        self.file = sock.makefile("rb")
        self.sender, self.to = "", []

    def run(self) -> None:
        self.step("greeting", b"220 fault.example ESMTP\r\n")
        while line := self.file.readline():
            text = line.decode("utf-8", "replace").strip()
            self.server.lines.append(text)
            self.command(text)

    def command(self, text: str) -> None:
        verb = text.split(" ", maxsplit=1)[0].lower()
        handler = getattr(self, f"on_{verb}", None)
        if handler is None:
            self.sock.sendall(b"502 what?\r\n")
        else:
            handler(text)

    def on_ehlo(self, text: str) -> None:
        words = ["fault.example"]
        if self.server.starttls and not isinstance(self.sock, ssl.SSLSocket):
            words.append("STARTTLS")
        if self.server.password:
            words.append("AUTH PLAIN")
        if self.server.size:
            words.append(f"SIZE {self.server.size}")
        lines = [f"250-{word}" for word in words[:-1]] + [f"250 {words[-1]}"]
        self.step("ehlo", "".join(f"{line}\r\n" for line in lines).encode(), text)

    def on_starttls(self, _text: str) -> None:
        if not self.step("starttls", b"220 go\r\n"):
            return
        assert self.server.context
        self.sock = self.server.context.wrap_socket(self.sock, server_side=True)
        self.server._open.append(self.sock)
        self.file = self.sock.makefile("rb")

    def on_auth(self, text: str) -> None:
        given = base64.b64decode(text.split()[2]).split(b"\0")[2].decode()
        good = given == self.server.password
        self.step(
            "auth", b"235 welcome\r\n" if good else b"535 Error: authentication failed\r\n", text
        )

    def on_mail(self, text: str) -> None:
        if self.sender:  # RFC 5321 §4.1.4: only RSET, or a mail's end, ends a mail
            self.sock.sendall(b"503 5.5.1 nested MAIL\r\n")
        elif self.step("mail", b"250 ok\r\n", text):
            self.sender, self.to = re.findall("<(.*?)>", text)[0], []

    def on_rcpt(self, text: str) -> None:
        if self.step("rcpt", b"250 ok\r\n", text):
            self.to.append(re.findall("<(.*?)>", text)[0])

    def on_rset(self, text: str) -> None:
        if self.step("rset", b"250 ok\r\n", text):
            self.sender, self.to = "", []

    def on_noop(self, text: str) -> None:
        self.step("noop", b"250 ok\r\n", text)

    def on_quit(self, _text: str) -> None:
        self.sock.sendall(b"221 bye\r\n")
        raise EOFError

    def on_data(self, text: str) -> None:
        if not self.step("data", b"354 go\r\n", text):
            return
        body = bytearray()
        while True:
            line = self.file.readline()
            if not line:
                self.server.unfinished.append(bytes(body))
                raise EOFError
            if line == b".\r\n":
                break
            body += line[1:] if line.startswith(b".") else line
            if 2000 < len(body) < 2200 and (do := self.server.fault("body")):
                self.act(do)
        self.dot(bytes(body))

    def dot(self, body: bytes) -> None:
        mail = Mail(self.sender, self.to, body)
        do = self.server.fault("dot", self.sender)
        self.sender, self.to = "", []
        if do is None:
            self.server.take(mail)
            self.sock.sendall(b"250 taken\r\n")
            return
        if isinstance(do, str) and do.startswith("take"):
            self.server.take(mail)
            if do == TAKE_OK_DROP:
                self.sock.sendall(b"250 taken\r\n")
            if do == TAKE_GARBAGE:
                self.sock.sendall(b"\xc4\xe3\xba\xc3 ???\r\n")
            do = SILENT if do == TAKE_SILENT else DROP
        self.act(do)

    def step(self, step: str, usual: bytes, line: str = "") -> bool:
        """Answer as usual, or misbehave; tell whether it was as usual."""
        do = self.server.fault(step, line)
        if do is None:
            self.sock.sendall(usual)
            return True
        self.act(do)
        return False

    def act(self, do: str | bytes) -> None:
        if isinstance(do, bytes):
            self.sock.sendall(do)
            if do.startswith(b"421"):
                raise EOFError
        elif do == RESET:  # closed with nothing lingering, TCP says RST
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise EOFError
        elif do == DROP:
            raise EOFError
        else:
            while self.sock.recv(65536):
                pass
            raise EOFError
