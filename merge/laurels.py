"""荣誉称号 of the nominated, laid onto the roster: all papers have it from one place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from merge.jury import Jury
from merge.nominations import DEEDS, HONOUR, LEVEL, nominations
from merge.publication import differing
from rosters import headers
from rosters.finding import Finding, InputError, Level, Place
from rosters.grid import letter
from rosters.roster import Column, Row
from rosters.text import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from merge.awards import Rules
    from merge.confirmed import Confirmed
    from merge.nominees import Nominee
    from merge.posted import Days
    from rosters.roster import Member, Roster, Sheet, Value

_FIELDS = {"award": HONOUR, "award_level": LEVEL, "deeds": DEEDS}
_ADVICE = "名单以推荐名单为准：请改正一处，使两处一样；往年的荣誉请移到历年表彰"


def crowned(  # noqa: PLR0913 - what a job says is spelled out
    roster: Roster,
    rules: Rules,
    path: Path,
    shown: Callable[[Path], str],
    *,
    day: date | None,
    answers: Sequence[Confirmed] | None = None,
    said: Place | None = None,
    posted: Days | None = None,
) -> Roster:
    """Judge the nominations, and give each nominated member the honour in his row.

    Args:
        roster: who there is.
        rules: 评选 of the job.
        path: of the workbook of nominations.
        shown: what findings call a path.
        day: the date that the paper bears, by which 公示 must be over.
        answers: what came back of 名单核对, oldest first, beside the sheet; None: none was sent.
        said: where the job says its 名额.
        posted: the days that a 公示 says itself.

    """
    try:
        lists = nominations(path, rules, shown, asked=answers is not None)
    except InputError as error:
        return replace(roster, findings=(*roster.findings, *error.findings))
    jury = Jury(rules, roster, lists, day, answers, said or Place())
    jury.judge()
    given = {id(one.member): one for one in reversed(jury.nominees)}  # of two rows the first
    found = [*lists.findings, *jury.findings, *_differing(roster, given)]
    if posted is not None and (other := differing(lists, posted.first, posted.last)):
        found.append(other)
    return replace(
        _Laurels(roster, given).laid(),
        findings=(*roster.findings, *found),
        commended=tuple(jury.commended),
        sources=(*roster.sources, (lists.shown, lists.sha256)),
    )


def _differing(roster: Roster, given: Mapping[int, Nominee]) -> list[Finding]:
    """Find honours in the roster that nobody has been nominated for."""
    found = []
    for member in roster.members:
        said = str(member.row.get("award") or "").strip()
        one = given.get(id(member))
        if not said or (one is not None and folded(one.honour) == folded(said)):
            continue
        message = f"名册里「{member.name}」的荣誉称号是「{said}」，"
        message += f"推荐名单里是「{one.honour}」" if one else "推荐名单里没有他"
        place = member.row.place("award")
        found.append(Finding(Level.ERROR, "award.roster", place, message, _ADVICE))
    return found


@dataclass
class _Laurels:
    roster: Roster
    given: Mapping[int, Nominee]

    def laid(self) -> Roster:
        """Return the roster with new sheets and rows in the place of those that gain honours."""
        kept: dict[Sheet, Sheet] = {}
        for member in self.roster.members:
            kept.setdefault(member.row.sheet, member.row.sheet)
        new = {sheet: self._widened(sheet) for sheet in kept}
        return replace(
            self.roster,
            sheets=tuple(new.get(one, one) for one in self.roster.sheets),
            members=tuple(self._crowned(one, new[one.row.sheet]) for one in self.roster.members),
        )

    def _fields(self) -> tuple[str, ...]:
        lines = [one.line for one in self.given.values()]
        return tuple(
            field for field, word in _FIELDS.items()
            if field == "award" or any(word in line.columns for line in lines)
        )  # fmt: skip

    def _widened(self, sheet: Sheet) -> Sheet:
        columns = list(sheet.columns)
        for field in self._fields():
            if not sheet.has(field):
                at = len(columns)
                columns.append(Column(at, letter(at + 1), _FIELDS[field], field))
        names = headers.names(columns, sheet.kind)
        return replace(sheet, columns=tuple(columns), names=names)

    def _crowned(self, member: Member, sheet: Sheet) -> Member:
        values: list[Value] = list(member.row.values)
        values += [None] * (len(sheet.columns) - len(values))
        one = self.given.get(id(member))
        for field in self._fields():
            at = sheet.names[field]
            said = one.line.text(_FIELDS[field]) if one is not None else ""
            if field == "award" or said:
                values[at] = said or None
        return replace(member, row=Row(sheet, member.row.number, tuple(values)))
