"""The bookmarks of a bound PDF: one for each chapter, and below it one for each of its parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from outbox.office.objects import OUTLINES, dictionary, to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from outbox.office.objects import Objects


@dataclass(frozen=True, slots=True)
class Bound:
    """A PDF that was bound: its pages as numbers of objects, of which `own` are not blank backs."""

    title: str
    pages: tuple[int, ...]
    own: int


@dataclass(frozen=True, slots=True)
class Chapter:
    """What belongs together, in its order: one bookmark, and one below it for each of several."""

    title: str
    parts: tuple[Bound, ...]


def write(objects: Objects, chapters: Sequence[Chapter]) -> None:
    """Write the bookmarks; a chapter of one part has none below it."""
    tops = [objects.number() for _ in chapters]
    root = dictionary(Type=NameObject("/Outlines"), Count=NumberObject(len(tops)))
    _lead(root, tops)
    objects.put(OUTLINES, root)
    for at, one in enumerate(chapters):
        item = _item(one.title, one.parts[0], OUTLINES, tops, at)
        if len(one.parts) > 1:
            below = [objects.number() for _ in one.parts]
            _lead(item, below)
            item[NameObject("/Count")] = NumberObject(-len(below))  # negative: closed
            for where, part in enumerate(one.parts):
                objects.put(below[where], _item(part.title, part, tops[at], below, where))
        objects.put(tops[at], item)


def _item(title: str, part: Bound, parent: int, among: Sequence[int], at: int) -> DictionaryObject:
    item = dictionary(
        Title=TextStringObject(title),
        Parent=to(parent),
        Dest=ArrayObject((to(part.pages[0]), NameObject("/Fit"))),
    )
    if at:
        item[NameObject("/Prev")] = to(among[at - 1])
    if at + 1 < len(among):
        item[NameObject("/Next")] = to(among[at + 1])
    return item


def _lead(item: DictionaryObject, numbers: Sequence[int]) -> None:
    if numbers:
        item.update(dictionary(First=to(numbers[0]), Last=to(numbers[-1])))
