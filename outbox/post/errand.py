"""One run of a delivery: which letter next, what its answer comes to, when to stop."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from outbox.ledger.states import FINAL, OPEN, WAITING, BatchState, Channel, LetterState
from outbox.ledger.values import Outcome
from outbox.post import pace
from outbox.post.event import Event
from outbox.post.message import envelope
from outbox.post.signed import Signed, urgent
from outbox.post.stationery import Stationery
from outbox.post.throttle import BEFORE_THE_LETTER, Throttle
from outbox.post.verdict import Action, Answer, Stage, Verdict, judge
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import LetterInfo
    from outbox.post.account import Account
    from outbox.post.courier import Courier

LEASE = timedelta(minutes=5)  # to connect and to write the body
SPARE = 5  # less than this part of a lease left, and the letter is not begun
PATIENT = 5  # attempts that wait for a Cc who cannot be served now; then it leaves without him
FEW, MANY = 8, 64  # letters claimed in one transaction: at first, and where they leave briskly
BRISK = timedelta(
    seconds=5
)  # for a group; whatever stops the batch elsewhere is noticed within twice that


@dataclass
class Errand:
    """One run of `deliver`."""

    ledger: Ledger
    batch: str
    channel: Channel
    account: Account
    folder: Path
    now: Callable[[], datetime]
    worker: str
    courier: Courier
    lease: timedelta = LEASE
    halted: bool = False
    _stopped: bool = False
    _group: int = FEW
    _signed: Signed = field(init=False)
    _throttle: Throttle = field(init=False)
    _stationery: Stationery = field(init=False)

    def __post_init__(self) -> None:
        self._stationery = Stationery(self.account)
        self._signed = Signed(self.ledger, self.batch, self.folder)
        self._throttle = Throttle(
            self.ledger, self.batch, self.channel, self.account, self.worker, self.lease
        )

    def begin(self) -> Iterator[Event]:
        """Recover what was broken off, and leave out what another batch has sent."""
        at = self.now()
        info = self.ledger.batch(self.batch)
        self.ledger.set_right(at)
        self.ledger.recover(at, who=self.worker)
        self._throttle.begin()
        if self.channel is Channel.TRIAL:
            self._throttle.urgent = True  # it wakes nobody but whoever asked for it
        elif self.account.quiet_hours:
            self._throttle.urgent = urgent(self.ledger.manifest(self.batch))
        if info.letters >= MANY:
            self.ledger.stretch()
        if self.channel is not Channel.LIVE:
            return
        if info.state not in OPEN | {BatchState.HALTED, BatchState.DONE}:
            raise InputError(
                f"批次“{info.name}”的状态是“{info.state.word}”，不能发送", "签发之后才能发送"
            )
        if info.state is BatchState.HALTED:
            self.ledger.resume(self.batch, at, self.worker)
        for number in self.ledger.block_sent(self.batch, at, self.worker):
            letter = self.ledger.letter(number)
            yield Event(LetterState.CANCELLED, letter.reason, at, letter)

    def drain(self) -> Iterator[Event]:
        """Send until nothing can be claimed now."""
        self._stopped = False
        while not self._stopped:
            stopped = self._throttle.stopped()
            if stopped:
                yield self._halt(stopped)
                return
            left = list(self._claim())
            if not left:
                return
            begun = self.now()
            try:
                while left and not self._stopped:
                    yield from self._one(left[0])
                    left.pop(0)
            finally:  # stopped, interrupted, or nobody watches any more
                for letter in left:
                    self.ledger.release(letter, self.now())
            brisk = self.now() - begun < BRISK
            self._group = min(MANY, 2 * self._group) if brisk else FEW

    def pause(self) -> None:
        """Hang up and give back what others may use meanwhile."""
        self.courier.close()
        self._throttle.pause(self.now())

    def waits_until(self) -> tuple[datetime, str] | None:
        """Return when to go on, and why; None where nothing is left that time alone will move."""
        counts = self.ledger.counts(self.batch, self.channel)
        if not any(counts[state] for state in WAITING - {LetterState.HELD}):
            return None
        if self.channel is Channel.LIVE and self.ledger.batch(self.batch).state not in OPEN:
            return None  # another sender, or a person, has stopped it
        at = self.now()
        due = [(at, ""), self._throttle.until(at)]
        seat = self._throttle.seat(at)
        if seat:
            due.append((seat, "别的进程正在用这个邮箱发信"))
        if not counts[LetterState.QUEUED]:
            later = self.ledger.next_at(self.batch, self.channel)
            due += [(later, "")] if later else []
        return max(due)

    def _claim(self) -> tuple[LetterInfo, ...]:
        at = self.now()
        if self._throttle.until(at)[0] > at or self._throttle.seat(at):
            return ()
        self.ledger.recover(at, who=self.worker)
        limit = self._throttle.limit(at, self._group)
        if not limit:
            return ()
        found = self.ledger.claim(
            self.batch,
            self.channel,
            self.worker,
            at,
            self.lease,
            domain=self.account.domain,
            limit=limit,
            budget=self._throttle.budget(),
        )
        if not found:
            self._throttle.unused(at)
        return found

    def _one(self, letter: LetterInfo) -> Iterator[Event]:
        at = self.now()
        if letter.lease_until and letter.lease_until - at < self.lease / SPARE:
            self.ledger.release(letter, at, "准备时间过长")
            return
        try:
            files = self._signed.files(letter)
        except InputError as error:
            self.ledger.release(letter, at, str(error))
            yield self._halt(str(error), letter)
            return
        yield from self._settle(letter, self._carry(letter, files, at))

    def _carry(self, letter: LetterInfo, files: list[bytes], at: datetime) -> Answer:
        lease = self.lease + timedelta(seconds=self.account.timeout)

        def commit() -> bool:
            return self.ledger.to_dot(letter, self.now(), lease, self._throttle.mailbox)

        try:
            to, cc = envelope(letter)
            mail = self._stationery.mail(letter, files, at, self.ledger.thread_of(letter))
        except InputError as error:
            return Answer(Stage.BUILD, 0, str(error))
        patient = letter.attempts < PATIENT
        return self.courier.carry(self.account.address, to, cc, mail, commit, patient=patient)

    def _settle(self, letter: LetterInfo, answer: Answer) -> Iterator[Event]:
        verdict = judge(answer)
        at = self.now()
        if verdict.action is Action.LOST:
            yield self._lost(letter, at)
            return
        outcome = self._outcome(letter, answer, verdict, at)
        if not self.ledger.settle(letter, outcome, at):
            yield self._lost(letter, at)
            return
        lesson = self._throttle.heard(letter, answer, verdict, at)
        now = _settled(letter, outcome, at)
        shown = max(filter(None, (outcome.next_at, lesson.until)), default=None)
        next_at = shown if outcome.state is LetterState.DEFERRED else None
        yield Event(outcome.state, verdict.words, at, now, next_at, bool(answer.refused))
        self._stopped = self._stopped or bool(lesson.until)
        if lesson.halt:
            yield self._halt(lesson.halt, now)

    def _outcome(
        self, letter: LetterInfo, answer: Answer, verdict: Verdict, at: datetime
    ) -> Outcome:
        """Say what becomes of the letter; how long its mailbox rests is not its affair."""
        state = _STATES[verdict.action]
        blamed = verdict.action not in {Action.THROTTLED, Action.HALT}
        blamed = blamed and answer.stage not in BEFORE_THE_LETTER
        next_at = None
        if state is LetterState.DEFERRED:
            # A letter that is not to blame goes first when its mailbox goes on.
            next_at = at + pace.backoff(letter.token, letter.attempts) if blamed else at
        if blamed and next_at and at - (letter.first_at or at) > pace.LIFETIME:
            state, next_at = LetterState.EXPIRED, None
        return Outcome(
            state,
            answer.stage,
            answer.code,
            answer.text,
            verdict.words,
            next_at,
            counted=blamed,
            account=self.account.address,
        )

    def _halt(self, words: str, letter: LetterInfo | None = None) -> Event:
        at = self.now()
        if self.channel is Channel.LIVE:
            self.ledger.halt(self.batch, at, self.worker, words)
        self.halted = self._stopped = True
        return Event("halted", words, at, letter)

    def _lost(self, letter: LetterInfo, at: datetime) -> Event:
        """Say what became of a letter that somebody else has moved."""
        now = self.ledger.letter(letter.id)
        if now.state is LetterState.CANCELLED:
            return Event(now.state, now.reason, at, now)
        return Event("lost", "此信已由别的进程接手，以台账为准", at, now)


def _settled(letter: LetterInfo, outcome: Outcome, at: datetime) -> LetterInfo:
    """Return a letter as the ledger now has it, without asking for it again."""
    return letter._replace(
        state=outcome.state,
        next_at=outcome.next_at,
        lease_until=None,
        settled_at=at if outcome.state in FINAL else None,
        attempts=letter.attempts + outcome.counted,
        code=outcome.code,
        reply=outcome.text,
        reason=outcome.reason,
    )


_STATES = {
    Action.ACCEPTED: LetterState.ACCEPTED,
    Action.DEFERRED: LetterState.DEFERRED,
    Action.THROTTLED: LetterState.DEFERRED,
    Action.HALT: LetterState.DEFERRED,  # due at once: it goes first when the batch goes on
    Action.REJECTED: LetterState.REJECTED,
    Action.HELD: LetterState.HELD,
    Action.IN_DOUBT: LetterState.IN_DOUBT,
}
