"""Who is to be reminded now, who later, who not and why: worked out of values, no clock read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from outbox.ledger.states import REFUSED, WAITING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from merge.calendar import Calendar, Period
    from merge.mandate import Party
    from outbox.ledger.reminded import Reminded
    from outbox.ledger.values import LetterInfo
    from outbox.office.days import Day, Row
    from outbox.office.loops import Loop

AFTER = dt.timedelta(days=7)  # a report that is asked for once is reminded of no longer
_DAY = dt.timedelta(days=1)
LEADER = "领导名单"


class Course(StrEnum):
    """What is to be done about one that owes."""

    NOW = "now"
    LATER = "later"
    NOT = "not"  # it is told why, and a person sees to it
    LEADER = "leader"  # reminded as often as may be: it stands on the list


@dataclass(frozen=True, slots=True)
class Turn:
    """One organisation that has not validly reported: what is to be done about it, and why.

    `first` is the letter in whose thread a reminder goes, `at` when the next may leave.
    """

    party: Party
    course: Course
    words: str
    step: str = ""
    count: int = 0
    first: LetterInfo | None = None
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the organisations of a loop: their first letters, and what came of them."""

    firsts: Mapping[str, LetterInfo] = field(default_factory=dict)
    bounced: frozenset[str] = frozenset()
    replied: frozenset[tuple[str, str]] = frozenset()  # (organisation, period) of a reminder
    held: Mapping[str, dt.date] = field(default_factory=dict)  # the last thing in quarantine
    reminded: tuple[Reminded, ...] = ()

    def untold(self, day: Day) -> tuple[Row, ...]:
        """List those missing whom the notice has not reached: it waits, or was refused."""
        return tuple(one for one in day.missing if one.party.organisation not in self.firsts)

    def of(self, organisation: str, period: str) -> tuple[Reminded, ...]:
        """List the reminders to an organisation about a period."""
        return tuple(
            one
            for one in self.reminded
            if (one.organisation, one.period) == (organisation, period) and one.counts
        )


@dataclass(frozen=True, slots=True)
class Hours:
    """When reminders about one period may leave: a function of calendar, cut-off and hours."""

    due: dt.datetime
    until: dt.datetime  # never at that moment, or after
    first: dt.time
    last: dt.time
    calendar: Calendar
    every_day: bool

    def next(self, at: dt.datetime) -> dt.datetime | None:
        """Return the first moment from `at` on at which one may leave; None where there is none."""
        at = max(at, self.due)
        while at < self.until:
            begin = dt.datetime.combine(at.date(), self.first, at.tzinfo)
            end = dt.datetime.combine(at.date(), self.last, at.tzinfo)
            if at < end and self._open(at.date()):
                found = max(at, begin)
                return found if found < self.until else None
            at = dt.datetime.combine(at.date() + _DAY, dt.time(), at.tzinfo)
        return None

    def ends(self, at: dt.datetime) -> dt.datetime:
        """Return until when one that is laid now may leave."""
        return min(self.until, dt.datetime.combine(at.date(), self.last, at.tzinfo))

    def _open(self, day: dt.date) -> bool:
        return self.every_day or day == self.due.date() or self.calendar.works(day)


def current(loop: Loop, at: dt.datetime) -> Period | None:
    """Return the report that is reminded of now: the last that is due. Older ones are told only."""
    due = [one for one in loop.periods if one.due <= at]
    return due[-1] if due else None


def coming(loop: Loop, at: dt.datetime) -> Period | None:
    """Return the report that is due next; None where none will be any more."""
    return next((one for one in loop.periods if one.due > at), None)


def hours(loop: Loop, period: Period, calendar: Calendar) -> Hours:
    """Work out when reminders about a period may leave: never after the end, nor in the next's."""
    following = coming(loop, period.due)
    after = dt.datetime.combine(loop.returns.last + _DAY, dt.time(), period.due.tzinfo)
    if loop.returns.cadence == "一次":
        after = period.due + AFTER
    until = min(after, following.due) if following else after
    reminding = loop.returns.reminding
    return Hours(
        period.due,
        until,
        reminding.hours.first,
        reminding.hours.last,
        calendar,
        loop.returns.cadence == "每天",
    )


