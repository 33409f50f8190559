"""Reminders are what was signed, or nothing leaves; each once, whoever is killed, however often."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bureau import drained, fawen
from replies import ZONE, signed, town
from test_returns_reminders import Month

from outbox.desk import arrears, opening, remind, send
from outbox.ledger.intakes import FOLDER, Intake, Staged
from outbox.ledger.ledger import Ledger
from outbox.ledger.moves import Act
from outbox.ledger.states import LetterState, Verdict
from outbox.post.postoffice import PostOffice
from outbox.workspace import find
from rosters.finding import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST, LAST = dt.date(2026, 11, 26), dt.date(2026, 12, 2)
DUE = dt.datetime(2026, 11, 26, 17, 5, tzinfo=ZONE)
CHILD = Path(__file__).with_name("remind_child.py")


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    """A notice that asks for a report each day, sent."""
    root = tmp_path_factory.mktemp("reminded")
    with PostOffice(root / "mails", lambda token: token) as office:
        made = town(root / "w", FIRST, LAST, port=office.port)
        batch = signed(root / "w")
        month = Month(find(root / "w"), batch, made, root / "mails")
        month.at = DUE - dt.timedelta(hours=8)
        drained(send.go(month.workspace, batch, now=month.now, wait=False))
        assert len(month.arrived()) == 24
        for name in ("ledger.db", "ledger.db-wal"):
            path = root / "w" / "outbox" / name
            (root / name).write_bytes(path.read_bytes() if path.exists() else b"")
        shutil.copytree(os.environ["FAWEN_STATE"], root / "state")
        yield month


@pytest.fixture
def found(once: Month) -> Month:
    """The same ledger for each test, as it was then; the clock stands behind the first cut-off."""
    for name in ("ledger.db", "ledger.db-wal"):
        kept = (once.mails.parent / name).read_bytes()
        path = once.workspace.outbox / name
        if kept:
            path.write_bytes(kept)
        else:
            path.unlink(missing_ok=True)
    (once.workspace.outbox / "ledger.db-shm").unlink(missing_ok=True)
    # This machine remembers what the ledger was in another test.
    shutil.rmtree(os.environ["FAWEN_STATE"], ignore_errors=True)
    shutil.copytree(once.mails.parent / "state", os.environ["FAWEN_STATE"])
    once.arrived()
    once.at = DUE
    return once


def reported(month: Month, keys: list[str], at: dt.datetime) -> None:
    """Let all but these have reported on the first day."""
    with Ledger.open(month.workspace.ledger, at=at) as ledger:
        for one in month.made:
            if one.key in keys:
                continue
            staged = Staged(month.batch, "日报", one.key, FIRST.isoformat(), "{}", Verdict.NIL)
            name = f"{one.key}.xlsx"
            sha256 = opening.keep_file(month.workspace, name, one.key.encode())
            intake = Intake(sha256, FOLDER, name, "", "", None, at, (staged,))
            assert ledger.take(intake, Act(at, "w"))


def test_a_reminder_is_in_the_thread_as_it_was_signed(found: Month) -> None:
    reported(found, ["003", "004"], DUE)
    dry = remind.dry(found.workspace, "日报", at=found.at)
    named = [one["organisation"] for one in dry.object["remind"]]  # type: ignore[attr-defined]
    assert named == ["003", "004"]
    assert found.arrived() == []
    said = remind.dry(found.workspace, "日报", text=True, at=found.at)
    assert "3学院党委、4学院党委" in "\n".join(said.lines)
    assert "@" not in "\n".join(said.lines)
    sent = drained(remind.go(found.workspace, "日报", now=found.now, uncollected=True))
    assert (sent.status, sent.object["laid"], sent.object["balanced"]) == (0, 2, True)
    first, second = found.arrived()
    assert [str(one["To"]) for one in (first, second)] == ["o03@cs.example", "o04@cs.example"]
    assert first["Subject"] == "【催报】关于核对党员名册的通知（3学院党委，11月26日）"
    body = first.get_body(("plain",))
    assert body is not None
    assert "11月26日的《返校日报表》还没有收到，截止时间是11月26日17:00" in body.get_content()
    assert [one.get_filename() for one in first.iter_attachments()] == [
        "返校日报表（3学院党委）.xlsx"
    ]
    again = drained(remind.go(found.workspace, "日报", now=found.now, uncollected=True))
    assert (again.object["laid"], found.arrived()) == (0, [])
    found.at += dt.timedelta(hours=2, minutes=1)
    drained(remind.go(found.workspace, "日报", now=found.now, uncollected=True))
    body = found.arrived()[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().startswith("孙甲同志"), "the second goes to 书记"
    found.at += dt.timedelta(hours=2, minutes=1)
    last = remind.dry(found.workspace, "日报", at=found.at)
    assert last.object["leader"] == ["003", "004"]
    assert "领导名单（11月26日仍未报 2 个）：3学院党委、4学院党委" in last.lines


def test_what_comes_before_the_dot_stops_a_reminder(found: Month) -> None:
    with Ledger.open(found.workspace.ledger, at=DUE) as ledger:
        plan = arrears.planned(found.workspace, ledger, "日报", DUE)
        assert remind.lay(found.workspace, ledger, plan) == (24, 24)
    reported(found, ["007"], DUE)
    drained(send.go(found.workspace, found.batch, now=found.now, wait=False))
    assert [str(one["To"]) for one in found.arrived()] == ["o07@cs.example"]
    audit = fawen("--json", "audit", cwd=found.workspace.root)
    assert audit.object["findings"] == []


def test_what_waits_too_long_is_called_back(found: Month) -> None:
    reported(found, ["007"], DUE)
    with Ledger.open(found.workspace.ledger, at=DUE) as ledger:
        plan = arrears.planned(found.workspace, ledger, "日报", DUE)
        remind.lay(found.workspace, ledger, plan)
    found.at = DUE.replace(hour=21)
    drained(send.go(found.workspace, found.batch, now=found.now, wait=False))
    assert found.arrived() == []
    with Ledger.open(found.workspace.ledger, at=DUE) as ledger:
        assert [one.state for one in ledger.reminded("日报")] == [LetterState.CANCELLED]
    found.at = DUE.replace(day=27, hour=9)
    drained(remind.go(found.workspace, "日报", now=found.now, uncollected=True))
    assert len(found.arrived()) == 1, "one that never left does not count"


CHANGES = {
    "body": "update letter set body = body || '请速报' where kind = 'reminder'",
    "subject": "update letter set subject = '别的' where kind = 'reminder'",
    "to": """update letter set "to" = '["x@evil.example"]' where kind = 'reminder'""",
    "cc": """update letter set cc = '["x@evil.example"]' where kind = 'reminder'""",
    "form": "update letter set attachments = '[]' where kind = 'reminder'",
    "register": "update reminder set n = 9",
    "unregistered": "delete from reminder",
    "another": "update letter set organisation = '008' where kind = 'reminder'",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_reminder_does_not_leave_and_is_found(found: Month, change: str) -> None:
    reported(found, ["007"], DUE)
    with Ledger.open(found.workspace.ledger, at=DUE) as ledger:
        plan = arrears.planned(found.workspace, ledger, "日报", DUE)
        remind.lay(found.workspace, ledger, plan)
    with sqlite3.connect(found.workspace.ledger) as connection:
        connection.execute(CHANGES[change])
    connection.close()
    if "register" not in change:
        with pytest.raises(InputError):
            drained(send.go(found.workspace, found.batch, now=found.now, wait=False))
        with pytest.raises(InputError):
            drained(remind.go(found.workspace, "日报", now=found.now, uncollected=True))
        assert found.arrived() == []
    audit = fawen("--json", "audit", cwd=found.workspace.root)
    assert audit.status == 1
    assert audit.object["findings"]


def test_an_unsigned_job_is_refused_with_advice(tmp_path: Path) -> None:
    town(tmp_path, FIRST, LAST)
    workspace = find(tmp_path)
    with pytest.raises(UsageError):
        remind.dry(workspace, "日报", at=DUE)
    assert fawen("merge", "日报", cwd=tmp_path).status == 0
    with pytest.raises(InputError, match="还没有签发") as refused:
        remind.dry(workspace, "日报", at=DUE)
    assert "fawen approve" in refused.value.advice
    ran = fawen("remind", "日报", "--go", cwd=tmp_path)
    assert ran.status == 1
    assert "还没有签发，不能催报" in ran.err + ran.out


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX's")
def test_two_at_once_and_killed_ones_send_each_once(found: Month) -> None:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    root = str(found.workspace.root)

    def child(step: str, number: int) -> subprocess.Popen[bytes]:
        words = [root, found.at.isoformat(), step, str(number)]
        return subprocess.Popen([sys.executable, str(CHILD), *words], env=env)

    for step, number in (("remind", 1), ("to_dot", 2), ("settle", 3)):
        assert child(step, number).wait() == -signal.SIGKILL
        found.at += dt.timedelta(minutes=12)  # its lease and its seat have run out
    both = [child("", 0), child("", 0)]
    assert [one.wait() for one in both] == [0, 0]
    found.at += dt.timedelta(minutes=12)
    drained(remind.go(found.workspace, "日报", now=found.now, uncollected=True))
    got = [str(one["To"]) for one in found.arrived()]
    with Ledger.open(found.workspace.ledger, at=found.at) as ledger:
        states = Counter(one.state for one in ledger.reminded("日报"))
    assert states == {LetterState.ACCEPTED: 23, LetterState.IN_DOUBT: 1}, "killed behind its dot"
    assert len(got) == len(set(got)) == 24, "nobody was reminded twice, nobody left out"
    audit = fawen("--json", "audit", cwd=found.workspace.root)
    assert audit.object["findings"] == []
