"""Nominees: each row of 推荐名单 led to its one member of the roster, or said why it is not."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from merge.nominations import BRANCH, HONOUR, NAME, NUMBER, UNIT
from rosters.directory import Directory, question
from rosters.finding import Finding, Level
from rosters.identity import id_fault, normal_id
from rosters.masks import masked_id
from rosters.nearness import nearest
from rosters.text import folded, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rosters.lists import Line
    from rosters.roster import Member, Organisation, Roster

_MOST = 3  # namesakes that a finding names
_COLLECTIVE = "给组织的称号请移到「推荐集体」工作表，证书另用「集体荣誉证书」的作业办"


@dataclass(frozen=True, slots=True, eq=False)
class Nominee:
    """A row of 推荐名单 with the member that it means and the organisation that nominates."""

    line: Line
    member: Member
    unit: Organisation

    @property
    def name(self) -> str:
        """The name as the roster has it, and as it will be printed."""
        return self.member.name

    @property
    def honour(self) -> str:
        """The honour that is asked for."""
        return self.line.text(HONOUR)

    @property
    def number(self) -> str:
        """The member's ID number, the roster's first; empty where nobody gave a sound one."""
        return sound(self.member.row.get("id_card")) or sound(self.line.value(NUMBER))


def sound(value: object) -> str:
    """Return an ID number without blanks; empty where it is none, or a faulty one."""
    if value is None or not str(value).strip() or isinstance(value, float):
        return ""
    number = normal_id(str(value))
    return "" if id_fault(number) else number


def key(name: str) -> str:
    """Fold a person's name for comparison: 王　毅 is 王毅."""
    return folded(person(name))


@dataclass
class People:
    """A roster's members by name and number, its organisations by all they are called."""

    roster: Roster
    _units: dict[str, tuple[Organisation, ...]] = field(default_factory=dict)

    @cached_property
    def _directory(self) -> Directory:
        return Directory([one.row for one in self.roster.organisations])

    @cached_property
    def by_name(self) -> dict[str, list[Member]]:
        """Members by their folded names."""
        found: dict[str, list[Member]] = {}
        for one in self.roster.members:
            found.setdefault(key(one.name), []).append(one)
        return found

    @cached_property
    def by_number(self) -> dict[str, list[Member]]:
        """Members by their sound ID numbers."""
        found: dict[str, list[Member]] = {}
        for one in self.roster.members:
            number = sound(one.row.get("id_card"))
            if number:
                found.setdefault(number, []).append(one)
        return found

    def units(self, text: str) -> tuple[Organisation, ...]:
        """List the organisations that a text can mean."""
        if text not in self._units:
            _, found = self._directory.find(text) if text else ("", ())
            self._units[text] = tuple(self.roster.organisations[one] for one in found)
        return self._units[text]

    def near(self, text: str) -> str:
        """Ask for the known organisation that is most like a text."""
        return question(self._directory.near(text))

    def line(self, member: Member) -> tuple[str, ...]:
        """List the keys of the organisations that a member belongs to, the nearest first."""
        home = self.roster.by_key.get(member.organisation or "")
        return () if home is None else tuple(one.key for one in self.roster.line(home))

    def within(self, member: Member, unit: Organisation) -> bool:
        """Tell whether a member belongs to an organisation, or to one below it."""
        return unit.key in self.line(member)

    def home(self, member: Member) -> str:
        """Name the organisation that a member belongs to."""
        home = self.roster.by_key.get(member.organisation or "")
        return (home.short or home.name) if home else "所属不明的党组织"

    def kin(self, member: Member, unit: Organisation) -> bool:
        """Tell whether an organisation is the member's own, above it or below it."""
        own = self.line(member)
        return unit.key in own or bool(own and own[0] in {x.key for x in self.roster.line(unit)})


