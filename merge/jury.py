"""The jury: rules of commendation at work on nominations; each breach at its cell, with its clause.

A rule that cannot be judged for want of a date, or because somebody of the same name may be meant,
is broken until a person has settled it: nobody passes in doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge.allotment import Allotment
from merge.antecedents import Antecedents
from merge.collectives import Collectives
from merge.namesakes import Namesakes
from merge.nominations import (
    CHECKED,
    DISCIPLINE,
    HONOUR,
    LIST,
    NAME,
    NUMBER,
    OBJECTIONS,
    PAST,
)
from merge.nominees import People, Registrar, key, sound, twice
from merge.publication import Publication
from merge.standing import Standing
from rosters.finding import Finding, Level, Place
from rosters.nearness import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from merge.awards import Rules
    from merge.confirmed import Confirmed
    from merge.nominees import Nominee
    from rosters.lists import Lists
    from rosters.roster import Roster

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
    commended: list[tuple[str, str]] = field(default_factory=list)  # organisations and honours

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
        places = Allotment(self.rules, self.roster, self.said, self._say)
        places.units(people)
        doubled = self._doubled()
        once = [one for one in self.nominees if one not in doubled]
        self._honours(once)
        places.judge(once)
        Standing(self.rules, once, self._say).judge()
        Collectives(self.lists, people, self._say, self.commended).judge()
        known = Namesakes(people, once)
        Antecedents(self.rules, self.lists, known, self._say, self.findings).judge()
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
