"""What a cell of a form takes: by its data validation, its number format, or its name."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from templates.forms.values import Field, Sort, sort_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.worksheet.worksheet import Worksheet

_SUM = re.compile(r"=SUM\(\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)\)", re.IGNORECASE)
_PLUS = re.compile(r"=\$?[A-Z]{1,3}\$?\d+(?:\+\$?[A-Z]{1,3}\$?\d+)+", re.IGNORECASE)
_CELL = re.compile(r"([A-Z]{1,3})\$?(\d+)", re.IGNORECASE)


def field_of(sheet: Worksheet, name: str, cell: Any) -> Field:  # noqa: ANN401 - a cell, merged or not
    """Tell what a cell takes: by its data validation, its number format, or its name."""
    for rule in sheet.data_validations.dataValidation:
        if cell.coordinate in rule.sqref:
            made = _ruled(name, rule)
            if made is not None:
                return made
    if getattr(cell, "is_date", False):
        return Field(name, Sort.DATE)
    form = getattr(cell, "number_format", "General") or "General"
    if form == "@":
        return Field(name, Sort.TEXT)
    if form != "General" and "0" in form:
        return Field(name, Sort.NUMBER, whole="." not in form and "%" not in form)
    return Field(name, sort_of(name))


def _ruled(name: str, rule: Any) -> Field | None:  # noqa: ANN401 - openpyxl's DataValidation
    if rule.type == "list" and (rule.formula1 or "").startswith('"'):
        return Field(name, Sort.CHOICE, choices=tuple(rule.formula1.strip('"').split(",")))
    if rule.type == "date":
        return Field(name, Sort.DATE)
    if rule.type not in {"whole", "decimal"}:
        return None
    first, second = _decimal(rule.formula1), _decimal(rule.formula2)
    low = first if rule.operator in {None, "between", "greaterThanOrEqual"} else None
    high = {"between": second, None: second, "lessThanOrEqual": first}.get(rule.operator)
    return Field(name, Sort.NUMBER, low, high, whole=rule.type == "whole")


def _decimal(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def added(formula: object, row: int, names: Mapping[int, str]) -> tuple[str, ...]:
    """Name the columns that a formula adds up within its row; none where it does not do just that.

    Args:
        formula: what stands in the cell.
        row: the cell's.
        names: of columns, by their numbers.

    """
    from openpyxl.utils import column_index_from_string

    text = "".join(str(formula).split())
    if found := _SUM.fullmatch(text):
        ends = [column_index_from_string(found[at].upper()) for at in (1, 3)]
        rows, columns = {int(found[2]), int(found[4])}, list(range(ends[0], ends[1] + 1))
    elif _PLUS.fullmatch(text):
        cells = _CELL.findall(text)
        rows = {int(at) for _, at in cells}
        columns = [column_index_from_string(one.upper()) for one, _ in cells]
    else:
        return ()
    whole = rows == {row} and all(one in names for one in columns)
    return tuple(names[one] for one in columns) if whole else ()
