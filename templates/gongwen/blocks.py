"""The blocks of a document's body: frozen values that know where they stand, and no layout.

The same content gives equal blocks whether it was written in Word or in Markdown: a place does not
count when blocks are compared. Text is as it was written, with its tags; a line feed in it is a
forced line break.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rosters.finding import Place

Align: TypeAlias = Literal["", "left", "center", "right"]  # "": as the layout has it


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look. `head` marks the heading of a level: the line, or its first sentence.

    Bold is the writer's, and kept; an underline too, as it may be a blank to fill in; `script`
    raises or lowers, as in m². Every other look is the layout's.
    """

    text: str
    bold: bool = False
    head: bool = False
    underline: bool = False
    script: Literal["", "superscript", "subscript"] = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture within the text: the bytes of a .png, .jpeg, .gif, .bmp or .tiff file.

    `suffix` is what its name ends with. Its size is in EMU (36,000 a millimetre), as its writer
    had it; who lays it out may have to shrink it. `words` say what it shows.
    """

    content: bytes = field(repr=False)
    suffix: str
    width: int
    height: int
    words: str
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Footnote:
    """A reference to a footnote, which it carries: the note's paragraphs, each of runs."""

    paragraphs: tuple[tuple[Run, ...], ...]
    place: Place = field(compare=False)


Inline: TypeAlias = Run | Picture | Footnote


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `level` is 1 to 4 for 一、 （一） 1. （1）, and 0 for running text."""

    runs: tuple[Inline, ...]
    level: int
    place: Place = field(compare=False)
    align: Align = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A Jinja statement on a line of its own; `inside` is what stands between {% and %}.

    A paragraph or a row that begins with 【仅分党委】 stands between two of them.
    """

    inside: str
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its paragraphs. `across` counts the columns that it covers.

    Of cells merged from top to bottom the first says "restart" and those below it "continue",
    as in Word; rows that come and go between them then change nothing.
    """

    paragraphs: tuple[tuple[Inline, ...], ...]
    align: Align = ""
    across: int = 1
    down: Literal["", "restart", "continue"] = ""
    place: Place | None = field(default=None, compare=False)  # None: the row's is as near as any


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table."""

    cells: tuple[Cell, ...]
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A table. Its columns are as wide, against each other, as `widths` say.

    The first `heads` of its rows are its head, to be repeated on every page.
    """

    rows: tuple[TableRow | Statement, ...]
    widths: tuple[int, ...]
    place: Place = field(compare=False)
    heads: int = 1


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page; `landscape`: on pages that lie across, until the next."""

    place: Place = field(compare=False)
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """Here begins 附件1, on a new page: what follows, up to the next, is its text.

    `number` is "" where there is only one. `title` is "" where it has none of its own. In a body
    it is a paragraph that says only 附件 or 附件1, the title stands in the next one.
    """

    number: str
    title: tuple[Inline, ...]
    place: Place = field(compare=False)
    landscape: bool = False


Block: TypeAlias = Paragraph | Statement | Table | PageBreak | Attachment


def statements(blocks: Iterable[Block]) -> Iterator[Statement]:
    """Walk through the statements, those within tables too."""
    for block in blocks:
        yield from (
            one
            for one in (block.rows if isinstance(block, Table) else (block,))
            if isinstance(one, Statement)
        )


def texts(blocks: Iterable[Block]) -> Iterator[tuple[str, Place]]:
    """Walk through the texts of paragraphs, cells, titles and notes, each with its place."""
    for block in blocks:
        yield from _texts(block)


def plain(value: object) -> object:
    """Write a value of these as lists, for a digest; where it stood does not count."""
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if is_dataclass(value):
        told = [getattr(value, one.name) for one in fields(value) if one.compare]
        return [type(value).__name__, *(plain(one) for one in told)]
    return value


def _texts(block: Block | TableRow) -> Iterator[tuple[str, Place]]:
    if isinstance(block, Paragraph):
        yield from _told(block.runs, block.place)
    elif isinstance(block, Attachment):
        yield from _told(block.title, block.place)
    elif isinstance(block, TableRow):
        for cell in block.cells:
            for runs in cell.paragraphs:
                yield from _told(runs, cell.place or block.place)
    elif isinstance(block, Table):
        for row in block.rows:
            if isinstance(row, TableRow):
                yield from _texts(row)


def _told(runs: tuple[Inline, ...], place: Place) -> Iterator[tuple[str, Place]]:
    yield words(runs), place
    for one in runs:
        if isinstance(one, Footnote):
            for note in one.paragraphs:
                yield words(note), one.place


def words(runs: tuple[Inline, ...]) -> str:
    """Return the text of runs alone."""
    return "".join(one.text for one in runs if isinstance(one, Run))
