"""A unit's workbook for returns, looked through: where its tables are, and its single places."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from openpyxl.utils.cell import get_column_letter

from rosters.finding import Finding, Level, Place, refuse
from rosters.nearness import nearest
from templates.forms import book as books
from templates.forms import tallyplaces
from templates.forms.marked import END, squeezed
from templates.forms.register import Words, bare
from templates.forms.tally import Column, Roll, Tally
from templates.forms.unfilled import odd
from templates.forms.values import TABLE
from templates.tags import TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet.worksheet import Worksheet

NAMES = (TABLE, "汇总表")  # defined names that mark a heading
WHO = ("单位", "全称", "编码", "类别", "上级")
_SUM = re.compile(r"(?:.{0,6})?(?P<sort>合计|总计|共计|小计|总数)(?:\(.*\))?:?")
_LOOK, _MOST = 60, 1_000  # rows in which a heading is looked for, and below it
_EXTENDED = re.compile(rb"<x14:(?:dataValidation|conditionalFormatting|sparklineGroup)\b")


def opened(content: bytes, shown: str, words: Words, *, lone: bool = False) -> Tally:
    """Open a workbook that is to be filled from returns.

    Args:
        content: of the file.
        shown: what findings call it.
        words: what it may ask for.
        lone: it is of one unit: a table may do without a column of names.

    Raises:
        InputError: it is no usable workbook, or nothing in it asks for anything known.

    """
    book = books.loaded(content, shown, rich=True)
    made = Tally(book, shown, findings=[*odd(book, shown), *_lost(content, shown)])
    refuse([one for one in made.findings if one.level is Level.ERROR])
    look(made, words, lone=lone)
    if not made.rolls and not made.places:
        message = "表里找不到要填的地方：没有一行标题认得出「单位」和表里的栏目"
        cure = "标题请写成发去的表里的栏目，例如：单位、" + "、".join(words.fields[:4])
        made.findings.append(books.fault(shown, "", message, cure))
    refuse([one for one in made.findings if one.level is Level.ERROR])
    return made


def look(made: Tally, words: Words, *, lone: bool) -> None:
    """Find tables and places; once more after rows were put in."""
    made.rolls, made.places = [], []
    for sheet in made.book.worksheets:
        grid = Grid(sheet)
        roll = _tagged(grid, words) or _headed(made, grid, words, lone=lone)
        if roll is not None:
            made.rolls.append(roll)
            made.findings += _strange(made, grid, roll, words)
    made.places += tallyplaces.found(made, words)


class Grid:
    """A sheet as it is seen: a merged cell says what its first cell says."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.height, self.width = sheet.max_row, sheet.max_column
        self.first = {
            (row, column): (one.min_row, one.min_col, one.max_row, one.max_col)
            for one in sheet.merged_cells.ranges
            for row in range(one.min_row, one.max_row + 1)
            for column in range(one.min_col, one.max_col + 1)
        }

    def area(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Return first row and column, last row and column of what a cell belongs to."""
        return self.first.get((row, column), (row, column, row, column))

    def text(self, row: int, column: int) -> str:
        """Return what is seen in a cell."""
        top, left, _, _ = self.area(row, column)
        if not (0 < top <= self.height and 0 < left <= self.width):
            return ""
        return squeezed(self.sheet.cell(top, left).value)

    def own(self, row: int) -> dict[int, str]:
        """Return what stands in a row itself, by columns: no formulas, no tags."""
        found = {}
        for column in range(1, self.width + 1):
            top, left, _, _ = self.area(row, column)
            text = self.text(row, column)
            if (top, left) == (row, column) and text and text[0] != "=" and not TAG.search(text):
                found[column] = text
        return found

    def lined(self, row: int, columns: tuple[int, ...]) -> bool:
        """Tell whether a row has lines drawn around its cells."""
        borders = (self.sheet.cell(row, one).border for one in columns)
        return any(one.bottom.style or one.left.style for one in borders)


def _tagged(grid: Grid, words: Words) -> Roll | None:
    """Find the row of tags that names an organisation: the model of all rows."""
    for row in range(1, min(grid.height, _MOST) + 1):
        columns = []
        for column in range(1, grid.width + 1):
            text = str(grid.sheet.cell(row, column).value or "")
            named = [words.meant(one) for one in tallyplaces.tags(text)]
            if any(named):
                columns.append(Column(column, named[0], text))
        who = [one.column for one in columns if one.name in WHO]
        if who and words.values & {one.name for one in columns}:
            every = range(1, grid.width + 1)
            own = tuple(one for one in every if one not in {made.column for made in columns})
            roll = Roll(grid.sheet.title, row - 1, tuple(columns), own, who[0])
            return _below(grid, roll, words)
    return None


def _headed(made: Tally, grid: Grid, words: Words, *, lone: bool) -> Roll | None:
    """Find the heading: where a name marks it, else the row that says most of what is known."""
    rows = _marked(made, grid.sheet) or range(1, min(grid.height, _LOOK) + 1)
    best: tuple[int, int, dict[int, str]] = (0, 0, {})
    for row in rows:
        names = _names(grid, row, words)
        if _heads(grid, row, names, words, lone=lone) and len(names) >= best[0]:
            best = (len(names), row, names)
    if not best[1]:
        return None
    _, row, names = best
    bottom = max(grid.area(row, column)[2] for column in names)
    twice: set[str] = set()
    columns = []
    for column, name in names.items():
        if name not in twice:
            columns.append(Column(column, name))
        twice.add(name)
    said = {column for column in range(1, grid.width + 1) if grid.text(row, column)}
    own = tuple(sorted(said - {one.column for one in columns}))
    who = next((one.column for name in WHO for one in columns if one.name == name), 0)
    roll = Roll(grid.sheet.title, bottom, tuple(columns), own, who)
    return _below(grid, roll, words)


def _marked(made: Tally, sheet: Worksheet) -> list[int]:
    """Return the row of the heading that a defined name marks on a sheet; nothing without one."""
    for name in NAMES:
        defined = made.book.defined_names.get(name)
        for title, area in defined.destinations if defined is not None else ():
            rows = re.findall(r"\d+", area)
            if title == sheet.title and rows:
                return [int(rows[-1])]
    return []


def _names(grid: Grid, row: int, words: Words) -> dict[int, str]:
    """Return what the headings of a row ask for, by columns; with the words above them, too."""
    found = {}
    for column in range(1, grid.width + 1):
        if grid.area(row, column)[1] != column:
            continue
        text = grid.text(row, column)
        above = grid.text(row - 1, column) if row > 1 else ""
        both = (f"{above}{text}", f"{text}{above}") if text and above != text else ()
        known = (words.meant(one) for one in (*(both if above else ()), text))
        name = next(filter(None, known), "")
        if name and text:
            found[column] = name
    return found


def _heads(grid: Grid, row: int, names: dict[int, str], words: Words, *, lone: bool) -> bool:
    """Tell whether a row is a heading, and no line of labels with room beside each."""
    asked = set(names.values())
    if not asked & words.values or not (asked & set(WHO) or lone):
        return False
    if len(names) < 2:  # noqa: PLR2004 - a heading has columns
        return False
    beside = sum(bool(grid.text(row, grid.area(row, one)[3] + 1)) for one in names)
    return beside * 2 >= len(names)


def _below(grid: Grid, roll: Roll, words: Words) -> Roll:
    """Look at the rows below a heading: who is named there, what is free, what adds up."""
    every = tuple(one.column for one in roll.columns)
    typed: list[tuple[int, str]] = []
    free: list[int] = []
    sums: list[tuple[int, str]] = []
    lined = grid.lined(roll.head + 1, every)
    end = min(max(grid.height, roll.head + 1), roll.head + _MOST)
    for row in range(roll.head + 1, end + 1):
        sort, said = _sort(grid, roll, row, words)
        if sort in {"小计", "合计"}:
            sums.append((row, sort))
        elif sort == "typed":
            typed.append((row, said))
        elif sort == "free" and (not lined or grid.lined(row, every)):
            free.append(row)
        if sort in {"合计", "end"} or (sort == "free" and row not in free):
            break
    if not lined and len(free) > 1 and free[-1] < grid.height:
        free.pop()  # the gap before what stands below
    return replace(roll, typed=tuple(typed), free=tuple(free), sums=tuple(sums))


def _sort(grid: Grid, roll: Roll, row: int, words: Words) -> tuple[str, str]:
    """Tell what a row below a heading is: typed, free, 小计, 合计, a band, or the end."""
    said = grid.own(row)
    first = said.get(roll.who) or next(iter(said.values()), "")
    total = next((found for one in said.values() if (found := _SUM.fullmatch(one))), None)
    if total is not None:
        return ("小计" if total["sort"] == "小计" else "合计"), ""
    if END.match(first) and not words.meant(first):
        return "end", ""
    if roll.who and roll.who in said:
        alone = grid.area(row, roll.who)[3] > roll.who and len(said) == 1
        return ("band" if alone else "typed"), said[roll.who]
    counted = {one.column for one in roll.columns if one.name in {"序号", "日期"}}
    numbered = counted | set(roll.own)
    return ("end" if set(said) - numbered else "free"), ""


def _strange(made: Tally, grid: Grid, roll: Roll, words: Words) -> Iterator[Finding]:
    """Find columns that nothing fills, and a heading with no row below it."""
    if not roll.rows:
        where = f"{roll.sheet} › 第{roll.head}行"
        message, cure = "表头下面没有可以填的空行", "请在表头下面留一个画好格子的空行"
        yield books.fault(made.shown, where, message, cure)
        return
    for column in roll.own:
        below = [grid.text(row, column) for row in roll.rows]
        if any(below) or roll.columns[0].text:
            continue  # the unit's own words and formulas
        said = bare(grid.text(roll.head, column))
        near = nearest(said, words.values, 50)
        cure = f"是不是「{near}」？" if near else "请改成发去的表里的栏目，或写上 {{ 栏目 }}"
        message = f"「{said}」对不上表里的哪一栏，这一列空着"
        cell = f"{get_column_letter(column)}{roll.head}"
        place = Place(made.shown, roll.sheet, cell)
        yield Finding(Level.WARNING, "tally.column", place, message, cure)


def _lost(content: bytes, shown: str) -> Iterator[Finding]:
    """Tell what Excel keeps beside a sheet and what does not outlive being filled."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        sheets = [one for one in package.namelist() if one.startswith("xl/worksheets/sheet")]
        if any(_EXTENDED.search(package.read(one)) for one in sheets):
            message = "表里有迷你图，或引用别的工作表的下拉列表、条件格式，填好的表里没有它们"
            cure = "不要紧的不用管；要紧的请改成本表里的下拉列表、条件格式"
            yield Finding(Level.WARNING, "tally.lost", Place(shown), message, cure)
