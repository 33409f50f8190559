"""A table of the body: ruled, as wide as the text, its head repeated on every page."""

from __future__ import annotations

from itertools import islice, pairwise
from typing import TYPE_CHECKING

from templates.gongwen.blocks import Statement, TableRow
from templates.wml import Element, W, element

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rosters.finding import Place
    from templates.gongwen.blocks import Cell, Inline, Table

    Line = Callable[[Sequence[Inline], str, bool], Element]  # runs, how they align, in the head?

_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def table(block: Table, width: int, line: Line) -> Element:
    """Make the table, `width` twips wide. Its statements become {%tr … %} rows."""
    widths = shares(block.widths, width)
    made = element("tbl", _properties(width), _grid(widths))
    for index, row in enumerate(block.rows):
        if isinstance(row, Statement):
            made.append(_statement(row, widths))
        else:
            made.append(_row(row, widths, line, head=index < block.heads))
    return made


def places(made: Element, block: Table) -> Iterator[tuple[Element, Place]]:
    """Lead the paragraphs of a table that was made to where they come from: cells, else rows."""
    for row, source in zip(made.iter(W + "tr"), block.rows, strict=True):
        cells = [one.place for one in source.cells] if isinstance(source, TableRow) else [None]
        for cell, place in zip(row.iter(W + "tc"), cells, strict=True):
            yield from ((one, place or source.place) for one in cell.iter(W + "p"))


def shares(parts: Sequence[int], width: int) -> list[int]:
    """Divide a width into columns as wide against each other as the parts; the sum is exact."""
    total = sum(parts)
    edges = [width * sum(islice(parts, n)) // total for n in range(len(parts) + 1)]
    return [right - left for left, right in pairwise(edges)]


def _properties(width: int) -> Element:
    sides = (element(side, val="single", sz=4, space=0, color="auto") for side in _SIDES)
    return element(
        "tblPr",
        element("tblW", w=width, type="dxa"),
        element("jc", val="center"),
        element("tblBorders", *sides),
        element("tblLayout", type="fixed"),
    )


def _grid(widths: Sequence[int]) -> Element:
    """WPS reads the columns' widths here, Word in the cells: both are written."""
    return element("tblGrid", *(element("gridCol", w=width) for width in widths))


def _row(row: TableRow, widths: Sequence[int], line: Line, *, head: bool) -> Element:
    properties = element("trPr", element("cantSplit"))
    if head:
        properties.append(element("tblHeader"))
    made = element("tr", properties)
    column = 0
    for cell in row.cells:
        width = sum(widths[column : column + cell.across])
        column += cell.across
        made.append(_cell(cell, width, line, head=head))
    return made


def _cell(cell: Cell, width: int, line: Line, *, head: bool) -> Element:
    look = element("tcPr", element("tcW", w=width, type="dxa"))
    if cell.across > 1:
        look.append(element("gridSpan", val=cell.across))
    if cell.down:
        look.append(element("vMerge", val=cell.down))
    look.append(element("vAlign", val="center"))
    align = "center" if head else cell.align or "left"
    lines = [line(runs, align, head) for runs in cell.paragraphs or ((),)]
    return element("tc", look, *lines)


def _statement(statement: Statement, widths: Sequence[int]) -> Element:
    """Make a row that goes when the template is compiled."""
    look = element("tcPr", element("tcW", w=sum(widths), type="dxa"))
    if len(widths) > 1:
        look.append(element("gridSpan", val=len(widths)))
    said = element("p", element("r", element("t", f"{{%tr {statement.inside} %}}")))
    return element("tr", element("tc", look, said))
