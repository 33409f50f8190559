"""The invented members: born, admitted and numbered so that no rule is broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from rosters.samples import names
from rosters.samples.draws import Draws
from rosters.samples.identity import Numbers, day, years_later
from rosters.samples.units import STUDENTS, People

FILLED_IN = date(2026, 9, 10)  # what the sheets say they were filled in on
_FIRST_PROBATION, _LAST_PROBATION = date(2025, 10, 1), date(2026, 6, 30)
_LAST_FORMAL = date(2025, 6, 30)  # admitted by then: a full member when the form was filled in

_BORN = {
    People.TEACHERS: (1967, 1996),
    People.STAFF: (1967, 1998),
    People.MEDICS: (1967, 1997),
    People.UNDERGRADUATES: (2004, 2006),
    People.GRADUATES: (1999, 2003),
    People.RETIRED: (1937, 1964),
}
_SCHOOLING = {
    People.TEACHERS: ("博士研究生", "博士研究生", "博士研究生", "硕士研究生"),
    People.STAFF: ("硕士研究生", "硕士研究生", "大学本科", "大学本科", "大学专科"),
    People.MEDICS: ("博士研究生", "硕士研究生", "大学本科", "大学专科"),
    People.UNDERGRADUATES: ("高中",),
    People.GRADUATES: ("大学本科", "硕士研究生"),
    People.RETIRED: ("硕士研究生", "大学本科", "大学本科", "大学专科", "中专"),
}
_PROBATIONARY = {People.UNDERGRADUATES: 45, People.GRADUATES: 14, People.RETIRED: 0}  # per cent
_MINORITIES = ("回族", "满族", "壮族", "土家族", "苗族", "维吾尔族", "蒙古族", "彝族", "藏族")


@dataclass(slots=True)
class Person:
    """A member before a clerk writes it down; post, award and deeds come later."""

    people: People
    name: str
    male: bool
    ethnicity: str
    citizen: str
    birth: date
    education: str
    joined: date
    confirmed: date | None
    number: str
    mobile: str
    grid: str
    post: str = ""
    award: str = ""
    deeds: str = ""


class Registry:
    """Invents members; no two of one branch have the same name."""

    def __init__(self) -> None:
        self._draws = Draws("党员")
        self._numbers = Numbers(Draws("号码"))

    def branch(self, people: People) -> list[Person]:
        """Invent the members of a branch, its secretary first."""
        # A branch of students is led by a teacher.
        lead = People.TEACHERS if people in STUDENTS else people
        size = self._draws.between(7, 21)
        found: dict[str, Person] = {}
        while len(found) < size:
            one = self._person(people if found else lead, formal=not found)
            found.setdefault(one.name, one)
        return list(found.values())

    def _person(self, people: People, *, formal: bool) -> Person:
        draws = self._draws
        male = draws.chance(47)
        first, last = _BORN[people]
        birth = day(draws, date(first, 1, 1), date(last, 12, 31))
        joined, confirmed = self._admission(people, birth, formal=formal)
        entry = birth.year + (18 if people is People.UNDERGRADUATES else 22)
        student = people in STUDENTS
        return Person(
            people=people,
            name=names.surname(draws) + names.given(draws, male=male),
            male=male,
            ethnicity="汉族" if draws.chance(92) else draws.one(_MINORITIES),
            citizen=self._numbers.citizen(birth, male=male),
            birth=birth,
            education=draws.one(_SCHOOLING[people]),
            joined=joined,
            confirmed=confirmed,
            number=self._numbers.student(entry) if student else self._numbers.staff(),
            mobile=self._numbers.mobile(),
            grid=f"第{draws.between(1, 12)}网格",
        )

    def _admission(self, people: People, birth: date, *, formal: bool) -> tuple[date, date | None]:
        """Draw when someone joined, at 18 at the earliest, and became a full member."""
        draws = self._draws
        if not formal and draws.chance(_PROBATIONARY.get(people, 2)):
            return day(draws, _FIRST_PROBATION, _LAST_PROBATION), None
        of_age = years_later(birth, 18) + timedelta(days=30)
        joined = day(draws, of_age, min(_LAST_FORMAL, years_later(birth, 40)))
        return joined, years_later(joined, 1)
