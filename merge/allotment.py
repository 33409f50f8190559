"""名额: whether an organisation nominates within its quota, and what the quota is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge.nominations import NAME
from rosters.dates import PartialDate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from merge.awards import Quota, Rules
    from merge.nominees import Nominee, People
    from rosters.finding import Place
    from rosters.roster import Organisation, Roster


@dataclass
class Allotment:
    """The places of each organisation; `say` takes rule, name, place, message and advice."""

    rules: Rules
    roster: Roster
    said: Place  # where the job says its 名额
    say: Callable[[str, str, Place, str, str], None]
    fixed: dict[tuple[str, str], int] = field(default_factory=dict)  # by quota and organisation

    def units(self, people: People) -> None:
        """Lead the organisations that a quota names to the roster's own."""
        for name, quota in self.rules.quotas.items():
            for text, places in quota.units.items():
                found = people.units(text)
                if len(found) == 1:
                    self.fixed[name, found[0].key] = places
                else:
                    how = "不止一个党组织叫" if found else "名册里没有"
                    advice = "请写党组织编码或全称" if found else people.near(text)
                    self.say("名额", "unit", self.said, f"{how}「{text}」", advice)

    def judge(self, nominees: Sequence[Nominee]) -> None:
        """Find who is nominated beyond a quota."""
        given: Counter[tuple[str, str]] = Counter()
        for one in nominees:
            for name, quota in self.rules.counting(one.honour):
                whole = self.rules.by == "二级党组织"
                unit = self.roster.second_level(one.unit) if whole else one.unit
                given[name, unit.key] += 1
                self._within(one, unit, (name, quota), given[name, unit.key])

    def _within(
        self, one: Nominee, unit: Organisation, quota: tuple[str, Quota], count: int
    ) -> None:
        name, places = quota
        fixed = self.fixed.get((name, unit.key))
        if fixed is not None:
            low = high = fixed
            how = f"「{unit.name}」的名额是{fixed}名"
        else:
            least, most = self._members(unit)
            few, many = places.count(least), places.count(most)
            if few is None or many is None:
                return
            low, high = few, many
            base = f"{least}" if least == most else f"{least}至{most}"
            how = f"「{unit.name}」的名额是{low if low == high else f'{low}至{high}'}名"
            if places.words:
                how += f"（基准日{self.rules.counted}{base}名，{places.words}）"
        place = one.line.place(NAME)
        if count > high:
            said = f"{how}，「{one.name}」是推荐「{name}」的第{count}名"
            self.say("名额", "quota", place, said, "请减少推荐，或核对基准日的党员数")
        elif count > low:
            said = f"{how}，「{one.name}」是第{count}名，有人没有入党日期，拿不准是否超额"
            self.say("名额", "quota", place, said, "请在名册里补上入党日期")

    def _members(self, unit: Organisation) -> tuple[int, int]:
        """Count the members at the base date: those that surely were, and all that may have been.

        Where a sheet has no such column, whoever stands there counts.
        """
        formal = self.rules.counted == "正式党员"
        column = "formal_date" if formal else "join_date"
        least = most = 0
        for member in self.roster.all_members(unit):
            stage = str(member.row.get("party_type") or "")
            if stage and not ("正" in stage or (not formal and ("预" in stage or "党员" in stage))):
                continue
            since = member.row.get(column)
            if not member.row.sheet.has(column):
                least, most = least + 1, most + 1
            elif isinstance(since, PartialDate):
                least += since.latest() <= self.rules.base
                most += since.earliest() <= self.rules.base
            else:
                most += 1
        return least, most
