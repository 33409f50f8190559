"""要素 compiled, and the record that a document or a letter is filled from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from merge.book import SETTINGS
from rosters.dates import PartialDate
from templates.sandbox import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from merge.elements import Element
    from merge.record import View

NONE: Mapping[str, str] = MappingProxyType({})
Compiled: TypeAlias = "Text | PartialDate | str | Mapping[str, Compiled] | tuple[Compiled, ...]"
_WRITTEN = (str, PartialDate)  # what an 要素 is that is the same in every document


class Record(Mapping[str, object]):
    """All names of a document: the reserved ones, 要素, and those of its own row.

    `own` holds the numbers that this document alone bears, in place of what 要素 say.
    """

    __slots__ = ("_copies", "_elements", "_own", "_said", "_view")

    def __init__(
        self,
        view: View,
        elements: Mapping[str, Compiled],
        copies: int,
        own: Mapping[str, str] = NONE,
        said: list[str] | None = None,
    ) -> None:
        """Make a record; `said` hears texts of 要素 whole, before a filter breaks their lines."""
        self._own = own
        self._view = view
        self._elements = elements
        self._copies = copies
        self._said = said

    def __getitem__(self, name: str) -> object:
        if name in self._own:
            return self._own[name]
        compiled = self._elements.get(name)
        if compiled is not None:
            value = compiled if isinstance(compiled, _WRITTEN) else self._rendered(compiled)
            if self._said is not None and isinstance(value, str):
                self._said.append(value)
            return value
        if name == "批次":
            return {"份数": self._copies}
        if name in SETTINGS:
            return SETTINGS[name]
        return self._view[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._elements, *self._view)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _rendered(self, value: Compiled) -> object:
        if isinstance(value, _WRITTEN):
            return value
        if isinstance(value, Text):
            return value.render(self)
        if isinstance(value, tuple):
            return [self._rendered(one) for one in value]
        return {key: self._rendered(one) for key, one in value.items()}


def keys(value: Element) -> Iterable[str]:
    """Name what an 要素 holds, where it is a table."""
    if isinstance(value, tuple):
        return {key for row in value for key in row}
    return value if isinstance(value, Mapping) else ()


def strings(value: Element) -> Iterator[str]:
    """List the texts of an 要素; what YAML took for a table, 标题: { 简称 }, is a text again."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from strings(one)
    elif isinstance(value, Mapping):
        alone = len(value) == 1
        yield from (f"{{ {key} }}" if alone and not one else one for key, one in value.items())


def texts(value: Compiled) -> Iterator[Text]:
    """List the texts of an 要素 that have tags."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from texts(one)
