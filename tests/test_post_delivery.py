"""A batch on its way: what was signed is what leaves, at the pace allowed, and goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from faultserver import Fault, FaultServer
from postal import LEASE, START, Batch, make_account, make_batch

from outbox.post.courier import Courier
from outbox.post.delivery import deliver
from outbox.post.pace import backoff, eta
from rosters.finding import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def batch(tmp_path: Path) -> Iterator[Batch]:
    made = make_batch(tmp_path, 3)
    made.approve()
    with made.ledger:
        yield made


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as one:
        yield one


def test_a_draft_does_not_leave(tmp_path: Path, server: FaultServer) -> None:
    batch = make_batch(tmp_path)
    with batch.ledger:
        with pytest.raises(InputError, match="签发之后才能发送"):
            batch.send(make_account(server.port))
        with pytest.raises(UsageError, match="没有批次"):
            list(
                deliver(
                    batch.ledger, "无", "live", make_account(server.port), None, batch.folder,
                    now=batch.clock.now, pause=batch.clock.pause, worker="w",
                )
            )  # fmt: skip
    assert not server.lines


@pytest.mark.parametrize("change", ["byte", "gone"])
def test_a_file_that_is_not_the_signed_one_halts_the_batch(
    batch: Batch, server: FaultServer, change: str
) -> None:
    file = batch.folder / "002" / "a.docx"
    signed = file.read_bytes()
    if change == "byte":
        file.write_bytes(signed[:-1] + b"!")
    else:
        file.unlink()
    events = batch.send(make_account(server.port))
    assert [str(event.kind) for event in events] == ["accepted", "halted"]
    assert "数学学院第2党总支" in events[-1].words
    assert batch.states() == {"accepted": 1, "queued": 2}
    assert batch.ledger.batch(batch.name).state == "halted"
    assert len(server.journal) == 1
    file.write_bytes(signed)
    batch.send(make_account(server.port))
    assert batch.states() == {"accepted": 3}
    assert batch.ledger.batch(batch.name).state == "done"
    assert set(server.copies().values()) == {1}


def test_sending_again_sends_nothing(batch: Batch, server: FaultServer) -> None:
    batch.send(make_account(server.port))
    assert batch.send(make_account(server.port)) == []
    assert len(server.journal) == 3


def test_another_batch_does_not_send_the_same(batch: Batch, server: FaultServer) -> None:
    batch.send(make_account(server.port))
    letters = tuple(replace(one, subject="换个主题") for one in batch.manifest.letters)
    other = replace(batch, manifest=replace(batch.manifest, job="改名", letters=letters))
    batch.ledger.record(other.manifest, "outbox/y", START, "王芳")
    other.approve()
    events = other.send(make_account(server.port))
    assert [str(event.kind) for event in events] == ["cancelled"] * 3 + ["finished"]
    assert f"已由批次{batch.name}发出" in events[0].words
    assert len(server.journal) == 3


def test_an_address_that_is_none_refuses_its_own_letter_only(
    tmp_path: Path, server: FaultServer
) -> None:
    batch = make_batch(tmp_path, 2)
    bad = replace(batch.manifest.letters[0], to=("a@b\r\nx.example",))
    manifest = replace(batch.manifest, job="坏", letters=(bad, batch.manifest.letters[1]))
    other = replace(batch, manifest=manifest)
    with batch.ledger:
        batch.ledger.record(manifest, "outbox/y", START, "王芳")
        other.approve()
        other.send(make_account(server.port))
        assert other.states() == {"rejected": 1, "accepted": 1}


def test_the_pace_is_kept_and_a_restart_cannot_exceed_it(
    tmp_path: Path, server: FaultServer
) -> None:
    batch = make_batch(tmp_path, 7)
    batch.approve()
    account = make_account(server.port, per_minute=2, per_day=5)
    with batch.ledger:
        events = batch.send(account)
        assert len(server.journal) == 2
        assert events[-1].kind == "waiting"
        assert events[-1].next_at == START + timedelta(minutes=1)
        batch.send(account)
        assert len(server.journal) == 2, "started again within the minute"
        rests = [one for one in batch.send(account, wait=True) if one.kind == "resting"]
        assert len(server.journal) == 7
        assert rests[0].next_at == START + timedelta(minutes=1)
        assert "须等到 11月23日 01:01 以后再发：已到限额" in rests[0].words
        assert sum(batch.clock.pauses) >= timedelta(days=1).total_seconds() - 300


def test_the_minute_that_is_told_is_not_too_early(tmp_path: Path, server: FaultServer) -> None:
    batch = make_batch(tmp_path, 3)
    batch.approve()
    batch.clock.at += timedelta(seconds=1)
    account = make_account(server.port, per_minute=2)
    with batch.ledger:
        waiting = batch.send(account)[-1]
    assert waiting.next_at == START + timedelta(seconds=61)
    assert "须等到 11月23日 01:02 以后" in waiting.words


def test_how_long_it_takes() -> None:
    account = make_account(25, per_minute=10, per_day=200)
    assert eta(0, account) == eta(10, account) == timedelta(0)
    assert eta(11, account) == timedelta(minutes=1)
    assert eta(1_000_000, account).days == 4999
    assert eta(500, make_account(25)) == timedelta(0)


def test_backing_off_grows_within_bounds() -> None:
    waits = [backoff("token", attempts).total_seconds() for attempts in range(20)]
    assert all(5 <= wait <= 7200 for wait in waits)
    assert waits == [backoff("token", attempts).total_seconds() for attempts in range(20)]
    spread = [backoff(str(one), 3).total_seconds() for one in range(500)]
    assert min(spread) < 60
    assert max(spread) > 420


def test_whoever_stops_watching_leaves_nothing_leased(batch: Batch, server: FaultServer) -> None:
    watching = deliver(
        batch.ledger, batch.name, "live", make_account(server.port), None, batch.folder,
        now=batch.clock.now, pause=batch.clock.pause, worker="w",
    )  # fmt: skip
    assert next(watching).kind == "accepted"
    watching.close()
    assert batch.states() == {"accepted": 1, "queued": 2}
    batch.send(make_account(server.port))
    assert set(server.copies().values()) == {1}


def carry(server: FaultServer, commit: object, **how: object) -> object:
    courier = Courier(make_account(server.port), None, **how)
    try:
        return courier.carry("a@b.example", ["c@d.example"], [], b"X: y\r\n\r\nbody", commit)
    finally:
        courier.close()


def test_without_leave_the_dot_is_not_sent(server: FaultServer) -> None:
    assert carry(server, lambda: False).stage == "commit"
    assert not server.journal


def test_a_late_commit_is_not_followed_by_the_dot(server: FaultServer) -> None:
    hours = iter(range(0, 1000, 6))
    answer = carry(server, lambda: True, stopwatch=lambda: next(hours))
    assert (answer.stage, answer.code) == ("body", 0)
    assert not server.journal


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, OSError])
def test_a_commit_that_fails_sends_nothing(server: FaultServer, error: type[BaseException]) -> None:
    def commit() -> bool:
        raise error

    with pytest.raises(error):
        carry(server, commit)
    assert not server.journal
    assert "quit" not in server.lines


def test_a_body_that_is_broken_off_is_followed_by_nothing(server: FaultServer) -> None:
    class Interrupted(Courier):
        def _body(self, mail: bytes) -> None:
            self.smtp.send(mail[:12])
            raise KeyboardInterrupt

    courier = Interrupted(make_account(server.port), None)
    with pytest.raises(KeyboardInterrupt):
        courier.carry("a@b.example", ["c@d.example"], [], b"X: y\r\n\r\nbody\r\n", lambda: True)
    courier.close()
    server.__exit__()
    assert server.unfinished == [b"X: y\r\n\r\nbody"], "some servers take QUIT for the mail's end"


def test_a_refused_letter_is_cleared_off_the_connection(batch: Batch, server: FaultServer) -> None:
    server.faults.append(Fault("rcpt", b"550 no such user\r\n"))
    batch.send(make_account(server.port))
    assert batch.states() == {"accepted": 2, "rejected": 1}
    assert server.connections == 1, "RSET, and the same connection carries the next"
    assert server.lines.count("rset") == 1


def test_a_courier_that_is_forgotten_says_nothing(server: FaultServer) -> None:
    courier = Courier(make_account(server.port), None)
    courier.carry("a@b.example", ["c@d.example"], [], b"X: y\r\n\r\nbody", lambda: True)
    del courier
    assert "quit" not in server.lines


def test_a_kept_connection_that_died_is_replaced() -> None:
    seconds = iter(range(0, 10_000, 3))
    clock = {"jump": 0}
    with FaultServer([Fault("noop", "drop")]) as server:
        courier = Courier(
            make_account(server.port), None, stopwatch=lambda: next(seconds) + clock["jump"]
        )
        for _ in range(2):
            answer = courier.carry(
                "a@b.example", ["c@d.example"], [], b"X: y\r\n\r\nb", lambda: True
            )
            assert answer.code == 250
            clock["jump"] += 100
        courier.close()
        assert server.connections == 2
        assert len(server.journal) == 2


def test_two_senders_at_once_are_harmless(batch: Batch, server: FaultServer) -> None:
    ours, theirs = (
        deliver(
            batch.ledger, batch.name, "live", make_account(server.port, per_minute=1 + n), None,
            batch.folder, now=batch.clock.now, pause=batch.clock.pause, worker=f"w{n}",
        )
        for n in range(2)
    )  # fmt: skip
    next(ours)
    list(theirs)
    list(ours)
    batch.clock.at += LEASE
    batch.send(make_account(server.port))
    assert batch.states() == {"accepted": 3}
    assert set(server.copies().values()) == {1}
