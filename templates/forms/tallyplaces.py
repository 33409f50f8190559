"""Single places of a unit's workbook for returns: tags, defined names, and labels with room."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openpyxl.cell import Cell
from openpyxl.utils.cell import range_boundaries

from rosters.finding import Finding, Level
from rosters.finding import Place as Where
from templates.forms.marked import squeezed
from templates.forms.register import COUNTS, ONES
from templates.forms.tally import Place
from templates.tags import TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet.worksheet import Worksheet

    from templates.forms.register import Words
    from templates.forms.tally import Tally

_TAG = re.compile(r"\{\{\s*([^{}|%]+?)\s*\}\}")
_BLANK = r"[\s\u3000_]"
# 2026年　月　日, or with nothing before 年: room for a date.
_DATE = re.compile(rf"(?:\d{{4}}|{_BLANK}+){_BLANK}*年{_BLANK}*月{_BLANK}*日")
_LABEL = re.compile(rf"([^\s\u3000：:]+)[:：](?={_BLANK}{{2,}}|{_BLANK}*$)")
_TITLE = 24  # characters: what is longer is a sentence, no label


def tags(text: str) -> list[str]:
    """Name what the tags of a text ask for; tags of other kinds ask for nothing."""
    return [found[1].strip() for found in _TAG.finditer(text)]


def tagged(name: str) -> str:
    """Write a tag."""
    return f"{{{{ {name} }}}}"


def found(made: Tally, words: Words) -> Iterator[Place]:
    """Find all single places; tags that mean nothing are findings."""
    taken: set[tuple[str, int, int]] = set()
    for place in (*_named(made, words), *_written(made, words)):
        key = place.sheet, place.row, place.column
        if key not in taken:
            taken.add(key)
            yield place


def _named(made: Tally, words: Words) -> Iterator[Place]:
    for name, defined in made.book.defined_names.items():
        meant = words.meant(name)
        places = list(defined.destinations) if "!" in (defined.attr_text or "") else []
        if not meant or len(places) != 1 or ":" in places[0][1]:
            continue
        left, top, _, _ = range_boundaries(places[0][1].replace("$", ""))
        sheet = made.book[places[0][0]] if places[0][0] in made.book.sheetnames else None
        if sheet is not None and sheet.cell(int(top or 1), int(left or 1)).data_type != "f":
            yield Place(places[0][0], int(top or 1), int(left or 1), tagged(meant))


def _written(made: Tally, words: Words) -> Iterator[Place]:
    tables = {one.sheet: one for one in made.rolls}
    for sheet in made.book.worksheets:
        roll = tables.get(sheet.title)
        inside = {*roll.rows, *(row for row, _ in roll.sums)} if roll else set()
        heading = _heading(sheet, roll.head) if roll and not roll.columns[0].text else set()
        for cells in sheet.iter_rows():
            for cell in cells:
                if not isinstance(cell.value, str | list) or cell.data_type == "f":
                    continue
                text = str(cell.value)
                if cell.row in inside:
                    made.findings += _odd(made, sheet, cell.coordinate, text, words)
                    continue
                if cell.row in heading:
                    continue
                made.findings += _odd(made, sheet, cell.coordinate, text, words)
                place = _place(sheet, cell.row, cell.column, text, words)
                if place is not None:
                    yield place


def _heading(sheet: Worksheet, row: int) -> set[int]:
    """Return the rows of a heading: those that its merged cells reach up to."""
    merged = [one for one in sheet.merged_cells.ranges if one.min_row <= row <= one.max_row]
    return {row, *(at for one in merged for at in range(one.min_row, row + 1))}


def _odd(made: Tally, sheet: Worksheet, cell: str, text: str, words: Words) -> Iterator[Finding]:
    """Find tags that nothing fills: they would be printed as they were typed."""
    known = {found[0] for found in _TAG.finditer(text) if words.meant(found[1])}
    for one in TAG.findall(text):
        if one not in known:
            cure = "可以用发去的表里的栏目，和：单位、日期、状态、报送时间、" + "、".join(COUNTS)
            message, where = f"「{one[:24]}」没有可以填的", Where(made.shown, sheet.title, cell)
            yield Finding(Level.ERROR, "tally.tag", where, message, cure)


def _place(sheet: Worksheet, row: int, column: int, text: str, words: Words) -> Place | None:
    """Return the place that a text makes: its own cell, or the empty one beside it."""
    if TAG.search(text):
        return Place(sheet.title, row, column, text)
    dated = _DATE.sub(tagged("日期"), text)
    labelled = _LABEL.sub(lambda one: _labelled(one, words), dated)
    alone = squeezed(text).rstrip(":：")
    if len(alone) > _TITLE and labelled == text:
        return None
    meant = _single(alone, words)
    right = _room(sheet, row, column) if meant else 0
    if meant and right:
        return Place(sheet.title, row, right, tagged(meant))
    return Place(sheet.title, row, column, labelled) if labelled != text else None


def _labelled(found: re.Match[str], words: Words) -> str:
    meant = _single(found[1], words)
    return f"{found[0]}{tagged(meant)}" if meant else found[0]


def _single(label: str, words: Words) -> str:
    """Return what a label asks for, where it can be one thing of the whole."""
    meant = words.meant(label)
    return meant if meant in {*words.fields, *COUNTS, *ONES, "单位", "状态", "备注"} else ""


def _room(sheet: Worksheet, row: int, column: int) -> int:
    """Return the column of the empty cell beside a label; 0 where there is none."""
    merged = {
        (one.min_row, one.min_col): one.max_col
        for one in sheet.merged_cells.ranges
    }  # fmt: skip
    beside = merged.get((row, column), column) + 1
    if beside > sheet.max_column:
        return 0
    cell = sheet.cell(row, beside)
    empty = isinstance(cell, Cell) and cell.value is None
    border = sheet.cell(row, column).border
    boxed = cell.border.bottom.style or border.bottom.style or border.right.style
    return beside if empty and (boxed or (row, beside) in merged) else 0
