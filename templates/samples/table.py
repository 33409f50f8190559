"""Tables of the shipped templates: ruled, of fixed widths, their heads repeated on every page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from templates.samples.paper import CELL, HEI, Face, run

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_SIDES = (
    ("top", 8), ("left", 8), ("bottom", 8), ("right", 8), ("insideH", 4), ("insideV", 4),
)  # fmt: skip


@dataclass(frozen=True)
class Look:
    """How a table looks: faces of text and head, room above and below the text in twips.

    `left` are the columns that begin at the left; all others are centred.
    """

    text: Face = Face(size=24, spacing=0)  # noqa: RUF009 - frozen
    head: Face = Face(HEI, 24, spacing=0)  # noqa: RUF009 - frozen
    room: int = 50
    left: Collection[int] = ()


def table(
    head: Sequence[tuple[int, str]],
    rows: Sequence[Sequence[str | Sequence[str]]],
    look: Look | None = None,
) -> str:
    """Write a table: widths with headings, then rows.

    A row of one text spans all columns; several texts in one place are a cell's paragraphs.
    """
    look = look or Look()
    widths = [width for width, _ in head]
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="auto"/>'
        for side, size in _SIDES
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>'
        + "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        + "</w:tblGrid>"
        + _row([name for _, name in head], widths, look, head=True)
        + "".join(_row(row, widths, look) for row in rows)
        + "</w:tbl>"
    )


def _row(
    texts: Sequence[str | Sequence[str]],
    widths: Sequence[int],
    look: Look,
    *,
    head: bool = False,
) -> str:
    properties = "<w:cantSplit/>" + ("<w:tblHeader/>" if head else "")
    span = len(texts) == 1
    face = look.head if head else look.text
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{sum(widths) if span else width}" w:type="dxa"/>'
        + (f'<w:gridSpan w:val="{len(widths)}"/>' if span else "")
        + '<w:vAlign w:val="center"/></w:tcPr>'
        + _paragraphs(text, face, look, left=not head and n in look.left)
        + "</w:tc>"
        for n, (text, width) in enumerate(zip(texts, widths, strict=False))
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>"


def _paragraphs(text: str | Sequence[str], face: Face, look: Look, *, left: bool) -> str:
    lines = (text,) if isinstance(text, str) else text
    form = replace(CELL, align="left" if left else "center", before=look.room, after=look.room)
    # The mark too is of that size, or an empty cell would be as high as the text of a letter.
    ended = form.xml.replace("</w:pPr>", f"{face.xml}</w:pPr>")
    return "".join(f"<w:p>{ended}{run(one, face)}</w:p>" for one in lines)
