"""Blocks made from paragraphs and tables as they come, whether from Word or from Markdown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from rosters.finding import Finding, Level
from templates.gongwen import lines, marks, sequence
from templates.gongwen.blocks import (
    Attachment,
    Footnote,
    PageBreak,
    Paragraph,
    Picture,
    Run,
    Statement,
    Table,
    TableRow,
    words,
)
from templates.gongwen.body import Outline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rosters.finding import Place
    from templates.gongwen.blocks import Align, Block, Cell, Inline

Runs: TypeAlias = "tuple[Inline, ...]"
ONLY = "正文.仅"  # the rule of a 【仅…】 that cannot be read
_HEADED = (1, 2)  # levels that GB/T 9704-2012, 7.3.3 sets in another typeface
_TOGETHER = "要写在同一段、同一格里；管几段的，请各自单独写成一行"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph as it was read. `number` is its automatic number, resolved to text.

    `level` is what its style says, and counts where its text says nothing.
    """

    runs: Runs
    place: Place
    align: Align = ""
    number: str = ""
    level: int = 0


class Composer:
    """Takes a body piece by piece, in its order; `findings` grow on the way."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._blocks: list[Block] = []
        self._awaited: Attachment | None = None  # an attachment whose title comes next
        self.landscape = False

    def outline(self) -> Outline:
        """Check that what was opened is closed on its own level, and hand over the blocks."""
        self._titled(())
        self._pair(self._blocks)
        for block in self._blocks:
            if isinstance(block, Table):
                self._pair(block.rows)
        self.findings.extend(sequence.findings(self._blocks))
        return Outline(tuple(self._blocks))

    def line(self, line: Line) -> None:
        """Take a paragraph; an empty one goes."""
        text = words(line.runs)
        bare = all(isinstance(run, Run) for run in line.runs)
        if not line.runs or (bare and not (text.strip() or _blank(line.runs))):
            return
        statements = lines.statements(text) if bare and not line.number else None
        turn = marks.turn(text) if bare else None
        number = marks.attachment(line.number + text) if bare else None
        if statements is not None:
            self._titled(())
            self._blocks += [Statement(inside, line.place) for inside in statements]
        elif turn is not None:
            self.turn(line.place, landscape=turn)
        elif number is not None:
            self._titled(())
            if self._blocks and isinstance(self._blocks[-1], PageBreak):
                self._blocks.pop()  # an attachment begins on a page of its own anyway
            self._awaited = Attachment(number, (), line.place, self.landscape)
        elif self._awaited is not None:
            self._check(line.runs, line.place)
            self._titled(tuple(stripped(line.runs)))
        else:
            self._paragraph(line)

    def turn(self, place: Place, *, landscape: bool = False) -> None:
        """Begin a new page; before anything else has come it is none."""
        if self._awaited is not None:  # it says how the page lies that the attachment begins
            self._awaited = replace(self._awaited, landscape=landscape)
        elif self._blocks or landscape:
            if self._blocks and isinstance(self._blocks[-1], PageBreak):
                self._blocks.pop()
            self._blocks.append(PageBreak(place, landscape))
        self.landscape = landscape

    def table(self, table: Table) -> None:
        """Take a table, whose rows `row` has made."""
        self._titled(())
        if table.rows:
            self._blocks.append(table)

    def row(self, cells: Sequence[Cell], place: Place) -> list[TableRow | Statement]:
        """Make a row: statements alone in it, and 【仅…】 at its beginning, stand around rows."""
        inner = [(runs, cell.place or place) for cell in cells for runs in cell.paragraphs]
        statements = lines.statements("".join(words(runs) for runs, _ in inner))
        if statements is not None:
            return [Statement(inside, place) for inside in statements]
        for runs, here in inner:
            self._check(runs, here)
        first = cells[0].paragraphs[0] if cells and cells[0].paragraphs else ()
        condition, rest = self._only(first, place)
        if condition:
            cut = replace(cells[0], paragraphs=(rest, *cells[0].paragraphs[1:]))
            cells = (cut, *cells[1:])
        made = TableRow(tuple(cells), place)
        if not condition:
            return [made]
        return [Statement(f"if {condition}", place), made, Statement("endif", place)]

    def fault(self, place: Place, message: str, advice: str, rule: str = "正文") -> None:
        """Note an error."""
        self.findings.append(Finding(Level.ERROR, rule, place, message, advice))

    def _paragraph(self, line: Line) -> None:
        self._check(line.runs, line.place)
        condition, runs = self._only(line.runs, line.place)
        runs = tuple(stripped(runs))
        if line.number:
            bold = isinstance(runs[0], Run) and runs[0].bold if runs else False
            runs = tuple(merged((Run(line.number, bold), *runs)))
            if condition:
                self._gap(line)
        if not runs:
            return
        level = marks.level_of(words(runs)) or line.level
        if level in _HEADED:
            runs = headed(runs)
        pictures = all(isinstance(run, Picture) for run in runs)
        made = Paragraph(runs, level, line.place, "center" if pictures else line.align)
        if condition:
            self._blocks.append(Statement(f"if {condition}", line.place))
        self._blocks.append(made)
        if condition:
            self._blocks.append(Statement("endif", line.place))

    def _gap(self, line: Line) -> None:
        message = f"自动编号「{line.number.strip()}」的一段只给一部分单位，其余单位会缺这个号"
        advice = "请核对；要接着编号的，请把编号改成手工写"
        self.findings.append(Finding(Level.WARNING, "正文", line.place, message, advice))

    def _only(self, runs: Runs, place: Place) -> tuple[str, Runs]:
        """Take 【仅…】 off the beginning; return its condition and the rest."""
        runs = tuple(stripped(runs, end=False))
        found = marks.only(words(runs)) if runs and isinstance(runs[0], Run) else None
        if found is None:
            return "", runs
        condition, cut = found
        if isinstance(cut, str):
            self.fault(place, condition, cut, ONLY)
            return "", runs
        return condition, tuple(_dropped(runs, cut))

    def _titled(self, title: Runs) -> None:
        if self._awaited is not None:
            self._blocks.append(replace(self._awaited, title=title))
            self._awaited = None

    def _check(self, runs: Runs, place: Place) -> None:
        """Find tags that do not close, and statements within the text that have no end there."""
        noted = [note for one in runs if isinstance(one, Footnote) for note in one.paragraphs]
        for text in (words(runs), *map(words, noted)):
            lifted = lines.lift(text.replace("\n", " "))
            for _, message, advice in lifted.faults:
                self.fault(place, message, advice)
            within = [(lines.inside(tag), place) for tag in lifted.tags if tag.startswith("{%")]
            for _, (message, _) in lines.unpaired(within):
                self.fault(place, message, _TOGETHER)

    def _pair(self, blocks: Sequence[Block | TableRow]) -> None:
        own = [(one.inside, one.place) for one in blocks if isinstance(one, Statement)]
        for place, (message, advice) in lines.unpaired(own):
            self.fault(place, message, advice)


def headed(runs: Runs) -> Runs:
    """Mark the runs up to the first full stop; all of them where no text follows it."""
    found: list[Inline] = []
    ended = False
    for run in runs:
        if not isinstance(run, Run):
            found.append(run)
            continue
        head, stop, rest = run.text.partition("。")
        if ended or not stop:
            found.append(replace(run, head=not ended))
            continue
        ended = True
        found.append(replace(run, text=head + stop, head=True))
        if rest:
            found.append(replace(run, text=rest))
    return tuple(found)


def merged(runs: Sequence[Inline]) -> list[Inline]:
    """Join neighbours of one look."""
    found: list[Inline] = []
    for run in runs:
        last = found[-1] if found else None
        if isinstance(run, Run) and isinstance(last, Run):
            if replace(run, text="") == replace(last, text=""):
                found[-1] = replace(last, text=last.text + run.text)
                continue
            if not run.text:
                continue
        found.append(run)
    return [run for run in found if not isinstance(run, Run) or run.text]


def _blank(runs: Runs) -> bool:
    return any(isinstance(run, Run) and run.underline and run.text for run in runs)


def stripped(runs: Sequence[Inline], *, end: bool = True) -> list[Inline]:
    """Take away the blanks around a paragraph, by which people indent; a blank to fill in stays."""
    found = list(runs)
    while found and isinstance(one := found[0], Run) and not one.underline:
        text = one.text.lstrip()
        if text:
            found[0] = replace(one, text=text)
            break
        found.pop(0)
    while end and found and isinstance(one := found[-1], Run) and not one.underline:
        text = one.text.rstrip()
        if text:
            found[-1] = replace(one, text=text)
            break
        found.pop()
    return found


def _dropped(runs: Runs, count: int) -> list[Inline]:
    """Drop the first characters of the text."""
    found: list[Inline] = []
    for run in runs:
        if count and isinstance(run, Run):
            cut = min(count, len(run.text))
            count -= cut
            if run.text[cut:]:
                found.append(replace(run, text=run.text[cut:]))
        else:
            found.append(run)
    return found
