"""发文字号 and 证书编号: planned with a job, reserved before it is pressed, shown to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge import numbering, press
from merge.number import PAPER, Given, Numbers, Run, Series, understood
from outbox.desk import folder as folders
from outbox.desk import preparation
from outbox.desk.outcome import Outcome
from outbox.ledger.register import Claim
from outbox.ledger.states import NumberState
from rosters.finding import Finding, InputError, Level, Place, UnavailableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from merge.job import Job
    from merge.manifest import Manifest
    from merge.plan import Plan
    from outbox.desk.preparation import Choice, Prepared
    from outbox.ledger.recorder import Recorder
    from outbox.ledger.register import Standing
    from outbox.workspace import Workspace
    from rosters.roster import Roster

_BOOK = Place("发文字号登记")


def offered(
    workspace: Workspace, job: Job, roster: Roster, choice: Choice, at: datetime
) -> Numbers:
    """Look up what the ledger would give a job; a ledger that is not there yet has given nothing.

    Raises:
        UsageError: `--next` is asked of a job whose numbers are written by hand.

    """
    code = workspace.config.unit.code
    series = numbering.settled(job, roster, code)[1]
    if choice.anew and not series:
        raise UsageError(
            f"作业「{job.name}」的字号不是自动的，用不上 --next", "请在发文单里直接改写发文字号"
        )
    if not series or choice.limit is not None:
        return Numbers(code)
    if not workspace.has_ledger:
        return Numbers(code, live=True)
    with folders.recorder(workspace, at) as ledger:
        return ledger.offer(_claim(job, choice), series.values(), code)


def _claim(job: Job, choice: Choice) -> Claim:
    return Claim(job.name, whole=not choice.only, anew=choice.anew)


def reserved(
    workspace: Workspace, ledger: Recorder, prepared: Prepared, choice: Choice, at: datetime
) -> tuple[Prepared, tuple[Run, ...]]:
    """Reserve a job's numbers; plan it again where others were quicker since it was planned.

    Raises:
        InputError: a number is another paper's, or the paper was signed and says something else.

    """
    plan = prepared.plan
    if plan.sample:
        return prepared, ()
    wants = {want: plan.series[want.sort] for want in plan.given}
    runs: tuple[Run, ...] = ()
    claim = _claim(prepared.job, choice)
    if wants or (claim.whole and ledger.holds(claim.job)):
        given, runs = ledger.reserve(claim, wants, at, folders.who())
        if given != plan.given:
            hold = Numbers()
            held = {(o.sort, o.entry, hold.member(o.key)): one for o, one in given.items()}
            numbers = Numbers(workspace.config.unit.code, live=True, held=held)
            prepared = preparation.planned(
                workspace, prepared.path, (prepared.job, prepared.roster), choice, numbers
            )
            prepared.plan.require()
    both = (*_by_hand(prepared.plan), *runs)
    runs = tuple(sorted(both, key=lambda run: run.sort != PAPER))
    found = ledger.doubled(claim.job, runs, press.paper(prepared.plan))
    _refuse(_at_number(prepared.job, found))
    return prepared, runs


def _by_hand(plan: Plan) -> Iterable[Run]:
    """Return the number that a job says itself."""
    said = "" if PAPER in plan.series else str(plan.job.elements.get(PAPER, ""))
    given = understood(said) if said else None
    if given is not None:
        yield Run(PAPER, 0, *given.series, given.ordinal, given.ordinal)


def _at_number(job: Job, found: Iterable[Finding]) -> list[Finding]:
    """Put findings where the job says its number."""
    place = job.place(f"要素.{PAPER}")
    return [Finding(o.level, o.rule, place, o.message, o.advice, (), o.blocks) for o in found]


def _refuse(found: Sequence[Finding]) -> None:
    errors = [one for one in found if one.level is Level.ERROR]
    if errors:
        raise InputError("字号不能这样用，没有登记", findings=errors)


def require(ledger: Recorder, manifest: Manifest) -> None:
    """Refuse a batch that is made, before it is put in its place: it says what was not signed.

    Raises:
        InputError: a number of it is another paper's by now, or was signed with other content.

    """
    if manifest.numbers:
        _refuse(ledger.doubled_by(manifest))


def checked(workspace: Workspace, plans: Iterable[Plan], at: datetime) -> list[Finding]:
    """Find numbers that are another paper's, and gaps; without a ledger there are none."""
    if not workspace.has_ledger:
        return []
    try:
        with folders.recorder(workspace, at) as ledger:
            found = [_gap(one) for one in ledger.numbers() if one.state is NumberState.GAP]
            for plan in plans:
                paper = press.paper(plan)
                runs = tuple(_by_hand(plan))
                found += _at_number(plan.job, ledger.doubled(plan.job.name, runs, paper))
            return found
    except UnavailableError:  # `doctor` tells what is wrong with it
        return []


