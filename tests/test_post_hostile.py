"""A server that means harm: says more than it was asked, drips, never ends, sends what is no mail.

Each was tried on the code as it was, and did what the test forbids.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

import pytest
from faultserver import Fault, FaultServer
from netease import SENT, NetEase
from postal import make_account, make_batch
from test_post_tls import make_certificate, served

from outbox.desk.opening import opened
from outbox.post.courier import Courier
from outbox.post.mailbox import Access, Mailbox
from outbox.post.verdict import Stage, decode
from rosters.finding import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = datetime(2026, 11, 24, tzinfo=UTC)


class Early(FaultServer):
    """Says 250 together with its 354, reads the mail and refuses it."""

    def fault(self, step: str, line: str = "") -> str | bytes | None:
        return b"550 never\r\n" if step == "dot" else super().fault(step, line)


class Surplus:
    """Puts an answer behind another in one packet: the 250 lies ready before the dot leaves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
        from faultserver import _Talk

        usual = _Talk.step

        def step(talk: _Talk, name: str, words: bytes, line: str = "") -> bool:
            return usual(talk, name, words + said if name == "data" else words, line)

        monkeypatch.setattr(_Talk, "step", step)


@pytest.mark.parametrize("tls", [False, True])
def test_an_answer_given_before_its_time_is_not_taken_for_that_to_the_dot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, tls: bool
) -> None:
    import ssl

    Surplus(monkeypatch, b"250 taken\r\n")
    batch = make_batch(tmp_path, 1)
    batch.approve()
    file = make_certificate(tmp_path, "127.0.0.1")
    trust = ssl.create_default_context(cafile=str(file)) if tls else None
    with batch.ledger, Early(context=served(file) if tls else None) as server:
        account = make_account(server.port, security="ssl" if tls else "plain")
        [event, *_] = batch.send(account, None, context=trust)
        assert event.kind == "deferred"
        assert batch.states() == {"deferred": 1}
        assert server.journal == []


class Dripping:
    """Accepts, then says a little again and again until the other side hangs up."""

    def __init__(self, first: bytes, said: bytes, every: float, most: int = 10**9) -> None:
        self.first, self.said, self.every, self.most = first, said, every, most
        self.given = 0

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
        with suppress(OSError):
            connection, _ = self._listener.accept()
            with connection:
                connection.sendall(self.first)
                while self.given < self.most:
                    connection.sendall(self.said)
                    self.given += len(self.said)
                    time.sleep(self.every)


@pytest.mark.parametrize(
    ("first", "said", "every"),
    [
        (b"220", b"-", 0.05),  # a line that never ends
        (b"", b"220-still here\r\n", 0.05),  # a greeting that never ends, slowly
        (b"", b"220-" + b"x" * 4000 + b"\r\n", 0.0),  # and as fast as it goes
    ],
)
def test_a_server_that_never_comes_to_an_end_is_left(
    tmp_path: Path, first: bytes, said: bytes, every: float
) -> None:
    batch = make_batch(tmp_path, 1)
    batch.approve()
    # Unmended, the sender listens until the server is tired: 20 MB, or 400 drops of 0.05 s.
    most = 20_000_000 if not every else 400 * len(said)
    with batch.ledger, Dripping(first, said, every, most) as server:
        [event, *_] = batch.send(make_account(server.port, timeout=0.5))
        assert event.kind == "deferred"
        assert server.given < most


@pytest.mark.parametrize("said", [b"* OK still here\r\n", b"*"])
def test_a_mailbox_that_never_comes_to_an_end_is_left(said: bytes) -> None:
    most = 400 * len(said)
    with Dripping(b"* OK ready\r\n", said, 0.05, most) as server:
        access = Access("z@u.example", "z", "127.0.0.1", server.port, "plain", timeout=0.5)
        with pytest.raises(UnavailableError):
            Mailbox(access, "secret")
        assert server.given < most


class Garbage(NetEase):
    """Answers one command with what is told instead."""

    def answering(self, command: str, said: bytes) -> Self:
        self.odd = (command, said)
        return self

    def _answer(self, command: str) -> tuple[bytes, str]:
        if command.upper().startswith(self.odd[0]):
            return self.odd[1], "OK done"
        return super()._answer(command)


def _visit(port: int, doing: Callable[[Mailbox], object]) -> None:
    access = Access("z@u.example", "z", "127.0.0.1", port, "plain", timeout=2.0)
    with Mailbox(access, "secret") as box:
        box.open("已发送")
        doing(box)


def _since(box: Mailbox) -> object:
    return box.since(DAY)


def _nothing(_box: Mailbox) -> object:
    return None


def _heads(box: Mailbox) -> object:
    return list(box.heads([3]))


