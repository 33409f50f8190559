"""A body in Word read into blocks: what `outline` does for Markdown, with the same outcome.

Where the file begins with a table that is no part of the body, a 发文单, `form` reads that first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from rosters.finding import Finding, Level, Place
from templates.gongwen.blocks import Run, words
from templates.gongwen.compose import Composer, Line
from templates.gongwen.losses import Losses
from templates.gongwen.manuscript import Manuscript, flat, on, value, whole
from templates.gongwen.numbering import Numbering, UnknownError
from templates.gongwen.wordtable import WordTable
from templates.gongwen.wordtext import NEW_PAGE, TRACKED, WordText, named
from templates.wml import Element, W

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from templates.gongwen.blocks import Align, Inline
    from templates.gongwen.body import Outline

# Left is how everything lies anyway, and some programs say so everywhere.
_ALIGNS: dict[str, Align] = {"center": "center", "right": "right", "end": "right"}
_MOST_LEVELS = 4
# They stand between paragraphs and hold no text.
_MARKS = named(
    "sectPr sdtPr sdtEndPr proofErr bookmarkStart bookmarkEnd permStart permEnd commentRangeStart "
    "commentRangeEnd customXmlPr smartTagPr moveFromRangeStart moveFromRangeEnd moveToRangeStart "
    "moveToRangeEnd"
)
_NUMBER = "请改成手工写的编号：选中编号，剪切，再选择性粘贴为「只保留文本」"


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row of the table at the head: the text of each cell."""

    cells: tuple[str, ...]
    number: int


