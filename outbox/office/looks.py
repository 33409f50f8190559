"""A page as a small picture of its ink: red is left out, so that seal and red head do not count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

if TYPE_CHECKING:
    from outbox.office.scan import Picture

Ink: TypeAlias = NDArray[np.float32]  # 0 paper to 1 ink, row by row

WIDTH, HEIGHT = 620, 877  # pixels: A4 at 75 dpi
_RIM = 16  # pixels at the edges that do not count: shadows of the lid, torn corners
_A4 = 841.9  # points
_NEAR = 0.12  # how far a page may be from A4 and still be taken for it
_COLOUR, _COLOURED = 50, 0.0004  # spread of channels; the share of such pixels that makes colour
_BLANK = 0.0007  # share of inked pixels under which a page is blank
_WEAK = 0.12  # noise and shine of the back
_ANGLES = np.arange(-3.0, 3.01, 0.25)


@dataclass(frozen=True, slots=True)
class Look:
    """A page upright on a canvas: its ink, which channel it was read from, how it was turned.

    `quarter` is 90 where the page lay across and was turned to stand, else 0.
    """

    grey: Image.Image
    coloured: bool
    quarter: int
    blank: bool


def look(picture: Picture) -> Look:
    """Read a page: A4 at 75 dpi whatever it was scanned at, upright or upside down."""
    image = Image.frombytes("RGB", (picture.width, picture.height), picture.rgb)
    quarter = 90 if image.width > image.height else 0
    if quarter:
        image = image.transpose(Image.Transpose.ROTATE_270)
    pixels = np.asarray(image)
    spread = pixels.max(axis=2).astype(np.int16) - pixels.min(axis=2)
    coloured = bool((spread > _COLOUR).mean() > _COLOURED)
    grey = Image.fromarray(np.ascontiguousarray(pixels[:, :, 0])) if coloured else image.convert("L")
    grey = _on_canvas(grey, picture.points)
    inked = float((ink(grey) > 2 * _WEAK).mean())
    return Look(grey, coloured, quarter, inked < _BLANK)


def both(picture: Picture) -> tuple[Ink, Ink, Look]:
    """Read a page that was never on paper: its ink for coloured scans, and for grey ones."""
    own = look(picture)
    image = Image.frombytes("RGB", (picture.width, picture.height), picture.rgb)
    if own.quarter:
        image = image.transpose(Image.Transpose.ROTATE_270)
    red = _on_canvas(image.getchannel("R"), picture.points)
    return ink(red), ink(_on_canvas(image.convert("L"), picture.points)), own


def _on_canvas(grey: Image.Image, points: float) -> Image.Image:
    """Lay a page on the canvas: by its size where that is near A4, else as wide as the canvas."""
    near = abs(points / _A4 - 1) < _NEAR
    scale = HEIGHT * points / _A4 / grey.height if near else WIDTH / grey.width
    size = max(1, round(grey.width * scale)), max(1, round(grey.height * scale))
    if size != grey.size:
        grey = grey.resize(size, Image.Resampling.BILINEAR)
    canvas = Image.new("L", (WIDTH, HEIGHT), int(np.percentile(np.asarray(grey), 85)))
    canvas.paste(grey, ((WIDTH - size[0]) // 2, 0 if size[1] > HEIGHT else (HEIGHT - size[1]) // 2))
    return canvas


def ink(grey: Image.Image, blur: float = 0.0) -> Ink:
    """Tell how much ink is where: paper is 0 however grey it is, the darkest print is 1."""
    if blur:
        grey = grey.filter(ImageFilter.GaussianBlur(blur))
    pixels = np.asarray(grey, dtype=np.float32)
    paper = float(np.percentile(pixels, 85))
    depth = max(paper - float(np.percentile(pixels, 0.3)), 60.0)
    made = np.clip((paper - pixels) / depth - _WEAK, 0.0, 1.0).astype(np.float32)
    made[:_RIM], made[-_RIM:], made[:, :_RIM], made[:, -_RIM:] = 0, 0, 0, 0
    return made


def skew(grey: Image.Image) -> float:
    """Find by how many degrees lines of text slope: where the profile of rows is sharpest."""
    small = Image.fromarray((ink(grey)[::2, ::2] * 255).astype(np.uint8))

    def sharpness(angle: float) -> float:
        turned = np.asarray(small.rotate(angle, Image.Resampling.BILINEAR), dtype=np.float32)
        rows = turned[20:-20, 20:-20].sum(axis=1)
        return float(np.square(np.diff(rows)).sum())

    return float(max(_ANGLES, key=lambda angle: sharpness(float(angle))))
