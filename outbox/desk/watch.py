"""守候: collect, remind and go on sending, each at its time, until somebody stops it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from outbox.desk import arrears, collect, demands, remind, send
from outbox.desk import folder as folders
from outbox.desk.outcome import Outcome
from outbox.ledger.states import WAITING, BatchState, LetterState
from outbox.office import rounds, urging
from outbox.office.reminding import Course
from rosters.finding import FawenError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from datetime import datetime

    from outbox.desk.arrears import Plan
    from outbox.desk.outcome import Progress
    from outbox.workspace import Workspace

_NAP = 60.0  # seconds slept at once: a machine that was asleep itself goes on in time
_MOVES = WAITING - {LetterState.HELD}  # what time alone moves


@dataclass
class Watch:
    """A watch over one workspace; `tell` gets each thing that it does, and when."""

    workspace: Workspace
    now: Callable[[], datetime]
    tell: Callable[[datetime, str], None]
    _said: dict[str, str] = field(default_factory=dict)  # the trouble with a thing, once told
    _later: list[datetime | None] = field(default_factory=list)
    _listed: set[tuple[str, str]] = field(default_factory=set)

    def round(self) -> Generator[Progress, None, datetime | None]:
        """Do what is to be done now; return when to look again, None where nothing is left."""
        self._later = []
        yield from self._collect()
        plans = self._plans()
        if not self._trouble("mail"):  # who has reported is not known while it cannot be read
            for plan in plans:
                yield from self._remind(plan)
        for batch in self._batches():
            yield from self._send(batch)
        return self._next()

    def _next(self) -> datetime | None:
        at = self._at()
        plans, batches = self._plans(), self._batches()
        open_ = [one for one in plans if not rounds.over(one.loop, one.turns, one.calendar, at)]
        going = [one for one in batches if not self._trouble(one)]
        if not open_ and not going:
            return None
        times = [rounds.next_reminding(one.loop, one.turns, one.calendar, at) for one in open_]
        return rounds.wake(at, [*times, *self._later])

    def _collect(self) -> Generator[Progress, None, None]:
        try:
            found = yield from collect.collect(self.workspace, now=self.now)
        except FawenError as error:
            self._fault("mail", f"收信没有成功：{error}；过一会儿再试，其间不催报")
            return
        self._well("mail", "收信又正常了")
        if found.object.get("mails"):
            for line in found.lines:
                self._tell(line)

    def _remind(self, plan: Plan) -> Generator[Progress, None, None]:
        job = plan.loop.job
        self._list(plan)
        if not plan.of(Course.NOW):
            return
        try:
            done = yield from remind.go(self.workspace, job, now=self.now)
        except FawenError as error:
            self._fault(job, f"{job}：催报没有发出：{error}")
            return
        self._well(job, f"{job}：催报又能发了")
        names = "、".join(one.party.short for one in plan.of(Course.NOW))
        self._tell(f"{job}：催 {plan.period} 的回执，{done.object['laid']} 封：{names}")
        self._after(done)

    def _list(self, plan: Plan) -> None:
        """Tell the list for the leader, once for each report."""
        key = plan.loop.job, plan.period
        lines = urging.leaders(plan)
        if lines and key not in self._listed and not plan.of(Course.NOW, Course.LATER):
            self._listed.add(key)
            self._tell(f"{plan.loop.job}：{lines[0]}")

    def _send(self, batch: str) -> Generator[Progress, None, None]:
        try:
            done = yield from send.go(self.workspace, batch, now=self.now, wait=False)
        except FawenError as error:
            self._fault(batch, f"批次 {batch}：没有发：{error}")
            return
        self._well(batch, f"批次 {batch}：又能发了")
        self._tell(next(one for one in done.lines if one.startswith(f"批次 {batch}：")))
        self._after(done)

    def _after(self, done: Outcome) -> None:
        when = done.object.get("next_attempt_at")
        if isinstance(when, str):
            self._later.append(type(self._at()).fromisoformat(when))

    def _plans(self) -> list[Plan]:
        with folders.opened(self.workspace, self.now()) as ledger:
            found = demands.loops(self.workspace, ledger)
            at = self._at()
            return [
                arrears.plan_of(self.workspace, ledger, loop, at)
                for _, loop in sorted(found.by_job.items())
                if not arrears.ended(loop, at)
            ]

    def _batches(self) -> list[str]:
        """Name the batches whose sending somebody has begun, and that time alone moves."""
        with folders.opened(self.workspace, self.now()) as ledger:
            return [
                one.name
                for one in ledger.batches()
                if one.state is BatchState.SENDING
                and any(ledger.counts(one.name)[state] for state in _MOVES)
            ]

    def _at(self) -> datetime:
        return self.now().astimezone(self.workspace.zone)

    def _tell(self, words: str) -> None:
        self.tell(self._at(), words)

    def _trouble(self, what: str) -> str:
        return self._said.get(what, "")

    def _fault(self, what: str, words: str) -> None:
        """Tell a trouble once, for as long as it is the same."""
        if self._said.get(what) != words:
            self._said[what] = words
            self._tell(words)

    def _well(self, what: str, words: str) -> None:
        if self._said.pop(what, ""):
            self._tell(words)


def watch(
    workspace: Workspace,
    *,
    now: Callable[[], datetime],
    pause: Callable[[float], None],
    tell: Callable[[datetime, str], None],
) -> Generator[Progress, None, Outcome]:
    """Watch until nothing is left to do; whoever stops it before loses nothing.

    Raises:
        UnavailableError: another watch is at it in this workspace.

    """
    workspace.outbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    count = 0
    try:
        with FileLock(workspace.outbox / ".watch", timeout=0):
            one = Watch(workspace, now, tell)
            while True:
                until = yield from one.round()
                count += 1
                if until is None:
                    break
                tell(now().astimezone(workspace.zone), f"下一次：{until:%m月%d日 %H:%M}")
                while (left := (until - now()).total_seconds()) > 0:
                    pause(min(left, _NAP))
    except Timeout as error:
        raise UnavailableError(
            "另一个 fawen watch 正在这个工作区里", "一个工作区只要开一个；请先停下那一个"
        ) from error
    return Outcome(("没有要等的回执，也没有待发的信了",), {"rounds": count})
