"""A unit's workbook for returns, filled: rows grow, its looks and formulas stay."""

from __future__ import annotations

import datetime as dt
import io
import re
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias
from unicodedata import east_asian_width

from openpyxl.cell import MergedCell
from openpyxl.formula.translate import Translator
from openpyxl.utils.cell import get_column_letter

from rosters.finding import Finding, Level, Place
from templates.forms import tallyreading
from templates.forms.inserted import Insertion
from templates.forms.register import COUNTS, IDENTITY
from templates.forms.said import day_of
from templates.forms.takes import added
from templates.forms.tallyplaces import tags

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from templates.forms.register import Words
    from templates.forms.tally import Column, Roll, Tally

_LINE, _WIDTH = 15, 8.43  # points of a line, characters of a column that nobody set
Value: TypeAlias = "str | Decimal | dt.datetime | None"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SUM = re.compile(
    r"=(?:SUM|SUBTOTAL)\((?:9,|109,)?\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)\)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a row says: of an organisation, a group, or the unit itself.

    `reported` tells whether there is a report: without one the unit's formulas stay empty, for a
    blank is no zero. `link` leads to where the numbers come from.
    """

    key: str
    values: Mapping[str, Value]
    reported: bool = True
    link: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a name in the table means: an entry by its key, a group, or nobody, and why."""

    key: str = ""
    group: Entry | None = None
    message: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """All that a workbook is filled with.

    `meant` understands a name that stands in a table, `sums` adds up entries by their keys, `ones`
    are what single places ask for. `lone`: there is one entry, and other rows are not ours.
    """

    entries: Sequence[Entry]
    meant: Callable[[str], Meant]
    sums: Callable[[Sequence[str]], Mapping[str, Value]]
    ones: Mapping[str, Value]
    lone: bool = False


@dataclass
class Filling:
    """Fills a workbook once."""

    made: Tally
    words: Words
    matter: Matter
    findings: list[Finding] = field(default_factory=list)
    placed: set[str] = field(default_factory=set)  # names that have a place somewhere

    def fill(self) -> None:
        """Fill it."""
        self.findings += self.made.findings
        for roll in list(self.made.rolls):
            self._grow(roll)
        heads = len(self.made.findings)
        tallyreading.look(self.made, self.words, lone=self.matter.lone)
        del self.made.findings[heads:]  # said before rows were put in
        for roll in self.made.rolls:
            self._roll(roll)
        for place in self.made.places:
            self.placed |= {self.words.meant(one) for one in tags(place.text)}
            cell = self.made.book[place.sheet].cell(place.row, place.column)
            self._text(cell, place.text, self.matter.ones)
            _heightened(self.made.book[place.sheet], place.row)

    def written(self) -> bytes:
        """Write it."""
        out = io.BytesIO()
        self.made.book.save(out)
        return out.getvalue()

    # -- rows --

    def _grow(self, roll: Roll) -> None:
        """Put in the rows that are lacking: among the free ones, else below the last."""
        if self.matter.lone or not roll.rows or self._grouped(roll):
            return
        named = {self.matter.meant(words).key for _, words in roll.typed}
        lacking = [one for one in self.matter.entries if one.key not in named]
        after = [row for row in roll.free if not roll.typed or row > roll.typed[-1][0]]
        count = len(lacking) - len(after)
        if count > 0:
            own = not roll.typed and len(roll.free) > 1
            row = roll.free[-2] if own else roll.rows[-1]
            Insertion(self.made.book, self.made.book[roll.sheet], row, count).done()

    def _grouped(self, roll: Roll) -> bool:
        """Tell whether a table names groups and no organisation."""
        meant = [self.matter.meant(words) for _, words in roll.typed]
        return any(one.group for one in meant) and not any(one.key for one in meant)

    def _roll(self, roll: Roll) -> None:
        sheet = self.made.book[roll.sheet]
        self.placed |= {name for one in roll.columns for name in self._asked(one)}
        models = self._models(sheet, roll)
        given = {one.key: one for one in self.matter.entries}
        filled: dict[str, int] = {}
        for row, words in roll.typed:
            meant = self.matter.meant(words)
            if meant.group is not None:
                self._row(sheet, roll, row, meant.group, {})
            elif meant.key in given and meant.key not in filled:
                filled[meant.key] = row
            elif not self.matter.lone:
                self._told(roll, row, words, meant, twice=meant.key in filled)
                self._row(sheet, roll, row, Entry("", {}, reported=False), models)
        if not self._grouped(roll):
            filled |= self._more(roll, filled)
        for number, (key, row) in enumerate(sorted(filled.items(), key=lambda one: one[1]), 1):
            entry = given[key]
            values = {**entry.values, "序号": Decimal(number)}
            self._row(sheet, roll, row, Entry(key, values, entry.reported, entry.link), models)
        self._sums(sheet, roll, filled)

    def _more(self, roll: Roll, filled: Mapping[str, int]) -> dict[str, int]:
        """Give the entries that nobody typed the free rows, in their order."""
        lacking = [one.key for one in self.matter.entries if one.key not in filled]
        last = max((row for row, _ in roll.typed), default=0)
        free = [row for row in roll.free if row > last]
        if self.matter.lone and roll.typed and lacking:
            message, cure = "表里写好的单位没有本单位", "请核对 fawen.toml 里 [unit] 的 name"
            self._say(roll.sheet, f"第{roll.typed[0][0]}行", "tally.lacking", message, cure)
            return {}
        free = self._dated(roll, free) if self.matter.lone else free
        found = dict(zip(lacking, free, strict=False))
        for key, row in found.items() if roll.typed else ():
            said = {one.key: one for one in self.matter.entries}[key].values.get("单位")
            message = f"应报的「{said}」表里没有写，补在第{row}行"
            self._say(roll.sheet, f"第{row}行", "tally.lacking", message, "请在汇总模板里补上")
        return found

    def _dated(self, roll: Roll, free: list[int]) -> list[int]:
        """Return the rows of the day, where a table names days; else those that name none."""
        column = next((one.column for one in roll.columns if one.name == "日期"), 0)
        if not column:
            return free
        sheet, day = self.made.book[roll.sheet], self.matter.ones.get("日期")
        days = {row: day_of(sheet.cell(row, column).value) for row in free}
        own = [
            row for row, one in days.items() if isinstance(day, dt.datetime) and one == day.date()
        ]
        return own or [row for row, one in days.items() if one is None]

    def _told(self, roll: Roll, row: int, words: str, meant: Meant, *, twice: bool) -> None:
        message = f"「{words}」写了两行，只填第一行" if twice else meant.message
        cell = f"{get_column_letter(roll.who)}{row}"
        self._say(roll.sheet, cell, "tally.name", message, meant.advice or "请核对汇总模板")

    def _say(self, sheet: str, cell: str, rule: str, message: str, advice: str) -> None:
        place = Place(self.made.shown, sheet, cell)
        found = Finding(Level.WARNING, rule, place, message, advice)
        if found not in self.findings:
            self.findings.append(found)

    def _asked(self, column: Column) -> list[str]:
        return [self.words.meant(one) for one in tags(column.text)] or [column.name]

    def _models(self, sheet: Worksheet, roll: Roll) -> dict[int, tuple[str, str]]:
        """Return the formulas of the first row by columns, each with the cell it stands in."""
        row = roll.rows[0] if roll.rows else roll.head + 1
        cells = (sheet.cell(row, column) for column in range(1, sheet.max_column + 1))
        return {
            int(one.column or 0): (str(one.value), one.coordinate)
            for one in cells
            if one.data_type == "f"
        }

    def _row(
        self,
        sheet: Worksheet,
        roll: Roll,
        row: int,
        entry: Entry,
        models: Mapping[int, tuple[str, str]],
    ) -> None:
        names = {one.column: one.name for one in roll.columns}
        for column in roll.columns:
            cell = sheet.cell(row, column.column)
            if isinstance(cell, MergedCell):
                continue
            if column.text:
                if entry.key:
                    self._text(cell, column.text, entry.values)
                continue
            formula = self._formula(cell, models)
            value = entry.values.get(column.name)
            if column.name in (*IDENTITY, "日期") and cell.value not in {None, ""}:
                continue
            if formula and self._agrees(formula, row, names, column.name, entry):
                cell.value = formula
            else:
                self._put(cell, value)
            numeric = isinstance(value, Decimal) and column.name in self.words.fields
            if entry.link and (numeric or column.name == "报送时间"):
                _linked(cell, entry.link)
        for at in models:
            cell = sheet.cell(row, at)
            if at in roll.own and not isinstance(cell, MergedCell):
                cell.value = self._formula(cell, models) if entry.reported and entry.key else None
        _heightened(sheet, row)

    def _formula(self, cell: Cell, models: Mapping[int, tuple[str, str]]) -> str:
        """Return the unit's formula for a cell: its own, else that of the first row."""
        if cell.data_type == "f":
            return str(cell.value)
        if cell.column not in models:
            return ""
        text, home = models[cell.column]
        made = Translator(text, origin=home).translate_formula(cell.coordinate)
        return str(made)

    def _agrees(
        self, formula: str, row: int, names: Mapping[int, str], name: str, entry: Entry
    ) -> bool:
        """Tell whether a formula comes to what was reported: it adds up columns that do."""
        parts = [entry.values.get(one) for one in added(formula, row, names)]
        numbers = [one for one in parts if isinstance(one, Decimal)]
        value = entry.values.get(name)
        return bool(numbers) and isinstance(value, Decimal) and sum(numbers) == value

    # -- sums --

    def _sums(self, sheet: Worksheet, roll: Roll, filled: Mapping[str, int]) -> None:
        start = 0
        parted = any(sort == "小计" for _, sort in roll.sums)
        for row, sort in roll.sums:
            keys = [key for key, at in filled.items() if start < at < row]
            if sort == "合计":
                keys = [one.key for one in self.matter.entries]
            values = self.matter.sums(keys)
            start = row if sort == "小计" else start
            for column in roll.columns:
                cell = sheet.cell(row, column.column)
                names = self._asked(column)
                if isinstance(cell, MergedCell) or not {*self.words.fields, *COUNTS} & {*names}:
                    continue
                value = values.get(names[0])
                if cell.data_type != "f":
                    self._sum(cell, value)
                elif value is None:
                    message = f"没有一个单位填「{names[0]}」，合计空着：空着的不是 0"
                    self._say(roll.sheet, cell.coordinate, "tally.sum", message, "")
                    cell.value = None
                elif not parted:
                    self._covering(roll, cell, [*filled.values()])

    def _sum(self, cell: Cell, value: Value) -> None:
        if isinstance(value, Decimal) or cell.value is None:
            self._put(cell, value if isinstance(value, Decimal) else None)

    def _covering(self, roll: Roll, cell: Cell, rows: Sequence[int]) -> None:
        """Have a sum take in all rows, where it would leave out some."""
        found = _SUM.fullmatch("".join(str(cell.value).split()))
        if found is None or not rows:
            return
        top, bottom = int(found[2]), int(found[4])
        own = get_column_letter(cell.column)
        if found[1].upper() == found[3].upper() == own and (top > min(rows) or bottom < max(rows)):
            message = f"合计的公式 {cell.value} 没有算到全部的行，已改"
            self._say(roll.sheet, cell.coordinate, "tally.sum", message, "请在汇总模板里改正公式")
            cell.value = f"=SUM({own}{min(top, *rows)}:{own}{max(bottom, *rows)})"

    # -- cells --

    def _text(self, cell: Cell | MergedCell, text: str, values: Mapping[str, Value]) -> None:
        """Fill the tags of a cell; a number that stands alone stays one."""
        if isinstance(cell, MergedCell):
            return
        asked = tags(text)
        if len(asked) == 1 and text.strip().startswith("{{") and text.strip().endswith("}}"):
            self._put(cell, values.get(self.words.meant(asked[0])))
            return
        for one in asked:
            said = shown(values.get(self.words.meant(one))).replace("\\", r"\\")
            text = re.sub(r"\{\{\s*" + re.escape(one) + r"\s*\}\}", said, text)
        self._put(cell, text)

    def _put(self, cell: Cell, value: Value) -> None:
        if isinstance(value, Decimal):
            cell.value = int(value) if value == value.to_integral_value() else float(value)
        elif isinstance(value, dt.datetime) and cell.is_date:
            cell.value = value.replace(tzinfo=None)
        else:
            text = _ILLEGAL.sub("", shown(value))
            kept: Any = text or None
            cell.value = kept
            if text:
                cell.data_type = "s"  # never a formula from data: "=…" stays text


def shown(value: Value) -> str:
    """Write a value as it is read: a day as 2026年11月26日, with its time where it has one."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        day = f"{value.year}年{value.month}月{value.day}日"
        return day if value.time() == dt.time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, Decimal):
        return str(int(value)) if value == value.to_integral_value() else str(value)
    return value


def _linked(cell: Any, link: str) -> None:  # noqa: ANN401 (a cell, whose style has no type)
    style = copy(cell._style)  # noqa: SLF001 (a link must not change the unit's looks)
    cell.hyperlink = link
    cell._style = style  # noqa: SLF001 (likewise)


def _heightened(sheet: Worksheet, row: int) -> None:
    """Make a row higher where its height would hide a part of what stands in its boxes."""
    widths = {
        (one.min_row, one.min_col): range(one.min_col, one.max_col + 1)
        for one in sheet.merged_cells.ranges
    }
    most = 1
    for cell in sheet[row]:
        boxed = cell.border.bottom.style or cell.border.top.style
        if not boxed or not isinstance(cell.value, str) or cell.data_type == "f":
            continue
        columns = widths.get((row, cell.column), range(cell.column, cell.column + 1))
        letters = map(get_column_letter, columns)
        width = sum(sheet.column_dimensions[one].width or _WIDTH for one in letters)
        room = max(1, int(width) - 1)
        lines = sum(-(-_wide(one) // room) or 1 for one in cell.value.split("\n"))
        if lines > 1:
            made: Any = copy(cell.alignment)
            made.wrap_text = True
            cell.alignment = made
        most = max(most, lines)
    if most > 1:
        known = sheet.row_dimensions[row].height or 0
        sheet.row_dimensions[row].height = max(known, _LINE * most + 4)


def _wide(text: str) -> int:
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)
