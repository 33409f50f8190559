"""The guard of a job: what its documents and letters are looked through for, made ready once."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from merge.persons import Owners, numbers, standing
from merge.watch import APART, Named, Watch, beyond, covered, flat, watch
from merge.wording import strings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from merge.job import Job
    from rosters.roster import Roster
    from templates.said import Fixed
    from templates.stock import AnyTemplate

BATCH = -2  # where others have the place of an organisation: a document for all
# What is remembered: of how many organisations, how many values of each, of how many characters.
_ORGANISATIONS, _VALUES, _SHORT = 64, 256, 1000


class Fixture(NamedTuple):
    """What a piece of fixed text holds: names of organisations, and what may be ID numbers."""

    names: tuple[Named, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Guard:
    """The watch over names, whose ID numbers are met, and what the templates themselves hold.

    `fixtures` are those of each entry by their piece of fixed text; "" stands in every document.
    """

    watch: Watch = field(default_factory=Watch)
    numbers: Owners = field(default_factory=dict)
    fixtures: tuple[Mapping[str, Fixture], ...] = ()
    asked: tuple[frozenset[str], ...] = ()  # the pieces that a fill is asked for
    # By whom a document is for: values that were looked through, and hold nothing to tell.
    remembered: dict[int, set[str]] = field(default_factory=dict, repr=False)

    def clear(self, values: list[str], own: int) -> bool:
        """Tell whether there is nothing to tell of values; one that is clear is looked at once.

        No name or number reaches over the end of a value (`APART`): each is clear by itself.

        Args:
            values: what a document says.
            own: the place of the organisation that it is for, or BATCH: then no name is strange.

        """
        known = self._known(own)
        new = [one for one in values if one not in known]
        if not new:
            return True
        text = flat(APART.join(new))
        if numbers(text):
            return False
        if own != BATCH and (self.watch.strangers(text, own) or self.watch.alone(new, own)):
            return False
        if len(text) < _SHORT:
            known.update(new)
        return True

    def _known(self, own: int) -> set[str]:
        """Return the values known to be clear for an organisation."""
        if own not in self.remembered and len(self.remembered) == _ORGANISATIONS:
            self.remembered.clear()
        known = self.remembered.setdefault(own, set())
        if len(known) > _VALUES:
            known.clear()
        return known

    @classmethod
    def of(
        cls,
        job: Job,
        roster: Roster,
        templates: Sequence[AnyTemplate | None],
        audiences: Sequence[frozenset[str]],
    ) -> Guard:
        """Make the guard of a job; `audiences` are the keys of those each entry is made for."""
        names = watch(job, roster, audiences)
        fixed = [one.fixed() if one else [] for one in templates]
        fixtures = tuple(
            _fixtures(names, pieces, frozenset(map(names.place, group)) - {-1})
            for pieces, group in zip(fixed, audiences, strict=True)
        )
        told = (one for fixture in fixtures for piece in fixture.values() for one in piece.numbers)
        own = (text for value in job.elements.values() for text in strings(value))
        asked = tuple(frozenset(one) - {""} for one in fixtures)
        return cls(names, standing(roster, chain(told, own)), fixtures, asked)


def _fixtures(
    names: Watch, pieces: Iterable[Fixed], audience: frozenset[int]
) -> dict[str, Fixture]:
    """Look through the fixed text of a template once; what names all alike is left out."""
    seen = [(one, names.mentioned(one.lines), _numbered(one.lines)) for one in pieces]
    every = [named for _, found, _ in seen for named in found]
    alike = covered(every, audience)
    made: dict[str, Fixture] = {}
    for piece, found, ids in seen:
        kept = beyond(found, audience) if alike else found
        known = made.get(piece.piece, Fixture((), ()))
        joined = Fixture((*known.names, *kept), (*known.numbers, *ids))
        if joined.names or joined.numbers:
            made[piece.piece] = joined
    return made


def _numbered(lines: Iterable[str]) -> list[str]:
    return [one for line in lines for one in numbers(line)]
