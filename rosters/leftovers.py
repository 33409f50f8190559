"""What a sheet holds besides its tables, and what it hides: read or left out, and said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rosters.finding import Finding, Level, Place
from rosters.grid import letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rosters.grid import Grid
    from rosters.tables import Table


def said(grid: Grid, found: Sequence[Table]) -> list[Finding]:
    """Say what of a sheet was left out, and what was read although it is hidden."""
    if not found:
        if not grid.columns:
            return []
        return [_info(grid, "sheet-left", "没有认出表格，整张表未作名册读取")]
    findings = []
    if grid.hidden:
        findings.append(_info(grid, "sheet-hidden", "这张工作表是隐藏的，已照常读取"))
    for table in found:
        findings.extend(_hidden(grid, table))
        findings.extend(_left(grid, table))
        findings.extend(_nameless(grid, table))
    return findings


def _hidden(grid: Grid, table: Table) -> list[Finding]:
    findings = []
    columns = sorted(grid.hidden_columns & set(table.headings))
    if columns:
        names = "、".join(f"{letter(one)}（{table.headings[one]}）" for one in columns)
        findings.append(_info(grid, "column-hidden", f"隐藏的列 {names} 已照常读取"))
    rows = sorted(grid.hidden_rows & set(table.rows))
    if rows:
        words = f"隐藏或被筛掉的{len(rows)}行（第{ranges(rows)}行）已照常读取"
        findings.append(_info(grid, "row-hidden", words))
    return findings


def _left(grid: Grid, table: Table) -> list[Finding]:
    reasons: dict[str, list[int]] = {}
    for row, why in table.left.items():
        reasons.setdefault(why, []).append(row)
    return [
        _info(grid, "row-left", f"第{ranges(rows)}行未作数据读取：{why}")
        for why, rows in reasons.items()
    ]


def _nameless(grid: Grid, table: Table) -> list[Finding]:
    """Warn of columns that hold data under no heading."""
    loose: dict[int, int] = {}
    for column, values in enumerate(grid.columns, 1):
        if column not in table.headings and len(values) > values.count(None):
            row = next((row for row in table.rows if values[row - 1] is not None), 0)
            if row:
                loose[column] = row
    return [
        Finding(
            Level.WARNING,
            "heading-missing",
            Place(grid.file, grid.name, f"{letter(column)}{row}"),
            f"{letter(column)}列有内容却没有列名，未读取",
            "请补上列名，或删去这一列",
        )
        for column, row in sorted(loose.items())
    ]


def ranges(rows: Iterable[int]) -> str:
    """Write row numbers shortly: 3–5、8."""
    spans: list[list[int]] = []
    for row in sorted(rows):
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    return "、".join(f"{one}–{two}" if two > one else str(one) for one, two in spans)


def _info(grid: Grid, rule: str, message: str) -> Finding:
    return Finding(Level.INFO, rule, Place(grid.file, grid.name), message)
