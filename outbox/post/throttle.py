"""How a mailbox is let go on: its budget, rests, connections and breakers, kept in the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from outbox.ledger.states import Channel, LetterState
from outbox.post import pace
from outbox.post.verdict import Action, Answer, Stage, judge

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from outbox.ledger.allowance import Budget, Tempo
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import LetterInfo, Pause
    from outbox.post.account import Account
    from outbox.post.verdict import Verdict

IN_A_ROW, OF_TWENTY, LAST = 2, 3, 20  # refusals of content that stop a batch on a mailbox
PROBE_AFTER = timedelta(hours=1)
PROBES = 3  # refused probes after which a person must look
# A login may be put off (454) twice and tried again, one that was too busy once: of the patience
# the first costs a third, the second half.
PATIENCE, PUT_OFF, TOO_BUSY = 12, 4, 6
POLL = timedelta(seconds=30)  # another sender may hang up long before its seat runs out
# Nothing of a letter was offered yet: it is not to blame, however long this lasts.
BEFORE_THE_LETTER = frozenset({Stage.CONNECT, Stage.TLS, Stage.AUTH})


@dataclass(frozen=True, slots=True)
class Reaction:
    """What an answer means for the mailbox: rest until then; `halt` says why a person is needed."""

    until: datetime | None = None
    halt: str = ""


@dataclass
class Throttle:
    """The pace of one mailbox for one batch, in one run."""

    ledger: Ledger
    batch: str
    channel: Channel
    account: Account
    worker: str
    lease: timedelta
    urgent: bool = False
    _good: int = 0  # letters taken, not yet told to the ledger
    _probing: bool = False
    _seat_until: datetime | None = None
    _rested: Pause | None = None  # as last read
    _tempo: Tempo = field(init=False)

    def __post_init__(self) -> None:
        self._tempo = pace.first(self.account)

    @property
    def mailbox(self) -> str:
        """Name the mailbox whose quota this uses; a rehearsal uses none."""
        rehearsed = self.channel is Channel.REHEARSAL
        return Channel.REHEARSAL if rehearsed else self.account.address

    def begin(self) -> None:
        """Forget why the mailbox was stopped: somebody asked for it to go on."""
        self._read()
        if self._tempo.stopped:
            self._change(lambda now: now._replace(stopped="", logins=0))

    def stopped(self) -> str:
        """Say why nothing may leave from this mailbox, as any of its senders has learnt it."""
        self._read()
        return self._tempo.stopped

    def budget(self) -> Budget:
        """Return what the mailbox may send, at the share last read."""
        return pace.budget(self.account, self._tempo)._replace(account=self.mailbox)

    def until(self, at: datetime) -> tuple[datetime, str]:
        """Return when the mailbox may go on, and what it waits for."""
        self._read()
        rested = self._rested = self.ledger.pause_of(self.mailbox)
        broken = self.ledger.breaker(self.batch, self.mailbox)
        waits = [(self.ledger.room(self.budget(), at)[1], "已到限额")]
        if rested:
            waits.append((rested.until, rested.reason))
        if broken and broken.until:
            waits.append((broken.until, "接连有信件的内容被服务器拒收，稍后先试一封"))
        if not self.urgent:
            waits.append((pace.awake(self.account, at), "夜间不发"))
        return max(waits)

    def limit(self, at: datetime, most: int) -> int:
        """Return how many letters may be claimed together: one, where it is a probe."""
        broken = self.ledger.breaker(self.batch, self.mailbox)
        if not broken or not broken.until:
            return most
        self._probing = self.ledger.probe(self.batch, self.mailbox, at, at + self.lease)
        return 1 if self._probing else 0

    def unused(self, at: datetime) -> None:
        """Give a probe back for which there was no letter."""
        if self._probing:
            self._end_probe(at)

    def seat(self, at: datetime) -> datetime | None:
        """Have one of the mailbox's connections; return when to ask again where there is none."""
        most = self.account.max_conn
        if not most or (self._seat_until and self._seat_until - at > self.lease / 2):
            return None
        until = at + self.lease + timedelta(seconds=self.account.timeout)
        free = self.ledger.take_seat(self.mailbox, self.worker, at, until, most)
        self._seat_until = None if free else until
        return min(free, at + POLL) if free else None

    def pause(self, at: datetime) -> None:
        """Tell the ledger what was taken, and give back the connection and a probe not made."""
        self._tell()
        self.unused(at)
        if self._seat_until:
            self._seat_until = None
            self.ledger.leave_seat(self.mailbox, self.worker)

    def heard(self, letter: LetterInfo, answer: Answer, verdict: Verdict, at: datetime) -> Reaction:
        """Draw the mailbox's lesson from an answer."""
        if verdict.action is Action.ACCEPTED:
            return self._accepted(at)
        if verdict.content:
            return self._displeased(verdict, at)
        if self._probing:  # it told nothing of the content: somebody may probe again
            self._end_probe(at)
        if verdict.action is Action.HALT:
            self._change(lambda now: now._replace(stopped=verdict.words))
            return Reaction(halt=verdict.words)
        seed = f"{letter.token} {letter.fence}"
        if answer.stage in BEFORE_THE_LETTER:
            return self._shut_out(answer, verdict, at, seed)
        self._welcome()
        if verdict.action is Action.THROTTLED:
            return self._throttled(verdict, at, seed)
        hold = pace.hold(verdict, answer, seed)
        return self._rest(at + hold, verdict.words) if hold else Reaction()

    def _accepted(self, at: datetime) -> Reaction:
        self._welcome()
        known = self._rested
        if known and known.step and known.until <= at:
            self._rested = None
            self.ledger.rest(self.mailbox, at, 0, "")
        if self._probing:
            self._probing = False
            self.ledger.make_whole(self.batch, self.mailbox)
        self._good += 1
        if self._good >= pace.RISE:
            self._tell()
        return Reaction()

    def _displeased(self, verdict: Verdict, at: datetime) -> Reaction:
        """Stop the batch on this mailbox where its content is refused, or put off, too often."""
        self._welcome()
        known = self.ledger.breaker(self.batch, self.mailbox)
        last = self._refusals()
        often = sum(last) >= OF_TWENTY or (len(last) >= IN_A_ROW and all(last[:IN_A_ROW]))
        if not (self._probing or often):
            hold = timedelta(seconds=verdict.rest)
            return self._rest(at + hold, verdict.words) if hold else Reaction()
        step = known.step + 1 if known and self._probing else 0
        self._probing = False
        self.ledger.break_off(self.batch, self.mailbox, at + PROBE_AFTER, step)
        if step >= PROBES:
            return Reaction(halt="试了几次，内容仍被服务器拒收，全批停发，请先查明原因")
        return Reaction(until=at + PROBE_AFTER)

    def _refusals(self) -> list[bool]:
        """Tell of the last contents that were judged, newest first, which were refused."""
        found = []
        for one in self.ledger.judged(self.batch, self.mailbox, LAST):
            said = judge(Answer(Stage(one.stage), one.code, one.text))
            if said.content or one.outcome is LetterState.ACCEPTED:
                found.append(said.content)
        return found

    def _end_probe(self, at: datetime) -> None:
        self._probing = False
        known = self.ledger.breaker(self.batch, self.mailbox)
        self.ledger.break_off(self.batch, self.mailbox, at, known.step if known else 0)

    def _throttled(self, verdict: Verdict, at: datetime, seed: str) -> Reaction:
        self._tell()
        self._change(pace.slower)
        known = self.ledger.pause_of(self.mailbox)
        step = known.step if known else 0
        return self._rest(pace.rest(step, verdict.rest, at, seed), verdict.words, step + 1)

    def _shut_out(self, answer: Answer, verdict: Verdict, at: datetime, seed: str) -> Reaction:
        """Wait outside, longer each time; a login put off again and again needs a person."""
        hold = pace.hold(verdict, answer, seed)
        if answer.stage is not Stage.AUTH or not answer.code:
            self._change(lambda now: now._replace(refusals=now.refusals + 1))
            away = pace.backoff(seed, self._tempo.refusals)
            return self._rest(at + max(hold, away), verdict.words)
        cost = TOO_BUSY if verdict.action is Action.THROTTLED else PUT_OFF
        self._change(lambda now: now._replace(logins=now.logins + cost))
        if self._tempo.logins < PATIENCE:
            return self._rest(at + hold, verdict.words)
        words = f"{verdict.words}，已试过几次；请在网页邮箱里登录看看，稍后再发"
        self._change(lambda now: now._replace(stopped=words))
        return Reaction(halt=words)

    def _rest(self, until: datetime, words: str, step: int | None = None) -> Reaction:
        known = self.ledger.pause_of(self.mailbox)
        if known:  # another sender may have been told to wait longer
            until = max(until, known.until)
        if step is None:
            step = known.step if known else 0
        self.ledger.rest(self.mailbox, until, step, words)
        return Reaction(until=until)

    def _welcome(self) -> None:
        """Note that the server let us in again."""
        if self._tempo.refusals or self._tempo.logins:
            self._change(lambda now: now._replace(refusals=0, logins=0))

    def _tell(self) -> None:
        good, self._good = self._good, 0
        if good and self.account.assumed | (self._tempo.share < pace.FULL):
            self._change(lambda now: pace.taken(now, good))

    def _read(self) -> None:
        self._tempo = pace.current(self.account, self.ledger.tempo_of(self.mailbox))

    def _change(self, how: Callable[[Tempo], Tempo]) -> None:
        first = pace.first(self.account)
        self._tempo = self.ledger.change_tempo(
            self.mailbox, first, lambda kept: how(pace.current(self.account, kept))
        )
