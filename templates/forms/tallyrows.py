"""The rows of a unit's table filled: what an entry says, what sums come to, its own formulas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from openpyxl.cell import MergedCell
from openpyxl.formula.translate import Translator
from openpyxl.utils.cell import get_column_letter

from templates.forms.register import COUNTS, IDENTITY
from templates.forms.takes import added
from templates.forms.tallycells import fill, heightened, linked, put
from templates.forms.tallyplaces import tags

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from templates.forms.register import Words
    from templates.forms.tally import Column, Roll
    from templates.forms.tallymatter import Entry, Value

_SUM = re.compile(
    r"=(?:SUM|SUBTOTAL)\((?:9,|109,)?\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)\)",
    re.IGNORECASE,
)
Models = dict[int, tuple[str, str]]  # formulas by columns, each with the cell it stands in


@dataclass
class Table:
    """A table that is being filled; `say` takes cell, message and advice of a finding."""

    sheet: Worksheet
    roll: Roll
    words: Words
    say: Callable[[str, str, str], None]

    def asked(self, column: Column) -> list[str]:
        """Name what a column asks for: with tags, all that they name."""
        return [self.words.meant(one) for one in tags(column.text)] or [column.name]

    def models(self) -> Models:
        """Return the formulas of the first row by columns, each with the cell it stands in."""
        row = self.roll.rows[0] if self.roll.rows else self.roll.head + 1
        cells = (self.sheet.cell(row, column) for column in range(1, self.sheet.max_column + 1))
        return {
            int(one.column or 0): (str(one.value), one.coordinate)
            for one in cells
            if one.data_type == "f"
        }

    def row(self, row: int, entry: Entry, models: Models) -> None:
        """Write what an entry says into a row; the unit's words and formulas stay."""
        sheet, roll = self.sheet, self.roll
        names = {one.column: one.name for one in roll.columns}
        for column in roll.columns:
            cell = sheet.cell(row, column.column)
            if isinstance(cell, MergedCell):
                continue
            if column.text:
                if entry.key:
                    fill(cell, column.text, entry.values, self.words)
                continue
            formula = self._formula(cell, models)
            value = entry.values.get(column.name)
            if column.name in (*IDENTITY, "日期") and cell.value not in {None, ""}:
                continue
            if formula and self._agrees(formula, row, names, column.name, entry):
                cell.value = formula
            else:
                put(cell, value)
            numeric = isinstance(value, Decimal) and column.name in self.words.fields
            if entry.link and (numeric or column.name == "报送时间"):
                linked(cell, entry.link)
        for at in models:
            cell = sheet.cell(row, at)
            if at in roll.own and not isinstance(cell, MergedCell):
                cell.value = self._formula(cell, models) if entry.reported and entry.key else None
        heightened(sheet, row)

    def _formula(self, cell: Cell, models: Models) -> str:
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

    def sums(
        self,
        keys: Sequence[str],
        filled: Mapping[str, int],
        added_up: Callable[[Sequence[str]], Mapping[str, Value]],
    ) -> None:
        """Write what stands in the rows of 小计 and 合计; `keys` are all that count.

        A formula of the unit stays; where nobody gave a number it goes, for it would say 0.
        """
        sheet, roll = self.sheet, self.roll
        start = 0
        parted = any(sort == "小计" for _, sort in roll.sums)
        for row, sort in roll.sums:
            own = [key for key, at in filled.items() if start < at < row]
            values = added_up(keys if sort == "合计" else own)
            start = row if sort == "小计" else start
            for column in roll.columns:
                cell = sheet.cell(row, column.column)
                names = self.asked(column)
                if isinstance(cell, MergedCell) or not {*self.words.fields, *COUNTS} & {*names}:
                    continue
                value = values.get(names[0])
                if cell.data_type != "f":
                    self._sum(cell, value)
                elif value is None:
                    message = f"没有一个单位填「{names[0]}」，合计空着：空着的不是 0"
                    self.say(cell.coordinate, message, "")
                    cell.value = None
                elif not parted:
                    self._covering(cell, [*filled.values()])

    def _sum(self, cell: Cell, value: Value) -> None:
        if isinstance(value, Decimal) or cell.value is None:
            put(cell, value if isinstance(value, Decimal) else None)

    def _covering(self, cell: Cell, rows: Sequence[int]) -> None:
        """Have a sum take in all rows, where it would leave out some."""
        found = _SUM.fullmatch("".join(str(cell.value).split()))
        if found is None or not rows:
            return
        top, bottom = int(found[2]), int(found[4])
        own = get_column_letter(cell.column)
        if found[1].upper() == found[3].upper() == own and (top > min(rows) or bottom < max(rows)):
            message = f"合计的公式 {cell.value} 没有算到全部的行，已改"
            self.say(cell.coordinate, message, "请在汇总模板里改正公式")
            cell.value = f"=SUM({own}{min(top, *rows)}:{own}{max(bottom, *rows)})"
