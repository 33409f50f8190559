"""One day of a job's returns: who reported, nil, late, faulty, missing; and how that is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge.mandate import Party, Subject
from outbox.ledger.returned import counting, open_faults
from outbox.ledger.states import Verdict
from outbox.office import answers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from merge.returns import Returns
    from outbox.ledger.intakes import Version
    from outbox.office.loops import Loop

__all__ = ["Day", "Party", "Row", "as_object", "day", "pasted", "said", "told"]

_NAMED = 30  # organisations that one line names


@dataclass(frozen=True, slots=True)
class Piece:
    """One form of several that an organisation owes: what counts of it, what waits for a person."""

    subject: Subject
    counts: Version | None
    faulty: Version | None

    @property
    def lacking(self) -> bool:
        """Tell whether nothing of it has come."""
        return self.counts is None and self.faulty is None


@dataclass(frozen=True, slots=True)
class Words:
    """How a demand is spoken of: who has done what is asked, who has not, and what they should."""

    done: str
    missing: str
    late: str
    whole: str
    please: str


_FORM = Words("已报", "未报", "迟报", "全部报齐", "请尽快报送")
_SENT = Words("已交齐", "未交齐", "迟交", "全部交齐", "请尽快交齐")
_BARE = Words("已回执", "未回执", "迟回", "全部回执", "请回复邮件，写明“收到”")
_CHECKED = Words(
    "已答复", "未答复", "迟复", "全部答复", "请回复邮件：没有错的写“无误”，有错的写明应当是什么"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One organisation: what counts of it, what waits for a person, whether its paper is there.

    Where it owes several forms (`pieces`), it counts once all of them do, as the newest of them.
    """

    party: Party
    counts: Version | None
    faulty: Version | None
    paper: bool = False
    words: Words = _FORM
    said: str = ""  # what its answers say, where there is no form
    pieces: tuple[Piece, ...] = ()

    @property
    def lacking(self) -> tuple[Subject, ...]:
        """Name those whose forms have not come, where it owes several."""
        return tuple(one.subject for one in self.pieces if one.lacking)

    @property
    def missing(self) -> bool:
        """Tell whether anything has not come at all."""
        return bool(self.lacking) or (self.counts is None and self.faulty is None)

    @property
    def share(self) -> str:
        """Say how many of its forms have come: 已交 3 / 5."""
        came = len(self.pieces) - len(self.lacking)
        return f"已交 {came} / {len(self.pieces)}" if self.pieces else ""

    @property
    def told(self) -> str:
        """Name it, and how many of its forms have come, where it owes several."""
        return f"{self.party.short}（{self.share}）" if self.lacking else self.party.short

    @property
    def word(self) -> str:
        """Name where it stands as staff see it."""
        if self.lacking:
            names = "、".join(one.name for one in self.lacking)
            return f"{self.share}，未交：{names}"
        if self.counts is None:
            return "有误待核" if self.faulty else self.words.missing
        verdict = self.counts.values.get(answers.ANSWER) if self.words is _CHECKED else ""
        verdict = verdict or (self.share or "已交" if self.words is _SENT else "")
        word = "已采用" if self.counts.accepted_by else verdict or self.counts.verdict.word
        late = f"（{self.words.late}）" if self.counts.late else ""
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
    words: Words = _FORM

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
    def amended(self) -> tuple[Row, ...]:
        """Those who said what is wrong in what they were sent."""
        told = (one for one in self.reported if self.words is _CHECKED)
        return tuple(
            one
            for one in told
            if one.counts and one.counts.values.get(answers.ANSWER) == answers.AMENDED
        )

    @property
    def checked(self) -> bool:
        """Tell whether an answer is 无误, or what is wrong."""
        return self.words is _CHECKED

    @property
    def worded(self) -> bool:
        """Tell whether answers are words: there is no form, and no nil."""
        return self.words is not _FORM

    @property
    def missing(self) -> tuple[Row, ...]:
        """Those of whom nothing has come."""
        return tuple(one for one in self.rows if one.missing)

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


