"""Workbooks of a job's returns: 汇总 or 登记表, and the report to the superior; own layouts."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from merge import checks, summing
from outbox.desk import demands, opening, preparation
from outbox.desk import folder as folders
from outbox.desk.layouts import Layouts
from outbox.desk.sources import Rosters
from outbox.office import matrix, ownlayout, rollbook, summary, upward
from outbox.office.book import ours, repacked
from outbox.office.ownlayout import Own
from outbox.office.summary import Material
from rosters.finding import FawenError, Finding, InputError, Level, Place, UsageError
from templates import form
from templates.forms.values import Sort

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from merge.job import Job
    from outbox.ledger.intakes import Version
    from outbox.ledger.ledger import Ledger
    from outbox.office.days import Day
    from outbox.office.loops import Loop
    from outbox.workspace import Workspace
    from rosters.roster import Roster
    from templates.forms.tally import Tally
    from templates.forms.values import Field, Layout


@dataclass
class Making:
    """Writes what is asked for of a day; `lines` and `findings` tell what came of it."""

    workspace: Workspace
    ledger: Ledger
    loop: Loop
    day: Day
    now: dt.datetime
    lines: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def written(self, output: Path | None, superior: Path | None) -> None:
        """Write the summary, and the unit's own report to its superior, where they are asked for.

        Raises:
            UsageError: a file is no .xlsx.
            InputError: another file stands in the place, the signed form is gone, or a workbook of
                the unit cannot be filled.

        """
        for path in filter(None, (output, superior)):
            _writable(path)
        if output is not None:
            self._summary(output)
        if superior is not None:
            self._upward(superior)

    @cached_property
    def layout(self) -> Layout | None:
        """What the form asks for, as it was signed."""
        return Layouts(self.workspace).of(self.loop)

    @cached_property
    def job(self) -> Job | None:
        """The job as it is now: its own workbooks may come after it was signed."""
        job = self.loop.job
        try:
            return preparation.load(self.workspace, self.workspace.job(job))
        except FawenError as error:
            message = f"作业「{job}」现在读不出来（{error.message}），写成系统自己的版式"
            place, advice = (
                Place(job),
                f"要用自己的版式，请改好后再运行；看错在哪里：fawen check {job}",
            )
            self.findings.append(Finding(Level.WARNING, "job.returns", place, message, advice))
            return None

    def _own(self, key: str) -> Tally | None:
        if self.layout is None or self.job is None:
            return None
        own = summing.opened(self.job, key, self.layout)
        if own is not None and not self.workspace.config.unit.name:
            message, advice = "没有写本单位的名称，表里的单位空着", "请写在 [unit] 的 name"
            found = Finding(Level.WARNING, "tally.unit", Place("fawen.toml"), message, advice)
            self.findings += [] if found in self.findings else [found]
        return own

    def _roster(self) -> Roster | None:
        """Read the job's roster; None where it cannot be read: names as they were signed do."""
        try:
            return Rosters().of(self.workspace, self.job) if self.job is not None else None
        except InputError:
            return None

    def _summary(self, path: Path) -> None:
        if self.layout is not None and self.loop.returns.enclosed:
            self._roll(path, self.layout)
            return
        found = self._material(path, self.layout.told if self.layout else ())
        own = self._own(summing.SUMMARY)
        if own is None or self.layout is None:
            data = summary.bytes_of(found, self.now)
            sheets = "特殊情况、汇总、分类合计、逐日、收文登记簿"
        else:
            unit, words = self.workspace.config.unit.name, summing.words_of(self.layout)
            filling = Own(found, unit, self._roster).filled(own, words)
            self.findings += filling.findings
            self._unplaced(own, found, filling.placed)
            names = "、".join(sheet.title for sheet in own.book.worksheets)
            data = summary.bytes_of(found, self.now, own.book)
            sheets = f"本单位的 {names}，后面是特殊情况、分类合计、逐日、收文登记簿"
        folders.write_whole(path, data)
        self.lines.append(f"已写好 {path}：{sheets}")

    def _roll(self, path: Path, layout: Layout) -> None:
        """Write 登记表 of the forms that went out with the letter, and came back."""
        loop = self.loop
        found = self._material(path, _columns(self.workspace, loop, layout))
        kind, whole = loop.returns.what, loop.returns.whole
        folders.write_whole(path, rollbook.bytes_of(found, kind, self.now, whole=whole))
        averages = "、平均" if loop.standing.individual and found.numeric else ""
        sheets = f"特殊情况、{rollbook.named_after(kind)}{averages}、收文登记簿"
        self.lines.append(f"已写好 {path}：{sheets}")

    def _unplaced(self, own: Tally, found: Material, placed: set[str]) -> None:
        lacking = [one for one in found.fields if one not in placed]
        if lacking:
            message = "、".join(f"「{one}」" for one in lacking) + "在汇总模板里没有地方放，没有写"
            advice = "要的话，请在汇总模板里加一列"
            place = Place(own.shown)
            self.findings.append(Finding(Level.INFO, "tally.field", place, message, advice))

    def _upward(self, path: Path) -> None:
        layout, unit = self.layout, self.workspace.config.unit.name
        if layout is None or self.loop.returns.enclosed:
            message = f"{self.loop.job}没有一栏一栏的数，没有可以上报的表"
            raise UsageError(message, "请去掉 --upward")
        own = self._own(summing.UPWARD)
        if own is None:
            data, said = upward.bytes_of(self.day, layout, self.loop.title, unit, self.now)
            self.lines.append(f"已写好 {path}：{said}")
        else:
            words, numeric = summing.words_of(layout), _numeric(layout.told)
            nil = self.loop.returns.nil.fields or numeric
            filling, said = ownlayout.upward(self.day, own, words, numeric, unit, nil)
            self.findings += filling.findings
            data = repacked(filling.written(), self.now)
            rest = "这张表里没有写说明的地方，报送时请把上面这句话一起说明" if said else ""
            self.lines.append(f"已写好 {path}：{upward.sentence(self.day, numeric)}{rest}")
        folders.write_whole(path, data)

    def _material(self, output: Path, fields: Sequence[Field]) -> Material:
        loop, ledger = self.loop, self.ledger
        versions, papers = demands.versions(ledger, loop), ledger.papers(loop.job)
        days = [one for one in loop.periods if one.key <= self.day.period]
        folder = output.resolve().parent

        def link(version: Version) -> str:
            path = opening.original(self.workspace, version)
            return Path(os.path.relpath(path, folder)).as_posix()

        return Material(
            day=self.day,
            days=tuple(matrix.day(loop, d.key, versions, papers, 0, self.day.at) for d in days),
            fields=tuple(checks.name_of(one.name) for one in fields),
            numeric=_numeric(fields),
            came=ledger.came(loop.job),
            held=tuple(one for one in ledger.quarantine() if one.job == loop.job),
            link=link,
        )


