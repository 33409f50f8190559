"""The marked table of a workbook that came back: its columns by their headings, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from openpyxl.utils.cell import get_column_letter

from templates.forms.finding import finding
from templates.forms.marked import END, headings, squeezed
from templates.forms.said import day_of, plain, value
from templates.forms.values import TABLE, Line, Value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from templates.forms.taken import Page, Taken
    from templates.forms.values import Column, Fault, Layout, Table

_CURE = "请对方填发去的原表，不要改动表头"
_MORE = 60  # rows that somebody may have put in


@dataclass(frozen=True, slots=True)
class Rows:
    """What a table says; `found` tells whether its heading was there."""

    lines: tuple[Line, ...] = ()
    faults: tuple[Fault, ...] = ()
    found: bool = False


NOTHING = Rows()


def table(layout: Layout, taken: Taken) -> Rows:
    """Read the marked table."""
    asked = layout.table
    if asked is None:
        return NOTHING
    head = _head(asked, taken)
    if head is None:
        return Rows(faults=(_missing(asked, asked.row, [one.field.name for one in asked.columns]),))
    page, row, columns = head
    lost = [one.field.name for one in asked.columns if one.field.name not in columns]
    twice = [name for name, found in columns.items() if len(found) > 1]
    faults = [_missing(asked, row, lost)] if lost else []
    faults += [
        finding("form.heading", f"{page.title} › 第{row}行", f"有两列都叫「{name}」", _CURE)
        for name in twice
    ]
    if lost or twice:
        return Rows(faults=tuple(faults), found=True)
    where = {name: found[0] for name, found in columns.items()}
    lines: list[Line] = []
    for at in _rows(asked, page, row, where):
        line, wrong = _line(asked, page, at, where)
        lines.append(line)
        faults += wrong
    return Rows(tuple(lines), (*faults, *_days(asked, lines)), found=True)


def _head(asked: Table, taken: Taken) -> tuple[Page, int, dict[str, list[int]]] | None:
    """Find the heading: where its name leads, else the row with most of its words."""
    pages = {one.title: one for one in taken.pages}
    names = {one.field.name for one in asked.columns}
    named = taken.where.get(TABLE)
    if named is not None and named[0] in pages:
        title, top, _, row, _ = named
        found = _columns(pages[title], top, row, names)
        if len(found) * 2 > len(names):
            return pages[title], row, found
    best: tuple[Page, int, dict[str, list[int]]] | None = None
    for page in taken.pages:
        for row in sorted({at for at, _ in page.cells}):
            found = _columns(page, max(1, row - 1), row, names)
            own = _columns(page, row, row, names)
            if own and len(found) * 2 > len(names) and (best is None or len(found) > len(best[2])):
                best = (page, row, found)
    return best


def _columns(page: Page, top: int, bottom: int, names: set[str]) -> dict[str, list[int]]:
    cells: dict[tuple[int, int], object] = {
        place: cell for place, cell in page.cells.items() if top <= place[0] <= bottom
    }
    found: dict[str, list[int]] = {}
    for column, name in headings(cells).items():
        if name in names:
            found.setdefault(name, []).append(column)
    return found


def _missing(asked: Table, row: int, lost: list[str]) -> Fault:
    words = f"表头里没有「{'」「'.join(lost)}」：表头改过"
    return finding("form.heading", f"{asked.sheet} › 第{row}行", words, _CURE)


def _rows(asked: Table, page: Page, head: int, where: Mapping[str, int]) -> list[int]:
    """List the rows of the table: up to what ended it when it went out, and without blank ends."""
    found: list[int] = []
    own = [where[one.field.name] for one in asked.columns if not one.made]
    for at in range(head + 1, min(page.last, head + asked.free + _MORE) + 1):
        line = page.row(at)
        first = next((squeezed(line[column]) for column in sorted(line)), "")
        if first and (first == asked.end or END.match(first)):
            break
        if any(column in line for column in own):
            found.append(at)
        elif at > head + asked.free:
            break
    return found


def _line(asked: Table, page: Page, row: int, where: Mapping[str, int]) -> tuple[Line, list[Fault]]:
    faults: list[Fault] = []
    values: dict[str, Value] = {}
    items: list[str] = []
    for column in asked.columns:
        name = column.field.name
        at = where[name]
        if name == asked.day or column.made:
            continue
        if column.given:
            items.append(plain(page.cells.get((row, at))))
            continue
        place = f"{page.title} › {get_column_letter(at)}{row}"
        made, wrong = value(column.field, page.cells.get((row, at)), place)
        values[name] = made
        faults += [wrong] if wrong else []
    day = day_of(page.cells.get((row, where[asked.day]))) if asked.day else None
    line = Line(f"{page.title} › 第{row}行", values, day, "　".join(one for one in items if one))
    for column in asked.columns:
        wrong = _total(column, page, row, where, values)
        faults += [wrong] if wrong else []
    if asked.day and day is None and not line.blank:
        said = plain(page.cells.get((row, where[asked.day])))
        words = f"「{said}」不是日期" if said else "这一行填了数，没有日期"
        faults.append(finding("form.day", line.where, words, "请写明是哪一天的，例如 2026-11-26"))
    return line, faults


def _total(
    column: Column, page: Page, row: int, where: Mapping[str, int], values: Mapping[str, Value]
) -> Fault | None:
    """Compare what stands in a column that adds others up with what they come to."""
    parts = [values[name].number for name in column.adds if name in values]
    at = where[column.field.name]
    stands = page.cells.get((row, at))
    whole = [one for one in parts if one is not None]
    if not parts or not whole or isinstance(stands, bool | str) or stands is None:
        return None
    if Decimal(str(stands)) == sum(whole, Decimal(0)):
        return None
    place = f"{page.title} › {get_column_letter(at)}{row}"
    words = f"「{column.field.name}」写的是 {plain(stands)}，各项相加是 {sum(whole, Decimal(0))}"
    return finding("form.total", place, words, "请对方核对各项和合计")


def _days(asked: Table, lines: list[Line]) -> list[Fault]:
    """Find days that stand there twice, where both rows were filled in."""
    seen: dict[date, Line] = {}
    faults = []
    for line in lines:
        if line.day is None or line.blank:
            continue
        if line.day in seen:
            words = f"{line.day.isoformat()} 填了两行，另一行是{seen[line.day].where}"
            faults.append(finding("form.day", line.where, words, "请对方只留一行"))
        seen[line.day] = line
    return faults if asked.day else []
