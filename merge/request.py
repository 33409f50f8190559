"""What is to come back, asked for in words: at the foot of a letter, and in reminders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from merge.mandate import LACKING, TAG, Wording, shown
from rosters.dates import PartialDate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from merge.job import Job
    from merge.letter import Letter
    from merge.mandate import Party
    from merge.returns import Returns

_ONES = ("标题", "署名", "发文字号", "发文机关")  # 要素 that a reminder may speak of
_SUBJECT = "【催报】{title}（{{{{ 简称 }}}}，{{{{ 日期 }}}}）"
_BODY = (
    "{{{{ {whom} }}}}同志：\n\n"
    "{{{{ 日期 }}}}的{what}还没有{come}，截止时间是{{{{ 截止 }}}}。{how}"
    "已经报过的，请忽略本邮件。\n\n"
    "回执编号：{{{{ 回执编号 }}}}（请直接回复本邮件，不要另写）{signed}"
)


def footed(letter: Letter, returns: Returns, party: Party) -> Letter:
    """Say at a letter's foot what is to come back, and by which number it is known again."""
    said = (
        f"{letter.body.rstrip()}\n\n----\n回执：{asked(returns)}\n回执编号：{shown(party.token)}\n"
    )
    return replace(letter, body=said)


def asked(returns: Returns) -> str:
    """Say in one sentence what is to come back, and by when."""
    at = f"{returns.due.at:%H:%M}"
    if returns.cadence == "一次":
        day = returns.last
        when = f"{day.year}年{day.month}月{day.day}日{at}前"
    else:
        span = f"{_short(returns.first.isoformat())}至{_short(returns.last.isoformat())}"
        when = f"{span}，{'每个工作日' if returns.cadence == '工作日' else '每天'}{at}前"
    if returns.bare:
        return f"{when}直接回复本邮件，写明“收到”即可。"
    if returns.checked:
        return f"{when}直接回复本邮件：没有错的写“无误”，有错的写明是谁、哪里错、应当是什么。"
    nil = "；没有情况的，回复“零报告”三个字即可" if returns.nil.allowed else ""
    paper = "；另交纸质件一份" if returns.paper else ""
    return f"{when}填好附件《{_called(returns)}》，直接回复本邮件{nil}{paper}。"


def _called(returns: Returns) -> str:
    """Name what is to be filled in."""
    return PurePosixPath((returns.form or returns.what).replace("\\", "/")).stem


def wordings(job: Job, returns: Returns) -> Iterator[Wording]:
    """Write the text of each step of 催报; what differs from one to the next stays a tag."""
    ones = ones_of(job)
    title = ones.get("标题", job.name)
    signed = f"\n\n{ones['署名']}" if "署名" in ones else ""
    what = f"《{title}》的回执" if returns.worded else f"《{_called(returns)}》"
    come = "收齐" if job.individual else "收到"
    if returns.bare:
        how = "请回复本邮件，写明“收到”即可。"
    elif returns.checked:
        how = "没有错的请回复“无误”，有错的请写明是谁、哪里错、应当是什么。"
    elif returns.nil.allowed:
        how = "没有情况的也要报：回复本邮件，写明“零报告”三个字即可。"
    elif job.individual:
        how = f"还没有交的：{{{{ {LACKING} }}}}。表在附件里，请填好后回复本邮件。"
    else:
        how = "请填好附件，回复本邮件。"
    for step in returns.reminding.steps:
        if step == "领导名单":
            continue  # a list, no letter
        subject = returns.reminding.subject or _SUBJECT.format(title=title)
        body = returns.reminding.body or _BODY.format(
            whom=step, what=what, come=come, how=how, signed=signed
        )
        yield Wording(step, _fixed(subject, ones), _fixed(body, ones))


def _fixed(text: str, ones: Mapping[str, str]) -> str:
    """Put in 要素, which are the same for all; what differs stays a tag."""
    return TAG.sub(lambda found: ones.get(found[1], found[0]), text).rstrip()


def ones_of(job: Job) -> dict[str, str]:
    """Name the 要素 that a reminder may speak of, as they are the same for all."""
    found = {}
    for name in _ONES:
        value = job.elements.get(name)
        if isinstance(value, str | PartialDate) and "{{" not in str(value):
            found[name] = "".join(str(value).split())
    return found


def _short(day: str) -> str:
    _, month, number = day.split("-")
    return f"{int(month)}月{int(number)}日"
