"""A day's returns in workbooks that are not ours: the unit's own summary, its superior's form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from merge.nominees import People
from merge.summing import unknown
from outbox.office import bulletin
from outbox.office.returns import numbers
from outbox.office.summary import SUPERIOR, counts, totals, when
from outbox.office.upward import sentence, words_of
from templates.forms.register import COUNTS, Words
from templates.forms.tallyfilled import Filling
from templates.forms.tallymatter import Entry, Matter, Meant, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from outbox.office.days import Day, Row
    from outbox.office.summary import Material
    from rosters.roster import Roster
    from templates.forms.tally import Tally

RosterOf: TypeAlias = "Callable[[], Roster | None]"  # asked where names are not written as signed
_TICK = "√"
_NOTES = ("说明", "备注", "状态")  # where a superior reads what is not in the sums


@dataclass(frozen=True)
class Own:
    """A unit's own summary on its way: the day, and whose names are whose."""

    found: Material
    unit: str
    roster: RosterOf

    @cached_property
    def rows(self) -> dict[str, Row]:
        """The rows by organisation."""
        return {row.party.organisation: row for row in self.found.day.rows}

    @cached_property
    def _people(self) -> People | None:
        roster = self.roster()
        return People(roster) if roster is not None else None

    @cached_property
    def _called(self) -> dict[str, set[str]]:
        """Whom a name means as it was signed: code, full name, short name."""
        known: dict[str, set[str]] = {}
        for key, row in self.rows.items():
            for name in (key, row.party.name, row.party.short):
                known.setdefault(_bare(name), set()).add(key)
        return known

    @cached_property
    def _groups(self) -> dict[str, list[Row]]:
        """Who stands under a 类别, or under a superior."""
        made: dict[str, list[Row]] = {}
        for row in self.found.day.rows:
            for name in (row.party.category, dict(row.party.values).get(SUPERIOR, "")):
                if name:
                    made.setdefault(_bare(name), []).append(row)
        return made

    def filled(self, made: Tally, words: Words) -> Filling:
        """Fill the unit's summary."""
        entries = [self._entry(row) for row in self.found.day.rows]
        matter = Matter(entries, self.meant, self.sums, self.ones())
        filling = Filling(made, words, matter)
        filling.fill()
        return filling

    def meant(self, words: str) -> Meant:
        """Understand a name that stands in the unit's table, by all that roster and job know."""
        exact = self._called.get(_bare(words), set())
        if len(exact) == 1:
            return Meant(next(iter(exact)))
        group = self._groups.get(_bare(words).removeprefix("类别:").removeprefix("上级:"))
        units = self._people.units(words) if self._people and not exact and not group else ()
        if len(units) == 1 and units[0].key in self.rows:
            return Meant(units[0].key)
        if group is None and len(units) == 1:
            group = self._groups.get(_bare(units[0].short)) or self._groups.get(
                _bare(units[0].name)
            )
        if group is not None:
            return Meant(group=Entry(words, self.sums([one.party.organisation for one in group])))
        if len(units) == 1:
            return Meant(message=f"「{words}」这次不用报，没有填", advice="请核对发给的范围")
        if self._people is None or exact:
            advice = "请写成名册里的全称或简称"
            return Meant(message=f"「{words}」认不出是哪个单位，没有填", advice=advice)
        message, advice = unknown(self._people, words)
        return Meant(message=message, advice=advice)

    def sums(self, keys: Sequence[str]) -> dict[str, Value]:
        """Add up what counts of organisations; what nobody has filled in has no sum."""
        rows = [self.rows[key] for key in keys if key in self.rows]
        added = totals(rows, self.found.numeric)
        return {**added, **_counted(replace(self.found.day, rows=tuple(rows)))}

    def ones(self) -> dict[str, Value]:
        """Return what single places ask for: the day, the unit, counts, and sums of all."""
        day = self.found.day
        said = sentence(day, self.found.numeric)
        return {**self.sums([*self.rows]), **_told(day, self.unit, said)}

    def _entry(self, row: Row) -> Entry:
        version, party = row.counts, row.party
        given: Mapping[str, str] = version.values if version else {}
        known = numbers({one: given.get(one, "") for one in self.found.numeric})
        values: dict[str, Value] = {
            one: known.get(one, given.get(one)) for one in self.found.fields
        }
        values = {
            "单位": party.short,
            "全称": party.name,
            "编码": party.organisation,
            "类别": party.category,
            "上级": dict(party.values).get(SUPERIOR, ""),
            "日期": _day(self.found.day),
            "状态": row.word,
            "报送时间": when(version, self.found) if version else None,
            "方式": version.way if version else None,
            "备注": _remark(row),
            **{name: _TICK if yes else None for name, yes in _ticks(row).items()},
            **values,
        }
        link = self.found.link(version) if version else ""
        return Entry(party.organisation, values, version is not None, link)


def upward(
    day: Day, made: Tally, words: Words, numeric: Sequence[str], unit: str, nil: Iterable[str]
) -> tuple[Filling, str]:
    """Fill the superior's form; return it, and what has to be said besides.

    Args:
        day: the day as it stands.
        made: the form.
        words: what it may ask for.
        numeric: the fields that are added up.
        unit: the name of this unit.
        nil: the fields that are 0 where all is nil.

    """
    added = totals(day.rows, numeric)
    if day.reported and len(day.nil) == len(day.rows):
        zero = Decimal(0)
        added |= {name: zero for name in nil if name in added and added[name] is None}
    said = sentence(day, numeric)
    texts = {one: words_of(day, one) for one in words.fields if one not in numeric}
    told: dict[str, Value] = {
        **_counted(day),
        **_told(day, unit, said),
        "备注": said,
        **added,
        **texts,
    }
    if "备注" in words.fields:
        told["备注"] = "；".join(filter(None, (texts["备注"], said)))
    told["状态"] = bulletin.stands(day)

    def meant(name: str) -> Meant:
        return Meant(unit) if _bare(name) in {_bare(unit), "本单位"} else Meant()

    entry = Entry(unit, told, reported=bool(day.reported))
    filling = Filling(made, words, Matter([entry], meant, lambda _: told, told, lone=True))
    filling.fill()
    return filling, "" if filling.placed & set(_NOTES) else said


def _counted(day: Day) -> dict[str, Value]:
    return dict(zip(COUNTS, map(Decimal, counts(day)), strict=True))


def _told(day: Day, unit: str, said: str) -> dict[str, Value]:
    missing = "、".join(row.party.short for row in day.missing)
    return {
        "日期": _day(day),
        "单位": unit,
        "全称": unit,
        "说明": said,
        "未报单位": missing,
    }


def _ticks(row: Row) -> dict[str, bool]:
    version = row.counts
    return {
        "应报": True,
        "已报": version is not None,
        "零报告": version is not None and version.nil,
        "迟报": version is not None and version.late,
        "有误待核": row.faulty is not None,
        "未报": version is None and row.faulty is None,
    }


def _remark(row: Row) -> str:
    """Say what stands about a report, where the form has no 备注 of its own."""
    if row.faulty is not None:
        return "；".join(row.faulty.findings)
    if row.counts is not None and row.counts.accepted_by:
        return f"{row.counts.accepted_by}采用：{'；'.join(row.counts.findings)}"
    return "" if row.counts is not None else "未报"


def _day(day: Day) -> datetime:
    return datetime.fromisoformat(day.period).replace(tzinfo=day.at.tzinfo)


def _bare(name: str) -> str:
    return "".join(name.split()).replace("：", ":")
