"""The blocks of a body set: paragraphs by level, tables, pictures, notes, page breaks (7.3.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from templates.gongwen import layout
from templates.gongwen.blocks import Footnote, Paragraph, Picture, Run, Statement, Table
from templates.gongwen.footnotes import Footnotes
from templates.gongwen.images import fitted, inline
from templates.gongwen.prose import change, paragraph, run, statement
from templates.gongwen.tables import table
from templates.wml import Element, W, put

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rosters.finding import Place
    from templates.gongwen.blocks import Block, Inline
    from templates.gongwen.sheet import Sheet

_EMU = 635  # in a twip
_SINGLE: dict[str, str | int] = {"before": 0, "after": 0, "line": 240, "lineRule": "auto"}
_HEADS = (1, 2)  # levels whose heading has a typeface of its own


@dataclass
class Text:
    """Sets blocks, and remembers where each paragraph that it makes comes from."""

    sheet: Sheet
    places: dict[Element, Place] = field(default_factory=dict)
    footnotes: Footnotes = field(default_factory=Footnotes)
    pictures: int = 0
    _table_above: bool = False

    def blocks(self, found: Sequence[Block], *, across: bool = False) -> Iterator[Element]:
        """Set paragraphs, tables and statements; `across`: on a page that lies on its side."""
        self._table_above = False
        for block in found:
            if isinstance(block, Table) and self._table_above:
                yield paragraph("GwAnchor")  # Word joins two tables with nothing between them
            made = self._block(block, across=across)
            if made is None:
                continue
            self._remember(made, block)
            yield made
            if not isinstance(block, Statement):
                self._table_above = isinstance(block, Table)

    def _block(self, block: Block, *, across: bool) -> Element | None:
        if isinstance(block, Paragraph):
            return self.paragraph(block)
        if isinstance(block, Statement):
            return statement(block.inside)
        if isinstance(block, Table):
            wide = layout.HEIGHT.twips if across else layout.TEXT_WIDTH
            return table(block, wide, self._line)
        return None

    def paragraph(self, block: Paragraph) -> Element:
        """Set a paragraph in the style of its level."""
        if block.runs and all(isinstance(one, Picture) for one in block.runs):
            return paragraph("GwPicture", *self.runs(block.runs))
        made = paragraph(_style(block), *self.runs(block.runs, block.level))
        if block.align in {"center", "right"}:
            change(made, jc={"val": block.align}, ind={"left": 0, "firstLine": 0})
        if any(isinstance(one, Picture) for one in block.runs):
            change(made, spacing=_SINGLE)  # a fixed line would show a strip of the picture
        if block.level and all(isinstance(one, Run) and one.head for one in block.runs):
            change(made, keepNext={})
        return made

    def runs(self, found: Sequence[Inline], level: int = 0) -> list[Element]:
        """Set what stands in a paragraph."""
        return [self._inline(one, level) for one in found]

    def _inline(self, one: Inline, level: int) -> Element:
        if isinstance(one, Picture):
            return self._picture(one)
        if isinstance(one, Footnote):
            return self.footnotes.refer(one, lambda run: self._run(run, 0))
        return self._run(one, level)

    def _run(self, one: Run, level: int) -> Element:
        font = self.sheet.settings.fonts.body if level in _HEADS and not one.head else ""
        more: dict[str, dict[str, str | int]] = {}
        if one.bold:
            more |= {"b": {}, "bCs": {}}
        if one.underline:
            more["u"] = {"val": "single"}
        if one.script:
            more["vertAlign"] = {"val": one.script}
        return run(one.text, font, **more)

    def _picture(self, one: Picture) -> Element:
        self.pictures += 1
        most = (layout.TEXT_WIDTH * _EMU, (layout.HEIGHT.twips - self.sheet.line) * _EMU)
        identity = self.sheet.parcel.image(one.content, one.suffix)
        return inline(one, identity, fitted(one, *most), self.pictures)

    def _line(self, runs: Sequence[Inline], align: str, head: bool) -> Element:
        set_ = self.runs(runs)
        for one in set_ if head else ():
            look = one.find(W + "rPr")
            if look is not None and look.find(W + "b") is None:
                put(look, "b", {})
                put(look, "bCs", {})
        return paragraph("GwCell", *set_, jc={"val": align})

    def _remember(self, made: Element, block: Block) -> None:
        if isinstance(block, Table):
            for row, source in zip(made.iter(W + "tr"), block.rows, strict=True):
                self.places.update((one, source.place) for one in row.iter(W + "p"))
        else:
            self.places.update((one, block.place) for one in made.iter(W + "p"))


def _style(block: Paragraph) -> str:
    return f"GwLevel{block.level}" if block.level else "GwText"


def kept(made: Sequence[Element]) -> None:
    """Keep the end of the text with what follows: a signature never stands alone (7.3.5.5).

    Of a text that ends in a condition each way's end is kept, and what stands before it.
    """
    depth, wanted, either = 0, True, False
    for one in reversed(made):
        said = _statement(one)
        if said:
            depth += said.startswith("end") - said.startswith(("if", "for"))
            either = either or (depth == 1 and said == "else")
            wanted = depth > 0 or not either
            if not wanted:
                return
        elif wanted:
            wanted = False
            for line in [one] if one.tag == W + "p" else list(one)[-1].iter(W + "p"):
                if not _row_statement(line):  # of rows that repeat all would be kept together
                    change(line, keepNext={})
            if depth == 0:
                return


def _row_statement(line: Element) -> bool:
    return "".join(node.text or "" for node in line.iter(W + "t")).startswith("{%tr ")


def _statement(made: Element) -> str:
    text = "".join(node.text or "" for node in made.iter(W + "t"))
    return text[len("{%p ") : -len(" %}")].strip() if text.startswith("{%p ") else ""