@pytest.mark.parametrize(
    ("command", "said", "doing"),
    [
        ("UID SEARCH", b"* SEARCH abc\r\n", _since),
        ("UID SEARCH", b"* SEARCH 99999999999999999999999\r\n", _since),
        ("UID SEARCH", b"* SEARCH -5\r\n", lambda box: box.after(1)),
        ("EXAMINE", b"* OK [UIDVALIDITY 99999999999999999999] x\r\n", _nothing),
        ("EXAMINE", b"* SEARCH abc\r\n", _nothing),
        ("UID FETCH", b"* 5 FETCH (UID 3 BODY[] {999999999999999999}\r\nabc)\r\n", _heads),
        ("UID FETCH", b"* 5 FETCH (UID 3 BODY[] {" + b"9" * 5000 + b"}\r\n)\r\n", _heads),
        ("UID FETCH", b"* " + b"A" * 1_100_000 + b"\r\n", _heads),
    ],
)
def test_a_mailbox_that_talks_nonsense_is_said_in_words(
    command: str, said: bytes, doing: Callable[[Mailbox], object]
) -> None:
    server = Garbage({SENT: [(3, b"Subject: x\r\n\r\nx")]}).answering(command, said)
    with server, pytest.raises(UnavailableError):
        _visit(server.port, doing)


def test_a_size_or_an_answer_to_logout_that_is_nonsense_does_no_harm() -> None:
    huge = b"9" * 5000
    said = b"* 5 FETCH (UID 3 RFC822.SIZE " + huge + b" BODY[HEADER] {3}\r\nabc)\r\n"
    server = Garbage({SENT: [(3, b"x")]}).answering("UID FETCH", said)
    with server:
        access = Access("z@u.example", "z", "127.0.0.1", server.port, "plain", timeout=2.0)
        with Mailbox(access, "secret") as box:
            box.open("已发送")
            [head] = box.heads([3])
            server.answering("LOGOUT", b"* 5 FETCH (BODY[] {" + huge + b"}\r\n")
        assert (head.uid, head.size) == (3, 3)


@pytest.mark.parametrize(
    "subject",
    [
        b"=?utf-7?Q?+2AA-?=",  # half a character
        b"=?raw_unicode_escape?Q?=5Cud800=00?=",
        b"a\x00b\x1b[2Jc \xe2\x80\xaefdp.exe",
        b"=?utf-8?B?####?= =?utf-8?B?A?=",  # no base64
        b"=?idna?Q?=ff..?= =?punycode?Q?=ff-=ff?=",
        b"=?utf-8?q?a?= " * 100_000,
    ],
    ids=["half", "escape", "controls", "base64", "idna", "long"],
)
def test_a_crafted_subject_is_read_stored_and_shown(subject: bytes) -> None:
    found = opened(b"From: <=?utf-7?Q?+2AA-?=@b.example>\r\nSubject: " + subject + b"\r\n\r\nx")
    assert found.sort == "letter"
    said = (found.sender, found.subject)
    assert all(text.isprintable() for text in said)
    with sqlite3.connect(":memory:") as store:
        assert store.execute("SELECT ?, ?", said).fetchone() == said


def test_a_bounces_own_words_are_read_stored_and_shown() -> None:
    mail = (
        b"From: postmaster@b.example\r\nSubject: failure notice\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=z\r\n\r\n"
        b"--z\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        b"Action: failed\r\nFinal-Recipient: rfc822; a@b.example\r\n"
        b"Diagnostic-Code: smtp; 550 no \x00 \x1b[31m\r\n\r\n--z--\r\n"
    )
    found = opened(mail)
    assert (found.sort, found.failed) == ("bounce", ("a@b.example",))
    assert found.words.startswith("550 no")
    assert found.words.isprintable()


def test_a_servers_words_neither_steer_a_terminal_nor_break_a_database() -> None:
    said = decode("550 gone\x00 \x1b[2J\r\n\x9b5m \u202etxt.exe".encode())
    assert said.startswith("550 gone")
    assert said.isprintable()


def test_a_refusal_with_nul_in_it_settles_the_letter(tmp_path: Path) -> None:
    batch = make_batch(tmp_path, 1)
    batch.approve()
    with batch.ledger, FaultServer([Fault("rcpt", b"550 go\x00ne \x1b[2J\r\n")]) as server:
        [event, *_] = batch.send(make_account(server.port))
        assert event.kind == "rejected"
        assert "\x00" not in batch.ledger.letters(batch.name)[0].reply
        assert event.words.isprintable()


def test_what_is_said_while_the_dot_is_written_down_keeps_it_from_leaving() -> None:
    said = threading.Event()
    with FaultServer() as server:
        courier = Courier(make_account(server.port), None)

        def commit() -> bool:
            server._open[0].sendall(b"421 closing\r\n")
            said.set()
            time.sleep(0.2)
            return True

        answer = courier.carry("zzb@uni.example", ["a@b.example"], [], b"x\r\n", commit)
        courier.close()
    assert said.is_set()
    assert (answer.stage, answer.code) == (Stage.BODY, 0)
    assert server.journal == []


def test_the_gap_before_the_dot_counts_the_sleep_of_the_machine() -> None:
    if not hasattr(time, "CLOCK_BOOTTIME"):
        pytest.skip("a clock of Linux")
    tried = [
        "unshare", "--user", "--map-root-user", "--time", "--boottime", "1000", sys.executable,
        "-c", "import time; from outbox.post.courier import Courier; "
        "from postal import make_account; "
        "print(int(Courier(make_account(1), None).stopwatch() - time.monotonic() >= 990))",
    ]  # fmt: skip
    where = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    slept = subprocess.run(tried, capture_output=True, text=True, env=where, check=False)
    if "unshare" in slept.stderr:
        pytest.skip("no time namespace of our own here")
    assert slept.stdout == "1\n"
