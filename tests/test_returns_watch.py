"""fawen watch with the clock passed in: rounds at their times, troubles told once, never two."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from bureau import CLI, drained, fawen
from filelock import FileLock
from replies import ZONE, learnt, signed, town
from test_returns_reminders import Month
from test_returns_replies import Dated

from merge.calendar import Calendar
from outbox.desk import receiving, send
from outbox.desk import watch as watching
from outbox.ledger.ledger import Ledger
from outbox.office import rounds
from outbox.post.postoffice import PostOffice
from outbox.workspace import find

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST = dt.date(2026, 11, 26)
LAST = dt.date(2026, 11, 27)


def moment(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Month, Dated]]:
    """A notice that asks for a report on two days, sent; and a mailbox."""
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")
    with PostOffice(tmp_path / "mails", lambda token: token) as office, Dated() as box:
        made = town(tmp_path / "w", FIRST, LAST, port=office.port)
        path = tmp_path / "w" / "fawen.toml"
        imap = f'imap_host = "127.0.0.1"\nimap_port = {box.port}\nimap_security = "plain"\n'
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("[approve]", f"{imap}[approve]"), encoding="utf-8")
        batch = signed(tmp_path / "w")
        month = Month(find(tmp_path / "w"), batch, made, tmp_path / "mails")
        month.at = moment(26, 9)
        drained(send.go(month.workspace, batch, now=month.now, wait=False))
        learnt(tmp_path / "w", batch, made, month.at)
        month.arrived()
        yield month, box


def test_a_watch_reminds_at_its_times_and_ends(found: tuple[Month, Dated]) -> None:
    month, box = found
    told: list[tuple[dt.datetime, str]] = []
    left: list[tuple[dt.datetime, int]] = []

    def pause(seconds: float) -> None:
        assert 0 < seconds <= 60
        got = len(month.arrived())
        if got:
            left.append((month.at, got))
        month.at += dt.timedelta(seconds=seconds)
        box.refusal = "NO busy" if moment(27, 12) <= month.at < moment(27, 13) else ""

    work = watching.watch(
        month.workspace, now=month.now, pause=pause, tell=lambda at, words: told.append((at, words))
    )
    done = drained(work)
    assert done.status == 0
    assert left == [
        (moment(26, 17), 24),
        (moment(26, 19), 24),
        (moment(27, 17), 24),
        (moment(27, 19), 24),
    ]
    assert month.at >= moment(28, 0), "replies are waited for to the end of the last day"
    words = [one for _, one in told]
    assert sum(one.startswith("收信没有成功") for one in words) == 1
    assert words.count("收信又正常了") == 1
    assert sum("领导名单（11月26日仍未报 24 个）" in one for one in words) == 1


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
        loop = receiving.loops(month.workspace, ledger).by_job["日报"]
    plain = Calendar()
    assert rounds.next_reminding(loop, (), plain, moment(26, 9)) == moment(26, 17)
    assert rounds.next_reminding(loop, (), plain, moment(26, 17)) == moment(27, 17)
    assert rounds.next_reminding(loop, (), plain, moment(27, 17)) is None
    assert rounds.next_look(moment(26, 9)) == moment(26, 9, 15)
    assert rounds.next_look(moment(26, 21, 50)) == moment(27, 8)
    assert rounds.next_look(moment(26, 3)) == moment(26, 8)
    assert rounds.wake(moment(26, 16, 50), [moment(26, 17)]) == moment(26, 17)
    assert rounds.wake(moment(26, 17), [moment(26, 17)]) == moment(26, 17, 1)


def test_a_second_watch_is_refused_and_a_signal_ends_one(found: tuple[Month, Dated]) -> None:
    month, _ = found
    root = month.workspace.root
    with FileLock(month.workspace.outbox / ".watch"):
        refused = fawen("watch", cwd=root)
    assert refused.status == 4
    assert "另一个 fawen watch" in refused.err
    for word in (signal.SIGTERM, signal.SIGINT):
        child = subprocess.Popen(
            [sys.executable, str(CLI), "watch"],
            cwd=root,
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        assert child.stdout is not None
        line = child.stdout.readline()
        while line and "下一次" not in line:
            line = child.stdout.readline()
        time.sleep(0.2)
        child.send_signal(word)
        _, said = child.communicate(timeout=30)
        assert child.returncode == 130, said
        assert "Traceback" not in said
