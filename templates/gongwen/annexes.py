"""附件: each on a new page, its number flush left on line 1, its title in the middle of line 3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.gongwen import layout, solve
from templates.gongwen.blocks import Attachment, Picture, Run, Statement, words
from templates.gongwen.prose import change, exact, paragraph, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from templates.gongwen.blocks import Block
    from templates.gongwen.sheet import Sheet
    from templates.gongwen.text import Text
    from templates.wml import Element


def split(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Divide a body before its first 附件, or before the condition that this stands in."""
    open_: list[int] = []
    for at, block in enumerate(blocks):
        if isinstance(block, Attachment):
            cut = open_[0] if open_ else at
            return tuple(blocks[:cut]), tuple(blocks[cut:])
        if isinstance(block, Statement):
            if block.inside.startswith("end") and open_:
                open_.pop()
            elif block.inside.startswith(("if", "for")):
                open_.append(at)
    return tuple(blocks), ()


def opening(block: Attachment, text: Text, *, breaks: bool) -> Iterator[Element]:
    """Write 附件1 and its title; with `breaks` they begin a page, else a section has begun it."""
    number = paragraph("GwAnnex", run(f"附件{block.number}"))
    if breaks:
        change(number, pageBreakBefore={})
    made = [number, *_title(block, text.sheet, text)]
    text.places.update((one, block.place) for one in made)
    yield from made


def _title(block: Attachment, sheet: Sheet, text: Text) -> Iterator[Element]:
    said = words(block.title).strip()
    above = round((layout.ANNEX_TITLE.value - 2) * sheet.line)
    spacing = exact(layout.TITLE_PITCH.twips, above, sheet.line)
    if not said:
        return
    if any(not isinstance(one, Run) for one in block.title) or "{" in said:
        pieces = [one for one in block.title if not isinstance(one, Picture)]
        yield paragraph("GwAnnexTitle", *text.runs(pieces), spacing=spacing)
        return
    yield paragraph("GwAnnexTitle", run("\n".join(solve.title_lines(said))), spacing=spacing)
