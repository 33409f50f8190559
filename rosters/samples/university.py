"""The invented university put together: who belongs where, who leads, who is nominated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rosters.samples.deeds import deeds
from rosters.samples.people import Person, Registry
from rosters.samples.units import COMMITTEE, DIRECT, GENERAL, People, Unit, units

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMITTEE_FROM = 7  # full members: fewer elect a secretary alone (支部工作条例 第七条)
_POSTS = ("支部书记", "支部副书记", "组织委员", "宣传委员", "纪检委员")
_LEADERS = {COMMITTEE: "党委书记", GENERAL: "党总支书记", DIRECT: "支部书记"}
_LIAISON = "组织员"
# The sentences speak of ten and more years of work; people of this age can have done it.
_SEASONED = (date(1967, 1, 1), date(1976, 12, 31))
_AT_WORK = (People.TEACHERS, People.STAFF, People.MEDICS)


@dataclass(frozen=True, slots=True)
class Group:
    """The members of a branch, or of a 直属党支部 (`branch` is the place in its unit, or None)."""

    unit: Unit
    branch: int | None
    persons: tuple[Person, ...]

    @property
    def code(self) -> str:
        """Return the code of the branch or 直属党支部."""
        return self.unit.code if self.branch is None else self.unit.branches[self.branch].code

    @property
    def names(self) -> tuple[str, str]:
        """Return the full and the short name, either of which a clerk may write."""
        one = self.unit if self.branch is None else self.unit.branches[self.branch]
        return one.name, one.short

    def holder(self, *posts: str) -> Person:
        """Return the one who holds one of these posts."""
        return next(one for one in self.persons if one.post in posts)


def _elect(group: Group) -> None:
    """Give the full members of a branch its posts, the secretary first."""
    full = [one for one in group.persons if one.confirmed]
    posts = _POSTS if len(full) >= _COMMITTEE_FROM else _POSTS[:1]
    for person, post in zip(full, posts, strict=False):
        person.post = post


def _appoint(group: Group) -> None:
    """Name the leader and the liaison of a second-level organisation, from its first branch."""
    free = [one for one in group.persons if one.confirmed and not one.post]
    if group.branch is not None:
        free.pop(0).post = _LEADERS[group.unit.category]
    free[0].post = _LIAISON


def _fits(person: Person) -> bool:
    """Tell whether a person may be nominated and can have done what the sentences say."""
    if person.people in _AT_WORK:
        first, last = _SEASONED
        return first <= person.birth <= last and person.joined.year <= 2010  # noqa: PLR2004  # ditto
    return person.confirmed is not None


def _nominate(groups: Sequence[Group]) -> None:
    """Spread the nominations over the university, each with a sentence of its own."""
    for people, sentences in deeds().items():
        fit = [one for group in groups for one in group.persons[:-1] if one.people is people]
        fit = [one for one in fit if _fits(one)]
        for place, sentence in enumerate(sentences):
            person = fit[place * len(fit) // len(sentences)]
            person.award = "优秀党务工作者" if person.post else "优秀共产党员"
            person.deeds = sentence


def university() -> tuple[Group, ...]:
    """Invent the whole university, the same each time."""
    registry = Registry()
    groups: list[Group] = []
    for unit in units():
        own = [
            Group(unit, place, tuple(registry.branch(branch.people)))
            for place, branch in enumerate(unit.branches)
        ] or [Group(unit, None, tuple(registry.branch(unit.people)))]
        for group in own:
            _elect(group)
        _appoint(own[0])
        groups.extend(own)
    _nominate(groups)
    return tuple(groups)


def leaders(first: Group) -> tuple[Person, Person]:
    """Return secretary and liaison of the unit whose first branch this is."""
    return first.holder(_LEADERS[first.unit.category]), first.holder(_LIAISON)


def secretary(group: Group) -> Person:
    """Return the secretary of a branch."""
    return group.holder(_POSTS[0])
