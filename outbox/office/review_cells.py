"""The text of a form in Excel as it lies there: its rows, each with its place."""

from __future__ import annotations

import io
import warnings
import zipfile
from typing import TYPE_CHECKING

from outbox.office.review_text import Line
from templates.forms.said import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl import Workbook

_GAP = "\u3000"


def rows(data: bytes) -> tuple[Line, ...]:
    """Read a workbook of ours, sheet by sheet; no empty rows, and nothing of what is hidden.

    Raises:
        ValueError: it is no workbook.

    """
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that hold no text
            book = load_workbook(io.BytesIO(data))
    except (zipfile.BadZipFile, KeyError, OSError, SyntaxError) as error:
        raise ValueError("not a workbook") from error
    return tuple(_rows(book))


def _rows(book: Workbook) -> Iterator[Line]:
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            cells = tuple("" if _formula(one) else plain(one) for one in row)
            text = _GAP.join(one for one in cells if one)
            if text:
                yield Line(f"{sheet.title}第{number}行", text, cells=cells)


def _formula(value: object) -> bool:
    return isinstance(value, str) and value.startswith("=")
