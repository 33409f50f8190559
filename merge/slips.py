"""Slips of a job that no grammar forbids: what a clerk meant otherwise, each at its line."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from jinja2 import TemplateError, nodes

from merge import correction, issuer, published, weekdays
from merge.book import Book
from merge.elements import NUMBER
from merge.letter import CORRECTS
from merge.overlooked import KIND, overlooked
from merge.record import View
from merge.wording import strings
from rosters.check_organisations import KINDS
from rosters.dates import PartialDate
from rosters.finding import Finding, InputError, Level
from templates.forms.days import ELEMENT as DAYS
from templates.gongwen.asked import PHOTOGRAPHS
from templates.gongwen.kinds import KINDS as KINDS_BUILT
from templates.gongwen.kinds import Form, Kind, named_in
from templates.nearest import advice
from templates.program import sandbox
from templates.stock import SHEET
from templates.tags import TAG, AmbiguousError, original

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from merge.job import Job
    from merge.scope import Scope
    from merge.workshop import Workshop
    from rosters.finding import Place
    from templates.gongwen.blocks import Paragraph
    from templates.gongwen.body import Outline
    from templates.tags import Names

_SINGLE = re.compile(r"(?<![{｛])[{｛]([^{}｛｝%#\n]+)[}｝](?![}｝])")
_REGISTERED = frozenset({"标题", "发文字号"})  # what 发文登记簿 shows of a job
# 抄送 may be empty; 发文字号 and 成文日期 are checked as they are read.
_NEEDED = ("标题", "主送", "署名", "发文机关", "发文机关标志", "印发机关")
# What a 文种 is built by, and so is read though no tag names it.
_SET = frozenset({"附件说明", "格式", "用印", "印章", "套打", PHOTOGRAPHS})
# 发文机关标志 is made of it; what a correction says stands in its letters.
_ELSEWHERE = frozenset({"发文机关", CORRECTS, correction.NOTE})


def all_of(shop: Workshop, scopes: Iterable[Scope]) -> Iterator[Finding]:
    """Find every slip of a job that has compiled, and whose rows are known."""
    for scope in scopes:
        if scope.rows and scope.outside:  # with no row at all, that has been said
            condition = shop.supplies.job.entries[scope.entry].scope
            place = shop.supplies.job.place(f"文件.{scope.entry}.范围")
            yield from _absent(shop, scope.entry, condition, place, "范围里")
            asked = {value for name, value in _compared(condition, shop.names) if name == KIND}
            yield from overlooked(shop, scope, asked, place)
    if shop.supplies.roster.commended:
        from merge.collectives import certified

        yield from certified(shop, scopes)
    yield from _never(shop)
    yield from written(shop)
    yield from _unused(shop)
    made = [one for one in shop.templates if one is not None]
    shown = [one.shown for one in shop.supplies.templates]
    yield from correction.unprinted(
        shop.supplies.job, [use for one in made for use in one.uses], shown
    )


def written(shop: Workshop) -> Iterator[Finding]:
    """Find what can be seen in the job and its roster alone, whether or not templates compile."""
    job = shop.supplies.job
    yield from _braces(job, shop.names)
    yield from _empty(job)
    yield from _years(job)
    yield from _twice(job)
    yield from titled(job)
    yield from correction.unsaid(job)
    if job.returns is not None:
        from merge import demand, summing

        yield from demand.faults(job, shop.supplies.templates)
        yield from summing.faults(job, shop.supplies.roster)
    yield from issuer.doubtful(job, shop.supplies.roster)
    yield from published.strangers(job, shop.supplies.roster)
    yield from weekdays.wrong(job, shop.supplies.templates)
    if "公示期" in job.elements:
        from merge import posted

        yield from posted.findings(shop)


def titled(job: Job) -> Iterator[Finding]:
    """Find a title that names another 文种 than is asked for: 公告, but 关于……的通知."""
    kinds = [entry.kind for entry in job.entries if entry.kind in KINDS_BUILT]
    if any(KINDS_BUILT[kind].form is Form.BULLETIN for kind in kinds):
        return  # what a 简报 tells of may end in any of them
    title = job.elements.get("标题")
    named = named_in(title) if isinstance(title, str) else ""
    if not kinds or not named or any(one.endswith(named) for one in kinds):
        return
    message = f"文种是「{kinds[0]}」，标题写的却是「{named}」"
    place, advice = job.place("要素.标题"), f"请核对：是「{kinds[0]}」还是「{named}」？"
    yield Finding(Level.WARNING, "job.kind", place, message, advice)


def _unused(shop: Workshop) -> Iterator[Finding]:
    """Find 要素 that nothing of the job reads."""
    job = shop.supplies.job
    texts = (*shop.templates, *shop.filenames, shop.subject, shop.body)
    uses = [use for text in texts if text for use in text.uses]
    uses += [use for name in shop.elements for use in shop.uses_of(name)]
    read = {use.path[0] if use.path else use.name for use in uses}
    if any(stock.suffix == SHEET for stock in shop.supplies.templates):
        read.add(DAYS)
    if any(stock.kind is not None for stock in shop.supplies.templates):
        read |= _SET
    for name in shop.elements:
        if name in read or name in _ELSEWHERE or f"要素.{name}" not in job.lines:
            continue
        message, advice = f"要素「{name}」哪里也没有用到", "请核对：是不是模板里没有这一项？"
        if name in _REGISTERED:
            message = f"要素「{name}」没有印在文件和信件上，只记入发文登记簿"
        yield Finding(Level.WARNING, "job.unused", job.place(f"要素.{name}"), message, advice)


def _never(shop: Workshop) -> Iterator[Finding]:
    """Find what of the body is there only for a value that no row of any document has."""
    job = shop.supplies.job
    entries = [index for index, one in enumerate(job.entries) if one.per != "批次"]
    for statement in job.body.statements():
        word, _, condition = statement.inside.partition(" ")
        if word not in {"if", "elif"} or not entries:
            continue
        # A condition that is faulty has been said; one about a loop's rows has no column here.
        with contextlib.suppress(TemplateError, InputError, AmbiguousError, KeyError):
            found = [
                set(_absent(shop, entry, condition, statement.place, "这里的")) for entry in entries
            ]
            yield from set.intersection(*found)


def _absent(
    shop: Workshop, entry: int, condition: str, place: Place, where: str
) -> Iterator[Finding]:
    """Find values that a condition compares a column with though no row has them there."""
    subjects = shop.supplies.subjects(entry)
    compared = list(_compared(condition, shop.names))
    asked = {value for _, value in compared}
    for name, value in compared:
        views = (View(Book(shop.supplies.roster, blank=True), one) for one in subjects)
        had = {str(view[name]) for view in views} - {""}
        if not value or value in had:
            continue
        if value in KINDS:
            had = _meant(value, had - asked)
        if value not in KINDS or had:
            message = f"{where}「{value}」，「{name}」一列里一行也没有"
            yield Finding(Level.WARNING, "job.scope", place, message, advice(value, had))


def _meant(kind: str, others: Iterable[str]) -> set[str]:
    """Name the kinds that a kind nobody is of may mean: 总支 means 党总支, 党委 分党委.

    That there is none of some kind says nothing: 各分党委、党总支、直属党支部 may be said anywhere.
    """
    bare = kind.replace("党", "")
    return {one for one in others if one.replace("党", "").endswith(bare)}


def _compared(scope: str, names: Names) -> Iterator[tuple[str, str]]:
    """List the columns of a row's own that a condition compares with texts, and the texts."""
    inside = names.rewrite(" ".join(scope.split())) or "true"
    tree = sandbox(escape=False).parse("{% if " + inside + " %}{% endif %}")
    for found in tree.find_all(nodes.Compare):
        if not isinstance(found.expr, nodes.Name):
            continue
        for operand in found.ops:
            for one in (operand.expr, *operand.expr.find_all(nodes.Const)):
                if isinstance(one, nodes.Const) and isinstance(one.value, str):
                    yield original(found.expr.name), one.value


