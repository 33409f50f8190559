"""范围: which rows an entry of 文件 ranges over, and which of them are in."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from itertools import repeat
from typing import TYPE_CHECKING

from merge.book import Book
from merge.reach import Reach
from merge.record import View
from rosters.fields import by_name
from rosters.finding import Finding, InputError, Level
from rosters.roster import Member
from rosters.spot import words
from templates import lint
from templates.nearest import advice
from templates.sandbox import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from merge.record import Subject
    from merge.trace import Traces
    from merge.workshop import Workshop
    from rosters.finding import Cell, Place
    from rosters.roster import Organisation, Sheet


@dataclass
class Scope:
    """An entry's rows: `rows` are the indexes of those in 范围, `read` what decided each of them.

    What decided is a number among the traces: there may be a million rows.
    """

    entry: int
    rows: array[int] = field(default_factory=lambda: array("I"))
    outside: int = 0
    read: array[int] = field(default_factory=lambda: array("I"))
    columns: set[tuple[str, str]] = field(default_factory=set)


def ranged(shop: Workshop, entry: int, faulty: frozenset[Cell], traces: Traces) -> Scope:
    """Test every candidate of an entry; what is wrong with 范围 is added to the findings.

    A row whose own 范围 cell is faulty counts as in: nobody can say that it is out.
    """
    scope = Scope(entry)
    job, roster = shop.supplies.job, shop.supplies.roster
    spec = job.entries[entry]
    place = job.place(f"文件.{entry}.范围")
    if spec.per == "批次":
        scope.rows.append(0)
        scope.read.append(0)
        if spec.scope.strip():
            message, advice = "「每份: 批次」只有一份，不能写「范围」", "请删去「范围」"
            shop.findings.append(Finding(Level.ERROR, "job.scope", place, message, advice))
        return scope
    subjects: Sequence[Subject] = roster.members
    if spec.per == "党组织":
        subjects = roster.organisations
    condition = _condition(shop, entry, subjects, scope)
    named = _named(shop, entry)
    left: Iterable[Subject] = subjects
    if condition is None and named is None:  # all of them, whoever they are
        scope.rows.extend(range(len(subjects)))
        scope.read.extend(repeat(0, len(subjects)))
        left = ()
    for index, subject in enumerate(left):
        cells: set[Cell] = set()
        try:
            inside = condition is None or condition.test(
                View(Book(roster, cells, blank=True), subject, index + 1)
            )
            inside = inside and (named is None or index in named)
        except InputError as error:
            shop.findings.extend(f for f in error.findings if f not in shop.findings)
            return scope
        if inside or not faulty.isdisjoint(cells):
            scope.rows.append(index)
            row = None if subject is None else subject.row
            scope.read.append(traces.number(traces.of(row, cells)) if row else 0)
        else:
            scope.outside += 1
    if not scope.rows and not shop.findings:
        what = "党组织" if spec.per == "党组织" else "党员"
        message = f"范围里一行也没有（名册共有 {len(subjects)} 个{what}）"
        cure = "请核对范围的写法和名册里的用词"
        lacking = _lacking(condition, subjects)
        if lacking:
            message = f"名册的{what}表里没有{'、'.join(f'「{one}」' for one in lacking)}，{message}"
            cure = "请在名册里加上这一列，或核对这一列叫什么"
        shop.findings.append(Finding(Level.ERROR, "job.scope", place, message, cure))
    return scope


def _lacking(condition: Condition | None, subjects: Sequence[Subject]) -> list[str]:
    """List the fields that 范围 asks a row for though none of their sheets has such a column."""
    sheets = dict.fromkeys(one.row.sheet for one in subjects if one is not None)
    names = dict.fromkeys(use.name for use in condition.uses if not use.path) if condition else {}
    return [name for name in names if sheets and all(_lacks(sheet, name) for sheet in sheets)]


def _lacks(sheet: Sheet, name: str) -> bool:
    return sheet.column(name) is None and by_name(name, sheet.kind) not in {None, "org_type"}


def _named(shop: Workshop, entry: int) -> frozenset[int] | None:
    """Return the indexes of the rows that 名单 names, None where there is none."""
    job, roster = shop.supplies.job, shop.supplies.roster
    spec = job.entries[entry]
    if not spec.names:
        return None
    subjects: Sequence[Organisation | Member] = roster.members
    if spec.per == "党组织":
        subjects = roster.organisations
    called: dict[str, list[int]] = {}
    for index, subject in enumerate(subjects):
        for own in _names(subject):
            called.setdefault(own, []).append(index)
    found: dict[int, str] = {}
    place = job.place(f"文件.{entry}.名单")
    for name in spec.names:
        hits = called.get(name, [])
        if len(hits) == 1:
            if hits[0] in found:
                what = "单位" if spec.per == "党组织" else "人"
                shop.findings.append(_again(place, found[hits[0]], name, what))
            found.setdefault(hits[0], name)
            continue
        if hits:
            message = f"「{name}」在名册里有 {len(hits)} 个"
            cure = "请改写党组织编码或工号，或改用「范围」"
        else:
            message, cure = f"名册里没有「{name}」", advice(name, called)
        shop.findings.append(Finding(Level.ERROR, "job.names", place, message, cure))
    return frozenset(found)


def _again(place: Place, before: str, name: str, what: str) -> Finding:
    """Say that two names are of one row: another may have been meant by one of them."""
    same = f"「{name}」写了两次" if name == before else f"「{before}」和「{name}」是同一个{what}"
    cure = "多写的请删去；要写的是别的，请改成它的名称"
    return Finding(Level.WARNING, "job.names", place, f"{same}，只做一份", cure)


def _names(subject: Organisation | Member) -> set[str]:
    """List what a row may be called in 名单."""
    if isinstance(subject, Member):
        return {subject.name, words(subject.row, "staff_no")} - {""}
    return {subject.code, subject.name, subject.short} - {""}


def _condition(
    shop: Workshop, entry: int, subjects: Sequence[Subject], scope: Scope
) -> Condition | None:
    """Compile 范围, unless it is empty; names that no sheet knows are findings."""
    job = shop.supplies.job
    source = job.entries[entry].scope
    if not source.strip():
        return None
    place = job.place(f"文件.{entry}.范围")
    condition = shop.tried(lambda: Condition(source, shop.names, place))
    if condition is None:
        return None
    reach = Reach(shop.supplies.roster, subjects, {})
    unknown = [use for use in condition.uses if not reach.known(use)]
    shop.findings.extend(lint.unknown(unknown, reach.names))
    reach.add(condition.uses)
    scope.columns |= reach.columns
    return None if unknown else condition
