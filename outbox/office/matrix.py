"""The matrix: organisations by days, each with what counts of it and what waits for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outbox.ledger.returned import counting, open_faults
from outbox.ledger.states import Verdict
from outbox.office import answers
from outbox.office.days import Day, Piece, Row
from outbox.office.phrases import FORM, words_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Sequence

    from merge.returns import Returns
    from outbox.ledger.intakes import Version
    from outbox.office.loops import Loop


def day(
    loop: Loop,
    period: str,
    versions: Iterable[Version],
    papers: Collection[tuple[str, str]],
    held: int,
    at: dt.datetime,
) -> Day:
    """Put together one day of a loop, as it stands `at`, in the workspace's zone."""
    known = [one for one in versions if one.period == period and _fits(loop.returns, one)]
    words = words_of(loop.returns)
    counts, faulty = counting(known), open_faults(known)
    found: list[Row] = []
    for one in loop.standing.parties:
        keys = [(one.organisation, period, key) for key in one.keys]
        pieces = tuple(
            Piece(subject, counts.get(key), faulty.get(key))
            for subject, key in zip(one.subjects, keys, strict=False)
            if loop.standing.individual
        )
        come = [counts[key] for key in keys if key in counts]
        whole = max(come, key=lambda each: each.at) if len(come) == len(keys) else None
        wrong = next((faulty[key] for key in keys if key in faulty), None)
        told = _said(known, one.organisation) if loop.returns.worded else ""
        paper = (one.organisation, period) in papers
        found.append(Row(one, whole, wrong, paper, words, told, pieces))
    rows = tuple(found)
    due = loop.period(period)
    when = due.due if due else at
    return Day(loop.job, loop.title, period, when, at, rows, loop.returns.paper, held, words)


def _fits(returns: Returns, version: Version) -> bool:
    """Tell whether it is what is asked for: a job may have asked for something else before."""
    return returns.bare == (version.verdict is Verdict.NOTED)


def _said(known: Iterable[Version], organisation: str) -> str:
    told = (answers.shown(one.values) for one in known if one.organisation == organisation)
    return "；".join(dict.fromkeys(filter(None, told)))


def answered(
    loop: Loop, versions: Sequence[Version], at: dt.datetime
) -> dict[str, tuple[str, dt.datetime | None]]:
    """Say of each organisation in a few words what came of what is asked, and when it first did."""
    begun = [one for one in loop.periods if one.day <= at.date()]
    periods = begun if loop.returns.cadence != "一次" else loop.periods
    days = [day(loop, one.key, versions, (), 0, at) for one in periods]
    made = {}
    for place, party in enumerate(loop.standing.parties):
        rows = [one.rows[place] for one in days]
        times = [one.counts.at for one in rows if one.counts]
        said = rows[0].word if loop.returns.cadence == "一次" and rows else _counted(rows)
        made[party.organisation] = said, min(times, default=None)
    return made


def _counted(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    done = sum(one.counts is not None for one in rows)
    late = sum(bool(one.counts and one.counts.late) for one in rows)
    return f"应报{len(rows)}次，{FORM.done}{done}次" + (
        f"，其中{FORM.late}{late}次" if late else ""
    )