def _braces(job: Job, names: Names) -> Iterator[Finding]:
    """Find { 简称 }: single braces around what would be a tag."""
    for text, place in _texts(job):
        for found in _SINGLE.finditer(TAG.sub("", text)):
            inside = " ".join(found[1].split())
            path = inside.partition("|")[0].strip()
            if path in names or any(step.strip() in names for step in path.split(".")):
                message, advice = f"「{found[0]}」少写了一层花括号", f"请写成 {{{{ {inside} }}}}"
                yield Finding(Level.ERROR, "job.braces", place, message, advice)


def _empty(job: Job) -> Iterator[Finding]:
    """Find 要素 that stand there without a value, though no document is printed without it."""
    for name in _NEEDED:
        value = job.elements.get(name)
        if f"要素.{name}" in job.lines and isinstance(value, str) and not value.strip():
            message, advice = f"「{name}」没有填写", "请在冒号后面写上；文件上不用的，请删去这一行"
            yield Finding(Level.ERROR, "job.empty", job.place(f"要素.{name}"), message, advice)


def _texts(job: Job) -> Iterator[tuple[str, Place]]:
    """Walk through all that may hold tags, each with its place."""
    for index, entry in enumerate(job.entries):
        yield entry.filename, job.place(f"文件.{index}.文件名")
    for name, value in job.elements.items():
        for text in strings(value):
            yield text, job.place(f"要素.{name}")
    yield job.letter.subject, job.place("信件.主题")
    yield job.letter.body, job.place("信件.正文")
    yield from job.body.texts()


