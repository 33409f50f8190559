"""名单核对 as it was answered: which organisation found which people right, as its paper had them.

An answer holds for the people that stood in the paper which it answers, name and honour as they
stood there: of somebody who was put in or changed later nobody has said anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rosters.text import folded, person

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_RIGHT = frozenset(
    "无误 核对无误 经核对无误 已核对无误 已核对，无误 确认无误 全部无误 均无误 √ ✓ ✔".split()  # noqa: SIM905 - reads better
)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An organisation's answer to a name check that it was sent.

    `people` are (name, honour) of its paper; `words` what it says is wrong, "" where all is right;
    `rest` tells that all whom the words do not name are right; `rows` what a form says of each
    name; `where` is who answered, when and how, as findings tell it.
    """

    organisation: str
    people: frozenset[tuple[str, str]]
    words: str = ""
    rest: bool = False
    rows: Mapping[str, str] = field(default_factory=dict)
    where: str = ""

    def covers(self, name: str, honour: str) -> bool:
        """Tell whether a person stood in the paper."""
        return (_bare(name), folded(honour)) in {(_bare(n), folded(h)) for n, h in self.people}

    def about(self, name: str) -> str | None:
        """Return what it says of a person who stood there: "" where he is right, None for nothing.

        Words that name nobody may be about anybody.
        """
        rows = {_bare(one): said for one, said in self.rows.items() if said}
        if said := rows.get(_bare(name)):
            return "" if right(said) else said
        if not self.words:
            return "" if not rows or self.rest else None
        if self._names(name) or not any(self._names(one) for one, _ in self.people):
            return self.words
        return "" if self.rest else None

    def _names(self, name: str) -> bool:
        return _bare(name) in "".join(folded(self.words).split())


def right(words: str) -> bool:
    """Tell whether a cell says that all is right."""
    return "".join(words.split()).rstrip("。.！!") in _RIGHT


def newest(
    found: Iterable[Confirmed], keys: Iterable[str], name: str, honour: str
) -> Confirmed | None:
    """Return the last answer about a person, of the organisations that he belongs to."""
    own = frozenset(keys)
    mine = [one for one in found if one.organisation in own and one.covers(name, honour)]
    return mine[-1] if mine else None


def _bare(name: str) -> str:
    return folded(person(name))
