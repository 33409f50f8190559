"""公示期: what a 公示 says of its own days, held against the calendar, its rules and its text."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from merge import workdays
from merge.tallies import NUMBER, TAG, number, texts
from rosters.dates import PartialDate
from rosters.finding import Finding, Level
from rosters.pattern import later

if TYPE_CHECKING:
    from collections.abc import Iterator

    from merge.job import Job
    from merge.workshop import Workshop
    from rosters.finding import Place

PERIOD = "公示期"
KIND = "公示"
_BETWEEN = r"[^至到—~\d]{0,12}(?:至|到|[—~-]+)\s*"
_SPAN = later(
    r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?" + _BETWEEN +
    r"(?:(\d{4})\s*[年./-]\s*)?(?:(\d{1,2})\s*[月./-]\s*)?(\d{1,2})\s*(?:日|(?![\d年月./-]))"
)  # fmt: skip
# Not 公示期满后3个工作日内: that is somebody's time to answer.
_DAYS = later(NUMBER + r"\s*个?\s*工作日(?!\s*(?:内|以内|之内|前|之前|后|之后|以后))")
_SENTENCE = later(r"[。；;！!？?\n]")


class Days(NamedTuple):
    """How long something is posted: the first day, the last one, and the working days of them."""

    first: dt.date
    last: dt.date
    working: int | None  # None: of a year whose holidays nobody knows yet

    def __str__(self) -> str:
        return f"{PartialDate.parse(self.first)}至{PartialDate.parse(self.last)}"


def findings(shop: Workshop) -> Iterator[Finding]:
    """Find a 公示期 that ends too early, or is not as long as the job says."""
    job = shop.supplies.job
    days, place = posted(job), job.place(f"要素.{PERIOD}")
    if days is None:
        return
    dated = job.elements.get("成文日期")
    if days.last < days.first:
        message, advice = f"公示期 {days} 的止日比起日早", "请核对两个日期"
        yield Finding(Level.ERROR, "award.days", place, message, advice)
        return
    if isinstance(dated, PartialDate) and dated.earliest() > days.first:
        message, advice = f"公示期 {days} 从成文日期（{dated}）以前就开始", "请核对两个日期"
        yield Finding(Level.WARNING, "award.days", place, message, advice)
    if days.working is not None:
        yield from _short(job, days, place)
        yield from _told(job, days)


def posted(job: Job) -> Days | None:
    """Read the days of a 公示; None where a job is none, or says them otherwise."""
    said = job.elements.get(PERIOD)
    if not isinstance(said, str) or all(entry.kind != KIND for entry in job.entries):
        return None
    return _days(said, job)


def _short(job: Job, days: Days, place: Place) -> Iterator[Finding]:
    rules = job.awards
    if rules is not None and days.working is not None and days.working < rules.shown:
        said = f"公示期 {days} 只有{days.working}个工作日，不满{rules.shown}个"
        message = f"{said}（{rules.clause('公示')}）"
        advice = "请延长公示；节假日和调休写在评选的「节假日」「调休上班」里"
        yield Finding(Level.ERROR, "award.days", place, message, advice)


def _told(job: Job, days: Days) -> Iterator[Finding]:
    """Find a typed number of working days that is not how many there are."""
    for text, place in texts(job):
        plain = unicodedata.normalize("NFKC", TAG.sub("\x00", text))
        for sentence in _SENTENCE.split(plain):
            if KIND not in sentence and _SPAN.search(sentence) is None:
                continue
            for found in _DAYS.finditer(sentence):
                if number(found["number"]) != days.working:
                    message = f"「{found[0]}」与公示期不符：{days} 是{days.working}个工作日"
                    advice = "请核对日期和天数，改正一处"
                    yield Finding(Level.WARNING, "award.days", place, message, advice)


def _days(said: str, job: Job) -> Days | None:
    """Read 2026年12月1日至7日; None where that is written otherwise, or there is no such day."""
    found = _SPAN.search(unicodedata.normalize("NFKC", said))
    if found is None:
        return None
    year, month, day, *last = (int(part) if part else 0 for part in found.groups())
    try:
        first = dt.date(year, month, day)
        end = dt.date(last[0] or year, last[1] or month, last[2])
    except ValueError:
        return None
    return Days(first, end, _working(first, end, job))


def _working(first: dt.date, last: dt.date, job: Job) -> int | None:
    """Count working days: as 评选 says, which judges the sheet 公示, else as was published."""
    if job.awards is not None:
        return workdays.count(first, last, job.awards.holidays, job.awards.working)
    from merge.calendar import Calendar

    if Calendar().unknown((first, last)):
        return None
    known = Calendar()
    stretch = (first + dt.timedelta(days=one) for one in range((last - first).days + 1))
    return sum(map(known.works, stretch))
