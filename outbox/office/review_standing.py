"""常设签发 as a leader reads it: what may leave later under his signature, to whom, until when."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from merge.request import asked
from merge.returns import restored
from outbox.office import reminding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from merge.mandate import Standing

NOTE = (
    "签发本批，也就签发了下面的催报：到时由系统照这里的文字、只发给这里的单位，"
    "只有日期、截止时间和次数随催报变动；别的一个字不同就不发。"
)


def terms(standing: Standing) -> list[tuple[str, str]]:
    """List the terms: what is asked for, how often it is reminded of, and when."""
    returns = restored(json.loads(standing.demand))
    how = returns.reminding
    hours = f"{how.hours.first:%H:%M}至{how.hours.last:%H:%M}"
    found = [
        ("要的回执", asked(returns)),
        ("催报顺序", " → ".join(how.steps)),
        (
            "催报次数",
            f"每次回执最多 {how.most} 次，至少间隔 {how.every} 小时，{hours}发",
        ),
        ("至何时止", _until(standing, returns.cadence)),
        ("催报单位", f"{len(standing.parties)} 个，只催没有报的"),
    ]
    found += [("核验", "；".join(one.said for one in returns.rules))] if returns.rules else []
    found += [("节点", f"{one.day.isoformat()} {one.words}") for one in returns.milestones]
    return found


def texts(standing: Standing) -> Iterator[tuple[str, str, str]]:
    """Yield each text that may leave: the step, its subject, its body, with their tags."""
    for one in standing.wordings:
        yield one.step, one.subject, one.body


def _until(standing: Standing, cadence: str) -> str:
    if cadence == "一次":
        return f"收到为止，最迟到截止后第 {reminding.AFTER.days} 天"
    return f"每天的催到下一次截止为止；{standing.last} 以后不再催"
