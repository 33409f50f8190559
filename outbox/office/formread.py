"""Forms that came back are read in a child, as plain values: the way of rosters.child."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from outbox.office.readings import Reading, Report
from rosters import gate
from rosters.dates import PartialDate
from rosters.finding import Finding, InputError, Level, Place
from rosters.keeper import Keeper

if TYPE_CHECKING:
    from collections.abc import Iterator

_START = (
    "import sys; sys.path[:] = sys.argv[1:]; from rosters.child import main; "
    "main('outbox.office.formread')"
)
READER = Keeper(_START)
_TABLE, _TOKEN = "填报表", "回执编号"
_DAY = re.compile("日期")
_WORDS = re.compile("备注|说明|姓名|电话|情况|填表人|负责人")


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
    gate.check(content, kind.lstrip(".").replace("xlsm", "xlsx"), shown=shown)
    book = load_workbook(io.BytesIO(content), data_only=True)
    table = book.defined_names.get(_TABLE)
    if table is None:
        raise _none(shown)
    name, place = next(iter(table.destinations))
    sheet = book[name]
    left, head, right, _ = range_boundaries(place.replace("$", ""))
    headings = [str(sheet.cell(head, column).value or "") for column in range(left, right + 1)]
    days = [index for index, one in enumerate(headings) if _DAY.search(one)]
    fields = [one for index, one in enumerate(headings) if one and index not in days]
    reports = []
    for row in range(head + 1, sheet.max_row + 1):
        cells = [_text(sheet.cell(row, column).value) for column in range(left, right + 1)]
        day = _day(cells[days[0]]) if days else ""
        values = [
            (h, v)
            for i, (h, v) in enumerate(zip(headings, cells, strict=True))
            if h and i not in days
        ]
        if day or (not days and any(value for _, value in values)):
            reports.append((day, tuple(values)))
    token = book.defined_names.get(_TOKEN)
    said = ""
    if token is not None:
        where, cell = next(iter(token.destinations))
        said = str(book[where][cell.replace("$", "")].value or "").replace("-", "")
    numeric = tuple(one for one in fields if not _WORDS.search(one))
    yield ("form", said, tuple(fields), numeric, tuple(reports))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _day(text: str) -> str:
    try:
        found = PartialDate.parse(text)
    except ValueError:
        return ""
    return f"{found.year}-{found.month:02}-{found.day:02}" if found and found.day else ""


def _none(shown: str) -> InputError:
    message, advice = "不是发去填报的那张表", "请填发去的那张表，不要另做一张"
    found = Finding(Level.ERROR, "form-none", Place(shown), message, advice)
    return InputError(message, findings=[found])
