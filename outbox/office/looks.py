"""A page as a small picture of its ink; red may be left out, so that seal and head do not count."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

if TYPE_CHECKING:
    from outbox.office.scan import Picture

Ink: TypeAlias = NDArray[np.float32]  # 0 paper to 1 ink, row by row

WIDTH, HEIGHT = 620, 877  # pixels: A4 at 75 dpi
_RIM = 16  # pixels at the edges that do not count: shadows of the lid, torn corners
_A4 = 841.9  # points
_NEAR = 0.12  # how far a page may be from A4 and still be taken for it
_COLOUR, _COLOURED = 50, 0.0004  # spread of channels; the share of such pixels that makes colour
_WEAK = 0.12  # of the depth of ink: noise, and the back shining through
_LEAST_DEPTH = 110.0  # shades of grey from paper to print, at the least
_FAINT = 20  # shades of grey that say nothing of where lines run
_BLANK = 0.0007  # share of inked pixels under which a page is blank
_ANGLES = (-3.0, -2.25, -1.5, -0.75, 0.0, 0.75, 1.5, 2.25, 3.0)  # degrees that a page lies askew
_STEPS = (-0.5, -0.25, 0.0, 0.25, 0.5)
_THUMB = 560  # pixels of a thumbnail's longer side


@dataclass(frozen=True, slots=True)
class Look:
    """A page on the canvas: `quarter` is 90 where it lay across and was turned to stand."""

    grey: Image.Image
    quarter: int

    @property
    def blank(self) -> bool:
        """Tell whether there is nothing on it, or nothing but specks."""
        return bool((ink(self.grey) > 2 * _WEAK).mean() < _BLANK)

    @property
    def paper(self) -> int:
        """Return how bright the paper is."""
        return _paper(self.grey)

    def level(self) -> Image.Image:
        """Return it with its lines level."""
        angle = _skew(self.grey)
        return self.grey.rotate(angle, Image.Resampling.BILINEAR, fillcolor=self.paper)


def coloured(picture: Picture) -> bool:
    """Tell whether there is colour in a page: then red can be told from black."""
    pixels = np.asarray(_image(picture))
    spread = pixels.max(axis=2).astype(np.int16) - pixels.min(axis=2)
    return bool((spread > _COLOUR).mean() > _COLOURED)


def look(picture: Picture, *, red: bool) -> Look:
    """Look at a page as A4 at 75 dpi; with `red` in red light, in which red ink is paper."""
    image = _image(picture)
    quarter = 90 if image.width > image.height else 0
    if quarter:
        image = image.transpose(Image.Transpose.ROTATE_270)
    grey = image.getchannel("R") if red else image.convert("L")
    near = abs(picture.points / _A4 - 1) < _NEAR
    scale = HEIGHT * picture.points / _A4 / grey.height if near else WIDTH / grey.width
    size = max(1, round(grey.width * scale)), max(1, round(grey.height * scale))
    if size != grey.size:
        grey = grey.resize(size, Image.Resampling.BILINEAR)
    canvas = Image.new("L", (WIDTH, HEIGHT), _paper(grey))
    canvas.paste(grey, ((WIDTH - size[0]) // 2, max(0, (HEIGHT - size[1]) // 2)))
    return Look(canvas, quarter)


def ink(grey: Image.Image) -> Ink:
    """Tell how much ink is where: paper is 0 however grey it is, the darkest print is 1."""
    pixels = np.asarray(grey, dtype=np.float32)
    paper, dark = np.percentile(pixels[::3, ::3], (85, 0.3))
    depth = max(float(paper - dark), _LEAST_DEPTH)
    made: Ink = np.clip((float(paper) - pixels) / depth - _WEAK, 0.0, 1.0)
    made[:_RIM], made[-_RIM:], made[:, :_RIM], made[:, -_RIM:] = 0, 0, 0, 0
    return made


def soft(picture: Ink) -> NDArray[np.uint8]:
    """Blur ink a little, 0 to 255: what is off by a pixel still fits."""
    image = Image.fromarray((picture * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(1.0)))


def thumbnail(picture: Picture, degrees: int = 0) -> bytes:
    """Make a small JPEG of a page, turned clockwise by so many degrees."""
    image = _image(picture)
    image.thumbnail((_THUMB, _THUMB), Image.Resampling.BILINEAR, reducing_gap=2.0)
    out = io.BytesIO()
    image.rotate(-degrees, expand=True).save(out, "JPEG", quality=60)
    return out.getvalue()


def _paper(grey: Image.Image) -> int:
    return int(np.percentile(np.asarray(grey)[::4, ::4], 85))


def _image(picture: Picture) -> Image.Image:
    return Image.frombytes("RGB", (picture.width, picture.height), picture.rgb)


def _skew(grey: Image.Image) -> float:
    """Find by how many degrees lines of text slope: where the profile of rows is sharpest."""
    lines = ImageOps.invert(grey.reduce(3))
    floor = 255 - _paper(grey) + _FAINT
    small = lines.point([max(0, value - floor) for value in range(256)])

    def sharpness(angle: float) -> float:
        turned = np.asarray(small.rotate(angle, Image.Resampling.BILINEAR), dtype=np.float32)
        rows = turned[14:-14, 14:-14].sum(axis=1)
        return float(np.square(np.diff(rows)).sum())

    near = max(_ANGLES, key=sharpness)
    return max((near + step for step in _STEPS), key=sharpness)
