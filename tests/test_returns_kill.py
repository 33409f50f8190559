"""Returns taken in by a process that is killed again and again: nothing lost, nothing twice."""

from __future__ import annotations

import datetime as dt
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bureau import fawen
from replies import ZONE, written
from test_returns_replies import Dated, compared, delivered, office

from outbox.ledger.ledger import Ledger

if TYPE_CHECKING:
    from outbox.workspace import Workspace

CHILD = Path(__file__).with_name("returns_child.py")
TODAY = dt.datetime.now(ZONE).date()
FIRST, LAST = TODAY - dt.timedelta(days=2), TODAY - dt.timedelta(days=1)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="commands are forked here")


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")


def sound(workspace: Workspace) -> tuple[int, int]:
    """Whatever has just happened: the chain is whole, and what is registered is kept.

    Returns how many mails and how many reports there are by now.
    """
    with Ledger.open(workspace.ledger, at=dt.datetime.now(dt.UTC)) as ledger:
        assert ledger.broken() is None
        came, mails = ledger.came(), ledger.mails()
        versions = ledger.versions("日报")
    kept = {path.stem for path in (workspace.outbox / "来信").rglob("*.eml")}
    parts = {path.stem for path in (workspace.outbox / "来件").rglob("*.*")}
    assert len({one.sha256 for one in came}) == len(came)
    assert len({one.uid for one in mails}) == len(mails)
    assert {one.sha256 for one in came} <= kept
    assert {one.sha256 for one in versions if one.sha256} <= parts
    return len(mails), len(versions)


def killed_and_again(root: Path, rounds: int, mails: int) -> None:
    """Kill so many collectors, each at another step; then let one go on to the end."""
    die = random.Random(rounds)  # noqa: S311 (steps of a test)
    with Dated() as server:
        workspace, made = office(root, server, FIRST, LAST)
        sent = written(made, FIRST, LAST, mails)
        delivered(server, sent)
        # A mail takes about 25 steps: the last kill finds most mails taken in.
        reach = 2 * 25 * mails // rounds
        words = [sys.executable, str(CHILD), str(root)]
        killed, stood = 0, (0, 0)
        with subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "PYTHONUTF8": "1"},
        ) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            for number in range(rounds):
                child.stdin.write(f"{die.randrange(1, reach)}\n")
                child.stdin.flush()
                status, steps = map(int, child.stdout.readline().split())
                assert (status, steps) == (-9, 0), f"round {number} was not killed: {status}"
                killed += 1
                now = sound(workspace)
                assert now >= stood, "what was registered is gone"
                stood = now
            child.stdin.close()
        left = len(sent.mails) - stood[0]
        done = fawen("--json", "collect", cwd=root)
        again = fawen("--json", "collect", cwd=root)
    assert done.object["mails"] == left > 0, done.err
    assert again.object["mails"] == 0
    with Ledger.open(workspace.ledger, at=dt.datetime.now(dt.UTC)) as ledger:
        told = compared(ledger, sent)
    sound(workspace)
    audit = fawen("--json", "audit", cwd=root)
    assert (audit.status, audit.object["findings"]) == (0, []), audit.out
    sys.stdout.write(f"{killed} killed, {stood[0]} mails in before the last run; {told}\n")


def test_killed_anywhere_it_goes_on(tmp_path: Path) -> None:
    killed_and_again(tmp_path, 5, 64)


@pytest.mark.long
def test_killed_sixty_times_it_goes_on(tmp_path: Path) -> None:
    killed_and_again(tmp_path, 60, 400)
