"""A body in Markdown read into blocks: paragraphs, levels, tables, statements. Knows no layout.

One line is one paragraph, as in Word. Levels are told by their text: 一、 （一） 1. （1）. Jinja is
lifted out before Markdown sees the text, and put back untouched.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from rosters.finding import Finding, Level, Place, refuse
from templates.gongwen import lines, spans
from templates.gongwen.blocks import Cell, Outline, Paragraph, Statement, Table, TableRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from templates.gongwen.blocks import Align, Block, Run

_NUMERALS = "一二三四五六七八九十百"
_LEVELS = (
    re.compile(rf"[{_NUMERALS}]+、"),
    re.compile(rf"[（(][{_NUMERALS}]+[）)]"),
    re.compile(r"\d+[.．](?!\d)"),
    re.compile(r"[（(]\d+[）)]"),
)
_NOT_TEXT = (
    (
        re.compile(r"[-*+•]\s+\S"),
        "列表认不得",
        "并列的事项请写成「1.」「（1）」，或者每项单独一段",
    ),
    (
        re.compile(r"\|"),
        "表格不完整",
        "表头下面要有一行「| --- | --- |」，列数与表头相同",
    ),
)
_ALIGNS: dict[str, Align] = {"left": "left", "center": "center", "right": "right"}
_STRANGE = {
    "heading_open": ("「#」标题认不得", "标题请写成「一、」「（一）」「1.」「（1）」"),
    "html_block": ("HTML 代码认不得", "请删去，改用文字、**粗体**或表格"),
    "fence": ("代码块认不得", "请删去「```」"),
    "blockquote_open": ("「>」引用认不得", "请删去行首的「>」"),
    "hr": ("分隔线认不得", "请删去这一行"),
}


def parse(markdown: str, *, file: str, line: int) -> Outline:
    """Read a Markdown body whose first line is the file's line number `line`.

    Raises:
        InputError: every construct that is not understood, each at its line.

    """
    if not markdown.strip():
        return Outline()
    reader = _Reader(markdown, file, line)
    outline = Outline(reader.blocks())
    refuse(sorted(reader.findings, key=lambda one: int(one.place.where[1:-1])))
    return outline


class _Reader:
    """One reading: collects the findings while the blocks are made."""

    def __init__(self, markdown: str, file: str, line: int) -> None:
        self._file = file
        self._line = line
        self._lifted = lines.lift(markdown)
        self._spread = lines.spread(self._lifted)
        self.findings: list[Finding] = []

    def blocks(self) -> tuple[Block, ...]:
        """Read everything, and check that what is opened is closed on its own level."""
        for origin, message, advice in self._lifted.faults:
            self._fault(self._at(origin), message, advice)
        found = tuple(self._walk(_grammar().parse("\n".join(self._spread.text))))
        self._pair(found)
        for block in found:
            if isinstance(block, Table):
                self._pair(block.rows)
        return found

    def _walk(self, tokens: Sequence[Token]) -> Iterator[Block]:
        position = 0
        while position < len(tokens):
            token = tokens[position]
            first = token.map[0] if token.map else 0
            if token.type in _STRANGE:
                self._fault(self._place(first), *_STRANGE[token.type])
                position = _closing(tokens, position)
            elif token.type == "table_open":
                end = _closing(tokens, position)
                yield self._table(tokens[position:end], first)
                position = end
            elif token.type == "inline":
                for offset, text in enumerate(token.content.split("\n")):
                    yield from self._paragraph(text.strip(), self._place(first + offset))
            position += 1

    def _paragraph(self, text: str, place: Place) -> Iterator[Block]:
        statements = self._lifted.statements(text)
        if statements is not None:
            yield from (Statement(inside, place) for inside in statements)
            return
        for rule, message, advice in _NOT_TEXT:
            if rule.match(text):
                self._fault(place, message, advice)
                return
        bare = text.lstrip("*")
        level = next((n for n, rule in enumerate(_LEVELS, 1) if rule.match(bare)), 0)
        runs = self._runs(text, place, headed=level in (1, 2))
        if runs:
            yield Paragraph(runs, level, place)

    def _runs(self, text: str, place: Place, *, headed: bool = False) -> tuple[Run, ...]:
        runs, faults = spans.read(text, self._lifted, headed=headed)
        for message, advice in faults:
            self._fault(place, message, advice)
        within = [(inside, place) for inside in self._lifted.inline(text)]
        for _, (message, _) in lines.unpaired(within):
            self._fault(place, message, "要写在同一段、同一格里；管几段的，请各自单独写成一行")
        return runs

    def _table(self, tokens: Sequence[Token], first: int) -> Table:
        heads = [token for token in tokens if token.type == "th_open"]
        aligns = [str(one.attrs.get("style", "")).removeprefix("text-align:") for one in heads]
        ruler = lines.cells(self._spread.text[first + 1])
        return Table(
            tuple(self._rows(tokens, aligns)),
            tuple(part.count("-") for part in ruler),
            self._place(first),
        )

    def _rows(self, tokens: Sequence[Token], aligns: list[str]) -> Iterator[TableRow | Statement]:
        columns = len(aligns)
        for position, token in enumerate(tokens):
            if token.type != "tr_open":
                continue
            inside = tokens[position : _closing(tokens, position)]
            index = token.map[0] if token.map else 0
            place = self._place(index)
            texts = [token.content for token in inside if token.type == "inline"]
            statements = self._lifted.statements("".join(texts))
            if statements is not None and inside[1].type == "td_open":
                yield from (Statement(one, place) for one in statements)
                continue
            have = len(lines.cells(self._spread.text[index]))
            if have != columns:  # Markdown would cut the row, or fill it up, in silence
                message = f"表头有 {columns} 列，这一行有 {have} 列"
                self._fault(place, message, "请补上或删去「|」")
            made = zip(texts, aligns, strict=False)
            yield TableRow(
                tuple(Cell((self._runs(text, place),), _ALIGNS.get(way, "")) for text, way in made),
                place,
            )

    def _pair(self, blocks: Sequence[Block | TableRow]) -> None:
        own = [(one.inside, one.place) for one in blocks if isinstance(one, Statement)]
        for place, (message, advice) in lines.unpaired(own):
            self._fault(place, message, advice)

    def _place(self, index: int) -> Place:
        return self._at(self._spread.origin[index])

    def _at(self, origin: int) -> Place:
        return Place(self._file, where=f"第{self._line + origin}行")

    def _fault(self, place: Place, message: str, advice: str) -> None:
        self.findings.append(Finding(Level.ERROR, "正文", place, message, advice))


@cache
def _grammar() -> MarkdownIt:
    """Make a parser that knows tables, and beside them only what has to be refused."""
    strange = ["heading", "fence", "html_block", "blockquote", "hr"]
    return MarkdownIt("zero", {"html": True}).enable(["table", *strange])


def _closing(tokens: Sequence[Token], position: int) -> int:
    """Return the position of the token that closes the one at `position`."""
    depth = 0
    for index in range(position, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    return len(tokens)
