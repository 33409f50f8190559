"""Who has reported what: a job's returns told, taken over, and put into a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from outbox.desk import debtors, demands, opening, workbooks
from outbox.desk import folder as folders
from outbox.desk.outcome import WAITING, Outcome, finding_lines, finding_object
from outbox.desk.receiving import Receiver
from outbox.ledger.intakes import HAND, Intake
from outbox.ledger.moves import Act
from outbox.ledger.returned import open_faults
from outbox.office import answers, bulletin, matrix
from rosters.finding import InputError, UsageError
from rosters.masks import masked

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from merge.mandate import Party
    from outbox.ledger.ledger import Ledger
    from outbox.office.days import Day
    from outbox.office.loops import Loop, Loops
    from outbox.workspace import Workspace

_BY_HAND = "人工登记.txt"
_SHOWN, _DAYS = 8, 5  # names, and days, in a refusal


def day_of(loop: Loop, words: str, at: dt.datetime, zone: dt.tzinfo) -> str:
    """Return the period that the words mean; without words today's, else the last that has begun.

    Raises:
        UsageError: nothing is asked for on that day.

    """
    if words:
        period = loop.period(words)
        if period is None:
            advice = f"写成这样：{days_asked(loop)}"
            raise UsageError(f"{loop.job}没有要 {words} 的回执", advice)
        return period.key
    today = at.astimezone(zone).date()
    begun = [one for one in loop.periods if one.day <= today] or list(loop.periods[:1])
    if not begun:
        raise UsageError(f"{loop.job}一次回执也没有要", "请核对发文单的「起止」和假期.toml")
    return loop.periods[0].key if loop.returns.cadence == "一次" else begun[-1].key


def days_asked(loop: Loop) -> str:
    """Name the first days that a report is asked for about, and whether there are more."""
    days = "、".join(one.key for one in loop.periods[:_DAYS])
    return f"{days}……" if len(loop.periods) > _DAYS else days


@dataclass(frozen=True, slots=True)
class Wish:
    """What a clerk asks of a job's returns."""

    day: str = ""
    text: bool = False
    accept: tuple[str, ...] = ()
    paper: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = ()
    output: Path | None = None
    upward: Path | None = None


def answered(workspace: Workspace, words: str, wish: Wish, *, now: dt.datetime) -> Outcome:
    """Do what is asked, then tell who reported, nil, late, faulty and missing.

    Raises:
        UsageError: no such job or organisation, or nothing is asked for on that day.
        InputError: there is nothing to take over, no paper is asked for, or a file is not ours.

    """
    with folders.opened(workspace, now) as ledger:
        loops = demands.loops(workspace, ledger)
        loop = demands.chosen(loops, words)
        period = day_of(loop, wish.day, now, workspace.zone)
        lines = accept(ledger, loop, wish.accept, period, now)
        lines += paper(ledger, loop, wish.paper, period, now)
        lines += said(workspace, ledger, loop, wish.said, now)
        found = _day(workspace, ledger, loop, period, now)
        made = workbooks.Making(workspace, ledger, loop, found, now)
        made.written(wish.output, wish.upward)
        untold = debtors.known(workspace, ledger, loop).untold(found)
        lines += [] if wish.text else _corrected(ledger, loops, loop, found)
    told = bulletin.pasted(found, untold) if wish.text else bulletin.told(found)
    lines += [*made.lines, *finding_lines(made.findings), *told]
    if untold and not wish.text:
        names = "、".join(one.party.short for one in untold)
        lines.append(f"其中 {len(untold)} 个还没有收到通知：{names}（fawen status {loop.batch}）")
    status = 0 if found.complete else WAITING
    findings = [finding_object(one) for one in made.findings]
    return Outcome(tuple(lines), {**bulletin.as_object(found), "findings": findings}, status=status)


def _corrected(ledger: Ledger, loops: Loops, loop: Loop, found: Day) -> list[str]:
    """Say where the other half lies, where a correction was sent in the middle, and whose it is."""
    heir = loops.heirs.get(loop.job)
    lines = [f"已由更正件代替，更正以后收到的：fawen returns {heir}"] if heir else []
    for job in (job for job, one in loops.heirs.items() if one == loop.job):
        known = {(one.organisation, one.period) for one in ledger.versions(job) if one.counts}
        rows = [row.party for row in found.missing]
        told = [one.short for one in rows if (one.organisation, found.period) in known]
        day = f" --day {found.period}" if loops.by_job[job].period(found.period) else ""
        said = f"，未报的里面有 {len(told)} 个那时报过：{'、'.join(told)}" if told else ""
        lines.append(f"更正以前收到的：fawen returns {job}{day}{said}")
    return lines


def _day(workspace: Workspace, ledger: Ledger, loop: Loop, period: str, now: dt.datetime) -> Day:
    held = [one for one in ledger.quarantine() if one.job == loop.job]
    papers = ledger.papers(loop.job)
    versions = demands.versions(ledger, loop)
    return matrix.day(loop, period, versions, papers, len(held), now.astimezone(workspace.zone))


