"""A day of returns told: at a keyboard, in a work group, to programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outbox.office import answers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from outbox.ledger.intakes import Version
    from outbox.office.days import Day, Row

_NAMED = 30  # organisations that one line names


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


def pasted(found: Day, untold: Sequence[Row] = ()) -> list[str]:
    """Write a day as it is pasted into WeChat: no addresses, no codes.

    Whom the notice has not reached (`untold`) is not asked to hurry.
    """
    lines = [f"【{found.title}】{said(found.period)}", summary(found)]
    asked = tuple(one for one in found.missing if one not in untold)
    if asked:
        lines.append(f"{found.words.please}：{_names(asked)}")
    lines += unsent(untold)
    if found.faulty:
        lines.append(f"请核对后重报：{_names(found.faulty)}")
    return lines


def unsent(untold: Sequence[Row]) -> list[str]:
    """Name whom the notice has not reached, in a line that is pasted."""
    return [f"通知还没有发到：{_names(tuple(untold))}"] if untold else []


def summary(found: Day) -> str:
    """Say it in one sentence: 截至17:00已报21（零报告17），未报3：…."""
    words = found.words
    until = found.at if found.late else min(found.at, found.due)
    when = f"{until:%H:%M}" if found.at.date() == found.due.date() else clock(found.at)
    among = (("零报告", found.nil), (words.late, found.late))
    of_these = "，".join(f"{word}{len(rows)}" for word, rows in among if rows)
    nil = f"（{of_these}）" if of_these else ""
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
