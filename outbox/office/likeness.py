"""How alike scanned pages are to those expected: laid onto each other, then compared all with all.

A scanned page is laid onto a page of like layout (turned, shifted, stretched: an affine map found
from tiles of text), and its picture is then compared with every expected page by one product. What
is the same on all pages cancels out between two candidates; what differs decides, be it one name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from outbox.office.looks import HEIGHT, WIDTH, ink, skew

if TYPE_CHECKING:
    from collections.abc import Sequence

    from outbox.office.looks import Ink, Look

Matrix = NDArray[np.float32]
_FOURTH = 4  # pixels of the canvas to one of the coarse picture
_SHAPE = (256, 192)  # of the coarse picture with its border, good for FFT
_REACH = 20  # coarse pixels that a page may be off: 27 mm
_ALIKE = 0.9  # coarse likeness of two expected pages that share a layout
_ROUNDS = ((128, 12), (96, 5))  # size of the tiles, and how far each is looked for, in pixels
_CLEAR = 0.5  # likeness of a tile from which its place is believed
_BLUR = 1.0  # pixels: what is off by one still fits


@dataclass(frozen=True, slots=True)
class Fit:
    """A scanned page laid onto an expected one: by how much it was turned, how alike at a glance."""

    turn: int
    coarse: float
    flat: NDArray[np.float32]


def flat(picture: Ink) -> NDArray[np.float32]:
    """Return a picture as a vector of length 1 and mean 0."""
    vector = picture.ravel() - picture.mean()
    length = float(np.linalg.norm(vector))
    return (vector / length if length else vector).astype(np.float32)


def soft(picture: Ink) -> Ink:
    """Blur ink as scanned pages are blurred before they are compared."""
    image = Image.fromarray((picture * 255).astype(np.uint8))
    return ink_blurred(image)


def ink_blurred(image: Image.Image) -> Ink:
    """Blur a picture of ink."""
    from PIL import ImageFilter

    return np.asarray(image.filter(ImageFilter.GaussianBlur(_BLUR)), dtype=np.float32) / 255


class Layouts:
    """The layouts among the expected pages: the first of each, to lay scanned pages onto."""

    def __init__(self, pages: Sequence[Ink]) -> None:
        self._inks: list[Ink] = []
        self._coarse: list[NDArray[np.complex64]] = []
        for page in pages:
            if not page.any():
                continue
            small = _coarse(page)
            if not any(_peak(small, one)[0] > _ALIKE for one in self._coarse):
                self._inks.append(page)
                self._coarse.append(small)

    def fit(self, look: Look) -> Fit | None:
        """Lay a scanned page onto the layout it is most like; None: onto none of them."""
        if not self._inks:
            return None
        straight = look.grey.rotate(skew(look.grey), Image.Resampling.BILINEAR, fillcolor=_paper(look))
        best: tuple[float, int, int, tuple[int, int]] | None = None
        for turn in (0, 180):
            small = _coarse(ink(straight.rotate(turn)))
            for number, known in enumerate(self._coarse):
                peak, shift = _peak(small, known)
                if best is None or peak > best[0]:
                    best = peak, turn, number, shift
        if best is None:
            return None
        peak, turn, number, shift = best
        grey = straight.rotate(turn)
        laid = _laid(grey, self._inks[number], shift, _paper(look))
        return Fit(turn, peak, flat(soft(ink(laid))))


def _paper(look: Look) -> int:
    return int(np.percentile(np.asarray(look.grey), 85))


def _coarse(picture: Ink) -> NDArray[np.complex64]:
    """Return the spectrum of a small picture, its mean 0 and its length 1."""
    high, wide = HEIGHT // _FOURTH * _FOURTH, WIDTH // _FOURTH * _FOURTH
    small = picture[:high, :wide].reshape(high // _FOURTH, _FOURTH, wide // _FOURTH, _FOURTH)
    small = small.mean(axis=(1, 3))
    small = small - small.mean()
    length = float(np.linalg.norm(small)) or 1.0
    return np.fft.rfft2(small / length, _SHAPE).astype(np.complex64)


def _peak(page: NDArray[np.complex64], known: NDArray[np.complex64]) -> tuple[float, tuple[int, int]]:
    """Return how alike two small pictures are at best, and by how much the page is off (x, y)."""
    found = np.fft.irfft2(page * np.conj(known), _SHAPE)
    near = np.roll(found, (_REACH, _REACH), axis=(0, 1))[: 2 * _REACH + 1, : 2 * _REACH + 1]
    y, x = np.unravel_index(int(near.argmax()), near.shape)
    return float(near.max()), (int(x) - _REACH, int(y) - _REACH)


def _laid(grey: Image.Image, known: Ink, shift: tuple[int, int], paper: int) -> Image.Image:
    """Map a page so that its text lies where the known page has it."""
    affine = np.array([[1.0, 0.0, shift[0] * _FOURTH], [0.0, 1.0, shift[1] * _FOURTH], [0, 0, 1]])
    for size, reach in _ROUNDS:
        found = _offsets(ink(_mapped(grey, affine, paper)), known, size, reach)
        affine = affine @ _affine(found)
    return _mapped(grey, affine, paper)


def _mapped(grey: Image.Image, affine: NDArray[np.float64], paper: int) -> Image.Image:
    words = tuple(float(one) for one in affine[:2].ravel())
    return grey.transform(
        grey.size, Image.Transform.AFFINE, words, Image.Resampling.BILINEAR, fillcolor=paper
    )


def _offsets(page: Ink, known: Ink, size: int, reach: int) -> list[tuple[float, float, float, float]]:
    """Find for each tile of the known page where its text lies in the page: x, y, dx, dy."""
    side = size + 2 * reach
    found = []
    for top in range(reach, HEIGHT - size - reach + 1, size // 2):
        for left in range(reach, WIDTH - size - reach + 1, size // 2):
            tile = known[top : top + size, left : left + size]
            if tile.sum() < size:  # hardly a character
                continue
            tile = tile - tile.mean()
            around = page[top - reach : top + size + reach, left - reach : left + size + reach]
            spectrum = np.fft.rfft2(around) * np.conj(np.fft.rfft2(tile, (side, side)))
            scores = np.fft.irfft2(spectrum, (side, side))[: 2 * reach + 1, : 2 * reach + 1]
            y, x = (int(one) for one in np.unravel_index(int(scores.argmax()), scores.shape))
            there = around[y : y + size, x : x + size]
            energy = float(np.linalg.norm(tile) * np.linalg.norm(there - there.mean()))
            if energy and scores[y, x] / energy > _CLEAR:
                found.append((left + size / 2, top + size / 2, x - reach, y - reach))
    return found


def _affine(found: Sequence[tuple[float, float, float, float]]) -> NDArray[np.float64]:
    """Fit a map to where tiles lie; tiles that do not agree with the rest are left out."""
    identity = np.eye(3)
    rows = np.array(found, dtype=np.float64).reshape(-1, 4)
    keep = np.ones(len(rows), dtype=bool)
    for _ in range(4):
        if keep.sum() < 6:  # noqa: PLR2004 (a map of six numbers)
            return identity
        design = np.column_stack((rows[:, :2], np.ones(len(rows))))
        target = rows[:, :2] + rows[:, 2:]
        solved, *_ = np.linalg.lstsq(design[keep], target[keep], rcond=None)
        off = np.linalg.norm(design @ solved - target, axis=1)
        keep = off < max(1.5, 2.0 * float(np.median(off[keep])))
    made = identity.copy()
    made[:2] = solved.T
    return made
