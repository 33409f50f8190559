"""What a form asks for and what was answered: frozen values. A blank, a 0 and a 无 are three."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

TABLE = "填报表"  # the defined name, or bookmark, of a table's heading row
HIDDEN = "_fawen"  # the sheet that nobody sees: token, form and places
# What asks for a number, as its name says; 学号, 电话 and the like do not end so.
_COUNTED = re.compile(r"(?:人次|得分|评分|数量|金额|合计|小计|总计|比例|率|[^号参指级]数)$")
_DAY = re.compile(r"日期|报送日|填报日|时间")


class Sort(StrEnum):
    """What may be written into a field."""

    NUMBER = "数"
    TEXT = "文字"
    DATE = "日期"
    CHOICE = "选项"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is asked for. `low` and `high` are what the form itself allows."""

    name: str
    sort: Sort = Sort.TEXT
    low: Decimal | None = None
    high: Decimal | None = None
    whole: bool = True  # no fractions
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a field of its own stands: sheet and cell (C5), and the words that stand before it."""

    field: Field
    sheet: str = ""
    cell: str = ""
    label: str = ""
    away: tuple[int, int] = (0, 0)  # rows and columns from those words to the cell
    given: bool = False  # the form fills it in itself: a tag, a formula


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the marked table; `made` says that the form fills it in itself.

    `given` says that its rows are named there: 考察内容, 物资名称. `adds` names the columns that
    its formula adds up, where it is such a formula.
    """

    field: Field
    column: int  # counted from 1
    made: bool = False
    given: bool = False
    adds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The marked table: sheet, heading row (from 1), columns, and how many rows are free."""

    sheet: str
    row: int
    columns: tuple[Column, ...]
    free: int
    day: str = ""  # the column of days, "" where its rows are items
    end: str = ""  # the first words below its rows: 合计, a note
    items: tuple[str, ...] = ()  # what its rows are about, where the form names each

    @property
    def asked(self) -> tuple[Field, ...]:
        """List what somebody is to fill in."""
        columns = (one for one in self.columns if not one.made and not one.given)
        return tuple(one.field for one in columns if one.field.name != self.day)


@dataclass(frozen=True, slots=True)
class Layout:
    """What a form asks for, and where. `suffix` is .xlsx or .docx."""

    suffix: str
    spots: tuple[Spot, ...] = ()
    table: Table | None = None
    still: frozenset[str] = frozenset()  # all words of the empty form; in Word, those of its hints

    @property
    def fields(self) -> tuple[Field, ...]:
        """List all that is asked for: single fields, then columns of the table."""
        own = (one.field for one in self.spots if not one.given)
        return (*own, *(self.table.asked if self.table else ()))

    @property
    def names(self) -> tuple[str, ...]:
        """Name all that is asked for."""
        return tuple(one.name for one in self.fields)

    @property
    def told(self) -> tuple[Field, ...]:
        """List all that is told by itself: of a table whose rows are named, a field of each row."""
        if self.table is None or not self.table.items:
            return self.fields
        return (*(one.field for one in self.spots if not one.given), *self.rows)

    @property
    def rows(self) -> tuple[Field, ...]:
        """List the fields of the rows that the form names: 一问担当得分."""
        return tuple(
            replace(one, name=of_item(item, one.name))
            for item in (self.table.items if self.table else ())
            for one in (self.table.asked if self.table else ())
        )


@dataclass(frozen=True, slots=True)
class Value:
    """What stands in a field: `raw` as it is seen, "" where it was left blank.

    `number` is what it counts, for 无 too (`none`); a blank has none: it is never zero.
    """

    name: str
    raw: str
    where: str  # 日报表 › C5
    number: Decimal | None = None
    day: date | None = None
    none: bool = False

    @property
    def blank(self) -> bool:
        """Tell whether nothing was written."""
        return not self.raw

    @property
    def nil(self) -> bool:
        """Tell whether it says that there is nothing: an explicit 0, or 无."""
        return self.none or self.number == 0


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: its values by their names, its day, or what item it is about."""

    where: str
    values: Mapping[str, Value]
    day: date | None = None
    item: str = ""

    @property
    def blank(self) -> bool:
        """Tell whether nobody wrote anything into it."""
        return all(one.blank for one in self.values.values())


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an answer, where, and what to do about it."""

    rule: str
    where: str
    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A form as it came back; `token` is "" where none was found."""

    token: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def written(self) -> tuple[Line, ...]:
        """List the rows into which somebody wrote."""
        return tuple(one for one in self.lines if not one.blank)

    def on(self, day: date) -> Line | None:
        """Return the row of a day; the last, where a day stands there twice."""
        return next((one for one in reversed(self.lines) if one.day == day), None)


def of_item(item: str, column: str) -> str:
    """Name the field of a row: 一问担当, 得分（0-100） -> 一问担当得分."""
    return f"{item}{_bare(column)}"


def _bare(name: str) -> str:
    return re.sub(r"[（(].*?[）)]", "", name).strip()


def sort_of(name: str) -> Sort:
    """Tell by its name what a field asks for, where the form does not say."""
    bare = _bare(name)
    if _COUNTED.search(bare):
        return Sort.NUMBER
    return Sort.DATE if _DAY.search(bare) else Sort.TEXT
