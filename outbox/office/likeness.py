"""How alike scanned pages are to those expected: laid onto their layout, compared all with all.

What is the same on all pages cancels out between two candidates; what differs decides, be it one
name. A page is kept as half a megabyte, so that some hundred of them have room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from outbox.office.laying import best, coarse, glance, laid
from outbox.office.looks import HEIGHT, WIDTH, ink, soft

if TYPE_CHECKING:
    from collections.abc import Sequence

    from outbox.office.laying import Spectrum
    from outbox.office.looks import Ink, Look

Matrix: TypeAlias = NDArray[np.float32]
Bytes: TypeAlias = NDArray[np.uint8]
_ALIKE = 0.9  # likeness at a glance of two expected pages that share a layout
_BLOCK = 16  # pages that are compared at once
_TURNS = (0, 180)


class Expected:
    """Pages as they were printed; of like layouts the first is what scanned pages are laid onto."""

    def __init__(self) -> None:
        self._pages: list[Bytes] = []
        self._layouts: list[tuple[int, Spectrum]] = []

    def __len__(self) -> int:
        return len(self._pages)

    def add(self, look: Look) -> None:
        """Take a page up; it has ink."""
        own = ink(look.grey)
        small = coarse(own)
        if not any(glance(small, one)[0] > _ALIKE for _, one in self._layouts):
            self._layouts.append((len(self._pages), small))
        self._pages.append(soft(own))

    def fit(self, look: Look) -> tuple[int, int, Bytes]:
        """Lay a scanned page onto the layout it is most like.

        Return which expected page showed the layout, by how many degrees the scanned one was
        turned for it, and how it looks there.
        """
        level = look.level()
        pages = [coarse(ink(level.rotate(turn))) for turn in _TURNS]
        _, number, at, shift = best(pages, [one for _, one in self._layouts])
        model, turn = self._layouts[at][0], _TURNS[number]
        known: Ink = self._pages[model].astype(np.float32) / np.float32(255)
        return model, turn, soft(laid(level.rotate(turn), known, shift, look.paper))

    def likeness(self, pages: Sequence[Bytes]) -> Matrix:
        """Compare each page with each expected one: 1 is the same, about 0 nothing in common."""
        made = np.zeros((len(pages), len(self._pages)), dtype=np.float32)
        for top in range(0, len(pages), _BLOCK):
            rows = _unit(pages[top : top + _BLOCK])
            for left in range(0, len(self._pages), _BLOCK):
                columns = _unit(self._pages[left : left + _BLOCK])
                made[top : top + _BLOCK, left : left + _BLOCK] = rows @ columns.T
        return made

    def between(self) -> Matrix:
        """Compare the expected pages with each other."""
        return self.likeness(self._pages)


def _unit(pages: Sequence[Bytes]) -> Matrix:
    """Return pages as rows of mean 0 and length 1; sums are exact, as one digit may decide."""
    rows = np.stack(pages).reshape(len(pages), HEIGHT * WIDTH).astype(np.float32)
    for number, page in enumerate(pages):
        mean = int(page.sum(dtype=np.int64)) / page.size
        squares = int(np.square(page, dtype=np.int64).sum())
        rows[number] -= np.float32(mean)
        rows[number] *= np.float32(1 / max(squares - page.size * mean**2, 1.0) ** 0.5)
    return rows
