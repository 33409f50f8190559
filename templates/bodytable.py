"""A table of the body in a user's own template: in the look of the paragraph it stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.gongwen import tables
from templates.wml import Element, W, element, put

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from templates.gongwen.blocks import Inline, Table

_SIZE = 28  # half-points: 四号, one step below the text of 三号
_TEXT_WIDTH = 8844  # twips: 156 mm, GB/T 9704-2012, 5.2.1; where a template names no page


def table(block: Table, width: int, make_run: Callable[[Inline], Element]) -> Element:
    """Make the table, `width` twips wide. Its statements become {%tr … %} rows."""

    def line(runs: Sequence[Inline], align: str, head: bool) -> Element:
        return _line(align, [_fitted(make_run(run), bold=head) for run in runs])

    return tables.table(block, width, line)


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
