"""A post office on this machine: takes every mail over real SMTP, and writes to nobody."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import json
import os
import socket
import threading
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

JOURNAL = "journal.jsonl"
MOST_BYTES = 100 * 1024 * 1024


class PostOffice:
    """Receive mails on 127.0.0.1 at a port of its own and keep each as an .eml file in `folder`.

    `name` gives the file name (without .eml) for the token in X-Fawen-Letter. The journal beside
    them has one line a mail: file, token, envelope, sha256.
    """

    def __init__(self, folder: Path, name: Callable[[str], str] = str) -> None:
        self.folder = folder
        self.port = 0
        self._name = name
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="post office", daemon=True)

    def __enter__(self) -> Self:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: ANN401, N802 (aiosmtpd's name and types)
        """Keep one mail, durably, before it is answered with 250; 452 where it cannot be kept."""
        try:
            self._take(envelope)
        except OSError as error:
            name = errno.errorcode.get(error.errno or 0, "?")
            return f"452 4.3.1 the mail cannot be kept ({name})"
        return "250 OK"

    def _take(self, envelope: Any) -> None:  # noqa: ANN401 (aiosmtpd's type)
        mail = bytes(envelope.content)
        token = str(BytesHeaderParser().parsebytes(mail).get("X-Fawen-Letter", ""))
        file = self._keep(self._name(token) or "无编号", mail)
        line = {
            "file": file,
            "token": token,
            "from": envelope.mail_from,
            "to": list(envelope.rcpt_tos),
            "sha256": hashlib.sha256(mail).hexdigest(),
        }
        text = json.dumps(line, ensure_ascii=False) + "\n"
        _write(self.folder / JOURNAL, text.encode("utf-8"), os.O_APPEND)

    def _keep(self, name: str, mail: bytes) -> str:
        """Write the mail under a name of its own: a second copy is seen, never laid over."""
        for number in range(1, 10_000):
            file = f"{name}.eml" if number == 1 else f"{name}（{number}）.eml"
            try:
                _write(self.folder / file, mail, os.O_EXCL)
            except FileExistsError:
                continue
            except OSError:
                (self.folder / file).unlink(missing_ok=True)
                raise
            return file
        raise OSError(f"too many mails named {name}")

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _open(self) -> None:
        from aiosmtpd.smtp import SMTP

        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        self._server = await self._loop.create_server(
            lambda: SMTP(self, data_size_limit=MOST_BYTES, hostname="localhost", loop=self._loop),
            sock=listener,
        )

    async def _close(self) -> None:
        self._server.close()
        await self._server.wait_closed()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def _write(path: Path, data: bytes, flag: int) -> None:
    binary = getattr(os, "O_BINARY", 0)  # Windows would translate line ends
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | flag | binary, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
