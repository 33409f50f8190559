"""Returns taken in by a process that is killed again and again: nothing lost, nothing twice."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest
from bureau import drained
from replies import written
from test_returns_replies import Dated, compared, delivered, office

from outbox.desk import collect as collecting
from outbox.ledger.ledger import Ledger

CHILD = Path(__file__).with_name("returns_child.py")
FIRST, LAST = dt.date(2026, 11, 26), dt.date(2026, 11, 27)
LOOKED = dt.datetime(2026, 11, 28, 9, tzinfo=dt.UTC)
STEPS = ("file", "keep", "file", "file")


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")


def killed_and_again(root: Path, rounds: int, mails: int) -> None:
    with Dated() as server:
        workspace, made = office(root, server, FIRST, LAST)
        sent = written(made, FIRST, LAST, mails)
        delivered(server, sent)
        for number in range(rounds):
            step = STEPS[number % len(STEPS)]
            words = (str(root), step, str(1 + number * 5 % 7), LOOKED.isoformat())
            done = subprocess.run(
                [sys.executable, str(CHILD), *words],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                check=False,
            )
            assert done.returncode in {-9, 0}
        drained(collecting.collect(workspace, now=lambda: LOOKED))
        again = drained(collecting.collect(workspace, now=lambda: LOOKED))
    assert again.object["mails"] == 0
    with Ledger.open(workspace.ledger, at=LOOKED) as ledger:
        compared(ledger, sent)
        assert len(ledger.came()) == len({one.sha256 for one in ledger.came()})
        assert ledger.broken() is None
        kept = {path.stem for path in (workspace.outbox / "来信").rglob("*.eml")}
        assert {one.sha256 for one in ledger.came()} <= kept


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX's")
def test_killed_anywhere_it_goes_on(tmp_path: Path) -> None:
    killed_and_again(tmp_path, 4, 52)


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX's")
def test_killed_sixty_times_it_goes_on(tmp_path: Path) -> None:
    killed_and_again(tmp_path, 60, 400)
