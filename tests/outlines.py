"""Blocks of a body written out, one a line, so that cases can be read and compared."""

from __future__ import annotations

from templates.gongwen.blocks import (
    Attachment,
    Block,
    Cell,
    Footnote,
    Inline,
    PageBreak,
    Paragraph,
    Picture,
    Statement,
    TableRow,
)


def shown(runs: tuple[Inline, ...]) -> str:
    """Write runs as 〔heading〕, **bold** and plain text, pictures and notes in ⟦ ⟧."""
    return "".join(map(_one, runs))


def _one(run: Inline) -> str:
    if isinstance(run, Picture):
        millimetres = f"{run.width / 36000:.1f}×{run.height / 36000:.1f}"
        return f"⟦图 {run.suffix} {millimetres} {run.words}⟧"
    if isinstance(run, Footnote):
        return f"⟦注 {run.place.where} {' ¦ '.join(map(shown, run.paragraphs))}⟧"
    text = run.text.replace("\n", "⏎").replace("\t", "⇥")
    text = f"__{text}__" if run.underline else text
    text = f"**{text}**" if run.bold else text
    text = f"{'^' if run.script == 'superscript' else '~'}{text}" if run.script else text
    return f"〔{text}〕" if run.head else text


def _cell(cell: Cell) -> str:
    text = "⏎".join(map(shown, cell.paragraphs))
    merged = f"{cell.across}列" if cell.across > 1 else ""
    merged += {"": "", "restart": "↓", "continue": "↑"}[cell.down]
    return f"{merged}{text}"


def told(block: Block | TableRow) -> list[str]:
    """Write a block, each line with its place."""
    where = block.place.where
    if isinstance(block, Paragraph):
        align = {"center": "中", "right": "右"}.get(block.align, "")
        return [f"{where} 段{block.level or ''}{align} {shown(block.runs)}"]
    if isinstance(block, Statement):
        return [f"{where} 语句 {block.inside}"]
    if isinstance(block, TableRow):
        return [f"{where} 行 {' ¦ '.join(map(_cell, block.cells))}"]
    if isinstance(block, PageBreak):
        return [f"{where} {'横排' if block.landscape else '分页'}"]
    if isinstance(block, Attachment):
        across = "横排" if block.landscape else ""
        return [f"{where} 附件{block.number}{across} {shown(block.title)}"]
    first = next(row for row in block.rows if isinstance(row, TableRow))
    aligns = [cell.align for cell in first.cells] if len(first.cells) == len(block.widths) else []
    aligns = aligns or ["" for _ in block.widths]
    widths = " ".join(f"{n}{a and ':' + a}" for n, a in zip(block.widths, aligns, strict=True))
    rows = [line for row in block.rows for line in told(row)]
    head = "" if block.heads == 1 else f" 头{block.heads}"
    return [f"{where} 表 {widths}{head}", *("  " + row for row in rows)]
