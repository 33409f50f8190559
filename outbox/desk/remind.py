"""催报: who would be reminded, who not and why; and the reminders sent, as 常设签发 allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge import calendar
from merge.calendar import Calendar
from merge.letter import BESIDE
from outbox.desk import folder as folders
from outbox.desk import receiving, send, standing
from outbox.desk.alterations import summary
from outbox.desk.outcome import Outcome
from outbox.desk.returns import chosen
from outbox.ledger.fate import sent_before
from outbox.ledger.moves import Act
from outbox.ledger.reminders import Asked
from outbox.ledger.states import WAITING, BatchState, LetterState, MarkKind
from outbox.ledger.values import INBOX
from outbox.office import bulletin, matrix, reminding, urging
from outbox.office.reminding import Course, Known
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from datetime import date, datetime

    from outbox.desk.outcome import Progress
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.reminded import Reminded
    from outbox.ledger.values import BatchInfo, LetterInfo, Mark
    from outbox.office.days import Day
    from outbox.office.loops import Loop, Loops
    from outbox.office.reminding import Turn
    from outbox.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Plan:
    """A loop at a moment: the report that is reminded of, and each that owes it.

    `day` is None and `turns` empty while nothing is due.
    """

    loop: Loop
    calendar: Calendar
    known: Known
    at: datetime
    day: Day | None
    turns: tuple[Turn, ...]
    looked: datetime | None = None  # when the mailbox was last looked into, and read to its end

    @property
    def blind(self) -> bool:
        """Tell whether nobody knows who has reported: no mail was collected since the cut-off.

        Nor since the last reminder about it: whoever has answered that is not asked again.
        """
        if self.day is None:
            return False
        sent = (one.at for one in self.known.reminded if one.period == self.period)
        looked = self.looked
        return looked is None or looked < self.day.due or any(looked <= at for at in sent)

    @property
    def period(self) -> str:
        """Name the report that is reminded of."""
        return self.day.period if self.day else ""

    def of(self, *courses: Course) -> tuple[Turn, ...]:
        """List those of whom this is to be done."""
        return tuple(one for one in self.turns if one.course in courses)


def dry(workspace: Workspace, words: str, *, text: bool = False, at: datetime) -> Outcome:
    """Say who would be reminded now, who later, who not and why; nothing leaves.

    Raises:
        UsageError: no such job.
        InputError: it is not signed yet.

    """
    with folders.opened(workspace, at) as ledger:
        plan = planned(workspace, ledger, words, at)
        altered = standing.faults(workspace, ledger, ledger.batch(plan.loop.batch))
    lines = urging.pasted(plan) if text else urging.told(plan)
    if altered and not text:
        lines.append(f"签发后内容有变{summary(altered)}，催报发不出去，请重新送签")
    return Outcome(tuple(lines), urging.as_object(plan))


def go(
    workspace: Workspace, words: str, *, now: Callable[[], datetime], uncollected: bool = False
) -> Generator[Progress, None, Outcome]:
    """Remind exactly those who owe: what is laid leaves as every letter does.

    `uncollected`: a person says that it may be done though no mail was collected.

    Raises:
        UsageError: no such job.
        InputError: it is not signed, was called back, or differs from what was signed; or no mail
            was collected since the cut-off.
        UnavailableError: the password or the server is missing.

    """
    at = now()
    with folders.opened(workspace, at) as ledger:
        plan = planned(workspace, ledger, words, at)
        if plan.blind and plan.of(Course.NOW) and not uncollected:
            raise _unseen(workspace, plan)
        made, waits = lay(workspace, ledger, plan)
    told = urging.as_object(plan)
    if not waits:
        return Outcome((*urging.told(plan), "没有要发的催报"), {**told, "laid": 0})
    sent = yield from send.go(workspace, plan.loop.batch, now=now, wait=False)
    line = f"催报 {plan.period}：新排 {made} 封"
    return Outcome(
        (*urging.told(plan, done=True), line, *sent.lines),
        {**told, **sent.object, "laid": made},
        sent.status,
    )


def _unseen(workspace: Workspace, plan: Plan) -> InputError:
    """Refuse to remind anybody while it is not known who has reported."""
    when = plan.looked.astimezone(workspace.zone) if plan.looked else None
    last = f"上一次是 {when:%m月%d日 %H:%M}" if when else "一次也没有收过"
    job, count = plan.loop.job, len(plan.of(Course.NOW))
    return InputError(
        f"截止或上次催报以后还没有收过信（{last}），不知道谁已经报了，{count} 封催报没有发",
        f"先 fawen collect，再 fawen remind {job} --go；收不了信、已经另外核对过的，"
        f"用 fawen remind {job} --go --uncollected",
    )


def lay(workspace: Workspace, ledger: Ledger, plan: Plan) -> tuple[int, int]:
    """Queue the reminders that may leave now; return how many, and how many wait in all.

    Raises:
        InputError: the batch was called back, has stopped, or differs from what was signed.

    """
    due = plan.of(Course.NOW)
    waiting = _waiting(ledger, plan)
    if not (due or waiting):
        return 0, 0
    _refuse(workspace, ledger, plan.loop, ledger.batch(plan.loop.batch))
    period = plan.loop.period(plan.period)
    if period is None:
        return 0, waiting
    until = reminding.hours(plan.loop, period, plan.calendar).ends(plan.at)
    every = plan.loop.returns.reminding.every
    wanted = [
        Asked(one.party, plan.period, one.step, one.first.id, until, every)
        for one in due
        if one.first is not None
    ]
    made = ledger.remind(plan.loop.batch, wanted, Act(plan.at, folders.who()))
    return len(made), _waiting(ledger, plan)


def _waiting(ledger: Ledger, plan: Plan) -> int:
    """Count the reminders that were laid and have not left."""
    own = [one for one in ledger.reminded(plan.loop.job) if one.batch == plan.loop.batch]
    return sum(one.state in WAITING for one in own)


def planned(workspace: Workspace, ledger: Ledger, words: str, at: datetime) -> Plan:
    """Work out who is to be reminded of what a job asks for.

    Raises:
        UsageError: no such job.
        InputError: it is not signed yet.

    """
    loops = receiving.loops(workspace, ledger)
    _signed(ledger, loops, words)
    return plan_of(workspace, ledger, chosen(loops, words), at)


def plan_of(workspace: Workspace, ledger: Ledger, loop: Loop, at: datetime) -> Plan:
    """Work out who is to be reminded in a loop."""
    at = at.astimezone(workspace.zone)
    holidays = calendar.read(workspace.root / calendar.FILE)
    known = _known(workspace, ledger, loop)
    period = None if loop.closed else reminding.current(loop, at)
    if period is None:
        return Plan(loop, holidays, known, at, None, ())
    held = [one for one in ledger.quarantine() if one.job == loop.job]
    versions = receiving.versions(ledger, loop)
    day = matrix.day(loop, period.key, versions, ledger.papers(loop.job), len(held), at)
    turns = reminding.turns(loop, day, known, holidays, at)
    seen = ledger.seen(workspace.config.account.address, INBOX)
    return Plan(loop, holidays, known, at, day, turns, seen.at if seen else None)


def ended(loop: Loop, at: datetime) -> bool:
    """Tell whether a loop is over: called back, or nothing of it is reminded of any more."""
    return (
        loop.closed
        or not loop.periods
        or at >= reminding.hours(loop, loop.periods[-1], Calendar()).until
    )


def todo(workspace: Workspace, ledger: Ledger, at: datetime) -> Iterator[tuple[str, str]]:
    """Say of each job whose last report is not complete who is missing, and the next command."""
    for job, loop in sorted(receiving.loops(workspace, ledger).by_job.items()):
        if ended(loop, at):
            continue
        plan = plan_of(workspace, ledger, loop, at)
        if plan.day is None or not (plan.day.missing or plan.day.faulty):
            continue
        said = f"作业 {job}：{bulletin.said(plan.period)}的回执，{bulletin.summary(plan.day)}"
        if not plan.of(Course.NOW):
            yield said, f"fawen returns {job} --day {plan.period}"
        elif plan.blind:
            yield f"{said}截止以后还没有收过信", f"fawen collect，再 fawen remind {job}"
        else:
            yield said, f"fawen remind {job}"


def _signed(ledger: Ledger, loops: Loops, words: str) -> None:
    """Refuse a job of which nothing was signed, with what is to be done first."""
    if words in loops.by_job or words in loops.by_batch:
        return
    own = [one for one in ledger.batches() if words in {one.job, one.name} and not one.sample]
    drafts = [one for one in own if one.state is BatchState.DRAFT]
    if drafts and ledger.manifest(drafts[-1].name).standing is not None:
        raise InputError(
            f"「{words}」还没有签发，不能催报",
            f"先 fawen review {drafts[-1].name}，再 fawen approve；常设签发随这一批一起签",
        )


def _refuse(workspace: Workspace, ledger: Ledger, loop: Loop, batch: BatchInfo) -> None:
    if loop.closed:
        said = f"批次「{batch.name}」的状态是「{batch.state.word}」，不催报"
        raise InputError(said, "请重新合并、送签，或催代替它的那一批")
    if batch.state is BatchState.HALTED:
        raise InputError(
            f"批次「{batch.name}」已停下，不催报", f"先看原因：fawen status {batch.name}"
        )
    altered = standing.faults(workspace, ledger, batch)
    if altered:
        raise InputError(
            f"签发后内容有变{summary(altered)}，一封催报未发",
            f"请重新运行 fawen merge {batch.job}；内容有变的要重新送签",
            altered,
        )


def _known(workspace: Workspace, ledger: Ledger, loop: Loop) -> Known:
    firsts: dict[str, LetterInfo] = {}
    marks: list[Mark] = []
    everything: dict[int, LetterInfo] = {}
    asked: set[str] = set()
    for one in ledger.letters(loop.batch):
        everything[one.id] = one
        first = _elsewhere(ledger, one) if sent_before(one) else one
        everything.setdefault(first.id, first)
        asked.add(first.batch)
        if first.kind not in BESIDE and first.state is LetterState.ACCEPTED:
            firsts[first.organisation] = first  # the newest copy: they come in their order
    for name in sorted(asked | {loop.batch}):
        marks += ledger.marks(name)
    reminded = ledger.reminded(loop.job)
    for batch in {one.batch for one in reminded} - asked:
        marks += ledger.marks(batch)
    held: dict[str, date] = {}
    for item in ledger.quarantine():
        if item.job == loop.job and item.organisation:
            day = item.at.astimezone(workspace.zone).date()
            held[item.organisation] = max(held.get(item.organisation, day), day)
    return Known(
        firsts, _bounced(everything, marks, firsts), _replied(reminded, marks), held, reminded
    )


def _elsewhere(ledger: Ledger, letter: LetterInfo) -> LetterInfo:
    """Return the letter that another batch sent in the place of one."""
    kin = [
        one
        for one in ledger.letters(sent_before(letter))
        if (one.organisation, one.kind) == (letter.organisation, letter.kind)
        and one.state is LetterState.ACCEPTED
    ]
    return kin[-1] if kin else letter


def _bounced(
    letters: dict[int, LetterInfo], marks: Iterable[Mark], firsts: dict[str, LetterInfo]
) -> frozenset[str]:
    """Tell to whom a letter bounced after which no other copy of the first was accepted."""
    return frozenset(
        letters[one.letter].organisation
        for one in marks
        if one.kind is MarkKind.BOUNCED
        and one.letter in letters
        and (found := firsts.get(letters[one.letter].organisation)) is not None
        and found.id <= one.letter
    )


def _replied(reminded: Iterable[Reminded], marks: Iterable[Mark]) -> frozenset[tuple[str, str]]:
    """Tell who answered a reminder, about which report."""
    answered = {one.letter for one in marks if one.kind is MarkKind.REPLIED}
    return frozenset((one.organisation, one.period) for one in reminded if one.letter in answered)
