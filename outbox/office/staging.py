"""Values that came, staged: each as the report of the period that it is about, judged."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from merge.canonical import dumps
from outbox.ledger.intakes import Staged
from outbox.ledger.states import Reason, Verdict
from outbox.office import answers
from outbox.office.readings import Part
from outbox.office.returns import BY_HAND, judged, numbers
from outbox.office.tray import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from merge.calendar import Period
    from outbox.ledger.intakes import Version
    from outbox.office.loops import Loop
    from outbox.office.readings import Report
    from outbox.office.tray import Tray

Earlier: TypeAlias = "tuple[str, Mapping[str, str]]"  # a period, and what counted of it

NIL = dumps({})
NOTHING: Earlier = ("", {})
_SHOWN = 3  # numbers that a sentence names
_AHEAD = "填的是还没到的{}：到了日子再发来就自动登记，这一件可以弃置"


@dataclass
class Staging:
    """What came of an organisation, on its way to reports. `came` is when, in the workspace's zone.

    `before` looks up what counted of an organisation the time before a period, and for when; `said`
    what it has said of a period until a moment.
    """

    tray: Tray
    came: dt.datetime
    before: Callable[[str, str, str], Earlier]
    said: Callable[[str, str, str, dt.datetime], tuple[Version, ...]]
    instead: str = ""  # the period that a person named for what names a wrong day
    days: frozenset[str] = frozenset()  # the days that the form at hand has something about
    answered: str = ""  # the batch whose letter is answered; "" where that cannot be told
    written: dt.date | None = None  # the day on which its writer's clock stood
    asked: tuple[dt.date, ...] = ()  # what the reminder that it answers asks for, still owed
    _earlier: dict[str, Earlier] = field(default_factory=dict)

    def afresh(self) -> None:
        """Forget what forms before said: the next one is judged by what counted before it came."""
        self._earlier.clear()

    def take(self, loop: Loop, report: Report, numeric: tuple[str, ...], name: str) -> None:
        """Make a report of a row of a table that somebody has put together."""
        made = self.report(loop, report, numeric, Part(name, b""))
        self.tray.staged += [made] if made else []

    def report(
        self, loop: Loop, report: Report, numeric: tuple[str, ...], part: Part, subject: str = ""
    ) -> Staged | None:
        """Judge what a form says of a day; None where that is no day of a report."""
        period = self._period(loop, report.day, part)
        if period is None:
            return None
        known = self.before(loop.job, self.tray.organisation, period.key)
        _, before = max(known, self._earlier.get(loop.job, NOTHING), key=lambda one: one[0])
        found = judged(report.values, numeric, loop.returns, before, report.odd)
        if found.verdict is not Verdict.FAULTY:
            self._earlier[loop.job] = (period.key, report.values)
        made = self._staged(loop, period, found.values, found.verdict, found.findings, part)
        return replace(made, subject=subject)

    def _period(self, loop: Loop, day: str, part: Part | None) -> Period | None:
        """Find the report that a day means; keep what means none."""
        if loop.returns.cadence == "一次":
            return loop.periods[0] if loop.periods else None
        if day == "?":
            self.tray.keep(Reason.WRONG_DAY, "有一行填了数，却没有日期", part, loop.job)
            return None
        if not day and not self.instead and self._doubtful():
            self.tray.keep(Reason.UNCLEAR, self._doubtful(), part, loop.job)
            return None
        day = day or self.instead  # words that name no day are about the one that a person named
        return self._of_day(loop, dt.date.fromisoformat(day) if day else self.came.date(), part)

    def _of_day(self, loop: Loop, meant: dt.date, part: Part | None) -> Period | None:
        """Find the report of a day; a person who named one means its row, else the wrong one."""
        period, ahead = loop.on(meant), meant > self.came.date()
        if period is not None and (not ahead or period.key == self.instead):
            return period
        if self.instead and self.instead not in self.days:
            named = loop.period(self.instead)
            if named is None:
                self.tray.keep(Reason.WRONG_DAY, f"{self.instead}不用报", part, loop.job)
            return named
        words = _AHEAD if ahead else _not_asked(loop, meant)
        self.tray.keep_day(words, meant, part, loop.job)
        return None

    def _doubtful(self) -> str:
        """Say why a report without a day need not be about the day on which it came."""
        came = self.came.date()
        if self.written is not None and abs(came - self.written) == dt.timedelta(days=1):
            return f"信写于{_said(self.written)}，收到已是{_said(came)}，没有写明是哪一天的"
        other = [one for one in self.asked if one != came]
        if other:
            return f"回的是催{'、'.join(map(_said, other))}的信，没有写明是哪一天的"
        return ""

    def say(self, loop: Loop, values: Mapping[str, str]) -> None:
        """Take an answer without a form, as it was read or as a person was told it."""
        verdict = Verdict.GOOD if loop.returns.checked else Verdict.NOTED
        values = {**values, answers.BATCH: self.answered or loop.batch}
        period = self._period(loop, "", None)
        if period is not None:
            self.tray.staged.append(self._staged(loop, period, dumps(values), verdict, (), None))

    def say_nil(self, loop: Loop, day: str) -> None:
        """Take it for 零报告, on a person's word; without a day for that on which it came."""
        period = self._period(loop, day, None)
        self.tray.staged += [self._nil(loop, period)] if period else []

    def words(self, loop: Loop, day: dt.date | None) -> list[Staged]:
        """Make the report that the words 零报告 are; numbers that were reported are not undone.

        Beside a form that says so, too, they say nothing new, and the form says more.
        """
        period = self._period(loop, day.isoformat() if day else "", None)
        if period is None:
            return []
        said = self.said(loop.job, self.tray.organisation, period.key, self.came)
        one = next((one for one in reversed(said) if one.values), None)
        if one is None:
            return [self._nil(loop, period)]
        told = _told(loop, one.values)
        if one.nil or not told:
            return [self._staged(loop, period, dumps(one.values), one.verdict, one.findings, None)]
        self.tray.keep(Reason.UNCLEAR, _contradicted(period.key, told), None, loop.job)
        return []

    def _nil(self, loop: Loop, period: Period) -> Staged:
        by_hand = (BY_HAND,) if loop.returns.taking == "人工" else ()
        verdict = Verdict.FAULTY if by_hand else Verdict.NIL
        return self._staged(loop, period, NIL, verdict, by_hand, None)

    def _staged(
        self,
        loop: Loop,
        period: Period,
        values: str,
        verdict: Verdict,
        findings: tuple[str, ...],
        part: Part | None,
    ) -> Staged:
        return Staged(
            batch=loop.batch,
            job=loop.job,
            organisation=self.tray.organisation,
            period=period.key,
            values=values,
            verdict=verdict,
            findings=findings,
            late=self.came > period.due,
            part=part.name if part else "",
            sha256=digest(part),
            accepted="规则" if findings and loop.returns.taking == "全部" else "",
        )


def _told(loop: Loop, values: Mapping[str, str]) -> list[str]:
    """List what a form says that is no 零报告."""
    nil = loop.returns.nil.fields or tuple(values)
    return [f"{name} {one}" for name, one in numbers(values).items() if name in nil and one]


def _contradicted(period: str, told: list[str]) -> str:
    """Say that 零报告 is written after a form with numbers, and how each is decided."""
    day = _said(dt.date.fromisoformat(period))
    said = f"{day}的表里填了数（{'，'.join(told[:_SHOWN])}），后来又写零报告"
    return f"{said}：确是零报告的，认领时写 --nil --day {period}；不是的，弃置"


def _not_asked(loop: Loop, day: dt.date) -> str:
    """Say that nothing is asked for about a day: of another time's form, from when until when."""
    returns = loop.returns
    if returns.first <= day <= returns.last:
        return "{}不用报"
    return f"「{loop.job}」从{_said(returns.first)}报到{_said(returns.last)}，{{}}不用报"


def _said(day: dt.date) -> str:
    return f"{day.month}月{day.day}日"
