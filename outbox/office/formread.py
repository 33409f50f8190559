"""Forms that came back are read in a child, as plain values: the way of rosters.child."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from outbox.office.readings import Reading, Report
from rosters.finding import Finding, InputError, Level, Place
from rosters.keeper import Keeper
from templates.forms.book import opened
from templates.forms.said import day_of, plain
from templates.forms.values import HIDDEN, Sort

if TYPE_CHECKING:
    from collections.abc import Iterator

    from templates.forms.values import Layout

_START = (
    "import sys; sys.path[:] = sys.argv[1:]; from rosters.child import main; "
    "main('outbox.office.formread')"
)
READER = Keeper(_START)


def read(content: bytes, suffix: str, shown: str) -> Reading:
    """Read a form in the child.

    Raises:
        InputError: it is no form, it is refused at the gate, or it killed the child.

    """
    found: list[tuple[Any, ...]] = []
    READER.ask(content, suffix, shown, found.append)
    [(_, token, fields, numeric, reports)] = found
    return Reading(
        str(token),
        tuple(map(str, fields)),
        tuple(map(str, numeric)),
        tuple(Report(str(day), {str(k): str(v) for k, v in values}) for day, values in reports),
    )


def pieces(content: bytes, kind: str, shown: str) -> Iterator[tuple[Any, ...]]:
    """Read a form, as plain values."""
    if kind != ".xlsx":
        raise none(shown)
    layout = opened(content, shown).layout
    if not layout.fields:
        raise none(shown)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(content), data_only=True)
    token = plain(book[HIDDEN]["B1"].value) if HIDDEN in book.sheetnames else ""
    numeric = tuple(one.name for one in layout.fields if one.sort is Sort.NUMBER)
    yield ("form", token, layout.names, numeric, tuple(_reports(book, layout)))


def _reports(book: Any, layout: Layout) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:  # noqa: ANN401 - openpyxl's
    single = [(one.field.name, plain(book[one.sheet][one.cell].value)) for one in layout.spots]
    table = layout.table
    if table is None or not table.day:
        yield "", tuple(single)
        return
    sheet = book[table.sheet]
    for row in range(table.row + 1, sheet.max_row + 1):
        cells = {one.field.name: sheet.cell(row, one.column).value for one in table.columns}
        day = day_of(cells[table.day]) if cells.get(table.day) else None
        if day is not None:
            asked = tuple((one.name, plain(cells[one.name])) for one in table.asked)
            yield day.isoformat(), (*single, *asked)


def none(shown: str) -> InputError:
    """Say that a file is no form."""
    message, advice = "不是发去填报的那张表", "请填发去的那张表，不要另做一张"
    found = Finding(Level.ERROR, "form-none", Place(shown), message, advice)
    return InputError(message, findings=[found])
