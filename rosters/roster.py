"""Organisation, Member, Roster: frozen values, and the organisation tree.

A roster holds rows that remember where they stand. Everything later asks these values; nothing
later opens a workbook again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias, overload

from rosters.finding import Cell, Finding, Place, UsageError

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator, Mapping

    from rosters.dates import PartialDate

# What a cell holds once read: text as Excel shows it, a whole number, a number that remembers how
# it was shown (workbook.Number, a float), a date, or None for an empty cell.
Value: TypeAlias = "str | int | float | PartialDate | None"


class Kind(StrEnum):
    """What the rows of a sheet are."""

    ORGANISATIONS = "组织"
    BRANCHES = "支部"
    MEMBERS = "党员"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its letter, its heading as people see it, and the field it means (or None)."""

    index: int
    letter: str
    heading: str
    field: str | None = None

    @property
    def key(self) -> str:
        """Name the column for good: the canonical field, else the heading."""
        return self.field or self.heading


@dataclass(frozen=True, eq=False)
class Sheet:
    """One table of a workbook. `names` leads every name a tag may use to its column's index.

    `head` is the last row of its head, `top` the first (0: not known).
    """

    file: str
    name: str
    kind: Kind
    head: int
    columns: tuple[Column, ...]
    names: Mapping[str, int] = field(repr=False)
    table: int = 1
    top: int = 0

    @cached_property
    def key(self) -> str:
        """Name the table within a roster."""
        return f"{self.file}›{self.name}›{self.table}"

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """Lead every name of a column to what it is called for good."""
        return {name: self.columns[index].key for name, index in self.names.items()}

    def column(self, name: str) -> Column | None:
        """Find the column that a heading, field, label or alias means."""
        index = self.names.get(name)
        return None if index is None else self.columns[index]

    def has(self, field_key: str) -> bool:
        """Tell whether the sheet has a column of this canonical field."""
        return field_key in self._fields

    @cached_property
    def _fields(self) -> frozenset[str | None]:
        return frozenset(column.field for column in self.columns)


@dataclass(slots=True, eq=False)
class Row:
    """One row of a table: a value for each column, and its number in the workbook.

    Two rows are one where they stand in one place: a row may be taken off a `Shelf` twice. Nothing
    of it is ever changed; to be frozen when it runs, too, would make each four times as dear, and
    a row is taken off its shelf some seven times.
    """

    sheet: Final[Sheet]
    number: Final[int]
    values: Final[tuple[Value, ...]]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Row):
            return NotImplemented
        return self is other or (self.number == other.number and self.sheet is other.sheet)

    def __hash__(self) -> int:
        return hash((id(self.sheet), self.number))

    def get(self, name: str) -> Value:
        """Return the value under a heading, field, label or alias; None where there is none."""
        index = self.sheet.names.get(name)
        return None if index is None else self.values[index]

    def place(self, name: str = "") -> Place:
        """Point at the row, or at its cell in the column that `name` means."""
        column = self.sheet.column(name) if name else None
        cell = f"{column.letter}{self.number}" if column else f"第{self.number}行"
        return Place(self.sheet.file, self.sheet.name, cell)

    def cell(self, name: str) -> Cell:
        """Identify the row's cell in the column that `name` means."""
        return Cell(self.sheet.key, self.number, self.sheet.keys.get(name, name))


@dataclass(frozen=True, slots=True, eq=False)
class Organisation:
    """A Party organisation. `key` is its code, or its full name where the sheet has no codes.

    `superior` is the key of the organisation above it, None directly under the issuing unit.
    `addresses` are the usable ones of its own row, in the order of the cell.
    """

    key: str
    code: str
    name: str
    short: str
    category: str
    superior: str | None
    addresses: tuple[str, ...]
    row: Row


@dataclass(slots=True, eq=False)
class Member:
    """A member. `organisation` is a key, None where it could not be told; see `Row`."""

    name: Final[str]
    organisation: Final[str | None]
    row: Final[Row]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Member):
            return NotImplemented
        return self is other or self.row == other.row

    def __hash__(self) -> int:
        return hash(self.row)


