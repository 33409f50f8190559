"""A person is asked about letters in doubt: at a terminal, and nowhere else."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from bureau import CLI, bureau, fawen, process
from postal import LEASE, START, make_batch

from outbox.ledger.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path

    from outbox.ledger.states import LetterState

ACCOUNT = "zzb@cs.example"
PATIENCE = 60.0


@pytest.fixture
def doubted(tmp_path: Path) -> tuple[Path, str]:
    """A workspace with two letters in doubt and one queued."""
    root = bureau(tmp_path)
    batch = make_batch(root, 3)
    batch.approve()
    with batch.ledger as ledger:
        for one in ledger.claim(
            batch.name, "live", "w", START, LEASE, domain="cs.example", limit=2
        ):
            assert ledger.to_dot(one, START, LEASE, ACCOUNT)
        ledger.recover(START + 2 * LEASE)
    return root, batch.name


def states(root: Path, batch: str) -> list[LetterState]:
    with Ledger.open(root / "outbox" / "ledger.db", at=START) as ledger:
        return [one.state for one in ledger.letters(batch)]


@pytest.mark.skipif(os.name == "nt", reason="a terminal of POSIX")
def test_at_a_terminal_each_is_asked_about(doubted: tuple[Path, str]) -> None:
    root, batch = doubted
    ours, theirs = os.openpty()
    asked = subprocess.Popen(
        [sys.executable, str(CLI), "status", batch],
        cwd=root, stdin=theirs, stdout=theirs, stderr=theirs,
        env={**os.environ, "PYTHONUTF8": "1", "TERM": "dumb"},
    )  # fmt: skip
    os.close(theirs)
    read_until(ours, "还不知道")
    os.write(ours, b"y\n")
    read_until(ours, "还不知道")
    os.write(ours, b"\n")
    read_until(ours, "它不会自动重发")  # the one that is still in doubt, listed last
    assert asked.wait(PATIENCE) == 0
    os.close(ours)
    assert states(root, batch) == ["accepted", "in_doubt", "queued"]


def read_until(terminal: int, words: str) -> str:
    """Read what the terminal shows until it shows the words."""
    until, data = time.monotonic() + PATIENCE, b""
    while words not in data.decode("utf-8", "ignore") and time.monotonic() < until:
        if select.select([terminal], [], [], 1.0)[0]:
            data += os.read(terminal, 65536)
    said = data.decode("utf-8", "ignore")
    assert words in said
    return said


def test_elsewhere_nobody_is_asked(doubted: tuple[Path, str]) -> None:
    root, batch = doubted
    for words in (["status", batch], ["--json", "status", batch]):
        ran = process(*words, cwd=root)
        assert ran.status == 0
        assert "收到了吗" not in ran.out + ran.err
    assert states(root, batch) == ["in_doubt", "in_doubt", "queued"]


def test_a_persons_word_settles_one(doubted: tuple[Path, str]) -> None:
    root, batch = doubted
    told = fawen("--json", "resolve", batch, "001", "--unsent", cwd=root)
    assert (told.status, told.object["in_doubt"]) == (3, 1)
    told = fawen("--json", "resolve", "数院2", "--sent", "--why", "电话问过", cwd=root)
    assert (told.status, told.object["in_doubt"]) == (0, 0)
    assert "电话问过" in told.object["letters"][0]["words"]
    assert states(root, batch) == ["queued", "accepted", "queued"]
    refused = fawen("resolve", batch, "003", "--sent", cwd=root)
    assert refused.status == 2
    assert "没有存疑的信" in refused.err
    assert fawen("resolve", "003", cwd=root).status == 2
    assert fawen("resolve", batch, "003", cwd=root).status == 2
    assert fawen("resolve", "--sent", cwd=root).status == 2


def test_without_a_mailbox_it_is_said_what_to_do(doubted: tuple[Path, str]) -> None:
    root, batch = doubted
    ran = fawen("resolve", batch, cwd=root)
    assert ran.status in {1, 4}
    assert ran.err
    assert states(root, batch) == ["in_doubt", "in_doubt", "queued"]


def test_a_batch_with_nothing_but_doubts_is_not_told_to_send_on(tmp_path: Path) -> None:
    root = bureau(tmp_path)
    batch = make_batch(root, 1)
    batch.approve()
    with batch.ledger as ledger:
        (one,) = ledger.claim(batch.name, "live", "w", START, LEASE, domain="cs.example", limit=1)
        assert ledger.to_dot(one, START, LEASE, ACCOUNT)
        ledger.recover(START + 2 * LEASE)
    todo = [one["next"] for one in fawen("--json", cwd=root).object["todo"]]
    assert f"fawen resolve {batch.name}" in todo
    assert not [one for one in todo if "--go" in one]
