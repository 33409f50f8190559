"""Cells in the order in which they were last read: what prints a list reads its names last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rosters.finding import Cell

if TYPE_CHECKING:
    from collections.abc import Iterable


class Trail(set[Cell]):
    """A set of cells that remembers when each was last added. `order` leads to nothing."""

    def __init__(self, cells: Iterable[Cell] = ()) -> None:
        super().__init__(cells)
        self.order: dict[Cell, None] = dict.fromkeys(self)

    def add(self, cell: Cell) -> None:
        """Add a cell behind all that were read before."""
        order = self.order
        if cell in order:
            del order[cell]
        else:
            super().add(cell)
        order[cell] = None

    def update(self, *others: Iterable[Cell]) -> None:
        """Add cells, each behind all that were read before."""
        for cells in others:
            for cell in cells:
                self.add(cell)
