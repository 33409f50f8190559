"""Tables of the shipped forms: widths in twips, each cell its paragraphs, cells that span."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from templates.samples.paper import CELL, WIDTH, Face, Form, paragraph, run

if TYPE_CHECKING:
    from collections.abc import Sequence

SMALL = Face(size=24, spacing=0)  # 小四, in tables
LEFT = Form("left", line=240, exact=False, before=60, after=60)
MIDDLE = Form("center", line=240, exact=False, before=60, after=60)
_SIDES = ("top", 8), ("left", 8), ("bottom", 8), ("right", 8), ("insideH", 4), ("insideV", 4)


@dataclass(frozen=True)
class Box:
    """A cell: its content (runs and controls), how many columns it spans, how it stands."""

    content: str
    span: int = 1
    form: Form = CELL


def label(text: str, span: int = 1) -> Box:
    """Write a cell that says what stands beside it."""
    return Box(run(text, SMALL), span, MIDDLE)


def grid(widths: Sequence[int], rows: Sequence[tuple[int, Sequence[Box]]]) -> str:
    """Write a table; each row has its height in twips, at least, and its cells."""
    if sum(widths) != WIDTH:
        raise ValueError(f"{sum(widths)} twips, not {WIDTH}")
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="auto"/>'
        for side, size in _SIDES
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{WIDTH}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>'
        + "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        + "</w:tblGrid>"
        + "".join(_row(widths, height, cells) for height, cells in rows)
        + "</w:tbl>"
    )


def _row(widths: Sequence[int], height: int, cells: Sequence[Box]) -> str:
    made, at = [], 0
    for one in cells:
        width = sum(widths[at : at + one.span])
        span = f'<w:gridSpan w:val="{one.span}"/>' if one.span > 1 else ""
        made.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}<w:vAlign w:val="center"/>'
            f"</w:tcPr>{paragraph(one.content, form=one.form)}</w:tc>"
        )
        at += one.span
    if at != len(widths):
        raise ValueError(f"{at} columns, not {len(widths)}")
    rule = f'<w:trPr><w:cantSplit/><w:trHeight w:val="{height}" w:hRule="atLeast"/></w:trPr>'
    return f"<w:tr>{rule}{''.join(made)}</w:tr>"
