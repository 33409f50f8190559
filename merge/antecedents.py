"""Antecedents of nominees: 处分, 历年表彰 and 异议 that stand against them, or may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge.namesakes import Sure
from merge.nominations import (
    DISCIPLINE,
    HONOUR,
    NAME,
    NUMBER,
    OBJECTIONS,
    PAST,
    SORT,
    UNTIL,
    VERDICT,
    YEAR,
)
from rosters.dates import PartialDate
from rosters.finding import Finding, Level
from rosters.identity import id_fault
from rosters.text import folded

if TYPE_CHECKING:
    from collections.abc import Callable

    from merge.awards import Rules
    from merge.namesakes import Match, Namesakes
    from rosters.finding import Place
    from rosters.lists import Line, Lists

_SETTLED = frozenset(
    "不成立 异议不成立 不属实 反映不属实 查无实据 经查不属实 已撤回 撤回 不影响 不影响推荐".split()  # noqa: SIM905 - reads better
)


@dataclass
class Antecedents:
    """The sheets about persons, held against who was nominated.

    `say` takes rule, name, place, message and advice; `findings` takes what is only a warning.
    """

    rules: Rules
    lists: Lists
    known: Namesakes
    say: Callable[[str, str, Place, str, str], None]
    findings: list[Finding]

    def judge(self) -> None:
        """Find who has a 处分 or an 异议 against him, or had the same honour too lately."""
        self._discipline()
        self._past()
        if self.rules.stage == "表彰":
            self._objections()

    def _matched(self, sheet: str, line: Line) -> list[Match]:
        """List whom a row is about; a broken number in it is said, for it may hide somebody."""
        value = line.value(NUMBER)
        fault = None
        if value is not None and str(value).strip():
            fault = id_fault(value if isinstance(value, int | float | str) else str(value))
        if fault is not None and sheet != PAST:
            rule = "处分" if sheet == DISCIPLINE else "异议"
            said = f"{sheet}里「{line.text(NAME)}」的{fault[1]}，不能据以核对"
            self.say(rule, "number", line.place(NUMBER), said, fault[2])
        return list(self.known.matches(line))

    def _doubt(self, rule: str, sheet: str, line: Line, match: Match) -> None:
        one = match.nominee
        said = (
            f"{sheet}里的「{line.text(NAME)}」可能是推荐名单 {one.line.place(NAME).cell} 的"
            f"「{one.name}」：{match.why}"
        )
        advice = "请核实；不是同一人的，在两处都写上身份证号，是的请撤下推荐"
        self.say(rule, "doubt", line.place(NAME), said, advice)

    def _discipline(self) -> None:
        for line in self.lists.lines.get(DISCIPLINE, ()):
            if not (line.text(NAME) or line.text(NUMBER)):
                said = "这一行没有写姓名，也没有身份证号，看不出是谁"
                self.say("处分", "nobody", line.place(NAME), said, "请补上；空行请删去")
                continue
            over, told = self._over(line)
            matches = self._matched(DISCIPLINE, line)
            near = self.known.alike(line) if not matches else None
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
                self.say("处分", "discipline", place, said, "请改推他人，或核对处分表")
            if not matches and near is None and not self.known.known(line):
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

    def _past(self) -> None:
        for line in self.lists.lines.get(PAST, ()) if self.rules.apart else ():
            honour = line.text(HONOUR)
            for match in self.known.matches(line):
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
                self.say("间隔", "apart", place, said, advice)

    def _year(self, line: Line) -> int | None:
        try:
            read = PartialDate.parse(line.text(YEAR).removesuffix("度"))
        except ValueError:
            return None
        return read.year if read else None

    def _objections(self) -> None:
        for line in self.lists.lines.get(OBJECTIONS, ()):
            verdict = line.text(VERDICT).strip("。 ")
            if verdict in _SETTLED:
                continue
            if not (line.text(NAME) or line.text(NUMBER)):
                said = "这一条异议没有写是对谁的"
                self.say("异议", "nobody", line.place(NAME), said, "请补上姓名；空行请删去")
                continue
            matches = self._matched(OBJECTIONS, line)
            near = self.known.alike(line) if not matches else None
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
                self.say("异议", "objection", place, said, advice)


def _bare(honour: str) -> str:
    """Fold an honour for comparison: without quotation marks and the word 称号."""
    return folded(honour).strip("“”\"'「」").removesuffix("称号").strip("“”\"'「」")
