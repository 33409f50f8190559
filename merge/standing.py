"""A nominee's standing at the base date: 正式党员, and for how many years."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge.nominations import NAME
from rosters.dates import PartialDate
from rosters.text import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from merge.awards import Rules
    from merge.nominees import Nominee
    from rosters.finding import Place

_FORMAL = frozenset(map(folded, ("正式党员", "正式", "正", "中共正式党员", "中共党员（正式）")))
_OPEN = frozenset(("", "党员", "中共党员"))  # neither 正式 nor 预备


@dataclass
class Standing:
    """The nominees judged one by one; `say` takes rule, name, place, message and advice."""

    rules: Rules
    nominees: Sequence[Nominee]
    say: Callable[[str, str, Place, str, str], None]

    def judge(self) -> None:
        """Find who was no 正式党员 at the base date, and who not long enough."""
        bare = set()
        for one in self.nominees:
            sheet = one.member.row.sheet
            asked = self.rules.formal or self.rules.years
            if asked and not sheet.has("formal_date") and sheet.key not in bare:
                bare.add(sheet.key)
                said = f"《{sheet.name}》没有「转为正式党员日期」一列，算不出基准日时的党龄"
                self.say("党龄" if self.rules.years else "正式党员", "column",
                         one.member.row.place(), said, "请在名册里加上这一列")  # fmt: skip
            if sheet.has("formal_date"):
                self._judge(one)

    def _judge(self, one: Nominee) -> None:
        place, base = one.line.place(NAME), self.rules.base
        since = one.member.row.get("formal_date")
        stage = folded(str(one.member.row.get("party_type") or ""))
        if self.rules.formal and stage not in _FORMAL and stage not in _OPEN:
            said = f"「{one.name}」在名册里是「{one.member.row.get('party_type')}」，不是正式党员"
            self.say("正式党员", "formal", place, said, "请改推正式党员，或核对名册")
            return
        if not (self.rules.formal or self.rules.years):
            return
        if not isinstance(since, PartialDate):
            said = f"「{one.name}」的转正日期没有填写，不能确认基准日时是正式党员"
            self.say(*self._rule(), place, said, "请在名册里补上转正日期")
        elif self.rules.formal and since.latest() > base:
            sure = since.earliest() > base
            how = f"{since}才转正" if sure else f"转正日期只写到「{since}」，拿不准"
            said = f"「{one.name}」{how}，基准日 {PartialDate.parse(base)} 时不是正式党员"
            advice = "请改推他人，或核对转正日期" if sure else "请在名册里补全转正日期"
            self.say("正式党员", "formal", place, said, advice)
        elif self.rules.years and _later(since.latest(), self.rules.years) > base:
            sure = _later(since.earliest(), self.rules.years) > base
            how = "" if sure else "，转正日期只写到月或年，拿不准"
            said = f"「{one.name}」{since}转正，到基准日党龄不满{self.rules.years}年{how}"
            self.say("党龄", "years", place, said, "请改推他人，或核对转正日期")

    def _rule(self) -> tuple[str, str]:
        return ("党龄", "years") if self.rules.years else ("正式党员", "formal")


def _later(day: dt.date, years: int) -> dt.date:
    """Add years; one who joined on 29 February has a year more on 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)
