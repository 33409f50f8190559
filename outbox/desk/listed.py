"""Rows of a table that 问卷星 or 腾讯文档 exported: each one organisation's report."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from merge.canonical import dumps
from outbox.desk import folder as folders
from outbox.desk import opening
from outbox.desk.demands import chosen
from outbox.desk.harvest import fresh_only, returned_lines, returned_object
from outbox.desk.outcome import WAITING, Outcome
from outbox.desk.receiving import Receiver
from outbox.ledger.intakes import TABLE, Intake, Kept, Staged
from outbox.ledger.moves import Act
from outbox.ledger.states import Reason
from outbox.office import exported
from rosters.finding import InputError, UsageError
from rosters.keeper import KEEPER
from templates.forms.values import Sort

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from merge.mandate import Party
    from outbox.ledger.intakes import Held
    from outbox.ledger.ledger import Ledger
    from outbox.office.loops import Loop, Loops
    from outbox.workspace import Workspace
    from rosters.grid import Grid

_ROW = re.compile(r"第(\d+)行$")
_Said: TypeAlias = "tuple[str, str, str]"  # an organisation, a period, the values as JSON


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
    sheets = _sheets(content, path)
    with folders.opened(workspace, now) as ledger:
        receiver = Receiver(workspace, ledger)
        loop = _loop(receiver.loops, job)
        tables = _tables(sheets, loop)
        if not tables:
            raise InputError(
                f"「{path.name}」里找不到表头",
                "要有一列是填报单位，并有发去的表里的栏目，例如「填报单位」「新增人数」",
            )
        sha256 = opening.keep_file(workspace, path.name, content)
        at = (received or now).astimezone(workspace.zone)
        taken = _Rows(receiver, loop, at, path.name, _known(ledger, loop))
        for head, rows in tables:
            taken.take(head, rows)
        taken.settle()
        intake = Intake(
            sha256, TABLE, path.name, "", "", None, at, tuple(taken.staged), tuple(taken.kept)
        )
        fresh = ledger.take(intake, Act(now, folders.who()))
        intakes = fresh_only(ledger, [intake]) if fresh else []
    lines = returned_lines(receiver.loops, intakes)
    lines.append(f"{path.name}：{taken.count} 行" if fresh else f"{path.name} 以前收过，没有变化")
    told = {"rows": taken.count, "again": int(not fresh), **returned_object(intakes)}
    return Outcome(tuple(lines), told, status=WAITING if fresh and taken.kept else 0)


def assigned(
    receiver: Receiver, loop: Loop, held: Held, party: Party, day: str
) -> tuple[list[Staged], list[Kept]]:
    """Take a row that is in quarantine for an organisation's, about a day where one is named.

    Raises:
        OSError: the table that was kept is gone.
        InputError: its row cannot be told any more.

    """
    path = opening.file_place(receiver.workspace, held.name, held.source)
    sheets = _sheets(path.read_bytes(), path)
    number = int(found[1]) if (found := _ROW.search(held.part)) else 0
    rows = [(head, all_[number - 1]) for head, all_ in _tables(sheets, loop)
            if head.row + 1 < number <= len(all_)]  # fmt: skip
    if len(rows) != 1:
        advice = "请在表里改对填报单位或日期，再 fawen collect --table 收一次，收过的不会重复"
        raise InputError(f"第 {held.id} 件在几张表里都有第 {number} 行，认不出是哪一行", advice)
    at = held.at.astimezone(receiver.workspace.zone)
    taken = _Rows(receiver, loop, at, held.name, frozenset())
    taken.row(*rows[0], held.part, party, day)
    return taken.staged, taken.kept


def _sheets(content: bytes, path: Path) -> list[list[list[str]]]:
    grids, _ = KEEPER.read(content, path.suffix.lower(), path.name)
    return [*map(_texts, grids)]


def _tables(
    sheets: Sequence[list[list[str]]], loop: Loop
) -> list[tuple[exported.Head, list[list[str]]]]:
    return [(head, rows) for rows in sheets if (head := exported.head_of(rows, loop))]


def _known(ledger: Ledger, loop: Loop) -> frozenset[_Said]:
    """List what tables have said before: a table that is exported again says it again."""
    return frozenset(
        (one.organisation, one.period, dumps(one.values))
        for one in ledger.versions(loop.job)
        if one.how == TABLE
    )


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


@dataclass
class _Rows:
    """Makes reports of rows; `known` is what tables have said before, `at` when this one came."""

    receiver: Receiver
    loop: Loop
    at: dt.datetime
    shown: str
    known: frozenset[_Said]
    staged: list[Staged] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    count: int = 0

    def take(self, head: exported.Head, rows: Sequence[Sequence[str]]) -> None:
        """Take the rows below a head."""
        self.count += len(rows) - head.row - 1
        for number, row in enumerate(rows[head.row + 1 :], start=head.row + 2):
            if any(row):
                party = exported.party(self.loop, row[head.who])
                self.row(head, row, f"{self.shown} 第{number}行", party)

    def settle(self) -> None:
        """Take nothing where rows without a time say different things of one day."""
        said: dict[tuple[str, str], set[str]] = {}
        undated = [one for one in self.staged if one.at is None]
        for one in undated:
            said.setdefault((one.organisation, one.period), set()).add(one.values)
        for one in undated:
            if len(said[one.organisation, one.period]) > 1:
                self.staged.remove(one)
                words = f"同一个单位{one.period}有几行，数不同，又没有提交时间"
                self._keep(Reason.TWO_FORMS, words, one.part, one.organisation)

    def row(
        self,
        head: exported.Head,
        row: Sequence[str],
        part: str,
        party: Party | None,
        named: str = "",
    ) -> None:
        """Take a row for an organisation, about the day that it names, or a person has named."""
        if party is None:
            self._keep(Reason.NO_TOKEN, f"「{row[head.who][:30]}」不是要报的单位", part)
            return
        when = exported.moment(row[head.at], self.at) if head.at is not None else None
        came = min(when or self.at, self.at)
        day: str | None = named
        if not named and head.day is not None:
            day = exported.day(row[head.day], came.date())
        if day is None:
            words = f"日期写的是「{row[head.day or 0][:20]}」，看不出是哪一天"
            self._keep(Reason.WRONG_DAY, words, part, party.organisation)
            return
        found = self.receiver.staging(party.organisation, came)
        found.instead = named
        report = exported.report(self.receiver.layouts.of(self.loop), head, row, day, part)
        found.take(self.loop, report, self._numeric(), part)
        self.kept += found.tray.kept
        for one in found.tray.staged:
            if when is not None or (one.organisation, one.period, one.values) not in self.known:
                self.staged.append(replace(one, at=came if when is not None else None))

    def _numeric(self) -> tuple[str, ...]:
        layout = self.receiver.layouts.of(self.loop)
        fields = layout.fields if layout else ()
        return tuple(one.name for one in fields if one.sort is Sort.NUMBER)

    def _keep(self, reason: Reason, words: str, part: str, organisation: str = "") -> None:
        self.kept.append(Kept(reason, words, part, "", self.loop.job, organisation))
