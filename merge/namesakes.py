"""Rows of 处分, 异议 and 历年表彰 held against nominees: surely theirs, in doubt, or another's.

Nobody may pass silently: a row is another's only where two sound ID numbers say so, and a third
person is known whom it can mean. All else that is alike is a doubt, for a person to resolve.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from merge.nominations import BRANCH, NAME, NUMBER, UNIT
from merge.nominees import key, sound
from rosters.nearness import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from merge.nominees import Nominee, People
    from rosters.lists import Line
    from rosters.roster import Organisation

_ALIKE = 50  # of 100: of two characters one, of three two


class Sure(Enum):
    """How sure it is that a row is about a nominee."""

    YES = "是"
    DOUBT = "存疑"


class Match(NamedTuple):
    """A nominee whom a row is, or may be, about; and why nobody can tell."""

    nominee: Nominee
    sure: Sure
    why: str = ""


@dataclass
class Namesakes:
    """The nominees by what rows about persons can be matched with."""

    people: People
    nominees: Sequence[Nominee]

    @cached_property
    def _by_name(self) -> dict[str, list[Nominee]]:
        found: dict[str, list[Nominee]] = {}
        for one in self.nominees:
            for name in {key(one.name), key(one.line.text(NAME))}:
                found.setdefault(name, []).append(one)
        return found

    @cached_property
    def _by_number(self) -> dict[str, list[Nominee]]:
        found: dict[str, list[Nominee]] = {}
        for one in self.nominees:
            for number in {one.number, sound(one.line.value(NUMBER))} - {""}:
                found.setdefault(number, []).append(one)
        return found

    def matches(self, line: Line) -> Iterator[Match]:
        """List the nominees that a row is or may be about."""
        name, number = key(line.text(NAME)), sound(line.value(NUMBER))
        seen = set()
        for one in self._by_number.get(number, ()) if number else ():
            seen.add(one)
            if not name or name == key(one.name):
                yield Match(one, Sure.YES)
            else:
                said = f"身份证号相同，姓名却写作「{line.text(NAME)}」"
                yield Match(one, Sure.DOUBT, said)
        for one in self._by_name.get(name, ()) if name else ():
            if one not in seen and (found := self._named(one, line, number)) is not None:
                yield found

    def alike(self, line: Line) -> Match | None:
        """Find a nominee of the row's organisation whose name is nearly its own, and nobody's.

        Where the row names no organisation that is known, it can mean anybody's nominee.
        """
        name = key(line.text(NAME))
        units = self._units(line)
        known = list(self.people.by_name.get(name, ()))
        if not name or any(not units or self._kin(one, units) for one in known):
            return None
        near = [one for one in self.nominees if not units or self._kin(one.member, units)]
        # 王毅（男）, 王毅、李四
        within = next((one for one in near if key(one.name) in name), None)
        found = nearest(line.text(NAME), [one.name for one in near], _ALIKE)
        one = within or next((one for one in near if one.name == found), None)
        number = sound(line.value(NUMBER))
        if one is None or (number and one.number and number != one.number):
            return None
        where = "这个单位" if units else "名册里"
        said = f"「{line.text(NAME)}」在{where}查无此人，姓名与他相近"
        return Match(one, Sure.DOUBT, said)

    def known(self, line: Line) -> bool:
        """Tell whether the roster has somebody whom a row can mean."""
        number = sound(line.value(NUMBER))
        return number in self.people.by_number or key(line.text(NAME)) in self.people.by_name

    def _named(self, one: Nominee, line: Line, number: str) -> Match | None:
        """Judge a row that bears a nominee's name, and not his number."""
        units = self._units(line)
        kin = self._kin(one.member, units)
        if number and one.number:
            others = self.people.by_number.get(number, [])
            third = any(key(each.name) == key(one.name) for each in others)
            if third or (units and not kin):
                return None
            return Match(one, Sure.DOUBT, "同名而身份证号不同，名册里又没有那个号码的人")
        if kin and self._only(one, units):
            return Match(one, Sure.YES)
        if kin:
            return Match(one, Sure.DOUBT, "这个单位有几个人叫这个名字")
        said = line.text(BRANCH) or line.text(UNIT)
        where = f"单位写作「{said}」" if said else "没有写单位"
        return Match(one, Sure.DOUBT, f"同名，{where}")

    def _units(self, line: Line) -> tuple[Organisation, ...]:
        text = line.text(BRANCH) or line.text(UNIT)
        return self.people.units(text) or self.people.units(line.text(UNIT))

    def _kin(self, member: object, units: Sequence[Organisation]) -> bool:
        return any(self.people.kin(member, unit) for unit in units)  # type: ignore[arg-type]

    def _only(self, one: Nominee, units: Sequence[Organisation]) -> bool:
        """Tell whether he alone bears his name in these organisations."""
        ones = self.people.by_name.get(key(one.name), ())
        return sum(any(self.people.kin(each, unit) for unit in units) for each in ones) == 1