def _gap(one: Standing) -> Finding:
    message = f"{one.text}空缺：后面的号已经登记，{'这些' if one.count > 1 else '这个'}没有"
    advice = "在别处用了的，请在登记簿上补记；没有用的，下一份「自动」会先用它"
    return Finding(Level.WARNING, "number.gap", _BOOK, message, advice)


def told(manifest: Manifest, *, used: bool) -> list[str]:
    """Tell which numbers a batch bears, and how to begin elsewhere than at 1."""
    lines = [f"字号  {run.text}（{_stand(run, used=used)}）" for run in manifest.numbers]
    first = next((o for o in manifest.numbers if o.sort == PAPER and o.seal), None)
    if first is not None and first.first == 1 and not used:
        lines.append(
            f"说明：{first.series.head}从 1 号编起；年中才用本系统的，"
            f"先 fawen number --start {first.series.head}12号，再合并一次"
        )
    return lines


def _stand(run: Run, *, used: bool) -> str:
    if used:
        return "已用"
    return "预留" if run.seal else "手写，签发时登记"


def number(
    workspace: Workspace, at: datetime, *, free: bool = False, start: str = "", drop: str = ""
) -> Outcome:
    """Show the register of numbers, or what is free.

    With `start` say where a series begins; with `drop` free a number of a job that is no more.

    Raises:
        UsageError: these are no numbers, or the number is not one that nobody bears.

    """
    with folders.recorder(workspace, at) as ledger:
        said = _begun(ledger, start, at) if start else []
        said += _dropped(ledger, drop, at) if drop else []
        numbers = ledger.numbers()
        next_ = ledger.free_numbers()
    code = workspace.config.unit.code
    if code:
        next_.setdefault(Series(code, at.astimezone(workspace.zone).year), 1)
    gaps = [one for one in numbers if one.state is NumberState.GAP]
    if free:
        rows = [_object(one) for one in gaps]
        rows += [_next(series, ordinal, numbers) for series, ordinal in sorted(next_.items())]
        lines = [_line(one) for one in rows] or ["还没有登记过字号"]
    else:
        rows = [_object(one) for one in numbers]
        lines = [_line(one) for one in rows] or ["还没有登记过字号"]
        lines += [f"提醒  {one}" for one in map(_gap, gaps)]
    return Outcome((*said, *lines), {"numbers": rows})


def _meant(words: str) -> Given:
    given = understood(words)
    if given is None:
        raise UsageError(f"「{words}」不是字号", "请写成 示大组〔2026〕12号，方括号也可以")
    return given


def _dropped(ledger: Recorder, words: str, at: datetime) -> list[str]:
    given = _meant(words)
    batch = ledger.give_up_number(given, at, folders.who())
    if batch:
        raise UsageError(f"{words}在草稿 {batch} 上", f"请先 fawen cancel {batch}")
    if batch is not None:
        raise UsageError(f"{words}不是预留的号，退不了", "用 fawen number 看各个号的情况")
    return [f"{given.series.text(given.ordinal)}已退还"]


def _begun(ledger: Recorder, start: str, at: datetime) -> list[str]:
    given = _meant(start)
    ledger.begin_series(given.series, given.ordinal, at, folders.who())
    return [f"{given.series.head}从 {given.ordinal} 号编起，以前的号算作在别处用过"]


def _object(one: Standing) -> dict[str, object]:
    return {
        "number": one.text,
        "code": one.series.code,
        "year": one.series.year,
        "first": one.first,
        "last": one.last,
        "sort": one.sort,
        "state": one.state.value,
        "title": "".join(one.title.split("\n")),
        "job": one.job,
        "batch": one.batch,
    }


def _next(series: Series, ordinal: int, numbers: Sequence[Standing]) -> dict[str, object]:
    sort = next((one.sort for one in numbers if one.series == series), PAPER)
    one = _object(_standing(series, ordinal, sort))
    return {**one, "state": "free"}


def _standing(series: Series, ordinal: int, sort: str) -> Standing:
    from outbox.ledger.register import Standing

    return Standing(series, ordinal, ordinal, sort, NumberState.GAP)


def _line(row: dict[str, object]) -> str:
    word = "下一号" if row["state"] == "free" else NumberState(str(row["state"])).word
    parts = (str(row["number"]), word, str(row["title"]), str(row["batch"] or row["job"]))
    return "　".join(part for part in parts if part)
