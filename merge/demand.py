"""A demand held against what it asks for: its form or 文种, tags of its reminders, the calendar."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from merge import calendar, checks
from merge.calendar import Calendar
from merge.mandate import LACKING, MOMENT, OWN, TAG
from merge.request import ones_of
from rosters.finding import Finding, InputError, Level
from rosters.nearness import nearest
from templates import form

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from merge.job import Job
    from merge.returns import Returns
    from templates.forms.values import Layout
    from templates.stock import Stock


def faults(job: Job, templates: Sequence[Stock]) -> Iterator[Finding]:
    """Find tags in 催报 that nothing can fill, and a form that lacks what the job asks of it."""
    returns = job.returns
    if returns is None:
        return
    if job.enclosed is not None and job.enclosed < len(templates):
        yield from _enclosed_faults(job, returns, templates[job.enclosed])
    else:
        yield from _form_faults(job, returns)
    yield from _calendar(job, returns)
    several = (LACKING,) if job.individual else ()
    known = {*MOMENT, *several, *OWN, *ones_of(job)}
    for key, text in (("主题", returns.reminding.subject), ("正文", returns.reminding.body)):
        rest = TAG.sub("", text)
        strange = [one for one in TAG.findall(text) if one not in known]
        strange += ["{{" for _ in range("{{" in rest or "{%" in rest)]
        for one in dict.fromkeys(strange):
            message = f"催报的{key}里不能用「{one}」"
            advice = "这里只能用：" + "、".join(
                f"{{{{ {name} }}}}" for name in (*OWN, *MOMENT, *several, *ones_of(job))
            )
            place = job.place(f"回执.催报.{key}")
            yield Finding(Level.ERROR, "job.returns", place, message, advice)


def _form_faults(job: Job, returns: Returns) -> Iterator[Finding]:
    """Find a form that cannot be one, and fields of 核验 and 零报告 that it does not ask for."""
    path = job.find(returns.form) if returns.form else None
    if path is None:
        return
    try:
        layout = form.layout_of(path.read_bytes(), path.name)
    except InputError as error:
        yield from error.findings
        return
    except OSError:
        return  # said where it is to be filled
    place = job.place("回执.内容")
    yield from _asked_faults(job, returns, layout, path.name)
    table = layout.table
    if returns.cadence != "一次" and (table is None or not table.day):
        message = f"《{path.name}》的填报表没有日期一列，{returns.cadence}报要一天一行"
        advice = "请在表头加一列「日期」；只报一次的，请写「频次: 一次」"
        yield Finding(Level.ERROR, "job.returns", place, message, advice)
    if returns.cadence == "一次" and table is not None and table.day:
        message = f"《{path.name}》有「{table.day}」一列，只报一次的每个单位只能填一行"
        advice = "一天一行的，请写「频次: 每天」；一行一件事的，请给这一列改名，如「返校日期」"
        yield Finding(Level.WARNING, "job.returns", place, message, advice)


def _enclosed_faults(job: Job, returns: Returns, stock: Stock) -> Iterator[Finding]:
    """Find a 文种 that cannot come back: one that is no form, that goes to all, or as a PDF."""
    entry, place = job.entries[job.enclosed or 0], job.place("回执.内容")
    if entry.per == "批次":
        message, advice = f"「{entry.label}」是大家同一份，收不回来", "「每份」请写 党组织 或 党员"
        yield Finding(Level.ERROR, "job.returns", place, message, advice)
    if entry.format == "PDF":
        message = f"「{entry.label}」发出去的是 PDF，没有地方可填"
        yield Finding(Level.ERROR, "job.returns", place, message, "「文件格式」请写 Word")
    if stock.kind is not None:
        message, advice = f"「{entry.label}」不是填报的表", "请写一个有填写处的模板，如 考察表"
        yield Finding(Level.ERROR, "job.returns", place, message, advice)
        return
    try:
        layout = form.layout_of(stock.content, stock.shown)
    except InputError as error:
        yield from error.findings
        return
    yield from _asked_faults(job, returns, layout, PurePosixPath(stock.shown).name)


def _asked_faults(job: Job, returns: Returns, layout: Layout, shown: str) -> Iterator[Finding]:
    """Find a form without fields, and fields of 核验 and 零报告 that it does not ask for."""
    if not layout.fields:
        message, advice = (
            f"《{shown}》里没有要填的地方",
            "请给要填的格子起名称，或给表头起名「填报表」",
        )
        yield Finding(Level.ERROR, "job.returns", job.place("回执.内容"), message, advice)
    names = [one.name for one in layout.told]
    known = {checks.name_of(one): one for one in names}
    told = [
        (f"回执.核验.{n}", name) for n, rule in enumerate(returns.rules) for name in rule.fields
    ]
    told += [("回执.零报告", name) for name in returns.nil.fields]
    for key, name in dict.fromkeys(told):
        if name not in known and name != checks.ALL:
            near = nearest(name, known.values(), 50)
            advice = f"是不是「{near}」？" if near else "表里有：" + "、".join(names[:12])
            message = f"《{shown}》里没有「{name}」这一栏"
            yield Finding(Level.ERROR, "job.returns", job.place(key), message, advice)


def _calendar(job: Job, returns: Returns) -> Iterator[Finding]:
    """Say of which years nobody has published the holidays yet, where they matter."""
    if returns.cadence != "工作日":
        return
    span = (returns.first, returns.last)
    own = job.find(calendar.FILE)
    try:
        known = calendar.read(own) if own else Calendar()
    except InputError as error:
        yield from error.findings
        return
    for year in known.unknown(span):
        message = f"{year}年的放假安排还不知道，这一年的工作日按周一至周五算"
        advice = f"公布以后请写进工作区的 {calendar.FILE}，再重新合并"
        yield Finding(Level.INFO, "job.calendar", job.place("回执.起止"), message, advice)