class _UncertainError(Exception):
    """A row that cannot be matched for certain."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def _fail(line: Line, word: str, rule: str, message: str, advice: str) -> NoReturn:
    found = Finding(Level.ERROR, f"award.{rule}", line.place(word), message, advice)
    raise _UncertainError(found)


@dataclass
class Registrar:
    """Matches rows; what cannot be matched for certain is among the findings."""

    people: People
    findings: list[Finding] = field(default_factory=list)

    def match(self, line: Line) -> Nominee | None:
        """Lead a row to its member; None, and a finding kept, where that is not certain."""
        try:
            return self._matched(line)
        except _UncertainError as error:
            self.findings.append(error.finding)
            return None

    def _matched(self, line: Line) -> Nominee:
        """Match by ID number where one is given, else by name, within the unit."""
        unit = self._unit(line, UNIT)
        branch = self._unit(line, BRANCH) if line.text(BRANCH) else unit
        if not line.text(NAME):
            _fail(line, NAME, "name", "姓名没有填写", f"请补上，一行一人；{_COLLECTIVE}")
        if not line.text(HONOUR):
            said = f"「{line.text(NAME)}」的荣誉称号没有填写"
            _fail(line, HONOUR, "honour", said, "请补上")
        return Nominee(line, self._member(line, unit, branch), unit)

    def _unit(self, line: Line, word: str) -> Organisation:
        text = line.text(word)
        found = self.people.units(text)
        if len(found) == 1:
            return found[0]
        if not text:
            _fail(line, word, "unit", f"「{word}」没有填写", "请补上")
        if found:
            names = "、".join(f"{one.name}（{one.code}）" for one in found)
            said = f"「{text}」不止一个：{names}"
            _fail(line, word, "unit", said, "请写全称或党组织编码")
        said = f"「{text}」在名册里没有这个党组织"
        _fail(line, word, "unit", said, self.people.near(text))

    def _member(self, line: Line, unit: Organisation, branch: Organisation) -> Member:
        if line.text(NUMBER):
            return self._numbered(line, unit)
        name = line.text(NAME)
        found = [
            one
            for one in self.people.by_name.get(key(name), ())
            if self.people.within(one, unit) and self.people.within(one, branch)
        ]
        if len(found) == 1:
            return found[0]
        if found:
            places = "、".join(f"{self.people.home(one)}" for one in found[:_MOST])
            said = f"「{unit.name}」有{len(found)}名党员叫「{name}」（{places}）"
            _fail(line, NAME, "namesake", said, "请在推荐名单里写上身份证号，不能猜")
        self._nobody(line, unit)
        return None

    def _numbered(self, line: Line, unit: Organisation) -> Member:
        """Match by ID number; name and unit must agree with it."""
        name, value = line.text(NAME), line.value(NUMBER)
        fault = id_fault(value if isinstance(value, int | float | str) else str(value))
        if fault is not None:
            _fail(line, NUMBER, "number", f"「{name}」的{fault[1]}", fault[2])
        number = normal_id(str(value))
        found = self.people.by_number.get(number, [])
        shown = masked_id(number)
        if len(found) > 1:
            said = f"身份证号 {shown} 在名册里有{len(found)}行"
            _fail(line, NUMBER, "number", said, "请先改正名册")
        if not found:
            return self._unproved(line, unit, shown)
        [one] = found
        if key(one.name) != key(name):
            said = f"身份证号 {shown} 在名册里是「{one.name}」，不是「{name}」"
            _fail(line, NAME, "name", said, "请核对姓名和号码")
        if not self.people.within(one, unit):
            said = f"「{name}」（{shown}）是{self.people.home(one)}的党员，不在「{unit.name}」"
            _fail(line, UNIT, "unit", said, "请核对推荐单位")
        return one

    def _unproved(self, line: Line, unit: Organisation, shown: str) -> Member:
        """Match by name a row whose number the roster does not have: only if it has none there."""
        ones = self.people.by_name.get(key(line.text(NAME)), ())
        found = [one for one in ones if self.people.within(one, unit)]
        if not found:
            self._nobody(line, unit)
        if len(found) == 1 and found[0].row.get("id_card") is None:
            said = f"名册里没有「{line.text(NAME)}」的身份证号，只按姓名和单位核对"
            place, advice = line.place(NUMBER), "请在名册里补上"
            self.findings.append(Finding(Level.WARNING, "award.number", place, said, advice))
            return found[0]
        said = f"身份证号 {shown} 与名册里「{line.text(NAME)}」的不同"
        _fail(line, NUMBER, "number", said, "请核对是否同一人，并改正错的一处")

    def _nobody(self, line: Line, unit: Organisation) -> NoReturn:
        name = line.text(NAME)
        if self.people.units(name):
            said = f"「{name}」是党组织，推荐名单里只核对人选"
            _fail(line, NAME, "name", said, _COLLECTIVE)
        said = f"「{unit.name}」没有叫「{name}」的党员"
        elsewhere = self.people.by_name.get(key(name), ())
        own = [one.name for one in self.people.roster.all_members(unit)]
        near = nearest(name, own, 50)  # of 100: one of two characters
        if elsewhere:
            homes = "、".join(map(self.people.home, elsewhere[:_MOST]))
            advice = f"名册里叫这个名字的在{homes}，请核对推荐单位"
            if near:
                advice += f"；本单位相近的姓名有「{near}」"
        else:
            advice = f"是否「{near}」？请核对姓名" if near else "请核对姓名，或把他补进名册"
        _fail(line, NAME, "name", said, advice)


def twice(nominees: list[Nominee]) -> Iterator[tuple[Nominee, Nominee]]:
    """Pair each further row about a person with the first: by ID number, else by the row."""
    first: dict[object, Nominee] = {}
    for one in nominees:
        who: object = sound(one.member.row.get("id_card")) or id(one.member.row)
        other = first.setdefault(who, one)
        if other is not one:
            yield one, other
