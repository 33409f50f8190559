"""A scanned page laid onto an expected one: turned, shifted and stretched until its text fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from outbox.office.looks import HEIGHT, WIDTH, ink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from outbox.office.looks import Ink

Spectrum: TypeAlias = NDArray[np.complex64]
Affine: TypeAlias = NDArray[np.float64]

_FOURTH = 4  # pixels of the canvas to one of the coarse picture
_SHAPE = (256, 192)  # of the coarse picture with its border, good for FFT
_REACH = 20  # coarse pixels that a page may be off: 27 mm
_ROUNDS = ((112, 16), (90, 5))  # size of the tiles, and how far each is looked for, in pixels
_CLEAR = 0.5  # likeness of a tile from which its place is believed
_FEWEST = 6  # tiles for a map of six numbers
_TRIES = 4


def coarse(picture: Ink) -> Spectrum:
    """Return the spectrum of a small picture, its mean 0 and its length 1."""
    high, wide = HEIGHT // _FOURTH, WIDTH // _FOURTH
    cut = picture[: high * _FOURTH, : wide * _FOURTH]
    small = cut.reshape(high, _FOURTH, wide, _FOURTH).mean(axis=(1, 3))
    small = small - small.mean()
    length = float(np.linalg.norm(small)) or 1.0
    return np.fft.rfft2(small / length, _SHAPE).astype(np.complex64)


def glance(page: Spectrum, known: Spectrum) -> tuple[float, tuple[int, int]]:
    """Return how alike two pages are at a glance, and by how much the page is off: x, y."""
    found = np.fft.irfft2(page * np.conj(known), _SHAPE)
    near = np.roll(found, (_REACH, _REACH), axis=(0, 1))[: 2 * _REACH + 1, : 2 * _REACH + 1]
    y, x = np.unravel_index(int(near.argmax()), near.shape)
    return float(near.max()), ((int(x) - _REACH) * _FOURTH, (int(y) - _REACH) * _FOURTH)


def laid(grey: Image.Image, known: Ink, shift: tuple[int, int], paper: int) -> Ink:
    """Map a level page so that its text lies where the known page has it; return its ink."""
    affine = np.eye(3)
    affine[:2, 2] = shift
    for size, reach in _ROUNDS:
        affine = affine @ _affine(_offsets(ink(_mapped(grey, affine, paper)), known, size, reach))
    return ink(_mapped(grey, affine, paper))


def _mapped(grey: Image.Image, affine: Affine, paper: int) -> Image.Image:
    words = tuple(float(one) for one in affine[:2].ravel())
    return grey.transform(
        grey.size, Image.Transform.AFFINE, words, Image.Resampling.BILINEAR, fillcolor=paper
    )


def _offsets(page: Ink, known: Ink, size: int, reach: int) -> Affine:
    """Find for each tile of the known page how far off its text lies: rows of x, y, dx, dy."""
    found = []
    for top in range(reach, HEIGHT - size - reach + 1, size):
        for left in range(reach, WIDTH - size - reach + 1, size):
            tile = known[top : top + size, left : left + size]
            if tile.sum() < size:  # hardly a character
                continue
            around = page[top - reach : top + size + reach, left - reach : left + size + reach]
            off = _offset(tile - tile.mean(), around, reach)
            if off:
                found.append((left + size / 2, top + size / 2, *off))
    return np.array(found, dtype=np.float64).reshape(-1, 4)


def _offset(tile: Ink, around: Ink, reach: int) -> tuple[int, int] | None:
    """Find where a tile (mean 0) lies within what is around its place; None: nowhere for sure."""
    spectrum = np.fft.rfft2(around) * np.conj(np.fft.rfft2(tile, around.shape))
    scores = np.fft.irfft2(spectrum, around.shape)[: 2 * reach + 1, : 2 * reach + 1]
    y, x = (int(one) for one in np.unravel_index(int(scores.argmax()), scores.shape))
    there = around[y : y + tile.shape[0], x : x + tile.shape[1]]
    energy = float(np.linalg.norm(tile) * np.linalg.norm(there - there.mean()))
    clear = bool(energy) and float(scores[y, x]) / energy > _CLEAR
    return (x - reach, y - reach) if clear else None


def _affine(found: Affine) -> Affine:
    """Fit a map to where tiles lie; tiles that do not agree with the rest are left out."""
    made = np.eye(3)
    keep = np.ones(len(found), dtype=bool)
    design = np.column_stack((found[:, :2], np.ones(len(found))))
    target = found[:, :2] + found[:, 2:]
    for _ in range(_TRIES):
        if keep.sum() < _FEWEST:
            return np.eye(3)
        solved = np.linalg.lstsq(design[keep], target[keep], rcond=None)[0]
        off = np.linalg.norm(design @ solved - target, axis=1)
        keep = off < max(1.5, 2.0 * float(np.median(off[keep])))
        made[:2] = solved.T
    return made


def best(
    pages: Sequence[Spectrum], known: Sequence[Spectrum]
) -> tuple[float, int, int, tuple[int, int]]:
    """Return the best pair at a glance: how alike, which page, which known one, how far off."""
    looked = (
        (*glance(page, one), number, at)
        for number, page in enumerate(pages)
        for at, one in enumerate(known)
    )
    alike, shift, number, at = max(looked, key=lambda one: one[0])
    return alike, number, at, shift
