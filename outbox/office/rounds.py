"""When a watch looks again: worked out of calendar, cut-offs, hours and the moment given."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from outbox.office import reminding
from outbox.office.reminding import Course

if TYPE_CHECKING:
    from collections.abc import Iterable

    from merge.calendar import Calendar
    from outbox.office.loops import Loop
    from outbox.office.reminding import Turn

LOOK = dt.timedelta(minutes=15)  # between two looks into the mailbox, by day
MORNING, NIGHT = dt.time(8), dt.time(22)
LEAST = dt.timedelta(minutes=1)  # between two rounds


def next_look(at: dt.datetime) -> dt.datetime:
    """Return when the mailbox is looked into next: each quarter of an hour, not at night."""
    soon = at + LOOK
    if MORNING <= soon.time() < NIGHT:
        return soon
    day = soon.date() + dt.timedelta(days=soon.time() >= NIGHT)
    return dt.datetime.combine(day, MORNING, at.tzinfo)


def next_reminding(
    loop: Loop, turns: Iterable[Turn], calendar: Calendar, at: dt.datetime
) -> dt.datetime | None:
    """Return when somebody may be to be reminded next; None where that is never."""
    if loop.closed:
        return None
    courses = (Course.NOW, Course.LATER)
    times = [one.at for one in turns if one.course in courses and one.at is not None]
    for period in loop.periods:
        if period.due > at:
            opens = reminding.hours(loop, period, calendar).next(period.due)
            if opens is not None:
                times.append(opens)
                break
    return min(times, default=None)


def over(loop: Loop, turns: Iterable[Turn], calendar: Calendar, at: dt.datetime) -> bool:
    """Tell whether nothing more is to be waited for: all have reported, or the time is up."""
    if loop.closed or not loop.periods:
        return True
    last = loop.periods[-1]
    if at < last.due:
        return False
    return at >= reminding.hours(loop, last, calendar).until or not any(True for _ in turns)


def wake(at: dt.datetime, times: Iterable[dt.datetime | None]) -> dt.datetime:
    """Return when the next round begins: at the first of these, or at the next look."""
    first = min([next_look(at), *(one for one in times if one is not None)])
    return max(first, at + LEAST)
