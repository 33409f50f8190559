"""The fault table of docs/reliability.md, played: what a mode does is here, what comes of it there.

`python tests/faulttable.py` shows what comes of each mode today.
"""

from __future__ import annotations

import re
import ssl
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from faultserver import (
    DROP,
    RESET,
    SILENT,
    TAKE_DROP,
    TAKE_GARBAGE,
    TAKE_OK_DROP,
    TAKE_SILENT,
    Fault,
    FaultServer,
)
from postal import Batch, make_account, make_batch
from test_post_tls import make_certificate, served

if TYPE_CHECKING:
    from outbox.ledger.server import Server
    from outbox.post.account import Security

PAGE = Path(__file__).parent.parent / "docs" / "reliability.md"
PASSWORD = "fault-server-password"
LARGE = 6_000_000  # bytes: more than the socket's buffers hold
SPAM = "554 DT:SPM 垃圾邮件\r\n"


class Row(NamedTuple):
    """A row of the table: the first letter after the first run, copies taken, and at the end."""

    mode: str
    first: str
    copies: int
    end: str


@dataclass(frozen=True)
class Mode:
    """How the server misbehaves, at the first letter only; `tls` names its certificate's fault."""

    step: str = ""
    do: str | bytes = b""
    security: Security = "plain"
    tls: str = ""  # what is wrong: self-signed, other host, none
    login: bool = False
    size: int = 640
    only: str = ""
    cc: tuple[str, ...] = ()
    refused: bool = False  # the recipient is refused first


def _steps(step: str, **does: str | bytes) -> dict[str, Mode]:
    return {
        f"{step}-{name.strip('_').replace('_', '-')}": Mode(step, do, login=step == "auth")
        for name, do in does.items()
    }


MODES: dict[str, Mode] = {
    **_steps(
        "greeting", _421=b"421 4.3.2 too busy\r\n", _554=b"554 5.7.1 blocked\r\n",
        drop=DROP, reset=RESET, silent=SILENT, garbage=b"\xff\xfe what\r\n",
    ),
    **_steps("ehlo", _550=b"550 go away\r\n", drop=DROP),
    **_steps(
        "auth", _535=b"535 Error: authentication failed\r\n", _550=b"550 no permission\r\n",
        _454=b"454 4.7.0 later\r\n", busy=b"535 authenticate too many times\r\n", drop=DROP,
        gbk="535 Login Fail. 请使用授权码登录\r\n".encode("gbk"),
    ),
    **_steps(
        "mail", _421=b"421 closing\r\n", _450=b"450 later\r\n", _451=b"451 local error\r\n",
        frequency=b"550 Sender frequency limited\r\n", quota=b"554 5.5.0 MI:STC\r\n",
        _553=b"553 Mail from must equal authorized user\r\n", _552=b"552 too big\r\n",
        drop=DROP, silent=SILENT, garbage=b"\xff\xfe what\r\n",
    ),
    **_steps(
        "rcpt", _421=b"421 closing\r\n", greylist=b"450 4.2.0 greylisted\r\n",
        full=b"452 4.2.2 mailbox full\r\n", _550=b"550 5.1.1 no such user\r\n",
        _553=b"553 bad address\r\n", flooded=b"550 Mailbox unavailable or access denied\r\n",
        drop=DROP, reset=RESET,
    ),
    "rcpt-cc-550": Mode("rcpt", b"550 gone\r\n", only="gone@", cc=("gone@branch.example",)),
    "rcpt-cc-450": Mode("rcpt", b"450 later\r\n", only="later@", cc=("later@branch.example",)),
    **_steps(
        "data", _421=b"421 closing\r\n", _451=b"451 later\r\n", _554=b"554 no\r\n",
        drop=DROP, reset=RESET, _250=b"250 what?\r\n",
    ),
    "body-drop": Mode("body", DROP, size=LARGE),
    "body-reset": Mode("body", RESET, size=LARGE),
    "body-554": Mode("body", b"554 stop\r\n", size=LARGE),
    **_steps(
        "dot", _421=b"421 closing\r\n", _451=b"451 later\r\n", _452=b"452 no space\r\n",
        _451_spam=b"451 DT:SPM please try again\r\n", _550=b"550 no\r\n", _552=b"552 too big\r\n",
        _554=b"554 transaction failed\r\n", _554_spam=b"554 DT:SPM 163 smtp\r\n",
        _554_spam_gbk=SPAM.encode("gbk"), frequency=b"550 Connection frequency limited\r\n",
        drop=DROP, silent=SILENT, taken_drop=TAKE_DROP, taken_silent=TAKE_SILENT,
        taken_garbage=TAKE_GARBAGE, taken_250_drop=TAKE_OK_DROP,
    ),
    # The connection dies only after a letter was refused on it.
    "rset-drop": Mode("rset", DROP, refused=True),
    "rset-silent": Mode("rset", SILENT, refused=True),
    "tls-self-signed": Mode(security="ssl", tls="self-signed"),
    "tls-other-host": Mode(security="ssl", tls="other host"),
    "tls-none": Mode(security="ssl", tls="none"),
    "starttls-missing": Mode(security="starttls", tls="none"),
    "starttls-self-signed": Mode(security="starttls", tls="self-signed"),
    "starttls-454": Mode("starttls", b"454 TLS not available\r\n", security="starttls"),
}  # fmt: skip


