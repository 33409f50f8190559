"""Who owes a return, and how they are reminded: 常设签发 made of a job's 回执 and its letters."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from merge import calendar, checks
from merge.calendar import Calendar
from merge.canonical import dumps
from merge.mandate import LACKING, MOMENT, OWN, TAG, Party, Standing, Subject, Wording, shown
from rosters.dates import PartialDate
from rosters.finding import Finding, InputError, Level
from rosters.mailbox import split
from rosters.nearness import nearest
from templates import form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from merge.job import Job
    from merge.letter import Document, Letter
    from merge.returns import Returns
    from rosters.roster import Organisation, Roster
    from templates.forms.values import Layout
    from templates.stock import Stock

# Headings under which a roster keeps the address of its 书记: no field of the dictionary.
_SECRETARY = ("书记邮箱", "书记电子邮箱", "书记的邮箱")
_ONES = ("标题", "署名", "发文字号", "发文机关")  # 要素 that a reminder may speak of
_SUBJECT = "【催报】{title}（{{{{ 简称 }}}}，{{{{ 日期 }}}}）"
_BODY = (
    "{{{{ {whom} }}}}同志：\n\n"
    "{{{{ 日期 }}}}的{what}还没有{come}，截止时间是{{{{ 截止 }}}}。{how}"
    "已经报过的，请忽略本邮件。\n\n"
    "回执编号：{{{{ 回执编号 }}}}（请直接回复本邮件，不要另写）{signed}"
)


def owed(job: Job, roster: Roster, letters: Sequence[Letter]) -> Standing | None:
    """Work out who owes what; tokens and forms come when documents are pressed."""
    returns = job.returns
    if returns is None:
        return None
    return Standing(
        demand=dumps(returns.said()),
        form="",
        name=PurePosixPath(returns.form.replace("\\", "/")).name,
        cadence=returns.cadence,
        first=returns.first.isoformat(),
        last=returns.last.isoformat(),
        most=returns.reminding.most,
        wordings=tuple(_wordings(job, returns)),
        parties=tuple(_parties(roster, letters)),
    )


def tokened(standing: Standing, key: bytes, form: str) -> Standing:
    """Give each party its token: 60 bits of the workspace key, demand, form and organisation.

    `form` is the sha256 of the empty form. Never of batch, job name or clock: a letter is known by
    what it carries, whatever its job is called.
    """
    parties = []
    for one in standing.parties:
        token = token_of(key, standing.demand, form, one.organisation)
        values = (*((k, v) for k, v in one.values if k != "回执编号"), ("回执编号", shown(token)))
        parties.append(replace(one, token=token, values=values))
    return replace(standing, form=form, parties=tuple(parties))


def token_of(key: bytes, demand: str, form: str, organisation: str) -> str:
    """Make a token: 12 characters of base32."""
    text = dumps(["returns", demand, form, organisation])
    return base64.b32encode(hmac.digest(key, text.encode(), hashlib.sha256))[:12].decode("ascii")


def footed(letter: Letter, returns: Returns, party: Party) -> Letter:
    """Say at a letter's foot what is to come back, and by which number it is known again."""
    said = (
        f"{letter.body.rstrip()}\n\n----\n回执：{asked(returns)}\n回执编号：{shown(party.token)}\n"
    )
    return replace(letter, body=said)


def individual(job: Job) -> bool:
    """Tell whether an organisation owes a form for each of several people."""
    return job.enclosed is not None and job.entries[job.enclosed].per == "党员"


def enclosed(standing: Standing, job: Job, documents: Iterable[Document]) -> Standing:
    """Note which documents of each party's letter are to come back; who has none owes nothing."""
    if job.enclosed is None:
        return standing
    own: dict[str, list[Subject]] = {}
    for one in documents:
        if one.entry == job.enclosed:
            made = Subject(one.key, "".join(one.name.split()), one.mark, one.file.path)
            own.setdefault(one.organisation, []).append(made)
    parties = []
    for party in standing.parties:
        subjects = own.get(party.organisation, [])
        if len(subjects) == 1 and not individual(job):
            subjects = [replace(subjects[0], key="")]
        parties += [replace(party, subjects=tuple(subjects))] if subjects else []
    return replace(standing, parties=tuple(parties))


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
    several = (LACKING,) if individual(job) else ()
    known = {*MOMENT, *several, *OWN, *_ones(job)}
    for key, text in (("主题", returns.reminding.subject), ("正文", returns.reminding.body)):
        rest = TAG.sub("", text)
        strange = [one for one in TAG.findall(text) if one not in known]
        strange += ["{{" for _ in range("{{" in rest or "{%" in rest)]
        for one in dict.fromkeys(strange):
            message = f"催报的{key}里不能用「{one}」"
            advice = "这里只能用：" + "、".join(
                f"{{{{ {name} }}}}" for name in (*OWN, *MOMENT, *several, *_ones(job))
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


def _wordings(job: Job, returns: Returns) -> Iterator[Wording]:
    ones = _ones(job)
    title = ones.get("标题", job.name)
    signed = f"\n\n{ones['署名']}" if "署名" in ones else ""
    what = f"《{title}》的回执" if returns.worded else f"《{_called(returns)}》"
    come = "收齐" if individual(job) else "收到"
    if returns.bare:
        how = "请回复本邮件，写明“收到”即可。"
    elif returns.checked:
        how = "没有错的请回复“无误”，有错的请写明是谁、哪里错、应当是什么。"
    elif returns.nil.allowed:
        how = "没有情况的也要报：回复本邮件，写明“零报告”三个字即可。"
    elif individual(job):
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


def _ones(job: Job) -> dict[str, str]:
    found = {}
    for name in _ONES:
        value = job.elements.get(name)
        if isinstance(value, str | PartialDate) and "{{" not in str(value):
            found[name] = "".join(str(value).split())
    return found


def _parties(roster: Roster, letters: Iterable[Letter]) -> Iterator[Party]:
    for letter in letters:
        one = roster.by_key.get(letter.organisation)
        above = roster.superior(one) if one else None
        yield _party(one, letter, (above.short or above.name) if above else "")


def _party(one: Organisation | None, letter: Letter, above: str) -> Party:
    second: tuple[str, ...] = ()
    people = {"联系人": "", "书记": ""}
    if one is not None:
        people = {name: _value(one, name) for name in people}
        second = next((split(v).usable for v in (_value(one, h) for h in _SECRETARY) if v), ())
    people = {name: value or f"{letter.short}{name}" for name, value in people.items()}
    values = (("简称", letter.short), ("单位", letter.name), *people.items(), ("上级", above))
    return Party(
        letter.organisation,
        letter.name,
        letter.short,
        letter.category,
        letter.to,
        letter.cc,
        second,
        "",
        "",
        values,
    )


def _value(one: Organisation, name: str) -> str:
    return " ".join(str(one.row.get(name) or "").split())


def _short(day: str) -> str:
    _, month, number = day.split("-")
    return f"{int(month)}月{int(number)}日"
