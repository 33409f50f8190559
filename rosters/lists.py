"""Lists beside a roster: sheets of a workbook whose heads hold the words that are asked for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from rosters import sheets
from rosters.fields import normalised
from rosters.files import sources
from rosters.finding import Finding, InputError, Level, Place
from rosters.grid import letter
from rosters.keeper import KEEPER
from rosters.leftovers import said
from rosters.roster import Kind
from rosters.secrecy import names_secret
from rosters.tables import tables
from rosters.text import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from rosters.grid import Grid
    from rosters.roster import Column, Row, Sheet
    from rosters.tables import Table

_ENOUGH = 2  # known words that make a row of cells a head
_SECRET = "文件名有密级标志", "涉密文件不得在这里处理，请走机要渠道"


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of list: what its sheet is called, the words its head must hold, and may hold.

    Each word stands for itself and its aliases, as `words` of `read` tell them.
    """

    name: str
    called: tuple[str, ...]
    needed: tuple[str, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a list: its cells by the words that were asked for."""

    row: Row
    columns: Mapping[str, str]  # word -> heading

    def text(self, word: str) -> str:
        """Return a cell as text; empty where there is none."""
        value = self.value(word)
        return "" if value is None else str(value).strip()

    def value(self, word: str) -> object:
        """Return a cell's value; None where there is none."""
        return self.row.get(self.columns[word]) if word in self.columns else None

    def place(self, word: str) -> Place:
        """Point at a cell, else at the row."""
        return self.row.place(self.columns.get(word, ""))


class Left(NamedTuple):
    """A row that was not taken for one of the list: its texts by words, its place by a word."""

    texts: Mapping[str, str]
    places: Mapping[str, Place]
    filled: int  # cells under headings


@dataclass
class Lists:
    """What a workbook holds: the lines of each form, the forms it has, and what was found."""

    shown: str
    sha256: str
    lines: dict[str, list[Line]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    heads: dict[str, Place] = field(default_factory=dict)  # of each form that is there
    left: dict[str, list[Left]] = field(default_factory=dict)  # rows that are no lines


def read(
    path: Path,
    forms: Sequence[Form],
    words: Mapping[str, Sequence[str]],
    shown: Callable[[Path], str],
) -> Lists:
    """Read a workbook in the child, as rosters are; sheets that are no list of these are told.

    Raises:
        InputError: it cannot be read, or bears a mark of secrecy.

    """
    files, warned = sources([path], shown)
    source = files[0]
    content = source.content()
    made = Lists(source.shown, hashlib.sha256(content).hexdigest(), findings=warned)
    if names_secret(source.shown):
        found = Finding(Level.ERROR, "classified", Place(source.shown), *_SECRET)
        raise InputError("工作簿打不开", findings=[found])
    grids, remarks = KEEPER.read(content, source.kind, source.shown)
    made.findings += remarks
    aliases = {word: frozenset(map(normalised, (word, *words.get(word, ())))) for word in words}
    for grid in grids:
        form = _form(grid.name, forms)
        if form is None:
            if grid.columns:
                place = Place(grid.file, grid.name)
                made.findings.append(Finding(Level.INFO, "list.unused", place, "这张表没有用到"))
            continue
        _take(grid, form, aliases, made)
    return made


def _form(name: str, forms: Sequence[Form]) -> Form | None:
    """Tell which list a sheet is, by its name: the longest word in it decides."""
    bare = folded(name)
    ranked = [(len(word), one) for one in forms for word in one.called if word in bare]
    return max(ranked, key=lambda one: one[0])[1] if ranked else None


def _take(grid: Grid, form: Form, aliases: Mapping[str, frozenset[str]], made: Lists) -> None:
    wanted = {word: aliases[word] for word in (*form.needed, *form.also)}
    found = tables(grid, partial(_kind, wanted))
    made.findings += said(grid, found) if found else []
    if not found:
        place = Place(grid.file, grid.name)
        words = f"没有找到表头，要有{'、'.join(f'「{one}」' for one in form.needed)}"
        made.findings.append(Finding(Level.ERROR, "list.head", place, words, "请核对各列的名称"))
        made.heads.setdefault(form.name, place)
    for number, table in enumerate(found, 1):
        one = sheets.read(grid, table, number, {})
        made.findings += one.findings
        columns = dict(_columns(one.sheet, wanted))
        place = Place(grid.file, grid.name, f"第{table.head}行")
        made.heads.setdefault(form.name, place)
        lacking = [word for word in form.needed if word not in columns]
        for word in lacking:
            advice = f"请加上这一列，也可以叫{'、'.join(sorted(wanted[word] - {word})[:3])}"
            said_ = f"没有「{word}」一列"
            made.findings.append(Finding(Level.ERROR, "list.column", place, said_, advice))
        made.left.setdefault(form.name, []).extend(_left(grid, table, columns))
        if not lacking:
            made.lines.setdefault(form.name, []).extend(Line(row, columns) for row in one.rows)


def _left(grid: Grid, table: Table, columns: Mapping[str, str]) -> Iterator[Left]:
    """List what stands under a table's headings in rows that were left out."""
    at = {heading: column for column, heading in table.headings.items()}
    known = {word: at[heading] for word, heading in columns.items() if heading in at}
    for row in table.left:
        texts = {word: grid.text(row, column).strip() for word, column in known.items()}
        places = {
            word: Place(grid.file, grid.name, f"{letter(column)}{row}")
            for word, column in known.items()
        }
        yield Left(texts, places, sum(one in table.headings for one in grid.cells(row)))


def _kind(wanted: Mapping[str, frozenset[str]], headings: Sequence[str], _: str) -> Kind | None:
    """Tell whether headings are a head: two of the words that are asked for stand among them."""
    names = set(map(normalised, headings))
    known = sum(not names.isdisjoint(spelt) for spelt in wanted.values())
    return Kind.MEMBERS if known >= min(_ENOUGH, len(wanted)) else None


def _columns(sheet: Sheet, wanted: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    """Lead each word to its column's heading: the word itself first, then the first alias."""
    taken: set[int] = set()
    for word, spelt in wanted.items():
        fitting: list[Column] = [
            one
            for one in sheet.columns
            if normalised(one.heading) in spelt and one.index not in taken
        ]
        fitting.sort(key=lambda one, word=word: normalised(one.heading) != normalised(word))  # type: ignore[misc]
        if fitting:
            taken.add(fitting[0].index)
            yield word, fitting[0].heading