class WordBody:
    """One reading of a Word file; `findings` are complete once `outline` has been asked."""

    def __init__(self, content: bytes, shown: str) -> None:
        """Open the file, which has passed the gate.

        Raises:
            InputError: it is damaged.

        """
        self.manuscript = Manuscript(content, shown)
        self._shown = shown
        self._losses = Losses()
        self._composer = Composer()
        self._numbering = Numbering(self.manuscript)
        self._paragraphs = 0
        self._tables = 0
        self._pieces = list(flat(self.manuscript.body))
        self._begin = 0  # of the body among the pieces

    @property
    def findings(self) -> list[Finding]:
        """Everything that was found, each once."""
        return list(dict.fromkeys((*self._losses.findings, *self._composer.findings)))

    def form(self) -> list[FormRow] | None:
        """Read the first table as rows of texts, before the body; None where there is none."""
        at = next((i for i, one in enumerate(self._pieces) if one.tag == W + "tbl"), None)
        if at is None:
            return None
        self._begin = at + 1
        for one in self._pieces[:at]:
            if one.tag == W + "p":
                self._above(one)
        rows = [one for one in flat(self._pieces[at]) if one.tag == W + "tr"]
        return [self._row(row, number) for number, row in enumerate(rows, 1)]

    def _above(self, paragraph: Element) -> None:
        place = Place(self._shown, where="表格上方")
        text = words(WordText(self.manuscript, self._losses, place).read(paragraph)).strip()
        if text and "发文单" not in "".join(text.split()):
            message = f"发文单表格上方的「{text[:10]}」不会印出"
            advice = "正文请写在表格下面"
            self._losses.findings[Finding(Level.WARNING, "正文", place, message, advice)] = None

    def _row(self, row: Element, number: int) -> FormRow:
        place = Place(self._shown, where=f"发文单第{number}行")
        if any(one.tag in TRACKED for one in row.iter()):
            self._losses.refuse("tracked", place)
        cells = []
        for cell in (one for one in flat(row) if one.tag == W + "tc"):
            texts = []
            if any(one.tag == W + "tbl" for one in flat(cell)):
                self._losses.refuse("nested", place)
            for paragraph in (one for one in flat(cell) if one.tag == W + "p"):
                runs = WordText(self.manuscript, self._losses, place).read(paragraph)
                if not all(isinstance(one, Run) for one in runs):
                    self._losses.refuse("slip", place)
                texts.append(self._number(paragraph, place) + words(runs).strip())
            cells.append("\n".join(texts).strip())
        return FormRow(tuple(cells), number)

    def outline(self) -> Outline:
        """Read the body."""
        sections = self._sections()
        for position, one in enumerate(self._pieces[self._begin :], self._begin):
            if position in sections:
                self._composer.turn(self._next(), landscape=sections[position])
            if one.tag == W + "p":
                self._paragraph(one)
            elif one.tag == W + "tbl":
                self._table(one)
            elif one.tag in TRACKED:
                self._losses.refuse("tracked", self._next())
            elif one.tag.startswith("{http://schemas.openxmlformats.org/officeDocument/2006/math"):
                self._losses.refuse("equation", self._next())
            elif one.tag not in _MARKS:
                self._losses.refuse("unknown", self._next())
        self._edges()
        return self._composer.outline()

    @cached_property
    def texts_elsewhere(self) -> list[str]:
        """What stands in headers and footers, which the body does not hold."""
        parts = (*self.manuscript.related("/header"), *self.manuscript.related("/footer"))
        found = (
            "".join(t.text or "" for t in p.iter(W + "t")) for x in parts for p in x.iter(W + "p")
        )
        return [text for text in found if text.strip()]

    def beside(self) -> Iterator[tuple[str, Place]]:
        """Walk through every text that the body does not hold: headers, boxes, comments, notes."""
        for name, text in self.manuscript.beside():
            yield text, Place(self._shown, where=name)

    def _edges(self) -> None:
        if any(any(sign.isalpha() for sign in text) for text in self.texts_elsewhere):
            place = Place(self._shown, where="页眉页脚")
            message, advice = "页眉页脚的文字不会印出", "版式由系统排；要印的，请写进正文"
            self._losses.findings[Finding(Level.WARNING, "正文", place, message, advice)] = None

    def _next(self) -> Place:
        return Place(self._shown, where=f"正文第{self._paragraphs + 1}段")

    def _sections(self) -> dict[int, bool]:
        """Lead from the first piece of each section to whether its pages lie across."""
        ends = [
            (index, one if one.tag == W + "sectPr" else one.find(f"{W}pPr/{W}sectPr"))
            for index, one in enumerate(self._pieces)
        ]
        found: dict[int, bool] = {}
        start, before = 0, False
        for index, section in ends:
            if section is None:
                continue
            size = section.find(W + "pgSz")
            across = size is not None and size.get(W + "orient") == "landscape"
            first = max(start, self._begin)
            moved = start > self._begin and value(section, "type") != "continuous"
            if index >= self._begin and (moved or across != before):
                found[first] = across
                before = across
            start = index + 1
        return found

    def _number(self, paragraph: Element, place: Place) -> str:
        """Resolve an automatic number."""
        try:
            number = self._numbering.of(paragraph)
        except UnknownError as error:
            self._losses.fault(place, str(error), _NUMBER)
            return ""
        if number.bullet:
            self._losses.note("bullet", place)
        return number.text

    def _paragraph(self, paragraph: Element) -> None:
        properties = list(self.manuscript.of_paragraph(paragraph))
        place, before = self._next(), len(self._losses.findings)
        runs = WordText(self.manuscript, self._losses, place).read(paragraph)
        filled = any(not isinstance(one, Run) or one.text.strip() or one.underline for one in runs)
        # An empty paragraph bears no number that anybody sees, yet Word counts it.
        number = self._number(paragraph, place)
        # What holds nothing but what is refused is a paragraph all the same to who looks for it.
        self._paragraphs += filled or len(self._losses.findings) > before
        if number and not filled:
            self._losses.note("bare", place)
        told = [one for one in properties if one.find(W + "pageBreakBefore") is not None]
        if told and on(told[0], "pageBreakBefore"):
            self._composer.turn(place, landscape=self._composer.landscape)
        if any(one.find(W + "framePr") is not None for one in properties[:1]):
            self._losses.note("frame", place)
        align = next((value(one, "jc") for one in properties if value(one, "jc")), "")
        levels = (value(one, "outlineLvl") for one in properties)
        level = next((one for one in levels if one), "")
        deep = whole(level, _MOST_LEVELS, _MOST_LEVELS) + 1 if level else 0
        made = Line((), place, _ALIGNS.get(align, ""), number, deep if deep <= _MOST_LEVELS else 0)
        for index, part in enumerate(_pages(runs)):
            if index:
                self._composer.turn(place, landscape=self._composer.landscape)
            line = replace(made, runs=part)
            if words(part).strip() or not all(isinstance(one, Run) for one in part) or _blank(part):
                self._composer.line(line)
                made = replace(made, number="")

    def _table(self, table: Element) -> None:
        self._tables += 1
        where = f"正文表格{self._tables}"
        reading = WordTable(self._shown, where, self._losses, self._composer, self._cell)
        made = reading.read(table)
        if made is not None:
            self._composer.table(made)

    def _cell(self, paragraph: Element, place: Place) -> tuple[tuple[Inline, ...], Align]:
        """Read a paragraph of a cell."""
        runs = WordText(self.manuscript, self._losses, place).read(paragraph)
        number = self._number(paragraph, place)
        if number and runs:
            runs = (Run(number), *runs)
        if any(isinstance(one, Run) and NEW_PAGE in one.text for one in runs):
            self._losses.note("page", place)
            runs = tuple(
                replace(one, text=one.text.replace(NEW_PAGE, "")) if isinstance(one, Run) else one
                for one in runs
            )
        properties = self.manuscript.of_paragraph(paragraph)
        align = next((value(one, "jc") for one in properties if value(one, "jc")), "")
        return runs, _ALIGNS.get(align, "")


def _blank(runs: Sequence[Inline]) -> bool:
    return any(isinstance(one, Run) and one.underline and one.text for one in runs)


def _pages(runs: Sequence[Inline]) -> Iterator[tuple[Inline, ...]]:
    """Split a paragraph where a page ends."""
    page: list[Inline] = []
    for one in runs:
        parts = one.text.split(NEW_PAGE) if isinstance(one, Run) else None
        if parts is None or not isinstance(one, Run):
            page.append(one)
            continue
        for index, part in enumerate(parts):
            if index:
                yield tuple(page)
                page = []
            if part:
                page.append(replace(one, text=part))
    yield tuple(page)