class Members(Sequence[Member]):
    """The members of a large roster, each made of its row whenever it is asked for.

    `homes` tells of each row which of the `keys` its organisation has.
    """

    def __init__(self, rows: Sequence[Row], homes: array[int], keys: Sequence[str | None]) -> None:
        self._rows, self._homes, self._keys = rows, homes, keys

    def _member(self, row: Row, home: int) -> Member:
        name = row.get("name")
        return Member("" if name is None else str(name), self._keys[home], row)

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Member: ...
    @overload
    def __getitem__(self, index: slice) -> list[Member]: ...

    def __getitem__(self, index: int | slice) -> Member | list[Member]:
        if isinstance(index, slice):
            return list(map(self._member, self._rows[index], self._homes[index]))
        return self._member(self._rows[index], self._homes[index])

    def __iter__(self) -> Iterator[Member]:
        return map(self._member, self._rows, self._homes)

    def __reduce__(self) -> tuple[type, tuple[list[Member]]]:
        return tuple, (list(self),)


@dataclass(frozen=True, eq=False)
class Roster:
    """All organisations and members, in the order of their sheets, with what was found."""

    organisations: tuple[Organisation, ...]
    members: Sequence[Member]
    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()  # (file as named in the job, sha256)
    commended: tuple[tuple[str, str], ...] = ()  # 推荐集体: organisations by key, and their honours

    @cached_property
    def by_key(self) -> dict[str, Organisation]:
        """Organisations by key."""
        return {one.key: one for one in self.organisations}

    @cached_property
    def _below(self) -> dict[str | None, tuple[Organisation, ...]]:
        below: dict[str | None, list[Organisation]] = {}
        for one in self.organisations:
            below.setdefault(one.superior, []).append(one)
        return {key: tuple(ones) for key, ones in below.items()}

    @cached_property
    def _own(self) -> dict[str | None, tuple[Member, ...]]:
        own: dict[str | None, list[Member]] = {}
        for member in self.members:
            own.setdefault(member.organisation, []).append(member)
        return {key: tuple(ones) for key, ones in own.items()}

    def superior(self, one: Organisation) -> Organisation | None:
        """Return the organisation directly above, None under the issuing unit."""
        return None if one.superior is None else self.by_key.get(one.superior)

    def inferiors(self, one: Organisation | None) -> tuple[Organisation, ...]:
        """Return the organisations directly below; of None, those under the issuing unit."""
        return self._below.get(None if one is None else one.key, ())

    def line(self, one: Organisation) -> Iterator[Organisation]:
        """Walk from an organisation up to its second-level ancestor, itself first."""
        current: Organisation | None = one
        while current is not None:
            yield current
            current = self.superior(current)

    def second_level(self, one: Organisation) -> Organisation:
        """Return 二级党组织: the ancestor directly under the issuing unit, oneself included."""
        *_, top = self.line(one)
        return top

    def own_members(self, one: Organisation | None) -> tuple[Member, ...]:
        """Return the members of the organisation itself; of None, those of no organisation."""
        return self._own.get(None if one is None else one.key, ())

    @cached_property
    def _all(self) -> dict[str, tuple[Member, ...]]:
        return {}

    def all_members(self, one: Organisation | None) -> Sequence[Member]:
        """Return the members of the organisation and of all below it; of None, all of them."""
        if one is None:
            return self.members
        if one.key not in self._all:
            found = list(self.own_members(one))
            for below in self.inferiors(one):
                found.extend(self.all_members(below))
            self._all[one.key] = tuple(found)
        return self._all[one.key]

    def find(self, words: str) -> Organisation:
        """Return the organisation that a code, full name or short name means.

        Raises:
            UsageError: none is called so, or several are.

        """
        if words in self.by_key:
            return self.by_key[words]
        found = [one for one in self.organisations if words in (one.code, one.name, one.short)]
        if len(found) == 1:
            return found[0]
        if not found:
            from rosters.nearness import advice

            called = [(one.short, one.name) for one in self.organisations]
            otherwise = "请用党组织编码、全称或简称" + ("，一次写一个" if "、" in words else "")
            raise UsageError(f"名册里没有「{words}」", advice(words, called, otherwise))
        names = "、".join(f"{one.name}（{one.code}）" for one in found)
        raise UsageError(f"「{words}」不止一个：{names}", "请用党组织编码")
