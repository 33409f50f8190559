"""A table of the body in Word: ruled, as wide as the text, its head repeated on every page."""

from __future__ import annotations

from itertools import islice, pairwise
from typing import TYPE_CHECKING

from templates.gongwen.blocks import Run, Statement
from templates.wml import Element, W, element, put

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from templates.gongwen.blocks import Inline, Table, TableRow

_SIZE = 28  # half-points: 四号, one step below the text of 三号
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_TEXT_WIDTH = 8844  # twips: 156 mm, GB/T 9704-2012, 5.2.1; where a template names no page


def table(block: Table, width: int, make_run: Callable[[Inline], Element]) -> Element:
    """Make the table, `width` twips wide. Its statements become {%tr … %} rows."""
    widths = _shares(block.widths, width)
    made = element("tbl", _properties(width), _grid(widths))
    for index, row in enumerate(block.rows):
        if isinstance(row, Statement):
            made.append(_statement(row, widths, make_run))
        else:
            made.append(_row(row, widths, make_run, head=index < block.heads))
    return made


def width_at(paragraph: Element) -> int:
    """Return how wide a table may be in this place, in twips: the cell's width, or the text's."""
    cell = next(paragraph.iterancestors(W + "tc"), None)
    if cell is not None:
        given = cell.find(f"{W}tcPr/{W}tcW")
        if given is not None and given.get(W + "type") == "dxa":
            return max(int(given.get(W + "w")) - 216, 1)  # Word's own inner margins, left and right
    sections = paragraph.xpath(
        "(following::w:sectPr | .//w:sectPr)[1]", namespaces={"w": W.strip("{}")}
    )
    if not sections:
        return _TEXT_WIDTH
    page, margins = sections[0].find(W + "pgSz"), sections[0].find(W + "pgMar")
    if page is None or margins is None:
        return _TEXT_WIDTH
    edges = int(margins.get(W + "left", "0")) + int(margins.get(W + "right", "0"))
    return max(int(page.get(W + "w", "0")) - edges, 1)


def _shares(dashes: Sequence[int], width: int) -> list[int]:
    total = sum(dashes)
    edges = [width * sum(islice(dashes, n)) // total for n in range(len(dashes) + 1)]
    return [right - left for left, right in pairwise(edges)]


def _properties(width: int) -> Element:
    borders = element(
        "tblBorders", *(element(side, val="single", sz=4, space=0, color="auto") for side in _SIDES)
    )
    return element(
        "tblPr",
        element("tblW", w=width, type="dxa"),
        element("jc", val="center"),
        borders,
        element("tblLayout", type="fixed"),
    )


def _grid(widths: Sequence[int]) -> Element:
    """WPS reads the columns' widths here, Word in the cells: both are written."""
    return element("tblGrid", *(element("gridCol", w=width) for width in widths))


def _row(
    row: TableRow,
    widths: Sequence[int],
    make_run: Callable[[Inline], Element],
    *,
    head: bool = False,
) -> Element:
    properties = element("trPr", element("cantSplit"))
    if head:
        properties.append(element("tblHeader"))
    made = element("tr", properties)
    column = 0
    for one in row.cells:
        width = sum(widths[column : column + one.across])
        column += one.across
        cell = element("tcPr", element("tcW", w=width, type="dxa"))
        if one.across > 1:
            cell.append(element("gridSpan", val=one.across))
        if one.down:
            cell.append(element("vMerge", val=one.down))
        cell.append(element("vAlign", val="center"))
        align = "center" if head else one.align or "left"
        lines = [
            _line(align, [_fitted(make_run(run), bold=head) for run in runs])
            for runs in one.paragraphs or ((),)
        ]
        made.append(element("tc", cell, *lines))
    return made


def _statement(
    statement: Statement, widths: Sequence[int], make_run: Callable[[Inline], Element]
) -> Element:
    """Make a row that goes when the template is compiled."""
    properties = element("tcPr", element("tcW", w=sum(widths), type="dxa"))
    if len(widths) > 1:
        properties.append(element("gridSpan", val=len(widths)))
    line = _line("left", [make_run(Run(f"{{%tr {statement.inside} %}}"))])
    return element("tr", element("tc", properties, line))


def _line(align: str, runs: Sequence[Element]) -> Element:
    """Make a cell's paragraph. Exact spacing would clip within a table: single."""
    properties = element(
        "pPr",
        element("widowControl", val=0),
        element("snapToGrid", val=0),
        element("spacing", before=40, after=40, line=240, lineRule="auto"),
        element("ind", left=0, right=0, firstLineChars=0, firstLine=0),
        element("jc", val=align),
    )
    return element("p", properties, *runs)


def _fitted(run: Element, *, bold: bool) -> Element:
    look = run.find(W + "rPr")
    size = look.find(W + "sz")
    if size is None or int(size.get(W + "val")) > _SIZE:
        for name in ("sz", "szCs"):
            put(look, name, {"val": _SIZE})
    put(look, "spacing", None)
    if bold:
        for name in ("b", "bCs"):
            put(look, name, {})
    return run
