"""A table of a body in Word: rows, merged cells, widths; what is nested in it is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from rosters.finding import Place
from templates.gongwen.blocks import Cell, Statement, Table, TableRow, words
from templates.gongwen.compose import merged, stripped
from templates.gongwen.manuscript import flat, on, value, whole
from templates.gongwen.wordtext import TRACKED
from templates.wml import Element, W

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from templates.gongwen.blocks import Align, Inline
    from templates.gongwen.compose import Composer
    from templates.gongwen.losses import Losses

_STEP, _TWIPS = 10, 1000  # twips: 0.18 mm; a table that is measured in them is wider than this
_COLUMNS, _WIDEST = 63, 31_680  # as many columns, and as wide a table, as Word takes
Reader: TypeAlias = "Callable[[Element, Place], tuple[tuple[Inline, ...], Align]]"


@dataclass(slots=True)
class WordTable:
    """Reads one table; `read_paragraph` reads what stands in a cell."""

    shown: str
    where: str
    losses: Losses
    composer: Composer
    read_paragraph: Reader

    def read(self, table: Element) -> Table | None:
        """Read it; None where it has no rows."""
        found = [one for one in flat(table) if one.tag == W + "tr"]
        read = [(row, self._cells(row, number)) for number, row in enumerate(found, 1)]
        if not read:
            return None
        columns = max(sum(cell.across for cell in cells) for _, cells in read)
        widths = self._widths(table, columns)
        rows: list[TableRow | Statement] = []
        heads = 0
        head = _heads([row for row, _ in read], [cells for _, cells in read])
        for number, (row, cells) in enumerate(read, 1):
            place = self._place(number)
            short = columns - sum(cell.across for cell in cells)
            if short > 0 and not _only_statements(cells):
                self.losses.note("ragged", place)
            if any(one.tag in TRACKED for one in row.iter()):
                self.losses.refuse("tracked", place)
            padding = (Cell(((),), across=short),) if short > 0 else ()
            made = self.composer.row((*cells, *padding), place)
            rows += made
            heads += len(made) if number <= head else 0
        return Table(tuple(rows), widths, Place(self.shown, where=self.where), heads)

    def _place(self, number: int) -> Place:
        return Place(self.shown, where=f"{self.where}第{number}行")

    def _widths(self, table: Element, columns: int) -> tuple[int, ...]:
        """Take the columns' widths from the grid, as WPS does; without one they are equal."""
        grid = table.findall(f"{W}tblGrid/{W}gridCol")
        given = [whole(one.get(W + "w", "0"), 0, _WIDEST) for one in grid]
        if len(given) < columns or min(given[:columns], default=0) <= 0:
            return (1,) * columns
        given = given[:columns]
        if sum(given) < _TWIPS:
            return tuple(given)
        # Programs that save a file again move a column's edge by a twip.
        return tuple(max(_STEP, round(one / _STEP) * _STEP) for one in given)

    def _cells(self, row: Element, number: int) -> tuple[Cell, ...]:
        place = self._place(number)
        cells: list[Cell] = []
        properties = row.find(W + "trPr")
        before = value(properties, "gridBefore")
        if before and before != "0":
            cells.append(Cell(((),), across=max(1, whole(before, 1, _COLUMNS))))
        for count, one in enumerate((one for one in flat(row) if one.tag == W + "tc"), 1):
            told = one.find(W + "tcPr")
            here = replace(place, where=f"{place.where}第{count}列")
            if value(told, "hMerge") == "continue" and cells:
                cells[-1] = replace(cells[-1], across=cells[-1].across + 1)
                continue
            if value(told, "textDirection") not in {"", "lrTb", "lrTbV"}:
                self.losses.note("upright", here)
            cells.append(self._cell(one, told, here))
        return tuple(cells)

    def _cell(self, cell: Element, told: Element | None, place: Place) -> Cell:
        paragraphs: list[tuple[Inline, ...]] = []
        align: Align = ""
        for one in flat(cell):
            if one.tag == W + "tbl":
                self.losses.refuse("nested", place)
            elif one.tag.endswith(("}altChunk", "}AlternateContent")):
                self.losses.refuse("unknown", place)
            elif one.tag == W + "p":
                runs, its = self.read_paragraph(one, place)
                runs = tuple(merged(stripped(runs)))
                if runs:
                    align = align if paragraphs else its
                    paragraphs.append(runs)
        merge = told.find(W + "vMerge") if told is not None else None
        return Cell(
            tuple(paragraphs) or ((),),
            align,
            max(1, whole(value(told, "gridSpan"), 1, _COLUMNS)),
            "" if merge is None else "restart" if merge.get(W + "val") == "restart" else "continue",
            place,
        )


def _only_statements(cells: Sequence[Cell]) -> bool:
    """Tell whether a row holds only statements, and may be shorter than the table."""
    text = "".join(words(runs) for cell in cells for runs in cell.paragraphs).strip()
    return text.startswith("{%") and text.endswith("%}")


def _heads(rows: Sequence[Element], cells: Sequence[tuple[Cell, ...]]) -> int:
    """Count the rows of the head: those marked to be repeated, else the first, with its merges.

    A first row with an empty cell, or one row in all, is no head: it is a form to fill in.
    """
    marked = 0
    for row in rows:
        if not on(row.find(W + "trPr"), "tblHeader"):
            break
        marked += 1
    if marked:
        return marked
    first = next(iter(cells), ())
    empty = any(not any(one.paragraphs) and one.down != "continue" for one in first)
    if len(rows) == 1 or empty:
        return 0
    count = 1
    while count < len(rows) and any(one.down == "continue" for one in cells[count]):
        if not _from_head(cells, count):
            break
        count += 1
    return count if count < len(rows) else 0


def _from_head(cells: Sequence[tuple[Cell, ...]], row: int) -> bool:
    """Tell whether a row goes on with a merge that began in the very first row."""
    starts = _columns(cells[0], "restart")
    here = _columns(cells[row], "continue")
    return any(
        column in starts
        and all(column in _columns(cells[k], "continue") for k in range(1, row + 1))
        for column in here
    )


def _columns(cells: Sequence[Cell], down: str) -> set[int]:
    return {column for column, cell in _placed(cells) if cell.down == down}


def _placed(cells: Sequence[Cell]) -> Iterator[tuple[int, Cell]]:
    column = 0
    for cell in cells:
        yield column, cell
        column += cell.across
