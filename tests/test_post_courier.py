"""The courier on its road: one connection, its cap, partial refusals, rests; QUIT in its place."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from faultserver import DROP, Fault, FaultServer
from postal import Batch, make_account, make_batch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def batch(tmp_path: Path) -> Iterator[Batch]:
    made = make_batch(tmp_path, 3)
    made.approve()
    with made.ledger:
        yield made


@pytest.mark.parametrize("do", [DROP, b"554 stop\r\n"])
def test_a_break_in_mid_body_leaves_nothing_and_never_says_quit(
    tmp_path: Path, do: str | bytes
) -> None:
    batch = make_batch(tmp_path, 2, size=6_000_000)  # more than the socket's buffers hold
    batch.approve()
    with batch.ledger, FaultServer([Fault("body", do)]) as server:
        account = make_account(server.port, timeout=20.0)
        events = batch.send(account)
        assert events[0].kind == "deferred"
        assert server.lines[server.lines.index("data") + 1] != "quit"
        batch.send(account, wait=True)
        assert batch.states() == {"accepted": 2}
        assert set(server.copies().values()) == {1}


def test_one_connection_carries_all(batch: Batch) -> None:
    with FaultServer() as server:
        events = batch.send(make_account(server.port))
        assert [str(event.kind) for event in events] == ["accepted"] * 3 + ["finished"]
        assert server.connections == 1
        assert server.lines.count("quit") == 1


def test_a_connection_carries_no_more_than_its_cap(batch: Batch) -> None:
    with FaultServer() as server:
        batch.send(make_account(server.port, per_connection=2))
        assert server.connections == 2
        assert batch.states() == {"accepted": 3}


def test_a_refused_cc_does_not_keep_the_letter_from_the_rest(tmp_path: Path) -> None:
    batch = make_batch(tmp_path, 1, cc=("chief@branch.example", "gone@branch.example"))
    batch.approve()
    with batch.ledger, FaultServer([Fault("rcpt", b"550 gone\r\n", only="gone@")]) as server:
        (event, _done) = batch.send(make_account(server.port))
        assert event.partial
        assert "gone@branch.example" in event.words
        assert server.journal[0].to == ["dzz001@branch.example", "chief@branch.example"]
        assert batch.states() == {"accepted": 1}


def test_one_refused_in_to_does_not_keep_the_others_of_to(tmp_path: Path) -> None:
    to = ("gone@branch.example", "there@branch.example")
    batch = make_batch(tmp_path, 1, to=to)
    batch.approve()
    with batch.ledger, FaultServer([Fault("rcpt", b"550 gone\r\n", only="gone@")]) as server:
        (event, _done) = batch.send(make_account(server.port))
        assert event.partial
        assert "gone@branch.example 被拒收" in event.words
        assert server.journal[0].to == ["there@branch.example"]
        assert "gone@branch.example" in batch.ledger.letters(batch.name)[0].reason


def test_a_cc_put_off_again_and_again_is_left_behind_at_last(tmp_path: Path) -> None:
    batch = make_batch(tmp_path, 1, cc=("slow@branch.example",))
    batch.approve()
    faults = [Fault("rcpt", b"450 later\r\n", times=100, only="slow@")]
    with batch.ledger, FaultServer(faults) as server:
        events = batch.send(make_account(server.port), wait=True)
        kinds = [str(event.kind) for event in events]
        assert kinds.count("resting") >= 4, "the first pause may be too short to tell of"
        heard = [kind for kind in kinds if kind != "resting"]
        assert heard == ["deferred"] * 5 + ["accepted", "finished"]
        assert events[-2].partial
        assert server.journal[0].to == ["dzz001@branch.example"]


def test_a_throttle_said_to_a_cc_is_no_refusal_of_it(tmp_path: Path) -> None:
    batch = make_batch(tmp_path, 1, cc=("chief@branch.example",))
    batch.approve()
    faults = [Fault("rcpt", b"550 Sender frequency limited\r\n", only="chief@")]
    with batch.ledger, FaultServer(faults) as server:
        batch.send(make_account(server.port), wait=True)
        assert server.journal[0].to == ["dzz001@branch.example", "chief@branch.example"]


def test_all_refused_in_to_stop_the_letter(tmp_path: Path) -> None:
    batch = make_batch(tmp_path, 1, cc=("chief@branch.example",))
    batch.approve()
    with batch.ledger, FaultServer([Fault("rcpt", b"550 gone\r\n", only="dzz001@")]) as server:
        batch.send(make_account(server.port))
        assert batch.states() == {"rejected": 1}
        assert not server.journal


def test_a_mail_above_the_servers_size_is_not_begun(batch: Batch) -> None:
    with FaultServer(size=1000) as server:
        events = batch.send(make_account(server.port))
        assert batch.states() == {"rejected": 3}
        assert "大小限制" in events[0].words
        assert "data" not in server.lines


def test_a_throttled_mailbox_rests_and_counts_no_attempt(batch: Batch) -> None:
    faults = [Fault("mail", b"550 Sender frequency limited\r\n", times=2)]
    with FaultServer(faults) as server:
        events = batch.send(make_account(server.port))
        assert [str(event.kind) for event in events] == ["deferred", "waiting"]
        letter = batch.ledger.letters(batch.name)[0]
        assert letter.attempts == 0
        assert batch.states() == {"deferred": 1, "queued": 2}
        batch.send(make_account(server.port), wait=True)
        assert batch.states() == {"accepted": 3}
        assert sum(batch.clock.pauses) > 3600, "the second time it rests an hour"
        pause = batch.ledger.pause_of("zzb@uni.example")
        assert pause is not None
        assert pause.step == 0, "what is accepted ends the escalation"


def test_two_refusals_of_content_in_a_row_stop_the_batch_for_an_hour(batch: Batch) -> None:
    with FaultServer([Fault("dot", b"554 DT:SPM\r\n", times=9)]) as server:
        events = batch.send(make_account(server.port))
        assert [str(event.kind) for event in events] == ["held", "held", "waiting"]
        assert events[-1].next_at == batch.clock.now() + timedelta(hours=1)
        assert not server.journal


def test_what_nobody_takes_for_two_days_expires(batch: Batch) -> None:
    with FaultServer([Fault("rcpt", b"450 later\r\n", times=10_000)]) as server:
        batch.send(make_account(server.port), wait=True)
        assert batch.states() == {"expired": 3}
        assert 24 < len(batch.ledger.attempts(1)) < 100
