"""How 催报 is told: at a keyboard, in a work group, to programs, to the leader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from outbox.office import bulletin
from outbox.office.reminding import Course, Known, Turn
from rosters.masks import masked

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from outbox.office.days import Day
    from outbox.office.loops import Loop


class Plan(Protocol):
    """A loop at a moment, and each that owes its report."""

    @property
    def loop(self) -> Loop:
        """The loop."""

    @property
    def day(self) -> Day | None:
        """The report that is reminded of; None while none is due."""

    @property
    def known(self) -> Known:
        """What is known of those who owe it."""

    @property
    def at(self) -> dt.datetime:
        """The moment, in the workspace's zone."""

    @property
    def blind(self) -> bool:
        """Whether no mail was collected since the cut-off."""

    def of(self, *courses: Course) -> tuple[Turn, ...]:
        """List those of whom this is to be done."""


def told(plan: Plan, *, done: bool = False) -> list[str]:
    """Tell who is reminded, who later, who not and why, and who is on the leader's list."""
    if plan.day is None:
        return [_idle(plan)]
    lines = [f"{plan.loop.title}　{bulletin.said(plan.day.period)}　{bulletin.summary(plan.day)}"]
    word = "催" if done else "要催"
    lines += [f"{word}　{one.party.short}　{one.words}" for one in plan.of(Course.NOW)]
    for one in plan.of(Course.LATER):
        when = f"{one.at:%m月%d日 %H:%M}" if one.at else ""
        lines.append(f"等到 {when} 再催　{one.party.short}　{one.words}")
    lines += [f"不催　{one.party.short}　{one.words}" for one in plan.of(Course.NOT)]
    lines += leaders(plan)
    if not done and plan.blind and plan.of(Course.NOW):
        lines.append("截止或上次催报以后还没有收过信，上面的不一定准")
        lines.append(f"下一步：fawen collect，再 fawen remind {plan.loop.job} --go")
    elif not done and plan.of(Course.NOW):
        lines.append(f"下一步：fawen remind {plan.loop.job} --go（这次没有发送任何邮件）")
    return lines


def leaders(plan: Plan) -> list[str]:
    """Write the list for the leader: who is silent though reminded as often as may be."""
    found = plan.of(Course.LEADER)
    if not found or plan.day is None:
        return []
    names = "、".join(one.party.short for one in found)
    still = f"{bulletin.said(plan.day.period)}仍{plan.day.words.missing}"
    return [f"领导名单（{still} {len(found)} 个）：{names}"]


def pasted(plan: Plan) -> list[str]:
    """Write it as it is pasted into WeChat: short names, no addresses, no numbers."""
    if plan.day is None:
        return [_idle(plan)]
    day = plan.day
    untold = plan.known.untold(day)
    missing = [one.told for one in day.missing if one not in untold]
    lines = [f"【催报】{plan.loop.title}　{bulletin.said(day.period)}"]
    if not missing:
        told = (*lines, bulletin.summary(day), *bulletin.unsent(untold))
        return [masked(one) for one in told]
    lines.append(f"截止时间{_when(day)}，还没有收到 {len(missing)} 个单位的：")
    lines.append("、".join(missing))
    nil = plan.loop.returns.nil.allowed and not plan.loop.returns.worded
    lines.append(
        "请尽快报送；没有情况的也要报，回复邮件写“零报告”即可。" if nil else f"{day.words.please}。"
    )
    lines += bulletin.unsent(untold)
    return [masked(one) for one in lines]


def as_object(plan: Plan) -> dict[str, object]:
    """Write it for programs."""
    day = plan.day
    return {
        "job": plan.loop.job,
        "batch": plan.loop.batch,
        "day": day.period if day else None,
        "due": day.due.isoformat() if day else None,
        "missing": [one.party.organisation for one in day.missing] if day else [],
        "remind": [
            {"organisation": one.party.organisation, "name": one.party.name,
             "step": one.step, "count": one.count}
            for one in plan.of(Course.NOW)
        ],
        "later": [
            {"organisation": one.party.organisation, "at": one.at.isoformat() if one.at else None,
             "why": one.words}
            for one in plan.of(Course.LATER)
        ],
        "not": [_why(one) for one in plan.of(Course.NOT)],
        "leader": _keys(plan.of(Course.LEADER)),
        "collected": not plan.blind,
    }  # fmt: skip


def _why(one: Turn) -> dict[str, str]:
    return {"organisation": one.party.organisation, "why": one.words}


def _keys(found: Sequence[Turn]) -> list[str]:
    return [one.party.organisation for one in found]


def _idle(plan: Plan) -> str:
    if plan.loop.closed:
        return f"{plan.loop.title}：这一批已撤销或被代替，不催报"
    following = next((one for one in plan.loop.periods if one.due > plan.at), None)
    when = f"，{following.due:%m月%d日 %H:%M} 截止" if following else ""
    return f"{plan.loop.title}：还没有到截止时间{when}，不用催"


def _when(day: Day) -> str:
    return f"{day.due.month}月{day.due.day}日{day.due:%H:%M}"
