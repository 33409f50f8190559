"""Tables in a sheet: where the head stands, which rows are data, and what is left out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rosters.fields import lexicon, normalised
from rosters.headers import fields_in, kind_of
from rosters.roster import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rosters.grid import Grid
    from rosters.roster import Value

_NOTE = re.compile(
    r"(填表|填报|制表|审核|报送|报表)(人|单位|日期|时间)?\s*(签字|签名)?\s*[:：]"
    r"|(注|备注|说明|附注|注意|负责人|联系人|联系电话|签字|盖章|书记)\s*(签字|签名)?\s*[:：]"
    r"|(注|备注|说明)\s*\d|填表说明|[*※]|[（(]?(党委|党总支|党支部|单位|公章)?(盖章|公章)"
)
_TOTAL = re.compile(r"(合|总|小|共)计[:：]?|本页(合|小)计[:：]?")
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


@dataclass
class Head:
    """A head that was found: its first and last row, its headings and the kind they make."""

    top: int
    bottom: int
    headings: dict[int, str]
    kind: Kind


def tables(grid: Grid) -> list[Table]:
    """Find the tables of a sheet, from top to bottom."""
    found: list[Table] = []
    above: list[str] = []
    rows = sorted(row for row, cells in grid.cells.items() if cells)
    reader = None
    skip = 0
    for row in rows:
        if row <= skip:
            continue
        head = _head_at(grid, row, " ".join([grid.name, *above]), strict=bool(found))
        if head is not None and not (found and _same(head, found[-1])):
            found.append(Table(head.kind, head.bottom, head.top, head.headings, " ".join(above)))
            above, skip = [], head.bottom
            reader = _Sorter(grid, found[-1])
        elif head is not None and reader is not None:
            found[-1].left[row] = "重复的表头"
            skip = head.bottom
        elif reader is None:
            above.extend(str(value) for value in grid.cells[row].values())
        else:
            reader.take(row)
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

    def take(self, row: int) -> None:
        """Put a row where it belongs."""
        why = self._why(row)
        if why:
            self.table.left[row] = why
        else:
            self.table.rows.append(row)
            self.noted = False
        self.last = row

    def _why(self, row: int) -> str:
        cells = self.grid.cells[row]
        inside = [column for column in cells if column in self.table.headings]
        if not inside:
            return "表外的内容"
        if set(inside) <= self.numbers and str(cells[inside[0]]).isdigit():
            return "只有序号"
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


def _head_at(grid: Grid, row: int, title: str, *, strict: bool) -> Head | None:
    """Tell whether a head begins or stands in this row."""
    single = _line(grid, row)
    if not _promising(single, strict=strict):
        return None
    below = _line(grid, row + 1)
    both = {**single, **below}
    counts = [_count(one) for one in (single, below, both)]
    if counts[1] > counts[0] and counts[2] == counts[1]:
        return None  # the next row is the better head; this one only groups
    if counts[2] > max(counts[:2]):
        return _head(grid, row, row + 1, both, title)
    return _head(grid, row, row, single, title)


def _head(grid: Grid, top: int, bottom: int, headings: dict[int, str], title: str) -> Head | None:
    kind = kind_of(list(headings.values()), title)
    if kind is None:
        return None
    reach = max(
        [merge.bottom for merge in grid.merges if top <= merge.top <= bottom <= merge.bottom],
        default=bottom,
    )
    if reach > bottom:
        headings = {**headings, **_line(grid, reach)}
    return Head(top, reach, dict(_told_apart(grid, reach, headings)), kind)


def _told_apart(grid: Grid, bottom: int, headings: dict[int, str]) -> Iterator[tuple[int, str]]:
    """Put the group's name before headings that stand more than once: 书记 over 姓名."""
    counts = Counter(headings.values())
    for column in sorted(headings):
        heading = headings[column]
        group = _group(grid, max(bottom - 1, 1), column) if counts[heading] > 1 else ""
        yield column, heading if group == heading else group + heading


def _group(grid: Grid, row: int, column: int) -> str:
    for merge in grid.merges:
        if merge.top <= row <= merge.bottom and merge.left <= column <= merge.right:
            return _heading(grid.text(merge.top, merge.left)) if merge.right > merge.left else ""
    return ""


def _line(grid: Grid, row: int) -> dict[int, str]:
    """Read a row as headings, cells merged downwards into it included."""
    found = {column: _heading(str(value)) for column, value in grid.cells.get(row, {}).items()}
    for merge in grid.down.get(row, ()):
        text = grid.text(merge.top, merge.left)
        if text:
            found.setdefault(merge.left, _heading(text))
    return {column: text for column, text in found.items() if text}


def _heading(text: str) -> str:
    return text.replace("\n", "").strip()


def _count(headings: dict[int, str]) -> int:
    return max(fields_in(list(headings.values()), kind) for kind in Kind)


def _promising(line: dict[int, str], *, strict: bool) -> bool:
    """Tell quickly whether a row could be a head; within a table it must look it more."""
    if not line:
        return False
    known = [
        any(normalised(text) in lexicon(kind) for kind in Kind) for text in list(line.values())[:6]
    ]
    return sum(known) * 2 >= len(known) if strict else True


def _same(head: Head, table: Table) -> bool:
    return list(head.headings.values()) == list(table.headings.values())
