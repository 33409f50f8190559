"""What changed from one roster to the next: people and organisations, each at the new one's cell.

An organisation is the same by its code, else its name, else a former name. A person is the same by
ID number, else staff number, else name and branch; what fits several people is no match, unless
as many of that name were in that branch before: then nobody came or left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rosters import identity
from rosters.directory import called
from rosters.finding import Finding, Level, Place
from rosters.spot import spot, words
from rosters.text import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rosters.roster import Member, Organisation, Roster

JOINED, LEFT, MOVED, RENAMED = "change.joined", "change.left", "change.moved", "change.renamed"
ADDRESS, NOMINEE, FOUNDED = "change.address", "change.nominee", "change.founded"
DISSOLVED, CODED, NAMED = "change.dissolved", "change.code", "change.name"
UNPLACED = "change.unplaced"
RULES = (
    *(JOINED, LEFT, MOVED, NAMED, NOMINEE, UNPLACED),
    *(RENAMED, CODED, ADDRESS, FOUNDED, DISSOLVED),
)


@dataclass
class Changes:
    """Two rosters side by side. `units` leads from old organisations' keys to the new ones."""

    old: Roster
    new: Roster
    units: dict[str, str] = field(default_factory=dict)

    def findings(self) -> tuple[Finding, ...]:
        """Return every change, organisations first, in the order of the new roster."""
        pairs = self._same_units()
        self.units = {before.key: after.key for after, before in pairs if before is not None}
        return (*self._organisations(pairs), *self._members())

    def _same_units(self) -> list[tuple[Organisation, Organisation | None]]:
        codes = {one.code: one for one in self.old.organisations if one.code}
        names = {folded(one.name): one for one in self.old.organisations}
        pairs = []
        for one in self.new.organisations:
            former = (folded(name) for layer, name in called(one.row) if layer == "former")
            known = (names[name] for name in (folded(one.name), *former) if name in names)
            pairs.append((one, codes.get(one.code) or next(known, None)))
        return pairs

    def _organisations(
        self, pairs: list[tuple[Organisation, Organisation | None]]
    ) -> Iterator[Finding]:
        for one, before in pairs:
            if before is None:
                said = f"「{one.name}」是新的党组织"
                yield spot(Level.INFO, FOUNDED, (one.row, "org_name"), said)
                continue
            if folded(one.name) != folded(before.name):
                said = f"党组织名称由「{before.name}」改为「{one.name}」"
                yield spot(Level.INFO, RENAMED, (one.row, "org_name"), said)
            if one.code != before.code and one.code and before.code:
                said = f"「{one.name}」的党组织编码由 {before.code} 改为 {one.code}"
                advice = "这一批的信件和文件用的是原来的编码，请核对是否同一个组织"
                yield spot(Level.WARNING, CODED, (one.row, "org_code"), said, advice)
            if set(one.addresses) != set(before.addresses):
                was, now = ("、".join(each.addresses) or "无" for each in (before, one))
                said = f"「{one.name}」的邮箱由 {was} 改为 {now}"
                advice = "这一批的信件发往原来的邮箱，请核对"
                yield spot(Level.WARNING, ADDRESS, (one.row, "email"), said, advice)
        for before in self.old.organisations:
            if before.key not in self.units:
                yield self._gone(DISSOLVED, f"「{before.name}」不在新名册里", Level.INFO)

    def _members(self) -> Iterator[Finding]:
        pairs, left = _matched(tuple(self.old.members), tuple(self.new.members), self.units)
        for one, before in pairs:
            if before is None:
                said = f"「{one.name}」是新列入的，{self._home(self.new, one)}"
                yield spot(Level.INFO, JOINED, (one.row, "name"), said)
                continue
            if before.name != one.name:
                yield self._named(before, one)
            if self._placeless(before, one):
                if before.organisation != one.organisation:
                    yield self._unplaced(before, one)
            elif self.units.get(before.organisation or "") != one.organisation:
                yield self._moved(before, one)
        namesakes = _single([one for one, before in pairs if before is None], lambda one: one.name)
        for before in left:
            yield self._left(before, namesakes.get(before.name))

    def _left(self, before: Member, namesake: Member | None) -> Finding:
        """Say that a person is not there any more; one of the same name who is new is asked for."""
        said = f"「{before.name}」（原在{self._home(self.old, before)}）不在新名册里"
        level = Level.WARNING if words(before.row, "award") else Level.INFO
        rule = NOMINEE if level is Level.WARNING else LEFT
        if namesake is None:
            return self._gone(rule, said, level)
        said = f"{said}；{self._home(self.new, namesake)}新列入一名同名的，没有号码可核对"
        return spot(level, rule, (namesake.row, "name"), said, "是否同一人转走？请核对")

    def _placeless(self, before: Member, one: Member) -> bool:
        return before.organisation is None or one.organisation is None

    def _unplaced(self, before: Member, one: Member) -> Finding:
        """Say that it cannot be told whether a person moved: one of the branches is unknown."""
        was, now = self._home(self.old, before), self._home(self.new, one)
        said = f"「{one.name}」原在{was}，现在{now}，无法判断是否转走"
        column = "branch" if one.row.sheet.has("branch") else "org"
        award = _award(before, one)
        level = Level.WARNING if award else Level.INFO
        said = f"{said}，而他在「{award}」名单里" if award else said
        return spot(level, UNPLACED, (one.row, column), said, "请先改正所在党支部，再核对")

    def _named(self, before: Member, one: Member) -> Finding:
        said = f"「{before.name}」的姓名改成了「{one.name}」"
        award = _award(before, one)
        if award:
            said = f"{said}，而他在「{award}」名单里"
            advice = "作出决定之后改名，请核对名单和证书"
            return spot(Level.WARNING, NOMINEE, (one.row, "name"), said, advice)
        return spot(Level.INFO, NAMED, (one.row, "name"), said)

    def _moved(self, before: Member, one: Member) -> Finding:
        said = f"「{one.name}」由{self._home(self.old, before)}转到{self._home(self.new, one)}"
        column = "branch" if one.row.sheet.has("branch") else "org"
        award = _award(before, one)
        if award:
            advice = "作出决定之后转走，请核对名单、证书和发往的单位"
            said = f"{said}，而他在「{award}」名单里"
            return spot(Level.WARNING, NOMINEE, (one.row, column), said, advice)
        return spot(Level.INFO, MOVED, (one.row, column), said)

    def _home(self, roster: Roster, one: Member) -> str:
        found = roster.by_key.get(one.organisation or "")
        return found.short if found else "（所属不明）"

    def _gone(self, rule: str, message: str, level: Level) -> Finding:
        """Say what has no cell in the new roster, at its file."""
        files = dict.fromkeys(sheet.file for sheet in self.new.sheets)
        advice = "作出决定之后离开，请核对名单和证书" if level is Level.WARNING else ""
        return Finding(level, rule, Place(next(iter(files), "")), message, advice)


