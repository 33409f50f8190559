"""fawen watch with the clock passed in: rounds at their times, troubles told once, never two."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from bureau import CLI, drained, fawen
from filelock import FileLock
from replies import ACCOUNT, ZONE, learnt, signed, town
from test_returns_reminders import Month
from test_returns_replies import Dated

from merge.calendar import Calendar
from outbox.desk import demands, send
from outbox.desk import watch as watching
from outbox.ledger.ledger import Ledger
from outbox.office import rounds
from outbox.post.postoffice import PostOffice
from outbox.workspace import find

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST = dt.date(2026, 11, 26)


def moment(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@contextmanager
def begun(
    root: Path, last: dt.date = FIRST, *, first: dt.date = FIRST, at: dt.datetime | None = None
) -> Iterator[tuple[Month, Dated]]:
    """Send a notice that asks for a report from the first to the last day; and have a mailbox."""
    with PostOffice(root / "mails", lambda token: token) as office, Dated() as box:
        made = town(root / "w", first, last, port=office.port)
        path = root / "w" / "fawen.toml"
        imap = f'imap_host = "127.0.0.1"\nimap_port = {box.port}\nimap_security = "plain"\n'
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("[approve]", f"{imap}[approve]"), encoding="utf-8")
        batch = signed(root / "w")
        month = Month(find(root / "w"), batch, made, root / "mails")
        month.at = at or moment(26, 9)
        drained(send.go(month.workspace, batch, now=month.now, wait=False))
        learnt(root / "w", batch, made, month.at)
        month.arrived()
        yield month, box


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Month, Dated]]:
    """A notice that asks for a report on one day, sent; and a mailbox."""
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")
    with begun(tmp_path) as made:
        yield made


def test_a_watch_reminds_at_its_times_and_ends(found: tuple[Month, Dated]) -> None:
    month, box = found
    month.at = moment(26, 16, 50)
    told: list[tuple[dt.datetime, str]] = []
    left: list[tuple[dt.datetime, int]] = []

    def pause(seconds: float) -> None:
        assert 0 < seconds <= 60
        got = month.arrived()
        if got:
            left.append((month.at, len(got)))
        if got and month.at == moment(26, 17):
            _answered(box, got[:2])
        month.at += dt.timedelta(seconds=seconds)
        box.refusal = "NO busy" if moment(26, 20) <= month.at < moment(26, 20, 40) else ""

    def tell(at: dt.datetime, words: str) -> None:
        told.append((at, words))

    done = drained(watching.watch(month.workspace, now=month.now, pause=pause, tell=tell))
    assert done.status == 0
    assert left == [(moment(26, 17), 24), (moment(26, 19), 22)], "a report and a bounce stop it"
    assert month.at == moment(27, 8), "replies are waited for to the end of the last day"
    words = [one for _, one in told]
    assert sum(one.startswith("收信没有成功") for one in words) == 1
    assert words.count("收信又正常了") == 1
    assert sum("领导名单（11月26日仍未报 22 个）" in one for one in words) == 1
    audit = fawen("--json", "audit", cwd=month.workspace.root)
    assert audit.object["findings"] == []


def _answered(box: Dated, reminders: list[EmailMessage]) -> None:
    """Let the first of these be answered by a nil report, and the second come back."""
    first, second = reminders
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = first["To"], ACCOUNT, f"回复：{first['Subject']}"
    reply["Message-ID"], reply["In-Reply-To"] = "<r1@cs.example>", first["Message-ID"]
    reply["References"] = f"{first['References']} {first['Message-ID']}"
    reply.set_content("零报告")
    gone = str(second["To"])
    text = f"Reporting-MTA: dns; mx.cs.example\r\n\r\nFinal-Recipient: rfc822; {gone}\r\n"
    text += "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
    headers = "".join(f"{name}: {second[name]}\r\n" for name in ("Message-ID", "References"))
    raw = (
        f"From: MAILER-DAEMON@cs.example\r\nTo: {ACCOUNT}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        "Message-ID: <b1@cs.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nnot delivered\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{text}\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{headers}\r\n--b--\r\n"
    )
    for uid, mail in enumerate((reply.as_bytes(), raw.encode()), start=1):
        body = mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        box.mails.setdefault("INBOX", []).append((uid, body))
        box.times[uid] = moment(26, 17, 30)


def test_no_reminder_leaves_while_the_mailbox_cannot_be_read(found: tuple[Month, Dated]) -> None:
    month, box = found
    month.at = moment(26, 17)
    box.refusal = "NO busy"
    one = watching.Watch(month.workspace, month.now, lambda *_: None)
    drained(one.round())
    assert month.arrived() == []
    box.refusal = ""
    assert drained(one.round()) == moment(26, 17, 15)
    assert len(month.arrived()) == 24


def test_rounds_are_a_function_of_calendar_cut_off_and_hours(found: tuple[Month, Dated]) -> None:
    month, _ = found
    with Ledger.open(month.workspace.ledger, at=month.at) as ledger:
        loop = demands.loops(month.workspace, ledger).by_job["日报"]
    plain = Calendar()
    assert rounds.next_reminding(loop, (), plain, moment(26, 9)) == moment(26, 17)
    assert rounds.next_reminding(loop, (), plain, moment(26, 17)) is None
    assert rounds.next_look(moment(26, 9)) == moment(26, 9, 15)
    assert rounds.next_look(moment(26, 21, 50)) == moment(27, 8)
    assert rounds.next_look(moment(26, 3)) == moment(26, 8)
    assert rounds.wake(moment(26, 16, 50), [moment(26, 17)]) == moment(26, 17)
    assert rounds.wake(moment(26, 17), [moment(26, 17)]) == moment(26, 17, 1)


def _ended(child: subprocess.Popen[str], word: signal.Signals) -> str:
    """Ask a process to end, again where the first word met it in a finaliser; return its stderr."""
    for _ in range(10):
        child.send_signal(word)
        try:
            return child.communicate(timeout=5)[1]
        except subprocess.TimeoutExpired:
            continue
    child.kill()
    return child.communicate()[1]


@pytest.fixture
def living(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, today: dt.date
) -> Iterator[tuple[Month, Dated]]:
    """The same in these days, for a program that goes by the clock."""
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")
    days = {"first": today, "last": today + dt.timedelta(days=3)}
    with begun(tmp_path, **days, at=dt.datetime.now(ZONE)) as made:
        yield made


def test_a_second_watch_is_refused_and_a_signal_ends_one(living: tuple[Month, Dated]) -> None:
    month, _ = living
    root = month.workspace.root
    with FileLock(month.workspace.outbox / ".watch"):
        refused = fawen("watch", cwd=root)
    assert refused.status == 4
    assert "另一个 fawen watch" in refused.err
    for word in (signal.SIGTERM, signal.SIGINT):
        # What is ignored stays ignored in a child, and a shell's background ignores SIGINT.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        child = subprocess.Popen(
            [sys.executable, str(CLI), "watch"],
            cwd=root,
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        signal.signal(signal.SIGINT, before)
        assert child.stdout is not None
        line = child.stdout.readline()
        while line and "下一次" not in line:
            line = child.stdout.readline()
        time.sleep(0.2)
        said = _ended(child, word)
        assert child.returncode == 130, said
        assert "Traceback" not in said
