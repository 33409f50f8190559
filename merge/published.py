"""刊登: whose deeds a 简报 prints; a name that is nobody's, or several people's, is a finding.

So is a roster in which nobody has deeds or honours: the paper would say so of 0 people.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rosters.finding import Finding, Level, Place
from rosters.spot import words
from templates import apart
from templates.gongwen.kinds import KINDS
from templates.nearest import advice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from merge.job import Job
    from rosters.roster import Roster

NAMES = "刊登"
DEEDS = "deeds"  # the column 主要事迹


def strangers(job: Job, roster: Roster) -> Iterator[Finding]:
    """Find the names in 刊登 that mean nobody with 主要事迹, or more than one of them."""
    yield from _unhonoured(job, roster)
    told = job.elements.get(NAMES)
    kinds = (KINDS.get(entry.kind) for entry in job.entries)
    if not any(one is not None and one.deeds for one in kinds):
        return
    if not told:
        yield from _nobody(roster)
    if not isinstance(told, str) or not told or any(sign in told for sign in "{｛"):
        return  # a tag: what it comes to is seen when the document is filled
    place = job.place(f"要素.{NAMES}")
    models = Counter(one.name for one in roster.members if words(one.row, DEEDS).strip())
    for name in apart.names(told):
        if models[name] == 1:
            continue
        if models[name]:
            said = f"「{name}」有 {models[name]} 个，分不清刊登谁的事迹"
            cure = "请在名册里把不刊登的那一行的「主要事迹」先清空"
        else:
            said, cure = f"名册里没有填了「主要事迹」的「{name}」", advice(name, models)
        yield Finding(Level.ERROR, "job.names", place, said, cure)


def _nobody(roster: Roster) -> Iterator[Finding]:
    cure = "请把要刊登的事迹填进名册的这一列"
    yield from _none(roster, DEEDS, "job.deeds", "「主要事迹」，没有可以刊登的", cure)


def _unhonoured(job: Job, roster: Roster) -> Iterator[Finding]:
    """Find a decision that would honour 0 people; with 评选 the honours come from nominations."""
    kinds = (KINDS.get(entry.kind) for entry in job.entries)
    if job.awards is None and any(one is not None and one.honours for one in kinds):
        cure = "请在名册里填上，或在发文单里写「推荐表」"
        yield from _none(roster, "award", "job.honours", "「荣誉称号」，没有可以表彰的", cure)


def _none(roster: Roster, column: str, rule: str, of: str, cure: str) -> Iterator[Finding]:
    known = [one.row for one in roster.members if one.row.sheet.has(column)]
    if known and not any(words(row, column).strip() for row in known):
        place = Place(known[0].sheet.file, known[0].sheet.name)
        yield Finding(Level.ERROR, rule, place, f"名册里一个人也没有填{of}", cure)
