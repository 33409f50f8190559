"""The pages of a PDF as they are seen: glyphs in rows, ruled lines, ink; in mm from the top."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

import pdfplumber
from PIL import ImageChops, ImageOps

from measuring.rendering import CLASS_OF
from measuring.standard import BOTTOM, POINT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from PIL.Image import Image

_DPI = 200
_DARK = 128  # of 255: a pixel that is more ink than paper
_SAME_ROW = 0.3  # mm between the baselines of one row


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character: where it stands, how high it is (pt), how wide it was scaled, its colour."""

    text: str
    font: str
    size: float
    scale: float
    x0: float
    x1: float
    baseline: float
    colour: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Glyphs on one baseline, from the left; or such of them as belong to one text."""

    page: int
    glyphs: tuple[Glyph, ...]

    @property
    def text(self) -> str:
        return "".join(glyph.text for glyph in self.glyphs)

    @property
    def x0(self) -> float:
        return self.glyphs[0].x0

    @property
    def x1(self) -> float:
        return self.glyphs[-1].x1

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def baseline(self) -> float:
        return self.glyphs[0].baseline

    @property
    def inserted(self) -> float:
        """What LibreOffice put between digits and characters, though told not to (autoSpaceDN).

        Version 7.4 reads that setting nowhere; Word does. It is taken out of what is measured.
        """
        return sum(
            max(0.0, right.x0 - left.x1)
            for left, right in pairwise(self.glyphs)
            if left.text.isascii() != right.text.isascii()
        )

    @property
    def chars(self) -> float:
        """How many full characters wide it is: a digit is half of one."""
        return sum(
            1 if (glyph.x1 - glyph.x0) > 0.75 * glyph.size * glyph.scale * POINT else 0.5
            for glyph in self.glyphs
        )


@dataclass(frozen=True, slots=True)
class Ruled:
    """A straight level line."""

    page: int
    x0: float
    x1: float
    y: float
    weight: float
    colour: tuple[float, ...]

    @property
    def red(self) -> bool:
        return is_red(self.colour)


class Page:
    """One page."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self.number: int = page.page_number
        self.size = (page.width * POINT, page.height * POINT)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Everything that is written on it, from the top."""
        glyphs = sorted(map(self._glyph, self._written()), key=lambda one: one.baseline)
        rows: list[list[Glyph]] = []
        for glyph in glyphs:
            if not rows or glyph.baseline - rows[-1][0].baseline > _SAME_ROW:
                rows.append([])
            rows[-1].append(glyph)
        return tuple(Row(self.number, tuple(sorted(row, key=lambda one: one.x0))) for row in rows)

    def _written(self) -> Iterator[dict[str, Any]]:
        return (char for char in self._page.chars if char["text"].strip() and char["upright"])

    @cached_property
    def turned(self) -> tuple[tuple[str, float, float], ...]:
        """What is written across: each character, its place from the left and from the top."""
        return tuple(
            (
                char["text"],
                (char["x0"] + char["x1"]) / 2 * POINT,
                (char["top"] + char["bottom"]) / 2 * POINT,
            )
            for char in self._page.chars
            if char["text"].strip() and not char["upright"]
        )

    def _glyph(self, char: dict[str, Any]) -> Glyph:
        a, _b, _c, d, _e, f = char["matrix"]
        name = char["fontname"].partition("+")[2]
        # Scaled by the matrix, or by the text's own horizontal scale: then the advance tells.
        known = next((CLASS_OF[one] for one in CLASS_OF if name.startswith(one)), name)
        size = char["size"]
        wide = (char["x1"] - char["x0"]) / size
        scale = (
            a / d
            if abs(a / d - 1) > 0.01
            else (wide if 0.4 < wide < 0.99 and known == "小标宋" else 1.0)
        )
        return Glyph(
            char["text"],
            known,
            size,
            scale,
            char["x0"] * POINT,
            char["x1"] * POINT,
            self.size[1] - f * POINT,
            _colour(char["non_stroking_color"]),
        )

    @cached_property
    def ruled(self) -> tuple[Ruled, ...]:
        """Its level lines from the top, each once; a thin filled box is one too."""
        found = set()
        for one in [*self._page.lines, *self._page.rects, *self._page.curves]:
            high = one["bottom"] - one["top"]
            if high > 3 or one["x1"] - one["x0"] < 20:
                continue
            filled = one["object_type"] == "rect" and one["fill"]
            colour = _colour(one["non_stroking_color" if filled else "stroking_color"])
            weight = high if filled else one["linewidth"]
            found.add(
                Ruled(
                    self.number,
                    round(one["x0"] * POINT, 2),
                    round(one["x1"] * POINT, 2),
                    round((one["top"] + high / 2) * POINT, 2),
                    round(weight * POINT, 3),
                    colour,
                )
            )
        return tuple(sorted(found, key=lambda line: line.y))

    @cached_property
    def _image(self) -> Image:
        return self._page.to_image(resolution=_DPI).original.convert("RGB")

    def ink(
        self, top: float, bottom: float, left: float = 0, right: float = 210, *, red: bool = False
    ) -> tuple[float, float, float, float] | None:
        """Return the extents of the ink within such a box: left, top, right, bottom, or None."""
        unit = _DPI / 25.4
        part = self._image.crop(
            (round(left * unit), round(top * unit), round(right * unit), round(bottom * unit))
        )
        reds, greens, blues = part.split()
        if red:  # much red, little green and blue: what the paper is not
            ink = ImageChops.subtract(reds, ImageChops.lighter(greens, blues))
        else:
            ink = ImageOps.invert(part.convert("L"))
        box = ink.point(_dark).getbbox()
        if box is None:
            return None
        x0, y0, x1, y1 = (one / unit for one in box)
        return (x0 + left, y0 + top, x1 + left, y1 + top)


def _dark(value: int) -> int:
    return 255 if value >= _DARK else 0


def _colour(value: Any) -> tuple[float, ...]:
    if value is None:
        return (0.0,)
    return tuple(value) if isinstance(value, tuple | list) else (float(value),)


def is_red(colour: Sequence[float]) -> bool:
    """Tell red from any other colour: RGB only, as everything here is rendered."""
    return len(colour) == 3 and colour[0] > 0.8 and max(colour[1:]) < 0.2


def is_black(colour: Sequence[float]) -> bool:
    """Tell black from any other colour."""
    return len(colour) in {1, 3} and max(colour) < 0.05


class Pages:
    """All pages of a PDF."""

    def __init__(self, path: Path) -> None:
        self._pdf = pdfplumber.open(path)
        self.pages = tuple(Page(page) for page in self._pdf.pages)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._pdf.close()

    @cached_property
    def _stream(self) -> tuple[str, list[tuple[int, Glyph]]]:
        """Everything written in its order, without page numbers: texts run on over pages."""
        found = [
            (page.number, glyph)
            for page in self.pages
            for row in page.rows
            for glyph in row.glyphs
            if row.baseline < BOTTOM + 4
        ]
        return "".join(glyph.text[0] for _, glyph in found), found

    def find(
        self, text: str, accept: Callable[[Row], bool] = lambda _row: True
    ) -> tuple[Row, ...] | None:
        """Find a text, wherever its lines break; the first place that `accept` takes, or None."""
        wanted = "".join(text.split())
        stream, glyphs = self._stream
        at = stream.find(wanted)
        while at >= 0 and wanted:
            rows = tuple(_rows(glyphs[at : at + len(wanted)]))
            if accept(rows[0]):
                return rows
            at = stream.find(wanted, at + 1)
        return None

    def follow(self, texts: Sequence[str]) -> list[tuple[Row, ...] | None]:
        """Find texts one after the other: each behind the one before it."""
        stream, glyphs = self._stream
        found: list[tuple[Row, ...] | None] = []
        at = 0
        for text in texts:
            wanted = "".join(text.split())
            place = stream.find(wanted, at)
            found.append(tuple(_rows(glyphs[place : place + len(wanted)])) if place >= 0 else None)
            at = place + len(wanted) if place >= 0 else at
        return found


def _rows(glyphs: Sequence[tuple[int, Glyph]]) -> Iterator[Row]:
    taken: list[Glyph] = []
    on = 0
    for page, glyph in glyphs:
        if taken and (page != on or abs(glyph.baseline - taken[0].baseline) > _SAME_ROW):
            yield Row(on, tuple(taken))
            taken = []
        on = page
        taken.append(glyph)
    yield Row(on, tuple(taken))
