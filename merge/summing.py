"""汇总模板 and 上报表: the unit's own workbooks, opened and looked through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.utils.cell import get_column_letter

from merge import checks
from merge.nominees import People
from rosters.finding import Finding, InputError, Level, Place
from templates import form
from templates.forms import tallyreading
from templates.forms.register import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from merge.job import Job
    from rosters.roster import Roster
    from templates.forms.tally import Tally
    from templates.forms.values import Layout

SUMMARY, UPWARD = "汇总模板", "上报表"


def path_of(job: Job, key: str) -> str:
    """Return the path that a job names under a key, "" where it names none."""
    if job.returns is None:
        return ""
    return job.returns.summary if key == SUMMARY else job.returns.upward


def words_of(layout: Layout) -> Words:
    """Return what a workbook may ask for: the fields of the form that is sent out, and more."""
    return Words(tuple(checks.name_of(one.name) for one in layout.fields))


def opened(job: Job, key: str, layout: Layout) -> Tally | None:
    """Open one of the two workbooks; None where the job names none.

    Raises:
        InputError: it is not there, or cannot be filled.

    """
    named = path_of(job, key)
    if not named:
        return None
    path = job.find(named)
    try:
        content = path.read_bytes() if path is not None else None
    except OSError:
        content = None
    if content is None:
        message, advice = f"{key}「{named}」读不出来", "请核对文件是否还在、是否正被打开"
        found = Finding(Level.ERROR, "job.returns", job.place(f"回执.{key}"), message, advice)
        raise InputError(message, advice, [found])
    shown = named.replace("\\", "/")
    return tallyreading.opened(content, shown, words_of(layout), lone=key == UPWARD)


def faults(job: Job, roster: Roster) -> Iterator[Finding]:
    """Find what stands against the two workbooks, and names in them that nobody bears."""
    if job.returns is None or not (job.returns.summary or job.returns.upward):
        return
    path = job.find(job.returns.form) if job.returns.form else None
    try:
        layout = form.layout_of(path.read_bytes(), path.name) if path is not None else None
    except (InputError, OSError):
        layout = None  # said where the form itself is looked at
    if layout is None:
        return
    for key in (SUMMARY, UPWARD):
        try:
            made = opened(job, key, layout)
        except InputError as error:
            yield from error.findings
            continue
        if made is not None:
            yield from made.findings
            yield from _unknown(made, roster) if key == SUMMARY else ()


def _unknown(made: Tally, roster: Roster) -> Iterator[Finding]:
    people = People(roster)
    groups = {one.category for one in roster.organisations}
    for roll in made.rolls:
        for row, words in roll.typed:
            if words in groups or len(people.units(words)) == 1:
                continue
            place = Place(made.shown, roll.sheet, f"{get_column_letter(roll.who)}{row}")
            yield Finding(Level.WARNING, "tally.name", place, *unknown(people, words))


def unknown(people: People, words: str) -> tuple[str, str]:
    """Say why a name in a workbook means nobody, and what to do."""
    found = people.units(words)
    if len(found) > 1:
        names = "、".join(one.name for one in found[:4])
        return f"「{words}」可以指 {names}，没有填", "请写全称或党组织编码"
    return f"「{words}」认不出是哪个单位，没有填", people.near(words)
