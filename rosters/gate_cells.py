"""How far the cells of a worksheet reach, and how much of it is merged."""

from __future__ import annotations

import re

from rosters.gate_look import Look

_CELL = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,4})(\d{1,9})["']""")
# The cells of a sheet that is written plainly, which need no look unless they stand far out.
_FAR = re.compile(rb'r="(?:([A-Z]{2,4})(\d{1,9})|[A-Z](\d{6,9}))"')
_ODD = re.compile(rb"""r(?:\s*=\s*'|\s+=|=\s|="(?:[a-z]|[A-Z]+[a-z]))""")
NEAR_COLUMN, _NEAR_ROW = 26, 99_999  # where a cell stands at most that _FAR does not see
_AREA = re.compile(
    rb"""<(?:\w+:)?(?:mergeCell|hyperlink)\s[^>]*?ref\s*=\s*["']"""
    rb"""\$?([A-Za-z]{1,4})\$?(\d{1,9}):\$?([A-Za-z]{1,4})\$?(\d{1,9})["']"""
)

MOST_AREA = 40_000_000  # cells from A1 to the last one: 1,048,576 rows of 38 columns
MOST_MERGED = 400_000  # openpyxl makes an object for each cell of a merge or a link


class Cells(Look):
    """A worksheet: no cell stands so far out that reading up to it would fill the memory."""

    def __init__(self, name: str, *, exact: bool = False, far: bool = True) -> None:
        super().__init__(name)
        self.exact = exact
        self.far = far  # whether anybody needs to be told how far the cells reach
        self.columns: set[bytes] = set()
        self.row = 0
        self.merged = 0

    def see(self, window: bytes) -> None:
        """Look at how far the cells reach, and how much is merged."""
        if self.far and (self.exact or _ODD.search(window)):
            cells = _CELL.findall(window)
            self.columns.update({column for column, _ in cells})
            self.row = max(self.row, *(int(row) for _, row in cells), 0)
        for column, row, lower in _FAR.findall(window) if self.far else ():
            self.columns.add(column or b"Z")
            self.row = max(self.row, int(row or lower))
        if b"mergeCell" in window or b"hyperlink" in window:
            for left, top, right, bottom in _AREA.findall(window):
                width = abs(_column(right) - _column(left)) + 1
                self.merged += width * (abs(int(bottom) - int(top)) + 1)

    @property
    def widest(self) -> int:
        """Count the columns up to the last one."""
        return max(map(_column, self.columns), default=0 if self.exact else NEAR_COLUMN)

    def again(self) -> Look | None:
        """Ask for an exact look: at a very wide sheet the rows of its near cells matter too."""
        near = max(self.row, _NEAR_ROW) * self.widest <= MOST_AREA
        return None if self.exact or near else Cells(self.name, exact=True)

    def faults(self) -> list[tuple[str, str]]:
        """Return what was found, and whether the sheet reaches too far."""
        if self.row * self.widest > MOST_AREA or self.merged > MOST_MERGED:
            self.found("far", "数据区以外很远的地方还有单元格")
        return super().faults()


def _column(letters: bytes) -> int:
    number = 0
    for one in letters.upper():
        number = number * 26 + one - 64
    return number
