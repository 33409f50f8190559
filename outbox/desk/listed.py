"""Rows of a table that 问卷星 or 腾讯文档 exported: each one organisation's report."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge import checks
from outbox.desk import folder as folders
from outbox.desk import opening
from outbox.desk.harvest import returned_lines, returned_object
from outbox.desk.outcome import WAITING, Outcome
from outbox.desk.receiving import Receiver
from outbox.desk.returns import chosen
from outbox.ledger.intakes import TABLE, Intake, Kept, Staged
from outbox.ledger.moves import Act
from outbox.ledger.states import Reason
from outbox.office.readings import Report
from rosters.dates import PartialDate
from rosters.finding import InputError, UsageError
from rosters.keeper import KEEPER
from templates.forms.values import Sort

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from merge.mandate import Party
    from outbox.office.loops import Loop, Loops
    from outbox.workspace import Workspace
    from rosters.grid import Grid

_WHO = re.compile(r"单位|党组织|部门|学院|支部")
_DAY = re.compile(r"(?:填报|报送|统计)?日期")
_AT = re.compile(r"提交(?:答卷)?时间|填写时间|创建时间")
_NUMBERED = re.compile(r"^\s*\d+\s*[、.．]\s*|[（(](?:必填|选填|单选|填空)[）)]|[:：]\s*$")
_LOOK = 10  # rows in which a head is looked for


@dataclass(frozen=True, slots=True)
class _Head:
    """Where the columns of a table stand: who, which day, submitted when, and the fields."""

    row: int
    who: int
    day: int | None
    at: int | None
    fields: tuple[tuple[int, str], ...]


def collect(
    workspace: Workspace, path: Path, job: str, received: dt.datetime | None, *, now: dt.datetime
) -> Outcome:
    """Take every row; what names no organisation is in quarantine, with its row.

    Raises:
        UsageError: there is no such file, or it is not said which job it answers.
        InputError: it is no table of reports.

    """
    if not path.is_file():
        raise UsageError(f"没有文件「{path}」", "请写导出的 .xlsx")
    content = path.read_bytes()
    grids, _ = KEEPER.read(content, path.suffix.lower(), path.name)
    with folders.opened(workspace, now) as ledger:
        receiver = Receiver(workspace, ledger)
        loop = _loop(receiver.loops, job)
        rows = [_texts(grid) for grid in grids]
        head, table = next(
            ((head, table) for table in rows if (head := _head(table, loop))), (None, None)
        )
        if head is None or table is None:
            raise InputError(
                f"「{path.name}」里找不到表头",
                "要有一列是填报单位，并有发去的表里的栏目，例如「填报单位」「新增人数」",
            )
        sha256 = opening.keep_file(workspace, path.name, content)
        staged, kept = _rows(receiver, loop, head, table, received or now, path.name)
        intake = Intake(
            sha256, TABLE, path.name, "", "", None, received or now, tuple(staged), tuple(kept)
        )
        fresh = ledger.take(intake, Act(now, folders.who()))
    intakes = [intake] if fresh else []
    lines = returned_lines(receiver.loops, intakes)
    count = len(table) - head.row - 1
    lines.append(f"{path.name}：{count} 行" if fresh else f"{path.name} 以前收过，没有变化")
    told = {"rows": count, "again": int(not fresh), **returned_object(intakes)}
    return Outcome(tuple(lines), told, status=WAITING if fresh and kept else 0)


def _loop(found: Loops, job: str) -> Loop:
    if job:
        return _tabled(chosen(found, job))
    open_ = [one for _, one in sorted(found.by_job.items()) if not one.closed and one.standing.form]
    if len(open_) != 1:
        known = "、".join(one.job for one in open_) or "（还没有签发过要填表的作业）"
        raise UsageError("请用 --job 写明是哪个作业的回执", f"现有：{known}")
    return _tabled(open_[0])


def _tabled(loop: Loop) -> Loop:
    """Refuse what no row of a table could say: about whom of several a form is."""
    if loop.standing.individual:
        raise UsageError(
            f"{loop.job}一人一份，不能用 --table 收", "请收原表：fawen collect，或 --folder"
        )
    return loop


def _texts(grid: Grid) -> list[list[str]]:
    return [
        ["" if one is None else str(one).strip() for one in row]
        for row in zip(*grid.columns, strict=True)
    ]


def _head(rows: Sequence[Sequence[str]], loop: Loop) -> _Head | None:
    """Find the head: a row that names an organisation's column and all fields of the rules."""
    needed = {name for rule in loop.returns.rules for name in rule.fields}
    needed |= set(loop.returns.nil.fields)
    for number, row in enumerate(rows[:_LOOK]):
        bare = [_NUMBERED.sub("", one).strip() for one in row]
        who = [at for at, one in enumerate(bare) if _WHO.search(one)]
        names = {checks.name_of(one) for one in bare if one}
        if not who or not needed <= names or len(names) < 2:  # noqa: PLR2004 - who, and a field
            continue
        day = next((at for at, one in enumerate(bare) if _DAY.fullmatch(one)), None)
        when = next((at for at, one in enumerate(bare) if _AT.search(one)), None)
        taken = {who[0], day, when}
        fields = tuple((at, one) for at, one in enumerate(bare) if one and at not in taken)
        return _Head(number, who[0], day, when, fields)
    return None


def _rows(
    receiver: Receiver,
    loop: Loop,
    head: _Head,
    rows: Sequence[Sequence[str]],
    at: dt.datetime,
    shown: str,
) -> tuple[list[Staged], list[Kept]]:
    staged: list[Staged] = []
    kept: list[Kept] = []
    layout = receiver.layout(loop)
    fields = layout.fields if layout else ()
    numeric = tuple(one.name for one in fields if one.sort is Sort.NUMBER)
    for number, row in enumerate(rows[head.row + 1 :], start=head.row + 2):
        if not any(row):
            continue
        part = f"{shown} 第{number}行"
        party = _party(loop, row[head.who])
        if party is None:
            words = f"「{row[head.who][:30]}」不是要报的单位"
            kept.append(Kept(Reason.NO_TOKEN, words, part, "", loop.job))
            continue
        when = _moment(row[head.at], at) if head.at is not None else at
        found = receiver.unpacking(party.organisation, when)
        day = _day(row[head.day]) if head.day is not None else ""
        report = Report(day, {name: row[column] for column, name in head.fields})
        found.take(loop, report, numeric, part)
        staged += found.staged
        kept += found.kept
    return staged, kept


def _party(loop: Loop, words: str) -> Party | None:
    text = "".join(words.split())
    found = [
        one
        for one in loop.standing.parties
        if text in {one.organisation, "".join(one.name.split()), "".join(one.short.split())}
    ]
    return found[0] if len(found) == 1 else None


def _day(text: str) -> str:
    try:
        found = PartialDate.parse(text)
    except ValueError:
        return ""
    return f"{found.year}-{found.month:02}-{found.day:02}" if found and found.day else ""


def _moment(text: str, at: dt.datetime) -> dt.datetime:
    """Read when a row was submitted, as it was told where the workspace is."""
    for pattern in _PATTERNS:
        try:
            return dt.datetime.strptime(text, pattern).replace(tzinfo=at.tzinfo)
        except ValueError:
            continue
    return at


_PATTERNS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M")