def words_of(returns: Returns) -> Words:
    """Return how a demand is spoken of."""
    if returns.enclosed:
        return _SENT
    return _CHECKED if returns.checked else _BARE if returns.bare else _FORM


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
    return f"应报{len(rows)}次，{_FORM.done}{done}次" + (
        f"，其中{_FORM.late}{late}次" if late else ""
    )


def told(found: Day) -> list[str]:
    """Tell a day at a keyboard: a line for each sort, then what to do."""
    lines = [
        f"{found.title}　{said(found.period)}（截止 {clock(found.due)}）",
        summary(found),
    ]
    for word, rows in (
        ("零报告", found.nil),
        (found.words.late, found.late),
        (found.words.missing, found.missing),
    ):
        if rows:
            lines.append(f"{word}：{_names(rows)}")
    for row in found.rows:
        if row.said:
            word = answers.AMENDED if row in found.amended else "回信"
            lines.append(f"{word}：{row.party.short}　{row.said}")
    lines += [f"{row.party.short}：{row.word}" for row in found.missing if row.lacking]
    for name, version in waiting(found):
        lines.append(f"有误待核：{name}　{'；'.join(version.findings)}")
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


def waiting(found: Day) -> Iterator[tuple[str, Version]]:
    """Yield what waits for a person: whose it is, and the version."""
    for row in found.faulty:
        for one in row.pieces:
            if one.faulty is not None:
                yield f"{row.party.short}（{one.subject.name}）", one.faulty
        if row.faulty is not None and not row.pieces:
            yield row.party.short, row.faulty


def pasted(found: Day) -> list[str]:
    """Write a day as it is pasted into WeChat: no addresses, no codes."""
    lines = [f"【{found.title}】{said(found.period)}", summary(found)]
    if found.missing:
        lines.append(f"{found.words.please}：{_names(found.missing)}")
    if found.faulty:
        lines.append(f"请核对后重报：{_names(found.faulty)}")
    return lines


def summary(found: Day) -> str:
    """Say it in one sentence: 截至17:00已报21（零报告17），未报3：…."""
    words = found.words
    until = min(found.at, found.due) if found.at < found.due else found.due
    when = f"{until:%H:%M}" if found.at.date() == found.due.date() else clock(found.at)
    nil = f"（零报告{len(found.nil)}）" if found.nil else ""
    amended = f"（有更正{len(found.amended)}）" if found.amended else ""
    text = f"截至{when}{words.done}{len(found.reported)}{nil}{amended}"
    if found.faulty:
        text += f"，有误待核{len(found.faulty)}"
    if not found.missing:
        return f"{text}，{words.whole}。" if not found.faulty else f"{text}，没有未报的。"
    return f"{text}，{words.missing}{len(found.missing)}：{_names(found.missing)}。"


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
        "amended": _keys(found.amended),
        "without_paper": _keys(found.unpapered),
        "quarantine": found.held,
        "times": {
            one.party.organisation: one.counts.at.isoformat() for one in found.rows if one.counts
        },
        "notes": {one.party.organisation: one.said for one in found.rows if one.said},
        "values": {
            one.party.organisation: dict(one.counts.values)
            for one in found.rows
            if one.counts and not one.pieces
        },
        "forms": {
            row.party.organisation: {
                one.subject.key: dict(one.counts.values) if one.counts else None
                for one in row.pieces
            }
            for row in found.rows
            if row.pieces
        },
        "lacking": {
            one.party.organisation: [each.key for each in one.lacking]
            for one in found.rows
            if one.lacking
        },
    }


def _keys(rows: Iterable[Row]) -> list[str]:
    return [one.party.organisation for one in rows]


def _names(rows: tuple[Row, ...]) -> str:
    names = "、".join(one.told for one in rows[:_NAMED])
    return names if len(rows) <= _NAMED else f"{names}等{len(rows)}个单位"


def said(period: str) -> str:
    """Write a day as people say it: 11月26日."""
    _, month, number = period.split("-")
    return f"{int(month)}月{int(number)}日"


def clock(at: dt.datetime) -> str:
    """Write a moment as people say it: 12月5日 17:00."""
    return f"{at.month}月{at.day}日 {at:%H:%M}"
