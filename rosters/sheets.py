"""A table of a grid becomes a sheet and its rows, each cell's oddities told at their place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING

from rosters import headers
from rosters.dates import PartialDate
from rosters.fields import DATES
from rosters.finding import Cell, Finding, Level, Place
from rosters.grid import letter
from rosters.roster import Kind, Row, Sheet
from rosters.shown import Number
from rosters.surnames import gapped, several
from rosters.text import person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rosters.grid import Grid, Merge
    from rosters.roster import Column, Value
    from rosters.tables import Table

_PERSONS = frozenset({"name", "secretary", "deputy", "liaison"})
_OWN = frozenset(  # what no two rows share
    [
        *("name", "id_card", "staff_no", "mobile", "email", "cc_email"),
        *("org_code", "org_name", "short", "liaison_mobile"),
    ]
)
_EMPTY = frozenset({"无", "/", "\\", "-", "—", "——", "--", "空", "暂无"})
_SAMPLES = 300  # values that decide what an ambiguous heading means


@dataclass
class Read:
    """What was read of one table."""

    sheet: Sheet
    rows: list[Row]
    findings: list[Finding] = field(default_factory=list)
    respelt: dict[int, list[int]] = field(default_factory=dict)  # column -> rows of spaced names


def read(grid: Grid, table: Table, number: int, told: Mapping[str, str]) -> Read:
    """Turn a table into a sheet and rows that remember their number.

    Args:
        grid: the worksheet.
        table: found in it.
        number: which table of the sheet it is, from 1.
        told: normalised heading -> field (列名).

    """
    spread = _fill_down(grid, table)
    places = sorted(table.headings)
    listed = [
        (index, letter(column), table.headings[column]) for index, column in enumerate(places)
    ]

    def samples(index: int) -> Sequence[Value]:
        values = grid.columns[places[index] - 1]
        return [values[row - 1] for row in table.rows[:_SAMPLES]]

    columns, remarks = headers.match(listed, table.kind, samples, told)
    known = headers.names(columns, table.kind)
    sheet = Sheet(grid.file, grid.name, table.kind, table.head, columns, known, number, table.top)
    result = Read(sheet, [])
    for remark in remarks:
        result.findings.append(_remark(sheet, remark))
    picked = _picker(table.rows)
    values = [
        _values(result, column, table.rows, picked(grid.columns[places[column.index] - 1]))
        for column in columns
    ]
    result.findings.extend(_beside(sheet, values))
    result.rows = list(map(Row, repeat(sheet), table.rows, zip(*values, strict=True)))
    result.findings.extend(_spread(grid, spread, sheet, places))
    result.findings.extend(_oddities(grid, table, result, places))
    return result


def _beside(sheet: Sheet, values: Sequence[Sequence[Value]]) -> Iterator[Finding]:
    """Find rows that stand side by side: their first column again, with names in it."""
    at = sheet.names.get("org_name" if sheet.kind is not Kind.MEMBERS else "name")
    if at is None:
        return
    first = sheet.columns[at]
    for column, ones in zip(sheet.columns, values, strict=True):
        count = sum(one is not None for one in ones)
        if column.index != first.index and column.heading == first.heading and count:
            said = f"又有一列，里面的{count}个没有读取，像是并排的两个表"
            advice = "请把右边的行移到下面，排成一个表；不是名单的，请给这一列换个名字"
            row, cells = sheet.head, (Cell(sheet.key, 0, first.key),)
            made = _at(sheet, column, row, Level.ERROR, "table-beside", said, advice)
            yield replace(made, cells=cells)


def _picker(rows: list[int]) -> Callable[[list[Value]], Sequence[Value]]:
    """Return what takes these rows, counted from 1, out of a column."""
    if rows and rows[-1] - rows[0] + 1 == len(rows):
        return itemgetter(slice(rows[0] - 1, rows[-1]))
    return lambda column: [column[row - 1] for row in rows]


def _fill_down(grid: Grid, table: Table) -> list[Merge]:
    """Give every row of a cell merged downwards its value, as a reader of the page takes it."""
    mine = set(table.rows)
    spread = []
    for merge in grid.merges:
        if merge.top in mine and merge.bottom > merge.top:
            value = grid.value(merge.top, merge.left)
            if value is not None:
                column = grid.columns[merge.left - 1]
                for row in range(merge.top + 1, merge.bottom + 1):
                    if row in mine and column[row - 1] is None:
                        column[row - 1] = value
                spread.append(merge)
    return spread


def _spread(
    grid: Grid, spread: Sequence[Merge], sheet: Sheet, places: list[int]
) -> Iterator[Finding]:
    """Warn of merged cells in columns where each row should have a value of its own."""
    columns = dict(zip(places, sheet.columns, strict=True))
    for merge in spread:
        column = columns.get(merge.left)
        if column is None or column.field not in _OWN:
            continue
        cells = f"{column.letter}{merge.top}:{column.letter}{merge.bottom}"
        words = f"{cells} 是合并的单元格，第{merge.top}至{merge.bottom}行都按"
        said = f"{words}「{grid.text(merge.top, merge.left)}」读取"
        advice = "各行不该相同时，请取消合并后逐行填写"
        yield _at(sheet, column, merge.top, Level.WARNING, "cell-merged", said, advice)


def _values(
    result: Read, column: Column, rows: Sequence[int], values: Sequence[Value]
) -> Sequence[Value]:
    """Read a column as its field demands: persons without inner spaces, dates as dates."""
    if column.field in _PERSONS:
        read = _known(values, _person)
        respelt = [row for row, old, new in zip(rows, values, read, strict=True) if old != new]
        if respelt:
            result.respelt[column.index] = respelt
        if column.field == "name":
            result.findings.extend(_gaps(result.sheet, column, rows, values))
        return read
    if column.field not in DATES:
        return values
    odd: dict[str, tuple[Level, str, str, str]] = {}  # by what staff see
    read = _known(values, lambda value: _date(value, odd))
    if odd:
        result.findings.extend(
            _at(result.sheet, column, row, *odd[str(value)])
            for row, value in zip(rows, values, strict=True)
            if value is not None and str(value) in odd
        )
    return read


def _person(value: Value) -> Value:
    if not isinstance(value, str) or value.isalpha() or several(value):
        return value  # nearly always: letters alone
    return person(value)


def _gaps(
    sheet: Sheet, column: Column, rows: Sequence[int], values: Sequence[Value]
) -> Iterator[Finding]:
    """Ask of names in two words whether a dot belongs between them: 买买提 艾力."""
    for row, value in zip(rows, values, strict=True):
        if isinstance(value, str) and not value.isalpha() and gapped(value):
            said = f"「{value}」中间有空格，按「{person(value)}」读取"
            advice = "两段之间该有「·」的，请写上；没有的，请删去空格"
            yield _at(sheet, column, row, Level.WARNING, "name-gap", said, advice)


def _known(values: Sequence[Value], read: Callable[[Value], Value]) -> list[Value]:
    """Read each value, equal ones once."""
    if float in map(type, values) or Number in map(type, values):  # 2020.1 is not 2020.10
        return [None if one is None else read(one) for one in values]
    known: dict[Value, Value] = {None: None}
    for one in set(values):
        new = read(one) if one is not None else None
        known[one] = one if new == one else new
    return [known[one] for one in values]


def _date(value: Value, odd: dict[str, tuple[Level, str, str, str]]) -> Value:
    """Read a date; what is to be said about it is kept in `odd`."""
    if isinstance(value, str) and value in _EMPTY:
        return value
    try:
        date = PartialDate.parse(value)
    except ValueError as error:
        odd[str(value)] = Level.ERROR, "date-impossible", f"{error}", "请核对"
        return value
    if date is None:
        words = f"「{value}」不是能读懂的日期"
        advice = "请写成 2020年2月1日 或 2020.02.01 的样子"
        odd[str(value)] = Level.WARNING, "date-unreadable", words, advice
        return value
    if isinstance(value, Number) and str(value).partition(".")[2] == "1":
        words = f"数字 {value} 可能是1月，也可能是10月（Excel 去掉了末尾的0），按1月读取"
        odd[str(value)] = Level.WARNING, "date-month", words, "请把单元格设为文本后写明月份"
    return date


def _at(
    sheet: Sheet, column: Column, row: int, level: Level, rule: str, message: str, advice: str
) -> Finding:
    place = Place(sheet.file, sheet.name, f"{column.letter}{row}")
    cells = (Cell(sheet.key, row, column.key),)
    return Finding(level, rule, place, f"「{column.heading}」{message}", advice, cells)


_HEADING_LEVELS = {"heading-undecided": Level.WARNING, "heading-twice": Level.WARNING}


def _remark(sheet: Sheet, remark: headers.Remark) -> Finding:
    column = sheet.columns[remark.place]
    return Finding(
        _HEADING_LEVELS.get(remark.rule, Level.INFO),
        remark.rule,
        Place(sheet.file, sheet.name, f"{column.letter}{sheet.head}"),
        remark.message,
        remark.advice,
        (Cell(sheet.key, 0, column.key),),
    )


def _oddities(grid: Grid, table: Table, result: Read, places: list[int]) -> list[Finding]:
    sheet = result.sheet
    found: list[Finding] = []
    columns = dict(zip(places, sheet.columns, strict=True))
    mine = set(table.rows)
    changed = {places[index]: set(rows) for index, rows in result.respelt.items()}
    for (row, place), odd in sorted(grid.oddities.items()):
        if row not in mine or place not in columns:
            continue
        column = columns[place]
        if odd.rule == "cell-error":
            words, advice = f"是公式错误 {odd.detail}", "请改正公式或填入内容"
            found.append(_at(sheet, column, row, Level.ERROR, odd.rule, words, advice))
        elif odd.rule == "cell-formula":
            words, advice = "是公式，却没有算出的结果", "请用 Excel 或 WPS 打开后保存一次"
            found.append(_at(sheet, column, row, Level.ERROR, odd.rule, words, advice))
        elif odd.rule == "cell-control":
            words, advice = f"含有看不见的控制字符（{odd.detail}）", "请删去后重新录入"
            found.append(_at(sheet, column, row, Level.ERROR, odd.rule, words, advice))
        else:
            changed.setdefault(place, set()).add(row)
    for place, rows in sorted(changed.items()):
        column = columns[place]
        words = f"有{len(rows)}处全角字符、多余空格、不可见字符或别样的间隔点，已按规范的写法读取"
        at = Place(sheet.file, sheet.name, f"{column.letter}{min(rows)}")
        found.append(Finding(Level.INFO, "cell-normalised", at, f"「{column.heading}」{words}"))
    return found
