"""常设签发 as a leader reads it: what may leave later under his signature, to whom, until when."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from merge.owed import asked
from merge.returns import restored

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
    reminding = returns.reminding
    hours = f"{reminding.hours.first:%H:%M}至{reminding.hours.last:%H:%M}"
    found = [
        ("要的回执", asked(returns)),
        ("催报顺序", " → ".join(reminding.steps)),
        (
            "催报次数",
            f"每次回执最多 {reminding.most} 次，至少间隔 {reminding.every} 小时，{hours}发",
        ),
        ("至何时止", f"{standing.last} 那天的回执收到为止"),
        ("催报单位", f"{len(standing.parties)} 个，只催没有报的"),
    ]
    found += [("核验", "；".join(one.said for one in returns.rules))] if returns.rules else []
    found += [("节点", f"{one.day.isoformat()} {one.words}") for one in returns.milestones]
    return found


def texts(standing: Standing) -> Iterator[tuple[str, str, str]]:
    """Yield each text that may leave: the step, its subject, its body, with their tags."""
    for one in standing.wordings:
        yield one.step, one.subject, one.body
