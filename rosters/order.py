"""Names in the order that lists of persons are published in: 姓氏笔画, or 拼音.

姓氏笔画 follows 《GB13000.1字符集汉字字序（笔画序）规范》: surnames by the number of strokes,
then by the kinds of strokes as written, 横1 竖2 撇3 点4 折5; of one surname, those with a single
given character first, then character by character. Compound surnames by their characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from rosters.characters.table import UNKNOWN, strokes
from rosters.characters.table import reading as customary
from rosters.surnames import GIVEN, SAID, parted
from rosters.text import clean, person, unmarked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rosters.characters.table import Strokes

T = TypeVar("T")
Key: TypeAlias = tuple[Any, ...]  # nested tuples of numbers and texts, alike in kind place by place
_LAST = 1 << 20  # the place of what has none: behind those of as many strokes
_SIGNS = "·（）()"
_KINDS = dict(zip("12345", "横竖撇点折", strict=True))


def by_strokes(items: Iterable[T], name: Callable[[T], str] = str) -> list[T]:
    """Order items by 姓氏笔画 of their names; equal names stay in the order they came in."""
    return sorted(items, key=lambda item: stroke_key(name(item)))


def by_pinyin(items: Iterable[T], name: Callable[[T], str] = str) -> list[T]:
    """Order items by 拼音 of their names, surnames as surnames are read; then by strokes."""
    return sorted(items, key=lambda item: pinyin_key(name(item)))


def stroke_key(name: str) -> Key:
    """Rank a name by 姓氏笔画; two names rank alike only if they are the same."""
    name = person(clean(name))
    surname, given = parted(unmarked(name))
    return _places(surname), len(_bare(given)), _places(given), name


def pinyin_key(name: str) -> Key:
    """Rank a name by 拼音: syllable, tone, strokes, character by character."""
    name = person(clean(name))
    surname, given = map(_bare, parted(unmarked(name)))
    said = (*SAID.get(surname, map(_said, surname)), *(GIVEN.get(g) or _said(g) for g in given))
    written = (*surname, *given)
    both = zip(said, written, strict=True)
    ranks = tuple((one[:-1], one[-1:], _place(char)) for one, char in both)
    return ranks, name


def beyond(name: str) -> str:
    """Name the characters that the stroke table has no place for; they go by their number."""
    chars = dict.fromkeys(_bare(unmarked(name)))
    return "".join(char for char in chars if strokes(char).place is None)


def explained(name: str) -> tuple[tuple[str, int, str], ...]:
    """Return each character with its number of strokes (0: unknown) and their kinds, if known."""
    found = ((char, strokes(char)) for char in _bare(unmarked(person(clean(name)))))
    return tuple((char, one.number % UNKNOWN, one.kinds) for char, one in found)


def spelt(kinds: str) -> str:
    """Write kinds of strokes in words: 横竖横."""
    return "".join(_KINDS[one] for one in kinds)


def _bare(text: str) -> str:
    return "".join(char for char in text if char not in _SIGNS and not char.isspace())


def _places(text: str) -> tuple[tuple[int, int, str], ...]:
    return tuple(map(_place, _bare(text)))


def _place(char: str) -> tuple[int, int, str]:
    found: Strokes = strokes(char)
    return found.number, _LAST if found.place is None else found.place, char


def _said(char: str) -> str:
    return customary(char) or f"~{char}0"  # what has no reading stands behind all that have
