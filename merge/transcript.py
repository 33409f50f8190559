"""A body in Markdown written as paragraphs and tables of Word: both read the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.gongwen import outline
from templates.gongwen.blocks import Run, Statement, Table
from templates.gongwen.lines import is_ruler, statements
from templates.gongwen.prose import paragraph, run
from templates.wml import Element, element

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from templates.gongwen.blocks import Cell, Inline, TableRow

_WIDTH, _STEP = 8844, 10  # twips: the text's width, and what columns are measured in
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def transcribed(markdown: str) -> Iterator[Element]:
    """Write a body in Markdown as somebody would in Word; a table is as its reader has it.

    Raises:
        InputError: it is no body in Markdown.

    """
    read = outline.parse(markdown, file="", line=1)
    tables = {block.place.where: block for block in read.blocks if isinstance(block, Table)}
    joined = ""
    below = 0  # the line that the table above goes to
    for number, line in enumerate(markdown.split("\n"), 1):
        table = tables.get(f"第{number}行")
        if table is not None:
            below = _last(table)
            yield _table(table)
        inside = number <= below or is_ruler(line)
        if inside or (not line.strip() and not joined):
            continue
        joined += line.rstrip("\\")
        if line.endswith("\\"):
            joined += "\n"
            continue
        yield paragraph("GwText", *_bold(joined.strip()))
        joined = ""


def _last(table: Table) -> int:
    return int(table.rows[-1].place.where.strip("第行"))


def _bold(text: str) -> Iterator[Element]:
    """Make the runs of a line; within a tag two stars are none."""
    whole = [text] if statements(text) is not None else text.split("**")
    for index, part in enumerate(whole):
        if part:
            yield run(part, b={}, bCs={}) if index % 2 else run(part)


def _table(table: Table) -> Element:
    unit = _WIDTH // sum(table.widths) // _STEP * _STEP
    widths = [unit * part for part in table.widths]
    borders = (element(one, val="single", sz=4, space=0, color="auto") for one in _SIDES)
    told = element(
        "tblPr",
        element("tblW", w=sum(widths), type="dxa"),
        element("tblBorders", *borders),
        element("tblLayout", type="fixed"),
    )
    made = element("tbl", told, element("tblGrid", *(element("gridCol", w=w) for w in widths)))
    for index, row in enumerate(table.rows):
        if isinstance(row, Statement):
            runs = [paragraph("GwCell", run(f"{{% {row.inside} %}}"))]
            made.append(element("tr", _cell(runs, sum(widths), len(widths))))
        else:
            made.append(_row(row, widths, head=index < table.heads))
    return made


def _row(row: TableRow, widths: Iterable[int], *, head: bool) -> Element:
    made = element("tr", element("trPr", element("tblHeader"))) if head else element("tr")
    for cell, width in zip(row.cells, widths, strict=True):
        made.append(_cell(list(_paragraphs(cell)), width))
    return made


def _paragraphs(cell: Cell) -> Iterator[Element]:
    for runs in cell.paragraphs:
        made = paragraph("GwCell", *_runs(runs))
        if cell.align:
            made = paragraph("GwCell", *_runs(runs), jc={"val": cell.align})
        yield made


def _runs(runs: Iterable[Inline]) -> Iterator[Element]:
    for one in runs:
        if isinstance(one, Run):
            yield run(one.text, b={}, bCs={}) if one.bold else run(one.text)


def _cell(content: Sequence[Element], width: int, across: int = 1) -> Element:
    told = element("tcPr", element("tcW", w=width, type="dxa"))
    if across > 1:
        told.append(element("gridSpan", val=across))
    told.append(element("vAlign", val="center"))
    return element("tc", told, *content)
