"""署名 and 成文日期: where they stand, by the arithmetic of 7.3.5, in 字 from the edges of 版心."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from templates.gongwen.titles import title_lines
from templates.gongwen.widths import LINE, width

if TYPE_CHECKING:
    from collections.abc import Sequence

CHAR = 316  # twips of an indent of one 字: a 28th of 156 mm (5.2.3)
DATE_RIGHT = 4.0  # 字 (7.3.5.1 一般, 7.3.5.3)
ORGAN_RIGHT = 2.0  # 字 (7.3.5.2)
SHIFT = 2.0  # 字: the date's first character right of the organ's (7.3.5.2)
STAMP_GAP = 2.0  # 字 between a signer's post and the stamp (7.3.5.3)
SEAL_LINES = 3  # blank lines that leave room for a seal of 42 mm (实务)
SEAL_WIDTH = 7.5  # 字: 42 mm (实务)
SEAL_GAP = 0.5  # 字 between two seals: they neither cross nor touch (7.3.5.1)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a signature; `right` is its distance in 字 from the right edge of 版心."""

    text: str
    right: float

    @property
    def left(self) -> float:
        """The distance from the left edge, in 字."""
        return LINE - self.right - width(self.text)

    @property
    def twips(self) -> int:
        """The right indent, in twips."""
        return round(self.right * CHAR)


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as lines from the top; `blank_before` whole lines stand empty above it.

    `blank_between` stand empty between the organ (or the signer's stamp) and the date.
    """

    organ: tuple[Line, ...]
    date: Line
    blank_before: int
    blank_between: int = 0


@dataclass(frozen=True, slots=True)
class JointSignature:
    """Several organs under their seals: rows from the top, in each the organs side by side.

    An organ is its lines, mostly one. `blank_between` lines stand empty between the rows.
    """

    rows: tuple[tuple[tuple[Line, ...], ...], ...]
    date: Line
    blank_before: int
    blank_between: int


def sealed(organ: str, date: str) -> Signature:
    """Stand the organ centred over a date that stands four 字 from the right (7.3.5.1).

    An organ too long for that begins to push the date to the left, so that it is still centred
    and stays in 版心 (推算); one wider than a line is broken between its words.
    """
    lines = _folded(organ)
    wide = max(width(line) for line in lines)
    centre = max(DATE_RIGHT + width(date) / 2, wide / 2)
    return Signature(
        tuple(Line(line, centre - width(line) / 2) for line in lines),
        Line(date, centre - width(date) / 2),
        SEAL_LINES,
    )


def unsealed(organs: str | Sequence[str], date: str) -> Signature:
    """Stand organs two 字 from the right, the date's first character two 字 in (7.3.5.2).

    A date longer than the organ itself stands two 字 from the right and the organ moves left.
    Several organs stand one below the other with their first characters aligned.
    """
    names = [organs] if isinstance(organs, str) else list(organs)
    lines = [line for name in names for line in _folded(name)]
    wide = max(width(line) for line in lines)
    dated = width(date)
    right = min(ORGAN_RIGHT, LINE - wide)
    begins = LINE - right - wide
    date_right = LINE - begins - SHIFT - dated
    if dated > wide:
        date_right = ORGAN_RIGHT
        begins = LINE - date_right - dated - SHIFT
    return Signature(
        tuple(Line(line, LINE - begins - width(line)) for line in lines),
        Line(date, date_right),
        blank_before=1,
    )


def stamped(post: str, date: str, stamp: float = SEAL_WIDTH) -> Signature:
    """Stand the signer's stamp four 字 from the right, the post two 字 left of it (7.3.5.3).

    `stamp` is how wide the stamp's picture is, in 字; the post's line leaves room for it.
    """
    lines = _folded(post, LINE - DATE_RIGHT - STAMP_GAP - stamp)
    right = DATE_RIGHT + stamp + STAMP_GAP
    return Signature(
        tuple(Line(line, right) for line in lines), Line(date, DATE_RIGHT), 2, blank_between=1
    )


def joint_sealed(organs: Sequence[str], date: str) -> JointSignature:
    """Stand organs in rows, each with room for its seal, the last over the date (7.3.5.1).

    As many stand in a row as fit without a seal touching its neighbour or leaving 版心.
    """
    folded = [_folded(organ) for organ in organs]
    wide = max(width(line) for lines in folded for line in lines)
    centre = max(DATE_RIGHT + width(date) / 2, wide / 2)
    step = max(SEAL_WIDTH, wide) + SEAL_GAP
    across = max(1, int((LINE - centre + step / 2) // step))
    rows = []
    for at in range(0, len(folded), across):
        row = folded[at : at + across]
        centres = [centre + (len(row) - 1 - place) * step for place in range(len(row))]
        rows.append(
            tuple(
                tuple(Line(line, middle - width(line) / 2) for line in lines)
                for lines, middle in zip(row, centres, strict=True)
            )
        )
    dated = Line(date, centre - width(date) / 2)
    return JointSignature(tuple(rows), dated, SEAL_LINES, SEAL_LINES + 1)


def _folded(text: str, most: float = LINE) -> tuple[str, ...]:
    return (text,) if width(text) <= most else title_lines(text, per_line=most)
