"""Clocks that jump: what was done under a clock that ran ahead keeps nothing for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from faultserver import Fault, FaultServer
from postal import START, make_account, make_batch

from outbox.ledger.states import Channel

if TYPE_CHECKING:
    from pathlib import Path

    from postal import Batch

    from outbox.ledger.values import LetterInfo

YEAR, LEASE = timedelta(days=365), timedelta(minutes=5)


def _claimed(batch: Batch) -> LetterInfo:
    """Claim one letter under a clock that is a year ahead."""
    [letter] = batch.ledger.claim(
        batch.name, Channel.LIVE, "w", START + YEAR, LEASE, domain="uni.example"
    )
    return letter


def test_letters_sent_under_a_clock_that_ran_ahead_do_not_use_up_the_quota_for_a_year(
    tmp_path: Path,
) -> None:
    batch = make_batch(tmp_path, 3)
    batch.approve()
    with batch.ledger, FaultServer() as server:
        account = make_account(server.port, per_day=1)
        batch.clock.at = START + YEAR
        batch.send(account)
        batch.clock.at = START + timedelta(hours=1)
        batch.send(account)
        assert batch.states() == {"accepted": 2, "queued": 1}


@pytest.mark.parametrize(("dot", "then"), [(False, "queued"), (True, "in_doubt")])
def test_a_lease_taken_under_a_clock_that_ran_ahead_ends(
    tmp_path: Path, then: str, *, dot: bool
) -> None:
    batch = make_batch(tmp_path, 1)
    batch.approve()
    with batch.ledger:
        letter = _claimed(batch)
        if dot:
            assert batch.ledger.to_dot(letter, START + YEAR, LEASE, "zzb@uni.example")
        batch.ledger.recover(START + timedelta(hours=1))
        assert batch.states() == {then: 1}


def test_a_lease_of_a_clock_a_little_ahead_is_respected(tmp_path: Path) -> None:
    batch = make_batch(tmp_path, 1)
    batch.approve()
    with batch.ledger:
        batch.ledger.claim(batch.name, Channel.LIVE, "w", START, LEASE, domain="uni.example")
        assert batch.ledger.recover(START - timedelta(minutes=30)) == (0, 0)
        assert batch.states() == {"leased": 1}


def test_a_rest_and_a_delay_of_a_clock_that_ran_ahead_end(tmp_path: Path) -> None:
    batch = make_batch(tmp_path, 2)
    batch.approve()
    slow, later = b"550 connection frequency limited\r\n", b"450 later\r\n"
    faults = [Fault("rcpt", later, only="dzz001"), Fault("rcpt", slow, only="dzz002")]
    with batch.ledger, FaultServer(faults) as server:
        account = make_account(server.port)
        batch.clock.at = START + YEAR
        batch.send(account)
        assert batch.states() == {"deferred": 2}
        batch.clock.at = START + timedelta(hours=1)
        batch.send(account)
        assert batch.states() == {"accepted": 2}


def test_what_is_proven_unsent_of_a_batch_called_back_is_called_back_too(tmp_path: Path) -> None:
    batch = make_batch(tmp_path, 2)
    batch.approve()
    with batch.ledger:
        at = batch.clock.now()
        [letter] = batch.ledger.claim(
            batch.name, Channel.LIVE, "w", at, LEASE, domain="uni.example"
        )
        assert batch.ledger.to_dot(letter, at, LEASE, "zzb@uni.example")
        at += timedelta(hours=1)
        batch.ledger.recover(at)
        batch.ledger.cancel(batch.name, at, "王芳", "撤销")
        assert batch.states() == {"in_doubt": 1, "cancelled": 1}
        assert batch.ledger.resolve(letter.id, at, "王芳", "没收到", sent=False)
        assert batch.states() == {"cancelled": 2}
        assert batch.ledger.unexplained(batch.name) == []
        assert batch.ledger.broken() is None