def accept(
    ledger: Ledger, loop: Loop, keys: Sequence[str], period: str, now: dt.datetime
) -> list[str]:
    """Take over the reports of these organisations though something stands against them.

    Raises:
        UsageError: no such organisation.
        InputError: there is nothing of one that waits.

    """
    faulty = open_faults(ledger.versions(loop.job)) if keys else {}
    lines = []
    for key in keys:
        found = _meant(loop, key)
        waiting = [
            (shown, version)
            for shown, organisation, subject in found
            if (version := faulty.get((organisation, period, subject))) is not None
        ]
        if not waiting:
            advice = f"用 fawen returns {loop.job} --day {period} 看哪些在等"
            raise InputError(f"{found[0][0]}{period}没有等着采用的回执", advice)
        for shown, version in waiting:
            ledger.accept(version, Act(now, folders.who()))
            said = "；".join(version.findings)
            lines.append(f"已采用 {shown} {period} 第{version.version}版（{said}）")
    return lines


def _meant(loop: Loop, key: str) -> list[tuple[str, str, str]]:
    """Return the forms that a key means, each by its name: a person's, or all of an organisation.

    Raises:
        UsageError: none, or those of several.

    """
    people = [
        (f"{party.short} {one.name}", party.organisation, one.key)
        for party in loop.standing.parties
        for one in party.subjects
        if one.key and key in {one.key, one.name}
    ]
    if len(people) > 1:
        known = "、".join(subject for _, _, subject in people)
        raise UsageError(f"不止一位叫「{key}」", f"用这些里的一个：{known}")
    if people:
        return people
    party = party_of(loop, key)
    if not loop.standing.individual:
        return [(party.short, party.organisation, "")]
    return [(f"{party.short} {one.name}", party.organisation, one.key) for one in party.subjects]


def paper(
    ledger: Ledger, loop: Loop, keys: Sequence[str], period: str, now: dt.datetime
) -> list[str]:
    """Note that the paper copies of these organisations are there.

    Raises:
        UsageError: no such organisation.
        InputError: the job asks for no paper.

    """
    if keys and not loop.returns.paper:
        raise InputError(
            f"{loop.job}没有要纸质件",
            "要的话，请在发文单里写「纸质件：需要」（.md 作业的回执里写「纸质: 需要」）",
        )
    lines = []
    for key in keys:
        party = party_of(loop, key)
        fresh = ledger.tick(loop.job, party.organisation, period, Act(now, folders.who()))
        lines.append(f"{'已登记' if fresh else '此前已登记'}纸质件：{party.short} {period}")
    return lines


def said(
    workspace: Workspace,
    ledger: Ledger,
    loop: Loop,
    told: Sequence[tuple[str, str]],
    now: dt.datetime,
) -> list[str]:
    """Note answers that came by telephone or WeChat: (organisation, its words).

    Raises:
        UsageError: no such organisation, or the job asks for a form.
        InputError: the words are no plain answer.

    """
    if told and not loop.returns.worded:
        raise UsageError(
            f"{loop.job}要填表，不能用 --said 登记", "请用 fawen collect --folder 收表"
        )
    receiver, lines = Receiver(workspace, ledger), []
    for key, words in told:
        party = party_of(loop, key)
        read = answers.read(loop.returns, words)
        if read.unclear:
            advice = (
                "没有错的写 无误，有错的写明应当是什么" if loop.returns.checked else "请写 收到"
            )
            raise InputError(f"{party.short}：{read.unclear}，没有登记", advice)
        found = receiver.staging(party.organisation, now)
        found.answered = receiver.left(loop.job, party.organisation, now)
        found.say(loop, read.values)
        record = f"{loop.job}\n{party.name}\n{masked(words)}\n{folders.who()} {now.isoformat()}\n"
        sha256 = opening.keep_file(workspace, _BY_HAND, record.encode())
        intake = Intake(sha256, HAND, _BY_HAND, "", "", None, now, tuple(found.tray.staged))
        ledger.take(intake, Act(now, folders.who()))
        lines.append(f"已登记 {party.short}：{masked(words)}")
    return lines


def party_of(loop: Loop, key: str) -> Party:
    """Return the organisation that a key means: its code, full or short name.

    Raises:
        UsageError: none, or several.

    """
    found = [one for one in loop.standing.parties if key in {one.organisation, one.name, one.short}]
    if len(found) > 1:
        known = "、".join(one.organisation for one in found)
        raise UsageError(f"不止一个单位叫「{key}」", f"用这些编码里的一个：{known}")
    if not found:
        raise stranger(loop.standing.parties, key)
    return found[0]


def stranger(parties: Iterable[Party], key: str) -> UsageError:
    """Say that none of these is called so; name those that may be meant."""
    from rosters.nearness import meant

    called = [(one.short, one.name) for one in parties]
    like = meant(key, called, _SHOWN)
    known = "、".join(like or [short for short, _ in called[:_SHOWN]])
    return UsageError(f"没有向它要过回执：「{key}」", f"用编码、全称或简称，例如：{known}")
