"""Several senders at once, each a process of its own, on both stores: harmless."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest
from faultserver import FaultServer
from postal import Batch, make_account, make_batch

from outbox.ledger.server import Server

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

SENDERS, LETTERS, TODAY = 3, 45, 30


class Counting(FaultServer):
    """A server that knows how many connections there were at once."""

    def __enter__(self) -> Self:
        self.here = self.most = 0
        self.counting = threading.Lock()
        super().__enter__()
        return self

    def _serve(self, raw: socket.socket) -> None:
        with self.counting:
            self.here += 1
            self.most = max(self.most, self.here)
        try:
            super()._serve(raw)
        finally:
            with self.counting:
                self.here -= 1


@pytest.fixture
def batch(tmp_path: Path, place: Path | Server) -> Iterator[Batch]:
    made = make_batch(tmp_path, LETTERS, size=320, place=place)
    made.approve()
    with made.ledger:
        yield made


def all_at_once(batch: Batch, port: int, **limits: Any) -> list[str]:
    """Run the senders together; return what each said, in the order of their numbers."""
    here = Path(__file__).parent
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here), str(here.parent)])}
    place = batch.place.url if isinstance(batch.place, Server) else str(batch.place)
    children = [
        subprocess.Popen(
            [
                sys.executable, str(here / "pace_child.py"),
                place, batch.name, str(batch.folder), str(port), f"w{number}", json.dumps(limits),
            ],
            env=env, stdout=subprocess.PIPE, text=True,
        )
        for number in range(SENDERS)
    ]  # fmt: skip
    said = [child.communicate(timeout=120)[0] for child in children]
    assert [child.returncode for child in children] == [0] * SENDERS
    return said


def test_together_they_are_harmless(batch: Batch) -> None:
    """None twice, none lost, and both caps hold over all three: letters and connections."""
    with Counting() as server:
        said = all_at_once(batch, server.port, per_day=TODAY, max_conn=2)
        assert server.most <= 2
        assert len(server.journal) == TODAY
        assert sum(one.count("accepted") for one in said) == TODAY
        assert batch.states() == {"accepted": TODAY, "queued": LETTERS - TODAY}
        batch.clock.at = datetime.now(UTC)
        batch.send(make_account(server.port, max_conn=2), wait=True)
        assert batch.states() == {"accepted": LETTERS}
        assert len(server.copies()) == LETTERS
        assert set(server.copies().values()) == {1}
    assert batch.ledger.broken() is None
    assert batch.ledger.unexplained(batch.name) == []