def _numeric(fields: Sequence[Field]) -> tuple[str, ...]:
    return tuple(checks.name_of(one.name) for one in fields if one.sort is Sort.NUMBER)


def _writable(path: Path) -> None:
    if path.suffix.lower() != ".xlsx":
        raise UsageError(f"{path} 要写成 .xlsx", "请改文件名")
    if path.exists() and not ours(path):
        raise InputError(f"{path} 已经有了，不是这里写的", "请换一个文件名")


def _columns(workspace: Workspace, loop: Loop, layout: Layout) -> tuple[Field, ...]:
    """List the columns of 登记表; of several forms of an organisation the scores come first.

    Raises:
        InputError: the documents that were sent do not lie in the batch any more.

    """
    subject = next((one for party in loop.standing.parties for one in party.subjects), None)
    if subject is None:
        return layout.told
    path = workspace.outbox / loop.batch / subject.path
    try:
        content = path.read_bytes()
    except OSError as error:
        where = workspace.shown(path)
        raise InputError(
            f"发出的 {where} 不见了", "请从备份找回；没有它，不知道有哪些栏目"
        ) from error
    single = form.told(layout, content, path.name)
    if not loop.standing.individual:
        return (*single, *layout.rows)
    return tuple(sorted((*layout.rows, *single), key=lambda one: one.sort is not Sort.NUMBER))
