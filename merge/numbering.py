"""Numbering: which documents of a job bear which number, and what 自动 stands for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from merge.elements import AUTOMATIC
from merge.number import CERTIFICATE, PAPER, Series, Want
from rosters.dates import PartialDate
from rosters.finding import Finding, Level
from rosters.roster import Member
from templates.gongwen.kinds import KINDS, Form

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from merge.candidates import Candidate, Candidates
    from merge.job import Job
    from merge.number import Given, Numbers
    from merge.workshop import Workshop
    from rosters.roster import Roster

_NUMBERED = (Form.DOCUMENT, Form.LETTER)  # 令号 and the number of 纪要 count on over the years
_COUNTED = (Form.ORDER, Form.MINUTES)
# A certificate's number where a job says only what stands before it.
_BY_POSITION = "{{ 证书字号 }}{{ 序号 | 补零(4) }}号"
_BEFORE = "证书字号"


def settled(job: Job, roster: Roster, code: str) -> tuple[Job, dict[str, Series], list[Finding]]:
    """Put what a 样张 shows in the place of 自动, and name the series that is asked for.

    Args:
        job: what is to be issued.
        roster: who there is: a column 证书编号 of its own is left alone.
        code: the unit's 代字, "" where fawen.toml does not say it.

    """
    series: dict[str, Series] = {}
    found: list[Finding] = []
    elements = dict(job.elements)
    for sort, usual in ((PAPER, code), (CERTIFICATE, f"{code}证" if code else "")):
        asked = AUTOMATIC.match(str(elements.get(sort, "")))
        if asked is None:
            continue
        wrong = _wrong(job, sort, asked["code"] or usual)
        date = elements.get("成文日期")
        if wrong is not None or not isinstance(date, PartialDate):
            found += [wrong] if wrong else []
            continue
        series[sort] = Series(asked["code"] or usual, date.year)
        elements[sort] = series[sort].sample
    if len(set(series.values())) < len(series):
        message, advice = "证书编号与发文字号用了同一个代字", "请给证书另写代字，例如 自动 示大组证"
        place = job.place(f"要素.{CERTIFICATE}")
        found.append(Finding(Level.ERROR, "job.number", place, message, advice))
    headed = any(sheet.column(CERTIFICATE) for sheet in roster.sheets)
    if _BEFORE in elements and CERTIFICATE not in elements and not headed:
        elements[CERTIFICATE] = _BY_POSITION
    return replace(job, elements=elements), series, found


def _wrong(job: Job, sort: str, code: str) -> Finding | None:
    said = None
    counted = {one.kind for one in job.entries if one.kind in KINDS} & {
        name for name, kind in KINDS.items() if kind.form in _COUNTED
    }
    if not isinstance(job.elements.get("成文日期"), PartialDate):
        said = f"{sort}写了自动，却没有成文日期，不知道是哪一年的", "请加上成文日期"
    elif sort == PAPER and counted:
        said = f"「{min(counted)}」的编号跨年连续，不能自动", "请写明，例如 第12号、第5期"
    elif not code:
        said = (
            f"{sort}写了自动，却不知道代字",
            f"请写成 自动 代字，例如 自动 示大组{'证' if sort == CERTIFICATE else ''}；"
            '或在 fawen.toml 的 [unit] 里写 code = "示大组"',
        )
    place = job.place(f"要素.{sort}")
    return Finding(Level.ERROR, "job.number", place, *said) if said else None


def own_paper(shop: Workshop) -> tuple[int, ...]:
    """List the entries that are papers with a number of their own.

    Those are 文种 that are built; without one it is the first entry that prints the number, and
    without that the first. All others, such as certificates, speak of the first paper's number.
    """
    built = [
        entry
        for entry, stock in enumerate(shop.supplies.templates)
        if stock.kind is not None and stock.kind.form in _NUMBERED
    ]
    reading = [entry for entry in range(len(shop.templates)) if _reads(shop, entry, PAPER)]
    return tuple(built or reading[:1] or [0])


def _reads(shop: Workshop, entry: int, name: str) -> bool:
    template = shop.templates[entry]
    uses = shop.spread(template.uses) if template else ()
    return any(name in {use.name, *use.path[:1]} for use in uses)


def number(
    shop: Workshop, found: Candidates, series: Mapping[str, Series], numbers: Numbers
) -> dict[Want, Given]:
    """Give the documents that are made their numbers, in their order."""
    made = list(found.kept())
    given = numbers.assigned(_wanted(shop, made, series))
    papers = {
        want.entry: one.series.text(one.ordinal)
        for want, one in given.items()
        if want.sort == PAPER
    }
    first = next(iter(papers.values()), "")
    keys = _keys(made)
    for one in made:
        found.papers[one.entry] = papers.get(one.entry, first)
        certificate = given.get(Want(CERTIFICATE, one.entry, keys[one.key]))
        if certificate is not None:
            told = certificate.series.text(certificate.ordinal, CERTIFICATE)
            found.certificates[one.place] = told
    return given


def _wanted(
    shop: Workshop, made: Sequence[Candidate], series: Mapping[str, Series]
) -> Iterator[tuple[Want, Series]]:
    if PAPER in series:
        entries = {one.entry for one in made}
        own = own_paper(shop)
        for entry in [one for one in own if one in entries] or own[:1]:
            yield Want(PAPER, entry), series[PAPER]
    if CERTIFICATE in series:
        printed = {entry: _reads(shop, entry, CERTIFICATE) for entry in {o.entry for o in made}}
        keys = _keys(made)
        for one in made:
            if printed[one.entry]:
                yield Want(CERTIFICATE, one.entry, keys[one.key]), series[CERTIFICATE]


def _keys(made: Sequence[Candidate]) -> dict[str, str]:
    """Name whom each document is for: a member with a staff number by it, wherever it belongs."""
    found: dict[str, str] = {}
    seen: set[tuple[int, str]] = set()
    for one in made:
        key = _staff(one) or one.key
        if (one.entry, key) in seen:
            key = one.key
        seen.add((one.entry, key))
        found[one.key] = key
    return found


def _staff(one: Candidate) -> str:
    member = one.subject
    if not isinstance(member, Member) or not member.row.sheet.has("staff_no"):
        return ""
    staff = str(member.row.get("工号") or "").strip()
    return f"工号 {staff}" if staff else ""
