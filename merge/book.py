"""The roster behind the views: which names there are, and which cells have been read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rosters.fields import by_name
from rosters.finding import Cell

if TYPE_CHECKING:
    from rosters.photo import Photo
    from rosters.roster import Organisation, Roster, Row

RESERVED = ("党组织", "上级", "下级", "党员", "全部党员", "批次", "序号", "行")
COUNTS = ("党员数", "正式党员数", "预备党员数", "支部数")
OFFERED = ("二级党组织", *COUNTS)
BATCH = ("份数",)  # what 批次 holds
SETTINGS = {"脱敏": "遮盖"}  # what 要素 may set for templates that ask, and what holds without
MEMBERSHIP = ("branch", "org")  # the columns that say where a member belongs
IDENTITY = ("org_code", "org_name", "short")  # by these others name an organisation


@dataclass(frozen=True, slots=True)
class Book:
    """The roster behind the views; `cells`, where given, collects every cell that is read.

    `blank` is for 范围: a column that a sheet lacks is empty there, not an error. `photos` are the
    pictures of cells, in the place of their texts.
    """

    roster: Roster
    cells: set[Cell] | None = None
    blank: bool = False
    photos: Mapping[Cell, Photo] = field(default_factory=dict)

    def read(self, row: Row, *names: str) -> None:
        """Note that cells of a row are read, where its sheet has such columns."""
        if self.cells is not None:
            keys = row.sheet.keys
            for name in names:
                if name in keys:
                    self.cells.add(Cell(row.sheet.key, row.number, keys[name]))


class Nobody(Mapping[str, object]):
    """What a relation leads to in 范围 where there is none: no name, nothing in any column."""

    def __getitem__(self, name: str) -> object:
        return [] if name in {"下级", "党员", "全部党员"} else ""

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def descendants(roster: Roster, one: Organisation | None) -> Iterator[Organisation]:
    """Walk all organisations below one; below the issuing unit for None."""
    for below in roster.inferiors(one):
        yield below
        yield from descendants(roster, below)


def means_category(row: Row, name: str) -> bool:
    """Tell whether a name means 类别, which an organisation always has."""
    column = row.sheet.column(name)
    if column is not None:
        return column.field == "org_type"
    return by_name(name, row.sheet.kind) == "org_type"