def _award(before: Member, one: Member) -> str:
    return words(before.row, "award") or words(one.row, "award")


def _matched(
    old: Iterable[Member], new: Iterable[Member], units: dict[str, str]
) -> tuple[list[tuple[Member, Member | None]], list[Member]]:
    """Pair the new members with the old, the surest way first; return those left over, too."""
    found: dict[int, Member] = {}
    missing = {id(one): one for one in new}
    rest = {id(one): one for one in old}

    def home(one: Member) -> object:
        return units.get(one.organisation or "") if id(one) in rest else one.organisation

    ways: tuple[Callable[[Member], object], ...] = (
        _number,
        lambda one: words(one.row, "staff_no") or None,
        lambda one: (one.name, home(one)),
    )
    for way in ways:
        before, after = _single(rest.values(), way), _single(missing.values(), way)
        for key, one in after.items():
            if key in before and _agree(before[key], one):
                found[id(one)] = before[key]
        for one in after.values():
            if id(one) in found:
                missing.pop(id(one))
                rest.pop(id(found[id(one)]))
    were = _grouped(rest.values(), ways[-1])
    for key, now in _grouped(missing.values(), ways[-1]).items():
        then = were.get(key, [])
        if len(now) == len(then) and all(map(_agree, then, now)):
            for one, other in zip(now, then, strict=True):
                found[id(one)] = rest.pop(id(other))
    return [(one, found.get(id(one))) for one in new], list(rest.values())


def _single(members: Iterable[Member], way: Callable[[Member], object]) -> dict[object, Member]:
    """Lead from a key to its member, where only one has it."""
    return {key: ones[0] for key, ones in _grouped(members, way).items() if len(ones) == 1}


def _grouped(
    members: Iterable[Member], way: Callable[[Member], object]
) -> dict[object, list[Member]]:
    """Lead from each key to its members, in their order; who has none is left out."""
    groups: dict[object, list[Member]] = {}
    for one in members:
        key = way(one)
        if key is not None:
            groups.setdefault(key, []).append(one)
    return groups


def _number(one: Member) -> str | None:
    value = one.row.get("id_card")
    return None if value is None or identity.id_fault(value) else identity.normal_id(value)


def _agree(before: Member, one: Member) -> bool:
    """Tell whether nothing says that these are two people: two sound ID numbers that differ."""
    mine, theirs = _number(one), _number(before)
    return mine is None or theirs is None or mine == theirs
