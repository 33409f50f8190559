"""Ledger, courier and server as one machine that hypothesis drives: never twice, never lost.

Workers claim, carry over a real connection to a server that misbehaves, settle late or never; they
are killed, stopped past their lease and overtaken; clocks jump; batches race; people cancel.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from faultserver import DROP, TAKE_DROP, TAKE_GARBAGE, TAKE_OK_DROP, Fault, FaultServer
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from postal import LEASE, make_account, make_batch

from outbox.ledger.allowance import Budget, Cap
from outbox.ledger.ledger import Ledger
from outbox.ledger.states import FINAL, LetterState
from outbox.ledger.values import Outcome
from outbox.post.courier import LATE, Courier
from outbox.post.delivery import deliver
from outbox.post.errand import _STATES
from outbox.post.verdict import Action, judge

if TYPE_CHECKING:
    from collections.abc import Callable

    from outbox.ledger.server import Server
    from outbox.ledger.values import LetterInfo
    from outbox.post.verdict import Answer

LETTERS, WORKERS = 4, 3
NO_SHRINKING = "FAWEN_NO_SHRINKING"  # a mutant is only to be noticed, not explained
BOX = "zzb@uni.example"
CAP = Cap(5, timedelta(minutes=30))
FAULTS = [
    None,
    None,
    Fault("greeting", b"421 4.3.2 busy\r\n"),
    Fault("mail", b"550 Sender frequency limited\r\n"),
    Fault("rcpt", b"450 greylisted\r\n"),
    Fault("rcpt", b"550 5.1.1 no such user\r\n"),
    Fault("data", DROP),
    Fault("dot", b"451 later\r\n"),
    Fault("dot", b"554 DT:SPM\r\n"),
    Fault("dot", DROP),
    Fault("dot", TAKE_DROP),
    Fault("dot", TAKE_GARBAGE),
    Fault("dot", TAKE_OK_DROP),
]
# What happens while a letter's body is on the wire, or just after its dot was committed.
BETWEEN = [
    "", "", "lease ends", "lease ends, unseen", "cancelled", "halted", "overtaken",
    "killed before", "killed after", "stopped after",
]  # fmt: skip
WORKER, BATCH = st.integers(0, WORKERS - 1), st.integers(0, 1)


class Killed(BaseException):
    """The worker died here."""


@dataclass
class Worker:
    """A sender: what it has leased, and the answers that it has not written down yet."""

    name: str
    ledger: Ledger
    courier: Courier
    leased: list[LetterInfo] = field(default_factory=list)
    heard: list[tuple[LetterInfo, Answer]] = field(default_factory=list)


class Post(RuleBasedStateMachine):
    """Two batches with the same documents, three workers, one mailbox, one server."""

    place: Callable[[Path], Path | Server]

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.server = FaultServer().__enter__()
        self.batch = make_batch(self.folder, LETTERS, size=32, place=type(self).place(self.folder))
        self.clock, self.ledger = self.batch.clock, self.batch.ledger
        letters = tuple(replace(one, subject="换个主题") for one in self.batch.manifest.letters)
        twin = replace(self.batch, manifest=replace(self.batch.manifest, job="别", letters=letters))
        self.ledger.record(twin.manifest, "outbox/y", self.clock.now(), "王芳")
        self.batches = [self.batch, twin]
        for one in self.batches:
            one.approve()
        self.account = make_account(self.server.port)
        self.gap = 0.0
        self.backwards = False
        self.workers = [self._worker(f"w{number}") for number in range(WORKERS)]

    def _worker(self, name: str) -> Worker:
        ledger = Ledger.open(self.batch.place, at=self.clock.now())
        return Worker(name, ledger, Courier(self.account, None, stopwatch=lambda: self.gap))

    # What workers do.

    @rule(worker=WORKER, which=BATCH, most=st.integers(1, 3))
    def claim(self, worker: int, which: int, most: int) -> None:
        self._claim(self.workers[worker], self.batches[which].name, most)

    def _claim(self, one: Worker, batch: str, most: int) -> None:
        one.leased += one.ledger.claim(
            batch, "live", one.name, self.clock.now(), LEASE,
            domain="uni.example", limit=most, budget=Budget(BOX, (CAP,)),
        )  # fmt: skip

    @precondition(lambda self: any(one.leased for one in self.workers))
    @rule(worker=WORKER, fault=st.sampled_from(FAULTS), between=st.sampled_from(BETWEEN))
    def carry(self, worker: int, fault: Fault | None, between: str) -> None:
        one = self._busy(worker)
        self._carry(one, one.leased.pop(0), fault, between)

    def _busy(self, worker: int) -> Worker:
        return next(one for one in self.workers[worker:] + self.workers if one.leased)

    def _carry(self, one: Worker, letter: LetterInfo, fault: Fault | None, between: str) -> None:
        def commit() -> bool:
            self.server.faults[:] = [at for at in self.server.faults if at.step == "dot"]
            self._meanwhile(one, letter, between)
            leave = one.ledger.to_dot(letter, self.clock.now(), LEASE, BOX)
            if between == "killed after":
                raise Killed
            if between == "stopped after":
                self.gap += LATE + 1
            return leave

        self.server.faults[:] = [replace(fault)] if fault else []
        mail = f"X-Fawen-Letter: {letter.token}\r\n\r\nbody".encode()
        try:
            answer = one.courier.carry(BOX, list(letter.to), [], mail, commit)
        except Killed:
            self._die(one)
        else:
            one.heard.append((letter, answer))
        self.server.faults.clear()

    def _meanwhile(self, one: Worker, letter: LetterInfo, between: str) -> None:
        if between.startswith("lease ends"):
            self.clock.at += LEASE
        if between == "lease ends":
            self.ledger.recover(self.clock.now(), who="another")
        elif between == "cancelled":
            only = [letter.organisation]
            self.ledger.cancel(letter.batch, self.clock.now(), "王芳", "不发了", only=only)
        elif between == "halted":
            self.ledger.halt(letter.batch, self.clock.now(), "w", "停")
        elif between == "overtaken":
            self._overtake(one, letter)
        elif between == "killed before":
            raise Killed

    def _overtake(self, one: Worker, letter: LetterInfo) -> None:
        """Let another worker send what the other batch has for anybody, whole, meanwhile."""
        other = next(two for two in self.workers if two is not one)
        rival = next(two.name for two in self.batches if two.name != letter.batch)
        self._claim(other, rival, 1)
        if other.leased:
            self._carry(other, other.leased.pop(), None, "")
            self._settle(other)

    @precondition(lambda self: any(one.heard for one in self.workers))
    @rule(worker=WORKER)
    def settle(self, worker: int) -> None:
        self._settle(next(one for one in self.workers[worker:] + self.workers if one.heard))

    def _settle(self, one: Worker) -> None:
        letter, answer = one.heard.pop(0)
        verdict = judge(answer)
        if verdict.action is Action.LOST:
            return
        state = _STATES[verdict.action]
        at = self.clock.now()
        due = at + timedelta(minutes=1) if state is LetterState.DEFERRED else None
        outcome = Outcome(state, answer.stage, answer.code, answer.text, verdict.words, due)
        one.ledger.settle(letter, outcome, at)

    @rule(worker=WORKER)
    def give_back(self, worker: int) -> None:
        one = self.workers[worker]
        for letter in one.leased:
            one.ledger.release(letter, self.clock.now())
        one.leased.clear()

    @rule(worker=WORKER)
    def kill(self, worker: int) -> None:
        self._die(self.workers[worker])

    def _die(self, one: Worker) -> None:
        one.leased.clear()
        one.heard.clear()
        one.courier.drop()

    @rule(worker=WORKER)
    def recover(self, worker: int) -> None:
        self.workers[worker].ledger.recover(self.clock.now(), who=f"w{worker}")

    # What time and people do.

    @rule(minutes=st.sampled_from([1, 4, 5, 6, 31, 600]))
    def wait(self, minutes: int) -> None:
        self.clock.at += timedelta(minutes=minutes)

    @rule(minutes=st.integers(1, 20))
    def jump_back(self, minutes: int) -> None:
        self.clock.at -= timedelta(minutes=minutes)
        self.backwards = True

    @rule(which=BATCH, number=st.integers(1, LETTERS))
    def cancel(self, which: int, number: int) -> None:
        name = self.batches[which].name
        only = [f"{number:03}"]
        self.ledger.cancel(name, self.clock.now(), "王芳", "不发了", only=only)

    @rule(which=BATCH)
    def go_on(self, which: int) -> None:
        name, at = self.batches[which].name, self.clock.now()
        self.ledger.resume(name, at, "王芳")
        self.ledger.take_up_held(name, at, "王芳")
        self.ledger.block_sent(name, at, "王芳")

    @rule()
    def resolve(self) -> None:
        copies = self.server.copies()
        for letter in self._letters():
            if letter.state is LetterState.IN_DOUBT:
                sent = letter.token in copies
                self.ledger.resolve(letter.id, self.clock.now(), "王芳", "已发送夹", sent=sent)

    # What must hold after each of it.

    def _letters(self) -> list[LetterInfo]:
        return [one for batch in self.batches for one in self.ledger.letters(batch.name)]

    @invariant()
    def nobody_gets_it_twice(self) -> None:
        copies = self.server.copies()
        assert all(number == 1 for number in copies.values())
        received = Counter(one.organisation for one in self._letters() if one.token in copies)
        assert all(number == 1 for number in received.values()), "two batches, one content"

    @invariant()
    def the_ledger_knows_what_has_gone(self) -> None:
        copies = self.server.copies()
        for letter in self._letters():
            if letter.state is LetterState.ACCEPTED:
                assert letter.token in copies, "accepted, and never received"
            elif letter.token in copies:
                assert letter.state in {LetterState.DOT, LetterState.IN_DOUBT}, letter.state

    @invariant()
    def the_account_balances(self) -> None:
        for batch in self.batches:
            assert sum(self.ledger.counts(batch.name).values()) == LETTERS
            assert self.ledger.unexplained(batch.name) == []
        assert self.ledger.broken() is None

    @invariant()
    def the_cap_holds(self) -> None:
        if self.backwards:
            return  # a window of a clock that went back means nothing
        dots = [move.at for move in self.ledger.moves() if move.after == LetterState.DOT]
        for begin in dots:
            window = [at for at in dots if begin <= at < begin + CAP.window]
            assert len(window) <= CAP.most

    def teardown(self) -> None:
        if not hasattr(self, "workers"):
            return
        try:
            self._come_to_an_end()
        finally:
            for one in self.workers:
                one.courier.drop()
                one.ledger.close()
            self.ledger.close()
            self.server.__exit__()
            shutil.rmtree(self.folder)

    def _come_to_an_end(self) -> None:
        """Whatever has happened: a person and one good day later, every letter is accounted for."""
        for number in range(WORKERS):
            self.kill(number)
        self.wait(600)
        self.recover(0)
        self.resolve()
        for which, batch in enumerate(self.batches):
            self.go_on(which)
            if batch.ledger.batch(batch.name).state in {"approved", "sending", "done"}:
                list(
                    deliver(
                        self.ledger, batch.name, "live", self.account, None, batch.folder,
                        now=self.clock.now, pause=self.clock.pause, worker="last", wait=True,
                    )
                )  # fmt: skip
        self.nobody_gets_it_twice()
        self.the_ledger_knows_what_has_gone()
        self.the_account_balances()
        assert all(one.state in FINAL for one in self._letters()), "none is lost"


def drive(place: Callable[[Path], Path | Server], examples: int, steps: int, *, same: bool) -> None:
    """Run the machine; `same` draws the same examples each time."""
    machine = type("Machine", (Post,), {"place": staticmethod(place)})
    how = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=same,
        database=None,
        phases=[Phase.generate] if os.environ.get(NO_SHRINKING) else list(Phase),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=how)


def in_a_file(folder: Path) -> Path:
    return folder / "outbox" / "ledger.db"


def test_whatever_happens_nothing_is_sent_twice_or_lost() -> None:
    drive(in_a_file, 8, 20, same=True)


@pytest.mark.postgres
def test_whatever_happens_on_a_server(request: pytest.FixtureRequest) -> None:
    cluster = request.getfixturevalue("cluster")
    drive(lambda _: cluster.database(), 3, 20, same=True)


@pytest.mark.long
@pytest.mark.parametrize("turn", range(4))
def test_whatever_happens_for_long(turn: int) -> None:
    assert turn < 4
    drive(in_a_file, 150, 60, same=False)


@pytest.mark.long
@pytest.mark.postgres
def test_whatever_happens_on_a_server_for_long(request: pytest.FixtureRequest) -> None:
    cluster = request.getfixturevalue("cluster")
    drive(lambda _: cluster.database(), 150, 60, same=False)
