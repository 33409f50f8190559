"""An .xlsx form that came back, understood: each field found, also where rows were put in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openpyxl.utils.cell import get_column_letter

from templates.forms import rowreading
from templates.forms.finding import finding, none, tokened
from templates.forms.marked import squeezed
from templates.forms.said import plain, value
from templates.forms.values import Answer, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from templates.forms.taken import Page, Taken
    from templates.forms.values import Fault, Layout, Spot

_NUMERIC = re.compile(r"\d+(?:\.\d+)?|无|没有|零")


def understood(layout: Layout, taken: Taken) -> Answer:
    """Understand a workbook that came back.

    Raises:
        InputError: none of the form's words stand in it.

    """
    faults: list[Fault] = [*tokened(taken.token)]
    values: dict[str, Value] = {}
    places = {spot.field.name: _place(spot, taken) for spot in layout.spots}
    inputs = {place for place in places.values() if place is not None}
    for spot in layout.spots:
        place = places[spot.field.name]
        if place is None:
            faults.append(_lost(spot))
            continue
        page, row, column = place
        made, fault = value(spot.field, page_cell(taken, page, row, column), _at(page, row, column))
        if spot.given:
            values[spot.field.name] = made
            continue
        fault = fault or (_beside(layout, taken, place, inputs, spot) if made.blank else None)
        values[spot.field.name] = made
        faults += [fault] if fault else []
    table = rowreading.table(layout, taken) if layout.table else rowreading.NOTHING
    found = [one for one in places.values() if one is not None]
    if (layout.spots or layout.table) and not found and not table.found:
        raise none(
            taken.shown, "form.other", "不是发去填报的那张表", "请对方填发去的那张表，不要另做一张"
        )
    return Answer(taken.token, values, table.lines, (*faults, *table.faults))


def page_cell(taken: Taken, title: str, row: int, column: int) -> object:
    """Return what stands in a cell."""
    page = next(one for one in taken.pages if one.title == title)
    return page.cells.get((row, column))


def _at(title: str, row: int, column: int) -> str:
    return f"{title} › {get_column_letter(column)}{row}"


def _place(spot: Spot, taken: Taken) -> tuple[str, int, int] | None:
    """Find a field's cell: where its name leads, if its words stand before it, or by its words."""
    named = taken.where.get(spot.field.name)
    pages = {one.title: one for one in taken.pages}
    if named is not None and named[0] in pages:
        title, row, column = named[:3]
        if taken.kind == "xlsx" or _labelled(spot, pages[title], row, column):
            return (title, row, column) if _labelled(spot, pages[title], row, column) else None
    found = [(page.title, *at) for page in taken.pages for at in _by_label(spot, page)]
    return found[0] if len(found) == 1 else None


def _labelled(spot: Spot, page: Page, row: int, column: int) -> bool:
    """Tell whether a field's words stand before a cell, somewhere in its row or above it."""
    if not spot.label:
        return True
    before = {(row, at) for at in range(1, column)} | {(at, column) for at in range(1, row)}
    return any(squeezed(page.cells.get(place)) == spot.label for place in before)


def _by_label(spot: Spot, page: Page) -> Iterator[tuple[int, int]]:
    for (row, column), cell in page.cells.items():
        if spot.label and isinstance(cell, str) and squeezed(cell) == spot.label:
            yield row + spot.away[0], column + spot.away[1]


def _lost(spot: Spot) -> Fault:
    words = f"「{spot.label}」改过或删去了，" if spot.label else ""
    return finding(
        "form.heading", f"{spot.sheet} › {spot.cell}",
        f"{words}找不到「{spot.field.name}」填在哪里", "请对方填发去的原表，不要改动表头和标题",
    )  # fmt: skip


def _beside(
    layout: Layout,
    taken: Taken,
    place: tuple[str, int, int],
    inputs: set[tuple[str, int, int]],
    spot: Spot,
) -> Fault | None:
    """Find what was written beside an input that is blank: it may be meant for it, or not."""
    title, row, column = place
    for near in ((row, column + 1), (row + 1, column), (row, column - 1)):
        text = plain(page_cell(taken, title, *near))
        if (title, *near) in inputs or not _NUMERIC.match(text) or squeezed(text) in layout.still:
            continue
        where = _at(title, row, column)
        words = f"「{spot.field.name}」空着，旁边 {_at('', *near)[3:]} 写着「{text[:20]}」"
        return finding("form.beside", where, words, "请对方把数填进表里留的空格")
    return None