def rows() -> list[Row]:
    """Read the table out of the page."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.findall(r"(?m)^\| `([\w-]+)` \|[^|]*\| (\w+) \| (\d) \| (\w+) \|$", text)
    return [Row(mode, first, int(copies), end) for mode, first, copies, end in found]


def play(path: Path, place: Path | Server, name: str) -> Row:
    """Let the first of two letters meet a mode; return what came of it, by ledger and journal."""
    mode = MODES[name]
    batch = make_batch(path, 2, size=mode.size, place=place, cc=mode.cc)
    batch.approve()
    server, trust = _server(path, mode)
    with batch.ledger, server:
        account = make_account(
            server.port,
            security=mode.security,
            timeout=20.0 if mode.size == LARGE else 0.5,
        )
        words = server.password or None
        batch.send(account, words, context=trust)
        letter = batch.ledger.letters(batch.name)[0]
        first, copies = _stands(batch), server.copies().get(letter.token, 0)
        batch.send(account, words, context=trust, wait=True)
        end = _stands(batch)
        _sound(batch, server, other=end != "halted")
        return Row(name, first, copies, end)


def _stands(batch: Batch) -> str:
    """Tell where the first letter stands, or that the batch was halted."""
    halted = batch.ledger.batch(batch.name).state == "halted"
    return "halted" if halted else str(batch.ledger.letters(batch.name)[0].state)


def _sound(batch: Batch, server: FaultServer, *, other: bool) -> None:
    """See what no mode may break: nothing twice, nothing called accepted that did not arrive."""
    counts = server.copies()
    letters = batch.ledger.letters(batch.name)
    assert not other or counts.get(letters[1].token) == 1, "the other letter must arrive"
    assert max(counts.values(), default=0) <= 1, "nothing twice"
    assert all(counts[one.token] == 1 for one in letters if one.state == "accepted")
    assert batch.ledger.broken() is None
    after_data = {server.lines[n + 1] for n, one in enumerate(server.lines[:-1]) if one == "data"}
    assert "quit" not in after_data or server.journal, "no QUIT in the middle of a mail"


def _server(path: Path, mode: Mode) -> tuple[FaultServer, ssl.SSLContext | None]:
    faults = [Fault(mode.step, mode.do, only=mode.only)] if mode.step else []
    if mode.refused:
        faults.append(Fault("rcpt", b"550 5.1.1 no such user\r\n"))
    password = PASSWORD if mode.login else ""
    if mode.security == "plain" or mode.tls == "none":
        return FaultServer(faults, password=password), None
    host = "other.example" if mode.tls == "other host" else "127.0.0.1"
    file = make_certificate(path, host)
    trust = None if mode.tls == "self-signed" else ssl.create_default_context(cafile=str(file))
    starttls = mode.security == "starttls"
    return FaultServer(faults, context=served(file), starttls=starttls, password=PASSWORD), trust


if __name__ == "__main__":
    for one in sys.argv[1:] or MODES:
        with tempfile.TemporaryDirectory() as home:
            row = play(Path(home), Path(home) / "outbox" / "ledger.db", one)
            print(f"| `{row.mode}` | | {row.first} | {row.copies} | {row.end} |", flush=True)  # noqa: T201 (what it is for)
