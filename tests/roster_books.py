"""Case files made into real workbooks: cells, merges, formats and what is hidden, as JSON.

A case: what (one sentence), base (true: the two sheets below stand in it too), sheets (name ->
rows, and if need be first, left, merge, hidden rows, hidden columns, state), columns (列名),
issuer; a cell is its value, or {"value": …, "format": …}, or {"date": …, "format": …}.
Expected: findings (all of them, each "level rule sheet!cell"), and if told organisations
(key -> superior), categories
(key -> 类别), members ([name, organisation]) and values ("sheet!row" -> name -> shown).
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from rosters.reader import read_roster

if TYPE_CHECKING:
    from pathlib import Path

    from rosters.finding import Finding
    from rosters.roster import Roster

# The two sheets most cases stand on; a case that has sheets of these names replaces them.
BASE: dict[str, Any] = {
    "党组织": {
        "rows": [
            ["党组织编码", "党组织名称", "简称", "类别", "电子邮箱"],
            ["001", "中共示例大学机械学院委员会", "机械学院党委", "分党委", "jx@a.example"],
            [
                "002",
                "中共示例大学图书馆支部委员会",
                "图书馆直属党支部",
                "直属党支部",
                "ts@a.example",
            ],
        ]
    },
    "党支部": {
        "rows": [
            ["支部代码", "党支部名称", "简称", "上级党组织", "邮箱"],
            [
                "00101",
                "机械学院党委教工第一党支部",
                "机械教工一支部",
                "机械学院党委",
                "j1@a.example",
            ],
            [
                "00102",
                "机械学院党委学生第一党支部",
                "机械学生一支部",
                "机械学院党委",
                "x1@a.example",
            ],
        ]
    },
}


def build(case: dict[str, Any], path: Path) -> Path:
    """Write the workbook of a case."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets = {**(BASE if case.get("base") else {}), **case["sheets"]}
    for name, told in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(told["rows"], told.get("first", 1)):
            for column, value in enumerate(row, told.get("left", 1)):
                if value is not None:
                    cell = sheet.cell(number, column)
                    cell.value = _value(value)
                    if isinstance(value, dict):
                        cell.number_format = value.get("format", cell.number_format)
        for merged in told.get("merge", ()):
            sheet.merge_cells(merged)
        for row in told.get("hidden rows", ()):
            sheet.row_dimensions[row].hidden = True
        for column in told.get("hidden columns", ()):
            sheet.column_dimensions[column].hidden = True
        sheet.sheet_state = told.get("state", "visible")
    book.save(path)
    return path


def _value(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "date" in value:
        return dt.datetime.fromisoformat(value["date"])
    return value["value"]


def read(case: dict[str, Any], folder: Path) -> Roster:
    path = build(case, folder / "名册.xlsx")
    return read_roster([path], columns=case.get("columns"), issuer=case.get("issuer", ""))


def told(finding: Finding) -> str:
    """Write a finding on one line: level rule sheet!cell."""
    place = finding.place
    where = f"{place.sheet}!{place.cell}" if place.cell else place.sheet or place.where
    return f"{finding.level} {finding.rule} {where}".strip()


def loaded(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return case


def letters() -> list[str]:
    return [get_column_letter(number) for number in range(1, 800)]
