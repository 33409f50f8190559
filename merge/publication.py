"""公示 and 名单核对: whether nominees were published for long enough, and their units answered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from merge import workdays
from merge.confirmed import newest, right
from merge.nominations import (
    ANSWER,
    BEGIN,
    BRANCH,
    CHECKED,
    END,
    HONOUR,
    NAME,
    NUMBER,
    SHOWN,
    UNIT,
)
from merge.nominees import key, sound
from rosters.dates import PartialDate
from rosters.finding import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from merge.awards import Rules
    from merge.confirmed import Confirmed
    from merge.nominees import Nominee, People
    from rosters.finding import Place
    from rosters.lists import Line, Lists


@dataclass
class Publication:
    """The nominees judged by what the sheets 公示 and 名单核对 say of them."""

    rules: Rules
    lists: Lists
    people: People
    nominees: Sequence[Nominee]
    day: date | None
    say: Callable[[str, str, Place, str, str], None]
    confirmed: Sequence[Confirmed] | None = None  # None: no name check was sent

    def judge(self, answers: Sequence[Line]) -> None:
        """Find who was not published, and whose unit has not answered 无误."""
        if self.rules.shown and self.rules.stage == "表彰" and SHOWN in self.lists.heads:
            self._published()
        there = CHECKED in self.lists.heads or self.confirmed is not None
        if self.rules.answered and self.rules.stage != "核对" and there:
            self._answered(answers)

    def _published(self) -> None:
        lines = self.lists.lines.get(SHOWN, [])
        faults = {id(line): self._fault(line) for line in lines}
        general = [line for line in lines if not line.text(NAME) and not line.text(NUMBER)]
        for line in general:
            if fault := faults[id(line)]:
                self.say("公示", "published", line.place(END), fault[0], fault[1])
        if not lines:
            said = "没有公示的记录"
            self.say("公示", "published", self.lists.heads[SHOWN], said, "请填写公示的起止日期")
            return
        for one, about in self._about(lines).items():
            own = [line for line in about if line not in general]
            if any(not faults[id(line)] for line in about) or (about and not own):
                continue  # published; or said once at the row that is for all
            said = f"「{one.name}」没有公示"
            advice = "请在公示表里补填起止日期"
            if own and (fault := faults[id(own[0])]):
                said, advice = (
                    f"「{one.name}」的{fault[0]}（{SHOWN} {own[0].place(END).cell}）",
                    fault[1],
                )
            self.say("公示", "published", one.line.place(NAME), said, advice)

    def _fault(self, line: Line) -> tuple[str, str] | None:
        begin, end = _day(line, BEGIN), _day(line, END)
        if begin is None or end is None or end < begin:
            return "公示起止日期没有写清", "请写到日，例如 2026-06-01 和 2026-06-08"
        days = workdays.count(begin, end, self.rules.holidays, self.rules.working)
        if days < self.rules.shown:
            said = f"公示只有{days}个工作日，不满{self.rules.shown}个"
            return said, "请延长公示；节假日和调休写在评选的「节假日」「调休上班」里"
        if self.day is not None and end >= self.day:
            said = f"公示到{PartialDate.parse(end)}才结束，成文日期是{PartialDate.parse(self.day)}"
            return said, "请等公示期满，或改成文日期"
        return None

    def _about(self, lines: Sequence[Line]) -> dict[Nominee, list[Line]]:
        """Lead nominees to the rows that speak of them; without a name a row speaks of all."""
        found: dict[Nominee, list[Line]] = {one: [] for one in self.nominees}
        for line in lines:
            for one in self._meant(line):
                found[one].append(line)
        return found

    def _meant(self, line: Line) -> Sequence[Nominee]:
        number, name = sound(line.value(NUMBER)), line.text(NAME)
        ones = self._named.get(key(name), []) if name else self.nominees
        if number:
            told = [one for one in self.nominees if one.number == number]
            ones = told or [one for one in ones if not one.number]
        if honour := line.text(HONOUR):
            ones = [one for one in ones if one.honour == honour]
        said = line.text(BRANCH) or line.text(UNIT)
        if said:
            units = self.people.units(said)
            ones = [o for o in ones if any(self.people.within(o.member, unit) for unit in units)]
        return [] if (name or number) and len(ones) > 1 else ones  # who is meant is not guessed

    @cached_property
    def _named(self) -> dict[str, list[Nominee]]:
        found: dict[str, list[Nominee]] = {}
        for one in self.nominees:
            found.setdefault(key(one.name), []).append(one)
        return found

    def _answered(self, answers: Sequence[Line]) -> None:
        for one, about in self._about(answers).items():
            own = [line for line in about if line.text(NAME) or line.text(NUMBER)] or about
            self._one_answered(one, [line for line in own if line.text(ANSWER)])

    def _one_answered(self, one: Nominee, own: Sequence[Line]) -> None:
        """Judge what the sheet says of a nominee, and what was collected: neither silently."""
        wrong = next((line for line in own if not right(line.text(ANSWER))), None)
        keys = self.people.line(one.member)
        found = newest(self.confirmed or (), keys, one.name, one.honour)
        said = found.about(one.name) if found is not None else None
        place = one.line.place(NAME)
        if own and found is not None and said is not None and bool(wrong) != bool(said):
            line = wrong or own[0]
            told = (
                f"「{one.name}」的名单核对两处不一样：核对表里写「{line.text(ANSWER)}」"
                f"（{line.place(ANSWER).cell}），收回的答复是「{said or '无误'}」（{found.where}）"
            )
            advice = "请向推荐单位核实：核对表写错的，改正；对方答错的，请它再答复一次"
            self.say("核对", "answer", place, told, advice)
        elif wrong is not None or said:
            words = wrong.text(ANSWER) if wrong is not None else said
            where = wrong.place(ANSWER).cell if wrong is not None else found.where if found else ""
            told = f"「{one.name}」的名单核对答复是「{words}」（{where}）"
            advice = "请照答复改正推荐名单或名册，再核对一次"
            self.say("核对", "answer", place, told, advice)
        elif not own and said is None:
            told = f"「{one.name}」的名单核对还没有答复「无误」"
            told += f"：答复了更正，没有说到他（{found.where}）" if found is not None else ""
            advice = "请向推荐单位核对姓名和称号；电话里答复的，填进名单核对表"
            self.say("核对", "answer", place, told, advice)


def differing(lists: Lists, first: date, last: date) -> Finding | None:
    """Find that the sheet 公示 has other days than the 公示 itself, which may be one of several."""
    lines = lists.lines.get(SHOWN, [])
    filled = [(line, _day(line, BEGIN), _day(line, END)) for line in lines]
    filled = [one for one in filled if one[1] and one[2]]
    if not filled or any(one[1:] == (first, last) for one in filled):
        return None
    line, *ends = filled[0]
    theirs = "至".join(str(PartialDate.parse(one)) for one in ends)
    ours = "至".join(str(PartialDate.parse(one)) for one in (first, last))
    said = f"公示表写的是 {theirs}，作业里的公示期是 {ours}"
    return Finding(Level.WARNING, "award.posted", line.place(BEGIN), said, "请核对日期，改正一处")


def _day(line: Line, word: str) -> date | None:
    try:
        read = PartialDate.parse(line.value(word))
    except ValueError:
        return None
    return read.latest() if read is not None and read.day else None