def turns(
    loop: Loop, found: Day, known: Known, calendar: Calendar, at: dt.datetime
) -> tuple[Turn, ...]:
    """Say what is to be done about each that has not validly reported, in the letters' order."""
    period = loop.period(found.period)
    if period is None:
        return ()
    when = hours(loop, period, calendar)
    return tuple(
        _turn(loop, one, known, found.period, (when, at))
        for one in found.rows
        if one.counts is None
    )


def _turn(
    loop: Loop, row: Row, known: Known, period: str, moment: tuple[Hours, dt.datetime]
) -> Turn:
    party, (when, at) = row.party, moment
    since = "" if loop.returns.cadence == "一次" else period
    why = next(_against(row, known, period, since), "")
    if why:
        return Turn(party, Course.NOT, why)
    sent = known.of(party.organisation, period)
    first = known.firsts[party.organisation]
    if any(one.state in WAITING for one in sent):
        return Turn(party, Course.NOT, "催报已在待发", first=first)
    reminding = loop.returns.reminding
    letters = [one for one in reminding.steps if one != LEADER]
    earliest = max((max(one.at, one.settled_at or one.at) for one in sent), default=None)
    if earliest is not None:
        at = max(at, earliest.astimezone(at.tzinfo) + dt.timedelta(hours=reminding.every))
    if len(sent) >= loop.standing.most or not letters:
        return _ended(loop, party, len(sent), (when, at, moment[1]))
    opens = when.next(at)
    if opens is None:
        return Turn(party, Course.NOT, _over(loop, len(sent), when.until), count=len(sent))
    step = letters[min(len(sent), len(letters) - 1)]
    course = Course.NOW if opens <= moment[1] else Course.LATER
    words = f"第 {len(sent) + 1} 次，{step}" + (f"；{row.word}" if row.lacking else "")
    return Turn(party, course, words, step, len(sent) + 1, first, opens)


def _against(row: Row, known: Known, period: str, since: str) -> Iterator[str]:
    """Say why one is not reminded though nothing counts of it: a person looks first."""
    key = row.party.organisation
    if row.faulty is not None and not row.lacking:
        yield "报了，有误待核"
    came = known.held.get(key)
    if came is not None and came.isoformat() >= since:
        yield "隔离区里有一件像是它的，请先看"
    if key not in known.firsts:
        yield "通知还没有发到（没有发出、被拒收或存疑）"
    if key in known.bounced:
        yield "退信，请核对地址后补发"
    if (key, period) in known.replied:
        yield "催报后回了信，请看过"
    if any(one.state in REFUSED for one in known.of(key, period)):
        yield "催报被拒收，请核对地址"


def _ended(
    loop: Loop, party: Party, count: int, moment: tuple[Hours, dt.datetime, dt.datetime]
) -> Turn:
    """Put one on the leader's list, when the last reminder has had its time."""
    when, at, now = moment
    said = f"已催 {count} 次" if count else "没有要发的催报"
    if LEADER not in loop.returns.reminding.steps:
        return Turn(party, Course.NOT, said, count=count)
    if at > now and at < when.until:
        return Turn(party, Course.LATER, f"{said}，再等等就列进领导名单", count=count, at=at)
    return Turn(party, Course.LEADER, said, count=count)


def _over(loop: Loop, count: int, until: dt.datetime) -> str:
    said = f"已催 {count} 次，" if count else ""
    if any(one.due == until for one in loop.periods):
        return f"{said}到 {until:%H:%M} 就是下一次截止，这一次不再催"
    return f"{said}催报的时候已过" + (
        "" if loop.returns.cadence == "一次" else f"（{loop.returns.last} 以后不再催）"
    )
