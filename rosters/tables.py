"""Tables in a sheet: where the head stands, which rows are data, and what is left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rosters.fields import lexicon, normalised
from rosters.headers import kind_of
from rosters.heads import head_at, like_a_head
from rosters.pattern import later

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rosters.grid import Grid
    from rosters.heads import Head
    from rosters.roster import Kind, Value

_NOTE = later(
    r"(填表|填报|制表|审核|报送|报表)(人|单位|日期|时间)?\s*(签字|签名)?\s*[:：]"
    r"|(注|备注|说明|附注|注意|负责人|联系人|联系电话|签字|盖章|书记)\s*(签字|签名)?\s*[:：]"
    r"|(注|备注|说明)\s*\d|填表说明|[*※]|[（(]?(党委|党总支|党支部|单位|公章)?(盖章|公章)"
)
_TOTAL = later(r"(合|总|小|共)计[:：]?|本页(合|小)计[:：]?")
_TOTALS = "合总小共本"
_LONG_NOTE = 12  # characters: a lone cell of this length under a blank row is a sentence
_FEW = 3  # cells: a line of notes or signatures has no more


@dataclass
class Table:
    """A table: its head's last row, its headings by column, its rows, and what was left out."""

    kind: Kind
    head: int
    top: int
    headings: dict[int, str]
    title: str = ""
    rows: list[int] = field(default_factory=list)
    left: dict[int, str] = field(default_factory=dict)  # row -> why


def tables(grid: Grid, kinds: Callable[[Sequence[str], str], Kind | None] = kind_of) -> list[Table]:
    """Find the tables of a sheet, from top to bottom; `kinds` says what headings make."""
    found: list[Table] = []
    above: list[str] = []
    reader = None
    skip = 0
    for row, line in enumerate(zip(*grid.columns, strict=True), 1):
        filled = len(line) - line.count(None)
        if row <= skip or not filled:
            continue
        if reader is not None and (reader.numbered(line) or not like_a_head(line)):
            reader.take(row, line)
            continue
        head = head_at(grid, row, " ".join([grid.name, *above]), kinds)
        if head is not None and not (found and _same(head, found[-1])):
            found.append(Table(head.kind, head.bottom, head.top, head.headings, " ".join(above)))
            above, skip = [], head.bottom
            reader = _Sorter(grid, found[-1])
        elif head is not None and reader is not None:
            found[-1].left[row] = "重复的表头"
            skip = head.bottom
        elif reader is None:
            above.extend(str(value) for value in line if value is not None)
        else:
            reader.take(row, line)
    return found


class _Sorter:
    """Sort the rows under a head into data and what is left out."""

    def __init__(self, grid: Grid, table: Table) -> None:
        self.grid, self.table = grid, table
        self.last = table.head
        self.noted = False
        self.across = {
            merge.top: merge for merge in grid.merges if merge.right - merge.left + 1 > _FEW
        }
        known = lexicon(table.kind)
        self.numbers = {
            column
            for column, heading in table.headings.items()
            if known.get(normalised(heading), ("",))[0] == "seq"
        }
        self.first, self.final = min(table.headings), max(table.headings)

    def numbered(self, line: Sequence[Value]) -> bool:
        """Tell whether a number stands under the first heading: no head begins with one."""
        return isinstance(line[self.first - 1], int)

    def take(self, row: int, line: Sequence[Value]) -> None:
        """Put a row where it belongs."""
        why = "" if self._surely(line) else self._why(row, line)
        if why:
            self.table.left[row] = why
        else:
            self.table.rows.append(row)
            self.noted = False
        self.last = row

    def _surely(self, line: Sequence[Value]) -> bool:
        """Tell quickly that a row is data: many cells, and the first is no word for a total."""
        inside = line[self.first - 1 : self.final]
        if len(inside) - inside.count(None) <= _FEW + len(self.numbers):
            return False
        first = next(value for value in line if value is not None)
        return not isinstance(first, str) or first.lstrip()[:1] not in _TOTALS

    def _why(self, row: int, line: Sequence[Value]) -> str:
        cells = {column: value for column, value in enumerate(line, 1) if value is not None}
        inside = [column for column in cells if column in self.table.headings]
        if not inside:
            return self._aside(row, cells, str(cells[min(cells)])) or "表外的内容"
        if set(inside) <= self.numbers:
            if str(cells[inside[0]]).isdigit():
                return "只有序号"
            if len(cells) == len(inside) and len(self.table.headings) > _FEW:
                self.noted = True
                return "表下的说明或签名"  # words under 序号, and nobody beside them
        first = str(cells[min(cells)]).strip()
        if _TOTAL.fullmatch("".join(first.split())):
            return "合计"
        return self._aside(row, cells, first)

    def _aside(self, row: int, cells: Mapping[int, Value], first: str) -> str:
        few = len(cells) <= min(_FEW, len(self.table.headings) - 1)
        lone = len(cells) == 1 and len(self.table.headings) > _FEW
        follows = self.noted and min(cells) == min(self.table.headings)
        sentence = lone and row > self.last + 1 and len(first) >= _LONG_NOTE
        if (few and (follows or _NOTE.match(first))) or sentence:
            self.noted = True
            return "表下的说明或签名"
        return "表中的分组标题" if lone and row in self.across else ""


def _same(head: Head, table: Table) -> bool:
    return list(head.headings.values()) == list(table.headings.values())
