"""A body in Markdown read into blocks: paragraphs, levels, tables, statements. Knows no layout.

One line is one paragraph, as in Word; a line that ends with a backslash goes on in the next one.
Levels are told by their text: 一、 （一） 1. （1）. Jinja is lifted out before Markdown sees the
text, and put back untouched.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from rosters.finding import Place, refuse
from templates.gongwen import lines
from templates.gongwen.blocks import Cell, Table
from templates.gongwen.body import Outline
from templates.gongwen.compose import Composer, Line
from templates.gongwen.notes import Notes
from templates.gongwen.spans import Spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from rosters.finding import Finding
    from templates.gongwen.blocks import Align, Statement, TableRow

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
_STRANGE = {
    "heading_open": ("「#」标题认不得", "标题请写成「一、」「（一）」「1.」「（1）」"),
    "html_block": ("HTML 代码认不得", "请删去，改用文字、**粗体**或表格"),
    "fence": ("代码块认不得", "请删去「```」"),
    "blockquote_open": ("「>」引用认不得", "请删去行首的「>」"),
    "hr": ("分隔线认不得", "请删去这一行"),
}
_ALIGNS: dict[str, Align] = {"left": "left", "center": "center", "right": "right"}
_GOES_ON = re.compile(r"(?<!\\)(?:\\\\)*\\\s*$")  # an odd number of backslashes


def parse(
    markdown: str, *, file: str, line: int, find: Callable[[str], bytes | None] = lambda _: None
) -> Outline:
    """Read a Markdown body, as `read` does.

    Raises:
        InputError: every construct that is not understood, each at its line.

    """
    outline, findings = read(markdown, file=file, line=line, find=find)
    refuse(findings)
    return outline


def read(
    markdown: str, *, file: str, line: int, find: Callable[[str], bytes | None] = lambda _: None
) -> tuple[Outline, list[Finding]]:
    """Read a Markdown body whose first line is the file's line number `line`, and every fault.

    `find` gives the bytes of a picture that the body names, None where there is no such file.
    """
    if not markdown.strip():
        return Outline(), []
    reader = _Reader(markdown, file, line, find)
    outline = reader.outline()
    found = dict.fromkeys(reader.composer.findings)
    return outline, sorted(found, key=lambda one: int(one.place.where[1:-1]))


class _Reader:
    """One reading: the composer collects blocks and findings."""

    def __init__(
        self, markdown: str, file: str, line: int, find: Callable[[str], bytes | None]
    ) -> None:
        self._file = file
        self._line = line
        self._lifted = lines.lift(markdown)
        notes = Notes(self._lifted.lines)
        self._spread = lines.spread(self._lifted)
        self._notes = notes
        self._spans = Spans(self._lifted, notes, self._at, find)
        self.composer = Composer()

    def outline(self) -> Outline:
        """Read everything, and check that what is opened is closed on its own level."""
        for origin, message, advice in self._lifted.faults:
            self.composer.fault(self._at(origin), message, advice)
        text = ["" if self._notes.is_note(line) else line for line in self._spread.text]
        self._walk(_grammar().parse("\n".join(text)))
        outline = self.composer.outline()
        for origin, fault in self._notes.faults():
            self.composer.fault(self._at(origin), *fault)
        for place, fault in self._spans.faults:
            self.composer.fault(place, *fault)
        return outline

    def _walk(self, tokens: Sequence[Token]) -> None:
        position = 0
        while position < len(tokens):
            token = tokens[position]
            first = token.map[0] if token.map else 0
            if token.type in _STRANGE:
                self.composer.fault(self._place(first), *_STRANGE[token.type])
                position = _closing(tokens, position)
            elif token.type == "table_open":
                end = _closing(tokens, position)
                self.composer.table(self._table(tokens[position:end], first))
                position = end
            elif token.type == "inline":
                for offset, text in _joined(token.content.split("\n")):
                    self._paragraph(text.strip(), self._place(first + offset))
            position += 1

    def _paragraph(self, text: str, place: Place) -> None:
        for rule, message, advice in _NOT_TEXT:
            if rule.match(text):
                self.composer.fault(place, message, advice)
                return
        self.composer.line(Line(self._spans.read(text, place), place))

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
            have = len(lines.cells(self._spread.text[index]))
            if self._lifted.statements("".join(texts)) is None and have != columns:
                # Markdown would cut the row, or fill it up, in silence.
                message = f"表头有 {columns} 列，这一行有 {have} 列"
                self.composer.fault(place, message, "请补上或删去「|」")
            made = [
                Cell((self._spans.read(text, place),), _ALIGNS.get(way, ""))
                for text, way in zip(texts, aligns, strict=False)
            ]
            yield from self.composer.row(made, place)

    def _place(self, index: int) -> Place:
        return self._at(self._spread.origin[index])

    def _at(self, origin: int) -> Place:
        return Place(self._file, where=f"第{self._line + origin}行")


def _joined(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Join a line that ends with a backslash to the next one; each with its first line's index."""
    start, parts = 0, []
    for index, line in enumerate(lines):
        parts.append(line.strip())
        if not _GOES_ON.search(line) or index + 1 == len(lines):
            yield start, "\n".join(parts)
            start, parts = index + 1, []


@cache
def _grammar() -> MarkdownIt:
    """Make a parser that knows tables, and beside them only what has to be refused."""
    from markdown_it import MarkdownIt  # many a job has no body

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
