"""How a roster's tables were read: what was taken as head, and what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rosters.fields import label
from rosters.leftovers import ranges
from rosters.masks import masked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rosters.roster import Roster, Sheet

_LEFT = ("row-left", "sheet-left", "sheet-hidden", "row-hidden", "column-hidden", "heading-missing")


def explained(rosters: Iterable[Roster]) -> list[str]:
    """Explain the reading of each sheet once, and of what no table was found in."""
    lines: dict[str, None] = {}
    for roster in rosters:
        rows: dict[str, list[int]] = {}
        held = [one.row for one in roster.organisations] + [one.row for one in roster.members]
        for row in held:
            rows.setdefault(row.sheet.key, []).append(row.number)
        for sheet in roster.sheets:
            lines.update(dict.fromkeys(_sheet(sheet, rows.get(sheet.key, []))))
        for finding in roster.findings:
            if finding.rule in _LEFT:
                lines[f"读法  {finding}"] = None
    return list(lines)


def _sheet(sheet: Sheet, rows: list[int]) -> list[str]:
    where = f"{sheet.file} › {sheet.name}"
    taken = f"数据 {len(rows)} 行（第 {ranges(rows)} 行）" if rows else "没有数据行"
    columns = "、".join(
        f"{one.letter} {one.heading}" + (f"＝{label(one.field)}" if one.field else "（照原样可用）")
        for one in sheet.columns
    )
    top = sheet.top or sheet.head
    head = f"表头第 {ranges(range(top, sheet.head + 1))} 行"
    if top > 1 and sheet.table == 1:
        head += f"，其上第 {ranges(range(1, top))} 行是标题和说明，未作数据"
    told = [f"{sheet.kind}表，{head}；{taken}", f"各列 {columns}"]
    return [f"读法  {masked(where)}：{masked(one)}" for one in told]
