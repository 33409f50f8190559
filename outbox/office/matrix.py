"""One day of a job's returns: who reported, nil, late, faulty, missing; and how that is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge.mandate import Party
from outbox.ledger.returned import counting, open_faults
from outbox.ledger.states import Verdict

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from outbox.ledger.intakes import Version
    from outbox.office.loops import Loop

__all__ = ["Day", "Party", "Row", "as_object", "day", "pasted", "said", "told"]

_NAMED = 30  # organisations that one line names


@dataclass(frozen=True, slots=True)
class Row:
    """One organisation: what counts of it, what waits for a person, whether its paper is there."""

    party: Party
    counts: Version | None
    faulty: Version | None
    paper: bool = False

    @property
    def word(self) -> str:
        """Name where it stands as staff see it."""
        if self.counts is None:
            return "有误待核" if self.faulty else "未报"
        word = "已采用" if self.counts.accepted_by else self.counts.verdict.word
        late = "（迟报）" if self.counts.late else ""
        return f"{word}{late}" + ("，另有更正待核" if self.faulty else "")


@dataclass(frozen=True, slots=True)
class Day:
    """All organisations that owe a report about one day, in the order of the letters."""

    job: str
    title: str
    period: str
    due: dt.datetime
    at: dt.datetime
    rows: tuple[Row, ...]
    paper: bool
    held: int  # things in quarantine that are probably about this job

    @property
    def reported(self) -> tuple[Row, ...]:
        """Those of whom something counts."""
        return tuple(one for one in self.rows if one.counts is not None)

    @property
    def nil(self) -> tuple[Row, ...]:
        """Those who said that there is nothing."""
        return tuple(
            one for one in self.reported if one.counts and one.counts.verdict is Verdict.NIL
        )

    @property
    def late(self) -> tuple[Row, ...]:
        """Those who reported, after the cut-off."""
        return tuple(one for one in self.reported if one.counts and one.counts.late)

    @property
    def faulty(self) -> tuple[Row, ...]:
        """Those of whom something waits for a person."""
        return tuple(one for one in self.rows if one.faulty is not None)

    @property
    def missing(self) -> tuple[Row, ...]:
        """Those of whom nothing has come."""
        return tuple(one for one in self.rows if one.counts is None and one.faulty is None)

    @property
    def unpapered(self) -> tuple[Row, ...]:
        """Those whose paper copy is not there, where one is asked for."""
        return tuple(one for one in self.rows if self.paper and not one.paper)

    @property
    def complete(self) -> bool:
        """Tell whether nothing is open."""
        return not (self.missing or self.faulty or self.unpapered or self.held)


def day(
    loop: Loop,
    period: str,
    versions: Iterable[Version],
    papers: Collection[tuple[str, str]],
    held: int,
    at: dt.datetime,
) -> Day:
    """Put together one day of a loop, as it stands `at`, in the workspace's zone."""
    known = [one for one in versions if one.period == period]
    counts, faulty = counting(known), open_faults(known)
    rows = tuple(
        Row(
            one,
            counts.get((one.organisation, period)),
            faulty.get((one.organisation, period)),
            (one.organisation, period) in papers,
        )
        for one in loop.standing.parties
    )
    due = loop.period(period)
    when = due.due if due else at
    return Day(loop.job, loop.title, period, when, at, rows, loop.returns.paper, held)


def told(found: Day) -> list[str]:
    """Tell a day at a keyboard: a line for each sort, then what to do."""
    lines = [
        f"{found.title}　{said(found.period)}（截止 {found.due:%m月%d日 %H:%M}）",
        summary(found),
    ]
    for word, rows in (("零报告", found.nil), ("迟报", found.late), ("未报", found.missing)):
        if rows:
            lines.append(f"{word}：{_names(rows)}")
    for row in found.faulty:
        why = "；".join(row.faulty.findings) if row.faulty else ""
        lines.append(f"有误待核：{row.party.short}　{why}")
    if found.faulty:
        lines.append(
            f"核对无误的：fawen returns {found.job} --day {found.period} --accept 单位；"
            "有误的请对方改正后重发"
        )
    if found.unpapered:
        lines.append(f"缺纸质件：{_names(found.unpapered)}")
    if found.held:
        lines.append(f"隔离区有 {found.held} 件可能是它的：fawen quarantine")
    return lines


def pasted(found: Day) -> list[str]:
    """Write a day as it is pasted into WeChat: no addresses, no codes."""
    lines = [f"【{found.title}】{said(found.period)}", summary(found)]
    if found.missing:
        lines.append(f"请尽快报送：{_names(found.missing)}")
    if found.faulty:
        lines.append(f"请核对后重报：{_names(found.faulty)}")
    return lines


def summary(found: Day) -> str:
    """Say it in one sentence: 截至17:00已报21（零报告17），未报3：…."""
    until = min(found.at, found.due) if found.at < found.due else found.due
    when = f"{until:%H:%M}" if found.at.date() == found.due.date() else f"{found.at:%m月%d日 %H:%M}"
    nil = f"（零报告{len(found.nil)}）" if found.nil else ""
    text = f"截至{when}已报{len(found.reported)}{nil}"
    if found.faulty:
        text += f"，有误待核{len(found.faulty)}"
    if not found.missing:
        return f"{text}，全部报齐。" if not found.faulty else f"{text}，没有未报的。"
    return f"{text}，未报{len(found.missing)}：{_names(found.missing)}。"


def stands(found: Day) -> str:
    """Say in few words how a day stands: 零报告, 已报齐, or how many have reported."""
    if found.reported and len(found.nil) == len(found.rows):
        return "零报告"
    return (
        "已报齐"
        if len(found.reported) == len(found.rows)
        else f"已报{len(found.reported)}，未报{len(found.missing)}"
    )


def as_object(found: Day) -> dict[str, object]:
    """Write it for programs."""
    return {
        "job": found.job,
        "day": found.period,
        "due": found.due.isoformat(),
        "reported": _keys(found.reported),
        "nil": _keys(found.nil),
        "late": _keys(found.late),
        "faulty": _keys(found.faulty),
        "missing": _keys(found.missing),
        "without_paper": _keys(found.unpapered),
        "quarantine": found.held,
        "values": {
            one.party.organisation: dict(one.counts.values) for one in found.rows if one.counts
        },
    }


def _keys(rows: Iterable[Row]) -> list[str]:
    return [one.party.organisation for one in rows]


def _names(rows: tuple[Row, ...]) -> str:
    names = "、".join(one.party.short for one in rows[:_NAMED])
    return names if len(rows) <= _NAMED else f"{names}等{len(rows)}个单位"


def said(period: str) -> str:
    """Write a day as people say it: 11月26日."""
    _, month, number = period.split("-")
    return f"{int(month)}月{int(number)}日"
