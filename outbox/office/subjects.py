"""About whom a form is that came back: by its 印记, else by the name in it; never a guess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from outbox.ledger.states import Reason
from outbox.office.loops import called

if TYPE_CHECKING:
    from merge.mandate import Party, Subject
    from outbox.office.loops import Loop, Loops
    from outbox.office.readings import Part


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why nobody can say about whom a form is."""

    reason: Reason
    words: str


def of(loops: Loops, loop: Loop, organisation: str, part: Part, named: str = "") -> str | Doubt:
    """Return the key of whom a form is about, "" where it is the organisation's own.

    `named` is the key that a person gave, who has looked: it goes before what the form says.
    """
    party = loop.party(organisation)
    if party is None or party.keys == ("",):
        return ""
    if named:
        return named
    names = called(part.taken.texts) if part.taken else frozenset()
    standing = [one for one in party.subjects if one.name in names]
    if part.token:
        return _by_mark(party, loops.by_mark.get(part.token, frozenset()), standing)
    if len({one.name for one in standing}) != 1:
        said = f"里面有{_names(standing)}几位的姓名" if standing else "也没有要考察的人的姓名"
        return Doubt(Reason.NO_TOKEN, f"表里没有印记，{said}，看不出是谁的")
    if len(standing) > 1 or [one.name for one in party.subjects].count(standing[0].name) > 1:
        return Doubt(Reason.NO_TOKEN, f"表里没有印记，{standing[0].name}不止一位，看不出是谁的")
    return standing[0].key


def _by_mark(party: Party, keys: frozenset[str], standing: list[Subject]) -> str | Doubt:
    own = [one for one in party.subjects if one.key in keys]
    if not keys:
        return Doubt(Reason.NO_TOKEN, "表里的编号是这个单位的，不是哪一份表的，看不出是谁的")
    if len(own) != 1:
        said = f"{_names(own)}的表一模一样，看不出是哪一份" if own else "现在这一批里没有这份表"
        return Doubt(Reason.WRONG_FORM, said)
    if standing and own[0].name not in {one.name for one in standing}:
        words = f"发出时是{own[0].name}的表，里面的姓名却是{_names(standing)}"
        return Doubt(Reason.ANOTHER, words)
    return own[0].key


def _names(found: list[Subject]) -> str:
    return "、".join(dict.fromkeys(one.name for one in found))
