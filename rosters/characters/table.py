"""Strokes and readings looked up: the tables are read when first asked."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from rosters.pattern import later

_ENTRY = later(r"(\D)(\d*)")
UNKNOWN = 99  # strokes of what no table has: behind everything


class Strokes(NamedTuple):
    """How a character is written.

    `place` is where it stands among all characters in the order of strokes, None beyond that
    table. `kinds` are its strokes in writing order, 横1 竖2 撇3 点4 折5; empty where not known.
    """

    number: int
    place: int | None = None
    kinds: str = ""


def strokes(char: str) -> Strokes:
    """Tell how a character is written; of what is no Chinese character nothing is known."""
    found = _ordered().get(char)
    return found or Strokes(_counted().get(char, UNKNOWN))


def reading(char: str) -> str:
    """Return a character's customary reading with its tone, as dan1; empty if there is none."""
    return _read().get(char, "")


@lru_cache(maxsize=1)
def _ordered() -> dict[str, Strokes]:
    found: dict[str, Strokes] = {}
    for count, line in _lines("strokes.txt"):
        for char, kinds in _ENTRY.findall(line):
            found[char] = Strokes(int(count), len(found), kinds)
    return found


@lru_cache(maxsize=1)
def _counted() -> dict[str, int]:
    return {
        chr(int(start, 16) + offset): ord(digit) - ord("0")
        for start, line in _lines("counts.txt")
        for offset, digit in enumerate(line)
    }


@lru_cache(maxsize=1)
def _read() -> dict[str, str]:
    return {char: said for said, line in _lines("readings.txt") for char in line}


def _lines(name: str) -> list[tuple[str, str]]:
    text = (resources.files("rosters.characters") / name).read_text(encoding="utf-8")
    parts = (line.partition("\t") for line in text.split("\n") if line)
    return [(head, rest) for head, _, rest in parts]
