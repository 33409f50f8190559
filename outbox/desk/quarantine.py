"""Quarantine: what came and could not be taken, with its reason; a person says whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outbox.desk import folder as folders
from outbox.desk import holdings, listed, opening
from outbox.desk.demands import chosen
from outbox.desk.outcome import WAITING, Outcome
from outbox.desk.receiving import Receiver
from outbox.desk.replies import spoken
from outbox.desk.returns import days_asked, party_of, stranger
from outbox.ledger.intakes import MAIL, TABLE
from outbox.ledger.moves import Act
from outbox.ledger.states import HeldState, Verdict
from outbox.office import readings
from outbox.post.parcel import File
from rosters.finding import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from merge.mandate import Party
    from outbox.ledger.intakes import Held, Staged
    from outbox.ledger.ledger import Ledger
    from outbox.office.loops import Loop, Loops
    from outbox.office.readings import Part
    from outbox.office.tray import Tray
    from outbox.workspace import Workspace


def quarantine(workspace: Workspace, *, every: bool, now: datetime) -> Outcome:
    """List what is in quarantine, each with its reason and where its original lies."""
    with folders.opened(workspace, now) as ledger:
        found = ledger.quarantine(every=every)
        open_ = [one for one in found if one.state is HeldState.OPEN]
        since = {one.id: holdings.since(ledger, one) for one in open_}
        names = holdings.names(ledger) if found else {}
    lines = [
        holdings.line(workspace, one, names.get(one.organisation, ""), since.get(one.id, ""))
        for one in found
    ]
    if not open_:
        lines.append("隔离区里没有等着处理的")
    else:
        lines.append(
            f"隔离区有 {len(open_)} 件：认领 fawen quarantine assign 号 单位"
            "（--always 记住这个地址），弃置 fawen quarantine discard 号（可以写几个号）"
        )
    objects = [holdings.as_object(workspace, one) for one in found]
    return Outcome(tuple(lines), {"held": objects}, status=WAITING if open_ else 0)


def assign(  # noqa: PLR0913 - one for each thing a clerk may say
    workspace: Workspace,
    number: int,
    key: str,
    *,
    now: datetime,
    always: bool = False,
    job: str = "",
    days: Sequence[str] = (),
    nil: bool = False,
    person: str = "",
) -> Outcome:
    """Take a thing in quarantine for an organisation's; `always`: its sender from now on, too.

    Args:
        workspace: where.
        number: the thing's.
        key: the organisation's code, full or short name.
        now: the time.
        always: remember the sender's address for the organisation.
        job: which job it answers, where that cannot be told.
        days: which day it is about, where it names a wrong one; several for 零报告 alone.
        nil: take it for 零报告, of each of these days.
        person: about whom it is, by name, where an organisation owes a form for each of several.

    Raises:
        UsageError: no such thing, organisation or job.
        InputError: nothing in it can be read even so.

    """
    with folders.opened(workspace, now) as ledger:
        receiver = Receiver(workspace, ledger)
        held = _held(ledger.quarantine(every=True), number)
        loop = _loop(receiver.loops, job or held.job, key)
        party, today = party_of(loop, key), now.astimezone(workspace.zone).date()
        if always and not held.sender:
            raise InputError(f"第 {number} 件没有发信的地址可记", "请去掉 --always")
        found = receiver.unpacking(party.organisation, held.at)
        named = [_day(loop, one, today) for one in days] or [""]
        if len(named) > 1 and not nil:
            raise UsageError("几天一起认领的，只能是零报告", "请加 --nil，或只写一个 --day")
        found.staging.instead, found.taking = named[0], True
        found.meant = loop.job if job and not loop.returns.worded else ""
        found.about = _subject(loop, party, person)
        found.staging.answered = receiver.left(loop.job, party.organisation, held.at)
        if nil and loop.returns.enclosed:
            raise UsageError(f"{loop.job}要的是填好的表，不能当作零报告", "请去掉 --nil")
        if nil:
            for one in named:
                found.staging.say_nil(loop, one)
        elif held.how == TABLE:
            _row(receiver, loop, held, (party, named[0]), found.tray)
        else:
            found.unpack(loop.job, *_opened(workspace, held, receiver.loops))
        if not found.tray.staged and not always:
            raise _useless(number, [f"{one.reason.word}（{one.words}）" for one in found.tray.kept])
        _refuse_rival(ledger, party, held, found.tray.staged)
        act = Act(now, folders.who())
        sender = held.sender if always else ""
        left = ledger.assign(
            number, party.organisation, found.tray.staged, act, always=sender, kept=found.tray.kept
        )
    lines = [f"第 {number} 件认领给 {party.short}：{_said(loop, found.tray.staged)}"]
    lines += [f"未能采用：{one.reason.word}　{one.words}" for one in found.tray.kept]
    if left:
        numbers = "、".join(f"第 {one} 件" for one in left)
        lines.append(f"没有用上的留在隔离区，另编为{numbers}：fawen quarantine")
    if always:
        lines.append(f"{held.sender} 今后就当作 {party.short} 的地址")
    staged = [
        [one.job, one.period, one.verdict.value, *([one.subject] if one.subject else [])]
        for one in found.tray.staged
    ]
    return Outcome(
        tuple(lines), {"held": number, "organisation": party.organisation, "staged": staged}
    )


def discard(workspace: Workspace, numbers: Sequence[int], why: str, *, now: datetime) -> Outcome:
    """Put things in quarantine aside for good; their originals stay where they are.

    Raises:
        UsageError: there is no such thing, or it has been decided on; then none is put aside.

    """
    numbers = tuple(dict.fromkeys(numbers))
    with folders.opened(workspace, now) as ledger:
        known = ledger.quarantine(every=True)
        for number in numbers:
            _held(known, number)
        for number in numbers:
            ledger.discard(number, why, Act(now, folders.who()))
    shown = "、".join(f"第 {number} 件" for number in numbers)
    return Outcome((f"{shown}已弃置，原件还留着",), {"held": list(numbers)})


def undo(workspace: Workspace, number: int, *, now: datetime) -> Outcome:
    """Take back a decision: the thing waits again, and what was made of it counts no more.

    Raises:
        UsageError: there is no such thing, or it has not been decided on.
        InputError: somebody has taken over what was made of it.

    """
    with folders.opened(workspace, now) as ledger:
        gone = ledger.reopen(number, Act(now, folders.who()))
    lines = [f"第 {number} 件放回了隔离区，可以重新认领或弃置"]
    if gone:
        lines.append(f"从它登记的 {gone} 份回执不再算数，以前报过的照旧")
    return Outcome(tuple(lines), {"held": number, "withdrawn": gone}, status=WAITING)


def _day(loop: Loop, words: str, today: date) -> str:
    period = loop.period(words)
    if period is not None and period.day > today:
        raise UsageError(f"{words} 还没到，不能登记", "请核对日期；到了那天再认领")
    if not words or period is not None:
        return words
    raise UsageError(f"{loop.job}没有要「{words}」的回执", f"写成这样：{days_asked(loop)}")


def _held(found: tuple[Held, ...], number: int) -> Held:
    one = next((one for one in found if one.id == number), None)
    if one is None:
        raise UsageError(f"隔离区里没有第 {number} 件", "用 fawen quarantine 看有哪些")
    if one.state is not HeldState.OPEN:
        advice = f"弄错了的，先放回去：fawen quarantine undo {number}"
        raise UsageError(f"隔离区第 {number} 件{holdings.DONE[one.state]}", advice)
    return one


def _subject(loop: Loop, party: Party, person: str) -> str:
    """Return the key of whom a person names; "" where nobody is named."""
    if not person:
        return ""
    own = [one for one in party.subjects if one.key and person in {one.key, one.name}]
    if len(own) == 1:
        return own[0].key
    known = "、".join(one.key if own else one.name for one in own or party.subjects if one.key)
    what = "不止一位叫" if own else f"{loop.job}没有向{party.short}要过这一位的表："
    advice = f"用这些里的一个：{known}" if known else "请去掉 --person"
    raise UsageError(f"{what}「{person}」", advice)


def _loop(found: Loops, words: str, key: str) -> Loop:
    if words:
        return chosen(found, words)
    own = [
        one
        for _, one in sorted(found.by_job.items())
        if not one.closed
        and any(key in {p.organisation, p.name, p.short} for p in one.standing.parties)
    ]
    if len(own) == 1:
        return own[0]
    parties = [party for one in found.by_job.values() for party in one.standing.parties]
    if not any(key in {one.organisation, one.name, one.short} for one in parties):
        raise stranger(parties, key)
    known = "、".join(one.job for one in own) or "（没有向它要过回执）"
    raise UsageError(f"看不出是哪一件的回执：{known}", "请加上 --job 作业名")


def _opened(workspace: Workspace, held: Held, loops: Loops) -> tuple[tuple[Part, ...], str]:
    """Open the original of a thing in quarantine again: its part alone, where it was one."""
    try:
        if held.how == MAIL:
            raw = opening.place(workspace, held.source).read_bytes()
            parcel = opening.unpacked(raw)
            files, own = (parcel.files, spoken(parcel, loops)) if parcel else ((), "")
        else:
            path = opening.file_place(workspace, held.name, held.source)
            files, own = (File(held.name, "", path.read_bytes()),), ""
    except OSError as error:
        raise _gone(held) from error
    parts = readings.read(files)
    if held.sha256:
        from hashlib import sha256

        parts = tuple(one for one in parts if sha256(one.content).hexdigest() == held.sha256)
        own = ""
    return parts, own


def _row(receiver: Receiver, loop: Loop, held: Held, meant: tuple[Party, str], tray: Tray) -> None:
    """Take a row of a table that was exported: for whom a person says, about the day he names."""
    try:
        staged, kept = listed.assigned(receiver, loop, held, *meant)
    except OSError as error:
        raise _gone(held) from error
    tray.staged += staged
    tray.kept += kept


def _refuse_rival(ledger: Ledger, party: Party, held: Held, staged: Sequence[Staged]) -> None:
    """Refuse what contradicts a file of the same moment that was taken: none came last."""
    known = holdings.rival(ledger, held, staged)
    if known is None:
        return
    taken = next(
        (
            f"fawen quarantine undo {one.id}"
            for one in ledger.quarantine(every=True)
            if (one.source, one.part) == (known.source, known.part)
            and one.state is HeldState.ASSIGNED
        ),
        "请对方把正确的再发一次",
    )
    name = known.part or known.name
    raise InputError(
        f"第 {held.id} 件和已经登记的{f'「{name}」' if name else '那一份'}同时收到，"
        f"{party.short}{known.period}的数却不同，没有登记",
        f"要改用这一件的，先把那一件放回去：{taken}；用不着的：fawen quarantine discard {held.id}",
    )


def _gone(held: Held) -> InputError:
    advice = "请从备份找回 outbox 里的「来信」和「来件」"
    return InputError(f"第 {held.id} 件的原件不见了", advice)


def _useless(number: int, said: list[str]) -> InputError:
    why = "；".join(said) or "里面没有可用的表，也没有写零报告"
    advice = (
        "请看原件：写错日期的加 --day 2026-11-26，"
        "其实是零报告的加 --nil（几天的，每天写一个 --day），看不出是谁的加 --person 姓名；"
        "照片和旧格式的，请对方重发，或按原件填好表再 fawen collect --folder 收；"
        "不用填表的，按原件登记：fawen returns 作业名 --said 单位 怎么答复的"
    )
    return InputError(f"第 {number} 件认领了也用不上：{why}", advice)


def _said(loop: Loop, staged: Sequence[Staged]) -> str:
    if not staged:
        return "里面没有回执，只记下了地址"
    days = "、".join(one.period for one in staged)
    faulty = sum(one.verdict is Verdict.FAULTY for one in staged)
    return f"{loop.job} {days}" + (f"，其中 {faulty} 份有误待核" if faulty else "")
