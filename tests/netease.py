"""An IMAP server with the ways of Chinese services, as far as they differ from Dovecot's.

It selects nothing for a client that has not said who it is (NetEase), refuses any CHARSET, finds
nothing by SEARCH HEADER, marks no folder \\Sent, and calls its Sent folder 已发送.
"""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

SENT = "&XfJT0ZAB-"  # 已发送, in the UTF-7 of RFC 3501


@dataclass
class NetEase:
    """Serve in clear on loopback; `mails` are (UID, raw) by folder, `lines` all that was asked."""

    mails: dict[str, list[tuple[int, bytes]]] = field(default_factory=dict)
    wants_id: bool = True
    refusal: str = ""  # said to LOGIN instead of OK
    lines: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with suppress(OSError), connection, connection.makefile("rwb") as stream:
                stream.write(b"* OK Coremail IMap Server Ready\r\n")
                stream.flush()
                self._known, self._folder = False, ""
                while line := stream.readline():
                    tag, _, command = line.decode("utf-8", "replace").strip().partition(" ")
                    self.lines.append(command)
                    said, end = self._answer(command)
                    stream.write(said + f"{tag} {end}\r\n".encode("gb18030", "replace"))
                    stream.flush()
                    if command == "LOGOUT":
                        break

    def _answer(self, command: str) -> tuple[bytes, str]:
        words = command.upper().split(" ")
        name = "_".join(words[:2] if words[0] == "UID" else words[:1]).lower()
        return getattr(self, f"_do_{name}", self._do_other)(command)

    def _do_other(self, _: str) -> tuple[bytes, str]:
        return b"", "OK done"

    def _do_capability(self, _: str) -> tuple[bytes, str]:
        return b"* CAPABILITY IMAP4rev1 ID\r\n", "OK done"

    def _do_login(self, _: str) -> tuple[bytes, str]:
        return b"", f"NO {self.refusal}" if self.refusal else "OK done"

    def _do_id(self, command: str) -> tuple[bytes, str]:
        self._known = re.fullmatch(r'ID \("\w+" .*"\)', command) is not None
        return b"* ID NIL\r\n", "OK done"

    def _do_list(self, _: str) -> tuple[bytes, str]:
        lines = [f'* LIST () "/" "{name}"\r\n' for name in ("INBOX", SENT)]
        return "".join(lines).encode(), "OK done"

    def _do_examine(self, command: str) -> tuple[bytes, str]:
        if self.wants_id and not self._known:
            return b"", "NO SELECT Unsafe Login. Please contact kefu@188.com for help"
        self._folder = command.split('"')[1] if '"' in command else command.split(" ")[1]
        return b"* 1 EXISTS\r\n* OK [UIDVALIDITY 1] UIDs valid\r\n", "OK [READ-ONLY] done"

    def _do_uid_search(self, command: str) -> tuple[bytes, str]:
        if "CHARSET" in command:
            return b"", "BAD Parse command error"
        known = self.mails.get(self._folder, []) if "HEADER" not in command else []
        return f"* SEARCH {' '.join(str(uid) for uid, _ in known)}\r\n".encode(), "OK done"

    def _do_uid_fetch(self, command: str) -> tuple[bytes, str]:
        wanted = {int(one) for one in command.split(" ")[2].split(",")}
        whole = "BODY.PEEK[]" in command
        said = [
            _fetched(number, uid, raw, whole=whole)
            for number, (uid, raw) in enumerate(self.mails.get(self._folder, []), start=1)
            if uid in wanted
        ]
        return b"".join(said), "OK done"

    def _do_logout(self, _: str) -> tuple[bytes, str]:
        return b"* BYE\r\n", "OK done"


def _fetched(number: int, uid: int, raw: bytes, *, whole: bool) -> bytes:
    """Answer as Coremail does: the UID stands behind the literal."""
    part = raw if whole else raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    head = (
        f"* {number} FETCH (RFC822.SIZE {len(raw)} INTERNALDATE "
        f'"24-Nov-2026 09:00:00 +0800" BODY[{"" if whole else "HEADER"}] {{{len(part)}}}\r\n'
    )
    return head.encode() + part + f" UID {uid})\r\n".encode()
