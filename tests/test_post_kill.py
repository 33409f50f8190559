"""A sender is killed in the middle of its work: nothing is lost, nothing goes twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from faultserver import FaultServer
from postal import Batch, make_account, make_batch

KILLS = 6
LETTERS = 60


def start(batch: Batch, port: int, worker: str) -> subprocess.Popen[bytes]:
    here = Path(__file__).parent
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here), str(here.parent)])}
    words = [batch.path / "outbox" / "ledger.db", batch.name, batch.folder, str(port), worker]
    return subprocess.Popen([sys.executable, here / "sender_child.py", *words], env=env)


def test_killed_again_and_again(tmp_path: Path) -> None:
    batch = make_batch(tmp_path, LETTERS)
    batch.approve()
    dice = random.Random(4)  # noqa: S311 (moments to kill at, no secret)
    with batch.ledger as ledger, FaultServer() as server:
        for number in range(KILLS):
            before = len(server.journal)
            child = start(batch, server.port, f"w{number}")
            deadline = time.monotonic() + 20
            while len(server.journal) < before + 3 and time.monotonic() < deadline:
                time.sleep(0.005)
            time.sleep(dice.random() * 0.05)
            child.kill()
            child.wait()
            # Its leases run out; whoever comes next finds them so.
            ledger.recover(datetime.now(UTC) + timedelta(hours=1), who="next")
        doubtful = batch.states().get("in_doubt", 0)
        assert doubtful <= KILLS
        assert 0 < len(server.journal) < LETTERS, "killed in the middle, or this proves nothing"
        batch.clock.at = datetime.now(UTC) + timedelta(hours=2)
        batch.send(make_account(server.port))
        copies = server.copies()
        assert set(copies.values()) == {1}, "none twice"
        for letter in ledger.letters(batch.name):
            assert letter.state in {"accepted", "in_doubt"}
            assert letter.state == "in_doubt" or letter.token in copies, "none lost"
        assert batch.states().get("in_doubt", 0) == doubtful
        assert ledger.broken() is None