def _twice(job: Job) -> Iterator[Finding]:
    """Find what somebody wrote into the body as she always has, though it is printed anyway."""
    built = [KINDS_BUILT[entry.kind] for entry in job.entries if entry.kind in KINDS_BUILT]
    if not built:
        return
    date = job.elements.get("成文日期")
    printed = {_bare(str(job.elements.get(name, ""))): name for name in ("标题", "署名")}
    printed[_bare(str(date))] = "成文日期"
    printed.pop("", None)
    for block, said in _paragraphs(job.body):
        name = printed.get(_bare(said))
        if name:
            message = f"正文里又写了{name}，会印两遍"
            yield Finding(Level.WARNING, "job.twice", block.place, message, "请删去这一段")
    yield from _greeted(job, [kind for kind in built if kind.form is Form.PLAIN])


def _paragraphs(body: Outline) -> Iterator[tuple[Paragraph, str]]:
    """Walk through the paragraphs, each with its words."""
    if body.blocks:
        from templates.gongwen.blocks import Paragraph, words

        yield from ((one, words(one.runs)) for one in body.blocks if isinstance(one, Paragraph))


def _greeted(job: Job, letters: list[Kind]) -> Iterator[Finding]:
    """Find a body that greets though 主送 does: by the same words, or as a letter begins.

    A letter, whose kind is called so, greets at all; 公示 is for everybody.
    """
    greeting = str(job.elements.get("主送", "")).strip()
    first, said = next(_paragraphs(job.body), (None, ""))
    if first is None:
        return
    from templates.gongwen.marks import salutes

    said = said.strip()
    lonely = any(kind.name.endswith("信") for kind in letters) and not greeting
    if lonely and not salutes(said):
        advice = "请写上「主送」，如 {{ 姓名 | 称谓 }}，或在正文开头单独写一段称呼"
        message = "这封信没有称呼"
        yield Finding(Level.WARNING, "job.greeting", first.place, message, advice)
    if not greeting:
        return
    same = _bare(said).rstrip("：:") == _bare(greeting).rstrip("：:")
    if same or (letters and salutes(said)):
        message = f"主送已经印了「{greeting}：」，正文又以称呼开头，会称呼两遍"
        advice = "请删去正文的这一段；要用正文这个称呼的，请把它写进「主送」"
        yield Finding(Level.WARNING, "job.twice", first.place, message, advice)


def _bare(text: str) -> str:
    return "".join(text.split())


def _years(job: Job) -> Iterator[Finding]:
    """Find a number of another year than the date: last year's job, changed by half."""
    date, number = job.elements.get("成文日期"), job.elements.get("发文字号")
    if not isinstance(date, PartialDate) or not isinstance(number, str):
        return
    of = NUMBER.match(number)
    if of and int(of["year"]) != date.year:
        message = f"成文日期是 {date.year} 年，发文字号却是〔{of['year']}〕"
        place, advice = job.place("要素.成文日期"), "请核对年份"
        yield Finding(Level.WARNING, "job.year", place, message, advice)
