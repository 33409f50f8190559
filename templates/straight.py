"""The straight road: fixed text and plain names alone, filled without Jinja's code.

Where a program is nothing but text and `{{ 列名 }}`, without filter, call, loop, condition or
relation, the sandbox has nothing to guard: each name leads to `record[name]` on either road, and
each value passes the same `fit`. Whatever is out of the ordinary, a value that is no text, number
or date as well as any fault, takes the general road, which words it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2 import nodes

from rosters.dates import PartialDate
from templates.filters import FilterError
from templates.reads import OWN
from templates.rich import UnfitError
from templates.tags import original
from templates.values import KINDS, MissingError, mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from templates.placed import Placed

_KINDS = frozenset({str, int, PartialDate})  # of values that are written as they stand
# That values bring, or what stands in a filter's brackets; some with words of their own.
WORDED = (MissingError, UnfitError, FilterError)
FAULTS = (*WORDED, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError)


class Light:
    """A fill on the straight road: what `environment.Scope` is on the general one."""

    breaks = False
    rare = False
    bold = False
    clerk: Any = None
    rich: list[tuple[int, object]] = []  # noqa: RUF012 - never changed: there is none here
    pictures: dict[str, Placed] = {}  # noqa: RUF012 - as above

    def __init__(self) -> None:
        self.said: list[str] = []  # the values, as they came

    def pictured(self, picture: Placed) -> tuple[str, int]:
        """Refuse: a picture takes the general road."""
        raise TypeError(picture)


class Written(NamedTuple):
    """A piece of fixed text, or a name whose value stands there."""

    text: str = ""
    name: str = ""


def sequence(tree: nodes.Template) -> list[Written]:
    """List text and names of a tree that is not bound yet; nothing where there is more to it."""
    body = tree.body
    made: list[Written] = []
    for node in body[0].nodes if len(body) == 1 and isinstance(body[0], nodes.Output) else ():
        if isinstance(node, nodes.Name):
            made.append(Written(name=original(node.name)))
        elif isinstance(node, nodes.TemplateData):
            # Text on both sides of a comment is one piece of the code.
            before = made.pop().text if made and not made[-1].name else ""
            made.append(Written(before + node.data))
        else:
            return []
    return [] if any(one.name == OWN for one in made) else made


class Straight:
    """The pieces of such a program, with a gap for the value of each name."""

    def __init__(self, pieces: Sequence[str | None], names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.pieces = [one or "" for one in pieces]
        self.gaps = tuple(at for at, one in enumerate(pieces) if one is None)
        # Of the last fill whose values were all plain: these, the pieces, and what was heard.
        none: list[Any] = [object()] * len(self.gaps)
        self._last = none, self.pieces, [""] * len(self.gaps)

    @classmethod
    def of(cls, written: Sequence[Written], consts: Sequence[object]) -> Straight | None:
        """Make it of a `sequence`; `consts` are those of the code, whose very objects are kept.

        None where the code has other pieces: it could not be told what stands for which.
        """
        known = {one: one for one in consts if isinstance(one, str)}
        pieces = [None if one.name else known.get(one.text) for one in written]
        if pieces.count(None) != sum(1 for one in written if one.name):
            return None
        return cls(pieces, [one.name for one in written if one.name])

    def fill(
        self, record: Mapping[str, object], fit: Callable[[Any, Any], str]
    ) -> tuple[list[str], Light] | dict[str, object] | None:
        """Return the pieces and the fill; else what was read; else, where that failed, None."""
        if type(record) is not dict and not (KINDS.get(type(record)) or mapping(record)):
            return None
        try:
            values = [record[name] for name in self.names]
        except (KeyError, *FAULTS):
            return None
        scope = Light()
        pieces = self.pieces.copy()
        before, texts, heard = self._last
        try:
            for at, value, known, words in zip(self.gaps, values, before, heard, strict=True):
                if value is known:  # an 要素, mostly: it is written, and heard, as before
                    pieces[at] = texts[at]
                    scope.said.append(words)
                elif type(value) in _KINDS:
                    pieces[at] = fit(scope, value)
                else:
                    return dict(zip(self.names, values, strict=True))
        except FAULTS:
            return None
        if not (scope.breaks or scope.rare or scope.bold):  # those are told anew for each
            self._last = values, pieces, scope.said
        return pieces, scope
