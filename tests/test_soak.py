"""The soak: a hundred thousand letters in eight parts, thousands of faults, kills all the while."""

from __future__ import annotations

import email
import email.policy
import hashlib
import json
import os
import random
import signal
import time
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from faultserver import DROP, RESET, TAKE_DROP, TAKE_OK_DROP, FaultServer, Mail
from nursery import Nursery, Order, SharedClock
from postal import Batch, make_account, make_batch

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="senders are forked here")

# What the server does, and how often in a hundred times that it comes to this step.
KINDS: list[tuple[str, str | bytes, float]] = [
    ("greeting", b"421 4.3.2 too busy\r\n", 3.0),
    ("greeting", DROP, 3.0),
    ("mail", b"450 4.3.0 later\r\n", 0.7),
    ("mail", b"550 Sender frequency limited\r\n", 0.3),
    ("rcpt", b"451 4.7.1 greylisted\r\n", 0.8),
    ("rcpt", DROP, 0.5),
    ("data", b"451 4.3.0 later\r\n", 0.8),
    ("data", RESET, 0.5),
    ("dot", b"451 4.3.0 later\r\n", 0.8),
    ("dot", DROP, 0.5),
    ("dot", TAKE_DROP, 0.5),
    ("dot", TAKE_OK_DROP, 0.5),
]


class Misfortune:
    """Draws faults; `drawn` counts them by kind."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 (faults of a test, no secret)
        self.drawn: Counter[int] = Counter()

    def __call__(self, step: str, _line: str) -> str | bytes | None:
        lot = self.dice.random() * 100
        for number, (at, do, share) in enumerate(KINDS):
            if at == step:
                lot -= share
                if lot < 0:
                    self.drawn[number] += 1
                    return do
        return None


class Spool:
    """Received mails on disk: parsed again when all is over."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("w+b")

    def __call__(self, mail: Mail) -> None:
        head = json.dumps([mail.token, mail.to, len(mail.data)]).encode()
        self.file.write(head + b"\n" + mail.data)
        # The journal needs no more than who it was.
        mail.data = b"X-Fawen-Letter: " + mail.token.encode()

    def close(self) -> None:
        self.file.close()

    def mails(self) -> list[tuple[str, list[str], bytes]]:
        self.file.seek(0)
        found = []
        while line := self.file.readline():
            token, to, size = json.loads(line)
            found.append((token, to, self.file.read(size)))
        return found


def soak(path: Path, letters: int, kills: int, faults: int, seed: int) -> str:
    batch = make_batch(path, letters, size=640)
    batch.approve()
    fortune, clock = Misfortune(seed), SharedClock(path / "clock")
    memory = path / "memory"
    begun = time.monotonic()
    with (
        batch.ledger,
        closing(Spool(path / "spool")) as spool,
        FaultServer(plan=fortune, keep=spool) as server,
        Nursery() as nursery,
    ):

        def order(worker: str, memory: str = "") -> Order:
            return Order(
                str(batch.place), batch.name, str(batch.folder), server.port,
                worker, str(clock.path), wait=True, memory=memory,
            )  # fmt: skip

        steady = nursery.run(order("steady", str(memory)))
        dice = random.Random(seed)  # noqa: S311 (moments to kill at, no secret)
        for number in range(kills):
            victim = nursery.run(order(f"victim {number}"))
            share = letters * 0.9 * (number + dice.random()) / kills
            while len(server.journal) < share:
                time.sleep(0.01)
            os.kill(victim, signal.SIGKILL)
            assert nursery.wait(victim) == -signal.SIGKILL
        assert nursery.wait(steady) == 0
        seconds = time.monotonic() - begun
        doubtful = _prove(batch, server, clock)
        _send_the_rest(batch, server, clock)
        assert dict(server.copies()) == {one.token: 1 for one in batch.ledger.letters(batch.name)}
        assert batch.ledger.broken() is None
        mismatches = sum(_differs(mail) for mail in _by_letter(batch, spool.mails()))
    assert mismatches == 0
    assert len(fortune.drawn) == len(KINDS), "every kind came"
    assert fortune.drawn.total() >= faults
    grown = _growth(memory)
    assert grown < 0.05
    return (
        f"{letters} letters, {fortune.drawn.total()} faults of {len(fortune.drawn)} kinds, "
        f"{kills} kills: 0 lost, 0 twice, 0 mismatches; {doubtful} were in doubt and settled by "
        f"proof; memory {grown:+.1%}; {seconds:.0f} s, {letters / seconds:.0f} letters a second"
    )


def _prove(batch: Batch, server: FaultServer, clock: SharedClock) -> int:
    clock.pause(3600)
    batch.ledger.recover(clock.now(), who="proof")
    copies, doubtful = server.copies(), 0
    for letter in batch.ledger.letters(batch.name):
        assert letter.state in {"accepted", "in_doubt", "queued", "deferred"}, letter.reason
        if letter.state == "in_doubt":
            doubtful += 1
            sent = letter.token in copies
            batch.ledger.resolve(letter.id, clock.now(), "proof", "journal", sent=sent)
        else:
            assert (letter.state == "accepted") == (letter.token in copies), "none lost"
    return doubtful


def _send_the_rest(batch: Batch, server: FaultServer, clock: SharedClock) -> None:
    server.plan = None
    batch.clock.at = clock.now()
    batch.send(make_account(server.port), wait=True)


def _by_letter(batch: Batch, mails: list[tuple[str, list[str], bytes]]) -> list[Any]:
    letters = {one.token: one for one in batch.ledger.letters(batch.name)}
    return [(letters[token], to, data) for token, to, data in mails]


def _differs(received: Any) -> bool:
    """Parse a received mail and compare it with its letter in the ledger."""
    letter, to, data = received
    mail: Any = email.message_from_bytes(data, policy=email.policy.default)
    parts = [
        (part.get_filename(), hashlib.sha256(part.get_payload(decode=True)).hexdigest())
        for part in mail.iter_attachments()
    ]
    signed = [(part.name, part.sha256) for part in letter.attachments]
    shown = [one.addr_spec for one in mail["To"].addresses]
    own = mail["Subject"] == letter.subject and letter.short in mail.get_body().get_content()
    return not (own and parts == signed and shown == to == list(letter.to))


def _growth(memory: Path) -> float:
    """Compare the memory at a fifth of the way with that at the end, each the middle of three."""
    kilobytes = [int(line) for line in memory.read_text(encoding="ascii").split()]
    fifth = max(1, len(kilobytes) // 5)
    first, last = sorted(kilobytes[fifth : fifth + 3])[1], sorted(kilobytes[-3:])[1]
    return last / first - 1


@pytest.mark.long
@pytest.mark.parametrize("part", range(1, 9))
def test_soak(tmp_path: Path, part: int) -> None:
    print(soak(tmp_path, letters=12_500, kills=7, faults=625, seed=part))  # noqa: T201 (the result)
