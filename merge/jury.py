"""The jury: rules of commendation at work on nominations; each breach at its cell, with its clause.

A rule that cannot be judged for want of a date, or because somebody of the same name may be meant,
is broken until a person has settled it: nobody passes in doubt.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge.namesakes import Namesakes, Sure
from merge.nominations import (
    CHECKED,
    DISCIPLINE,
    HONOUR,
    LIST,
    NAME,
    NUMBER,
    OBJECTIONS,
    PAST,
    SORT,
    UNTIL,
    VERDICT,
    YEAR,
)
from merge.nominees import People, Registrar, key, sound, twice
from merge.publication import Publication
from merge.standing import Standing
from rosters.dates import PartialDate
from rosters.finding import Finding, Level, Place
from rosters.identity import id_fault
from rosters.nearness import nearest
from rosters.text import folded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from merge.awards import Quota, Rules
    from merge.confirmed import Confirmed
    from merge.namesakes import Match
    from merge.nominees import Nominee
    from rosters.lists import Line, Lists
    from rosters.roster import Organisation, Roster

_SETTLED = frozenset(
    "不成立 异议不成立 不属实 反映不属实 查无实据 经查不属实 已撤回 撤回 不影响 不影响推荐".split()  # noqa: SIM905 - reads better
)
_NEAR = 50
_NAME = re.compile(r"[\u3400-\u9fff·\U00020000-\U0003ffff]{2,15}")


@dataclass
class Jury:
    """One judging: rules, a roster, what the workbook says, and the day that the paper bears."""

    rules: Rules
    roster: Roster
    lists: Lists
    day: date | None
    confirmed: Sequence[Confirmed] | None = None  # None: no name check was sent
    said: Place = field(default_factory=Place)  # where the job says its 名额
    findings: list[Finding] = field(default_factory=list)
    nominees: list[Nominee] = field(default_factory=list)
    fixed: dict[tuple[str, str], int] = field(default_factory=dict)  # by quota and organisation

    def judge(self) -> None:
        """Find every breach."""
        people = People(self.roster)
        registrar = Registrar(people, self.findings)
        lines = self.lists.lines.get(LIST, [])
        self.nominees = [one for one in map(registrar.match, lines) if one is not None]
        if not lines and LIST in self.lists.heads:
            place = self.lists.heads[LIST]
            self._say("推荐", "list", place, "推荐名单里一行也没有", "请填写")
        self._unread(people)
        self._units(people)
        doubled = self._doubled()
        once = [one for one in self.nominees if one not in doubled]
        self._honours(once)
        self._quotas(once)
        Standing(self.rules, once, self._say).judge()
        known = Namesakes(people, once)
        self._discipline(known)
        self._past(known)
        if self.rules.stage == "表彰":
            self._objections(known)
        Publication(
            self.rules, self.lists, people, once, self.day, self._say, self.confirmed
        ).judge(self.lists.lines.get(CHECKED, ()))

    def _say(self, rule: str, name: str, place: Place, message: str, advice: str) -> None:
        said = f"{message}（{self.rules.clause(rule)}）"
        self.findings.append(Finding(Level.ERROR, f"award.{name}", place, said, advice))

    def _unread(self, people: People) -> None:
        """Find rows about people that stand below signatures, where they were taken for notes."""
        rules = {LIST: "推荐", DISCIPLINE: "处分", OBJECTIONS: "异议", PAST: "间隔"}
        for sheet, rule in rules.items():
            for one in self.lists.left.get(sheet, ()):
                name = one.texts.get(NAME, "")
                person = key(name) in people.by_name or sound(one.texts.get(NUMBER)) != ""
                if person or (one.filled > 1 and _NAME.fullmatch("".join(name.split()))):
                    place = one.places.get(NAME) or self.lists.heads[sheet]
                    said = f"这一行写着「{name}」，在说明或签名的下面，没有当作{sheet}读取"
                    advice = "请移到说明和签名的上面；不是人的，请移开姓名这一列"
                    self._say(rule, "unread", place, said, advice)

    def _doubled(self) -> set[Nominee]:
        """Find people who stand there more than once."""
        found = set()
        for one, other in twice(self.nominees):
            found.add(one)
            place, where = one.line.place(NAME), f"{other.line.place(NAME).cell}"
            if one.honour != other.honour:
                said = f"「{one.name}」同时被推荐为「{other.honour}」（{where}）和「{one.honour}」"
                self._say("不兼得", "double", place, said, "一人只能有一项荣誉，请只留一行")
            elif one.unit is not other.unit:
                first, then = other.unit.name, one.unit.name
                said = f"「{one.name}」已由「{first}」推荐（{where}），又由「{then}」推荐"
                self._say("重复推荐", "twice", place, said, "请与两个单位核实后只留一行")
            else:
                said = f"「{one.name}」在推荐名单里写了两次，{where} 已有"
                self._say("重复推荐", "twice", place, said, "请删去一行")
        return found

    def _honours(self, nominees: Sequence[Nominee]) -> None:
        known = self.rules.honours
        for one in nominees:
            if known and one.honour not in known:
                near = nearest(one.honour, known, _NEAR)
                advice = f"是否「{near}」？" if near else f"这次评选的是：{'、'.join(known)}"
                said = f"没有「{one.honour}」这个荣誉称号"
                self._say("名额", "honour", one.line.place(HONOUR), said, advice)

    def _quotas(self, nominees: Sequence[Nominee]) -> None:
        given: Counter[tuple[str, str]] = Counter()
        for one in nominees:
            for name, quota in self.rules.counting(one.honour):
                whole = self.rules.by == "二级党组织"
                unit = self.roster.second_level(one.unit) if whole else one.unit
                given[name, unit.key] += 1
                self._within(one, unit, (name, quota), given[name, unit.key])

    def _units(self, people: People) -> None:
        """Lead the organisations that a quota names to the roster's own."""
        for name, quota in self.rules.quotas.items():
            for text, places in quota.units.items():
                found = people.units(text)
                if len(found) == 1:
                    self.fixed[name, found[0].key] = places
                else:
                    how = "不止一个党组织叫" if found else "名册里没有"
                    advice = "请写党组织编码或全称" if found else people.near(text)
                    self._say("名额", "unit", self.said, f"{how}「{text}」", advice)

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
            self._say("名额", "quota", place, said, "请减少推荐，或核对基准日的党员数")
        elif count > low:
            said = f"{how}，「{one.name}」是第{count}名，有人没有入党日期，拿不准是否超额"
            self._say("名额", "quota", place, said, "请在名册里补上入党日期")

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

    def _matched(self, sheet: str, known: Namesakes, line: Line) -> list[Match]:
        """List whom a row is about; a broken number in it is said, for it may hide somebody."""
        value = line.value(NUMBER)
        fault = None
        if value is not None and str(value).strip():
            fault = id_fault(value if isinstance(value, int | float | str) else str(value))
        if fault is not None and sheet != PAST:
            rule = "处分" if sheet == DISCIPLINE else "异议"
            said = f"{sheet}里「{line.text(NAME)}」的{fault[1]}，不能据以核对"
            self._say(rule, "number", line.place(NUMBER), said, fault[2])
        return list(known.matches(line))

    def _doubt(self, rule: str, sheet: str, line: Line, match: Match) -> None:
        one = match.nominee
        said = (
            f"{sheet}里的「{line.text(NAME)}」可能是推荐名单 {one.line.place(NAME).cell} 的"
            f"「{one.name}」：{match.why}"
        )
        advice = "请核实；不是同一人的，在两处都写上身份证号，是的请撤下推荐"
        self._say(rule, "doubt", line.place(NAME), said, advice)

    def _discipline(self, known: Namesakes) -> None:
        for line in self.lists.lines.get(DISCIPLINE, ()):
            if not (line.text(NAME) or line.text(NUMBER)):
                said = "这一行没有写姓名，也没有身份证号，看不出是谁"
                self._say("处分", "nobody", line.place(NAME), said, "请补上；空行请删去")
                continue
            over, told = self._over(line)
            matches = self._matched(DISCIPLINE, known, line)
            near = known.alike(line) if not matches else None
            for match in [*matches, *([near] if near else [])]:
                if over:
                    continue
                if match.sure is Sure.DOUBT:
                    self._doubt("处分", DISCIPLINE, line, match)
                    continue
                sort = line.text(SORT) or "处分"
                cell = f"{DISCIPLINE} {line.place(NAME).cell}"
                said = f"「{match.nominee.name}」受「{sort}」{told}（{cell}）"
                place = match.nominee.line.place(NAME)
                self._say("处分", "discipline", place, said, "请改推他人，或核对处分表")
            if not matches and near is None and not known.known(line):
                said = f"名册里没有「{line.text(NAME) or '这个身份证号'}」，没能与推荐名单核对"
                place, advice = line.place(NAME), "请核对姓名和身份证号；已转走的不用管"
                self.findings.append(Finding(Level.WARNING, "award.unknown", place, said, advice))

    def _over(self, line: Line) -> tuple[bool, str]:
        """Tell whether the time of a discipline has passed by the base date, and in which words."""
        text = line.text(UNTIL)
        try:
            until = PartialDate.parse(line.value(UNTIL))
        except ValueError:
            until = None
        if until is not None:
            return until.latest() < self.rules.base, f"，影响期至{until}"
        return False, f"，影响期「{text}」不是日期，按还在影响期算" if text else "，没有写影响期"

    def _past(self, known: Namesakes) -> None:
        for line in self.lists.lines.get(PAST, ()) if self.rules.apart else ():
            honour = line.text(HONOUR)
            for match in known.matches(line):
                if _bare(honour) != _bare(match.nominee.honour):
                    continue
                year = self._year(line)
                if year is not None and self.rules.base.year - year >= self.rules.apart:
                    continue
                when = "年份没有写清" if year is None else f"{year}年"
                if match.sure is Sure.DOUBT:
                    self._doubt("间隔", PAST, line, match)
                    continue
                place = match.nominee.line.place(NAME)
                cell = f"{PAST} {line.place(NAME).cell}"
                said = f"「{match.nominee.name}」已获「{honour}」，{when}（{cell}）"
                advice = f"{self.rules.apart}年内不重复授予，请改推他人"
                self._say("间隔", "apart", place, said, advice)

    def _year(self, line: Line) -> int | None:
        try:
            read = PartialDate.parse(line.text(YEAR).removesuffix("度"))
        except ValueError:
            return None
        return read.year if read else None

    def _objections(self, known: Namesakes) -> None:
        for line in self.lists.lines.get(OBJECTIONS, ()):
            verdict = line.text(VERDICT).strip("。 ")
            if verdict in _SETTLED:
                continue
            if not (line.text(NAME) or line.text(NUMBER)):
                said = "这一条异议没有写是对谁的"
                self._say("异议", "nobody", line.place(NAME), said, "请补上姓名；空行请删去")
                continue
            matches = self._matched(OBJECTIONS, known, line)
            near = known.alike(line) if not matches else None
            for match in [*matches, *([near] if near else [])]:
                if match.sure is Sure.DOUBT:
                    self._doubt("异议", OBJECTIONS, line, match)
                    continue
                how = f"结论是「{verdict}」" if verdict else "还没有结论"
                said = (
                    f"对「{match.nominee.name}」的异议{how}（{OBJECTIONS} {line.place(NAME).cell}）"
                )
                advice = "查清后在异议表的结论里写「不成立」；成立的请撤下推荐"
                place = match.nominee.line.place(NAME)
                self._say("异议", "objection", place, said, advice)


def _bare(honour: str) -> str:
    """Fold an honour for comparison: without quotation marks and the word 称号."""
    return folded(honour).strip("“”\"'「」").removesuffix("称号").strip("“”\"'「」")
