"""What 送签 is set of: headings, texts, tables, documents in full, first pages; texts cut short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rosters.masks import masked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from outbox.office.review import Sample, Thumb


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` 1 begins a section."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; `tone` is "", note, warn or quote."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: each column with its share of the width; `rows` may be many and are read once."""

    head: tuple[tuple[str, int], ...]
    rows: Iterable[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Full:
    """A document in full."""

    sample: Sample


@dataclass(frozen=True, slots=True)
class Gallery:
    """A contact sheet."""

    thumbs: tuple[Thumb, ...]


Block = Heading | Text | Table | Full | Gallery


def cut(text: str, most: int) -> str:
    """Cut a long text short, and say how long it is."""
    return text if len(text) <= most else f"{text[:most]}……（共{len(text)}字）"


def several(who: Sequence[str], most: int = 30) -> str:
    """Name some, as many as a leader reads; the number stands beside."""
    said = masked("、".join(who[:most]))
    return f"{said} 等" if len(who) > most else said
