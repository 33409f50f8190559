"""Trials of senders: killed at each named failpoint, and stopped past their lease.

The server's journal is the oracle: nothing twice, nothing lost, at most one in doubt a sender.
"""

from __future__ import annotations

import os
import random
import signal
import time
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from faultserver import FaultServer
from nursery import FAILPOINTS, Nursery, Order, SharedClock
from postal import Batch, make_account, make_batch, spelled

if TYPE_CHECKING:
    from outbox.ledger.server import Server

    Place = Path | Server

HOUR = 3600.0  # longer than any lease
# Where a sender dies between the commit of the dot and its settlement, its letter is in doubt.
DOUBTFUL = {"after the dot's commit", "after the terminator", "before settling"}

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="senders are forked here")
stops = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc to see it stop")


class Trial:
    """A batch, a server that is the oracle, and senders that die."""

    def __init__(
        self, path: Path, place: Place, nursery: Nursery, server: FaultServer, letters: int
    ) -> None:
        self.place = spelled(place)
        self.batch: Batch = make_batch(path, letters, size=640, place=place)
        self.batch.approve()
        self.nursery, self.server = nursery, server
        self.clock = SharedClock(path / "clock")
        self.dice = random.Random(letters)  # noqa: S311 (moments to die at, no secret)
        self.killed = 0

    def order(self, failpoint: str = "", nth: int = 1, **more: object) -> Order:
        return Order(
            self.place, self.batch.name, str(self.batch.folder), self.server.port,
            f"w{self.killed}", str(self.clock.path), failpoint, nth, **more,
        )  # fmt: skip

    def kill(self, failpoint: str, nth: int) -> None:
        """Let a sender die at a failpoint; then its lease runs out."""
        doubtful = self.doubtful()
        child = self.nursery.run(self.order(failpoint, nth))
        assert self.nursery.wait(child) == -signal.SIGKILL, f"it never came by: {failpoint}"
        self.killed += 1
        self.clock.pause(HOUR)
        self.batch.ledger.recover(self.clock.now(), who="next")
        assert self.doubtful() - doubtful == (failpoint in DOUBTFUL), failpoint

    def doubtful(self) -> int:
        return self.batch.states().get("in_doubt", 0)

    def settle(self) -> None:
        """Let proof decide what is in doubt, send the rest, and see that all came once."""
        ledger, copies = self.batch.ledger, self.server.copies()
        assert self.doubtful() <= self.killed, "at most one for each that was killed"
        assert max(copies.values(), default=1) == 1, "none twice"
        for letter in ledger.letters(self.batch.name):
            if letter.state == "accepted":
                assert letter.token in copies, "none lost"
            if letter.state == "in_doubt":
                sent = letter.token in copies
                ledger.resolve(letter.id, self.clock.now(), "proof", "journal", sent=sent)
        self.batch.clock.at = self.clock.now()
        self.batch.send(make_account(self.server.port), wait=True)
        letters = ledger.letters(self.batch.name)
        assert {letter.state for letter in letters} == {"accepted"}
        assert dict(self.server.copies()) == {letter.token: 1 for letter in letters}
        assert ledger.broken() is None


def killed_often(
    path: Path, place: Place, nursery: Nursery, *, letters: int, kills: int, most: int
) -> None:
    with FaultServer() as server:
        trial = Trial(path, place, nursery, server, letters)
        with trial.batch.ledger:
            for failpoint in islice(cycle(FAILPOINTS), kills):
                # A sender claims and connects once; it may come by the others many times.
                once = failpoint in {"claim", "connect"}
                trial.kill(failpoint, 1 if once else trial.dice.randint(1, most))
            left = trial.batch.states().get("queued", 0)
            assert left, "killed in the middle, or this proves nothing"
            trial.settle()


def stopped_past_its_lease(path: Path, place: Place, nursery: Nursery, times: int) -> None:
    """Stop a sender, let another take over, and wake it up: the zombie sends nothing twice."""
    with FaultServer() as server:
        # More than a sender claims at once: the one that wakes must find some left.
        trial = Trial(path, place, nursery, server, 4 * times + 8)
        with trial.batch.ledger as ledger:
            for failpoint in islice(cycle(FAILPOINTS), times):
                stop = {"signal": signal.SIGSTOP.value, "once_more": True}
                zombie = nursery.run(trial.order(failpoint, **stop))
                _until_stopped(zombie)
                trial.clock.pause(HOUR)
                # The other one dies, too, before it has sent everything.
                heir = nursery.run(trial.order("before the dot's commit", 3))
                assert nursery.wait(heir) == -signal.SIGKILL
                os.kill(zombie, signal.SIGCONT)
                assert nursery.wait(zombie) == -signal.SIGKILL
                trial.clock.pause(HOUR)
                trial.killed += (
                    2  # it could leave a letter in doubt when it stopped, and when it died
                )
            ledger.recover(trial.clock.now(), who="next")
            trial.settle()


def _until_stopped(number: int) -> None:
    while True:
        state = (
            Path(f"/proc/{number}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        )
        assert state != "Z", "it ended without having come by"
        if state == "T":
            return
        time.sleep(0.002)
