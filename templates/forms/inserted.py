"""Rows put into a sheet: all below moves down, and whatever points there follows it."""

from __future__ import annotations

import re
from copy import copy
from typing import TYPE_CHECKING, Any

from openpyxl.cell import MergedCell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_REFERENCE = re.compile(
    r"(?:(?P<sheet>'(?:[^']|'')+'|[^'!]+)!)?"
    r"(?P<left>\$?[A-Za-z]{1,3})?(?P<a>\$?)(?P<top>\d+)"
    r"(?::(?P<right>\$?[A-Za-z]{1,3})?(?P<b>\$?)(?P<bottom>\d+))?"
)


class Insertion:
    """Empty rows below a row, dressed as it; what ends with that row takes them in."""

    def __init__(self, book: Workbook, sheet: Worksheet, after: int, count: int) -> None:
        self.book, self.sheet, self.after, self.count = book, sheet, after, count

    def done(self) -> None:
        """Put the rows in."""
        sheet = self.sheet
        flat = (one for one in sheet.merged_cells.ranges if one.min_row == one.max_row)
        across = [(one.min_col, one.max_col) for one in flat if one.min_row == self.after]
        merged = self._unmerged()
        sheet.insert_rows(self.after + 1, self.count)
        self._heights()
        for row in range(self.after + 1, self.after + self.count + 1):
            self._dressed(row)
        for one in merged:
            sheet.merge_cells(one)
        for row in range(self.after + 1, self.after + self.count + 1):
            for first, last in across:
                sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
        self._ranges()
        self._formulas()
        for cells in sheet.iter_rows(min_row=self.after + 1):
            for cell in cells:
                if cell.hyperlink is not None:
                    cell.hyperlink.ref = cell.coordinate

    def _row(self, row: int) -> int:
        return row + self.count if row > self.after else row

    def _rows(self, top: int, bottom: int, *, takes: bool) -> tuple[int, int]:
        """Move a stretch of rows; `takes`: one that ends with the row takes in the new ones."""
        grown = self.count if bottom > self.after or (takes and bottom == self.after) else 0
        return self._row(top), bottom + grown

    def _area(self, area: CellRange, *, single: bool) -> str:
        takes = single or area.min_row < area.max_row
        top, bottom = self._rows(area.min_row, area.max_row, takes=takes)
        return CellRange(
            min_col=area.min_col, max_col=area.max_col, min_row=top, max_row=bottom
        ).coord

    def _unmerged(self) -> list[str]:
        """Take apart the merged cells that move or grow; return what they are to be then."""
        found = []
        for one in list(self.sheet.merged_cells.ranges):
            moved = self._area(one, single=False)
            if moved != one.coord:
                self.sheet.unmerge_cells(one.coord)
                found.append(moved)
        return found

    def _heights(self) -> None:
        known = self.sheet.row_dimensions
        for row in sorted((one for one in known if one > self.after), reverse=True):
            dimension = known.pop(row)
            dimension.index = row + self.count
            known[row + self.count] = dimension

    def _dressed(self, row: int) -> None:
        """Give a new row the looks of the row above the new ones."""
        model, made = self.sheet.row_dimensions[self.after], self.sheet.row_dimensions[row]
        made.height = model.height
        for column in range(1, self.sheet.max_column + 1):
            old: Any = self.sheet.cell(self.after, column)
            new: Any = self.sheet.cell(row, column)
            if not isinstance(new, MergedCell):
                new._style = copy(old._style)  # noqa: SLF001 (openpyxl's own way to copy a style)

    def _ranges(self) -> None:
        """Move validations, conditional formats, filters, tables, print area and page breaks."""
        sheet = self.sheet
        for rule in sheet.data_validations.dataValidation:
            rule.sqref = self._several(rule.sqref)
            rule.formula1, rule.formula2 = map(self._bare, (rule.formula1, rule.formula2))
        formats = ConditionalFormattingList()
        for one in sheet.conditional_formatting:
            for rule in one.rules:
                rule.formula = [self._bare(text) for text in rule.formula]
                formats.add(str(self._several(one.sqref)), rule)
        sheet.conditional_formatting = formats
        tables = [*sheet.tables.values(), *(one.autoFilter for one in sheet.tables.values())]
        for one in [sheet.auto_filter, *filter(None, tables)]:
            if one.ref:
                one.ref = self._area(CellRange(one.ref), single=False)
        area: Any = vars(sheet)["_print_area"]  # its text has the sheet's name in it
        sheet.print_area = [self._area(one, single=False) for one in area.sorted()]
        for one in sheet.row_breaks.brk:
            one.id = one.id + self.count if one.id >= self.after else one.id

    def _several(self, ranges: MultiCellRange) -> MultiCellRange:
        return MultiCellRange([CellRange(self._area(one, single=True)) for one in ranges.sorted()])

    def _formulas(self) -> None:
        for sheet in self.book.worksheets:
            for cells in sheet.iter_rows():
                for cell in cells:
                    if cell.data_type == "f":
                        cell.value = self._of_cell(cell.value, sheet, int(cell.row or 0))
        names = [*self.book.defined_names.values()]
        names += [one for sheet in self.book.worksheets for one in sheet.defined_names.values()]
        for name in names:
            name.attr_text = self._moved(f"={name.attr_text}", "", None)[1:]

    def _of_cell(self, value: Any, sheet: Worksheet, row: int) -> Any:  # noqa: ANN401 (a formula of openpyxl)
        if isinstance(value, ArrayFormula | DataTableFormula):
            if sheet is self.sheet and value.ref:
                value.ref = self._area(CellRange(value.ref), single=False)
            if isinstance(value, ArrayFormula) and value.text:
                value.text = self._moved(value.text, sheet.title, row)
            return value
        return self._moved(str(value), sheet.title, row)

    def _bare(self, text: str | None) -> str | None:
        """Move what a rule refers to; it has no sign of a formula before it."""
        return self._moved(f"={text}", self.sheet.title, None)[1:] if text else text

    def _moved(self, formula: str, home: str, row: int | None) -> str:
        """Move the references of a formula that stands on a sheet, in a row of it or nowhere."""
        tokens = Tokenizer(formula)
        own = home == self.sheet.title and row == self.after
        for token in tokens.items:
            if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                token.value = self._reference(token.value, home, own=own)
        return str(tokens.render())  # type: ignore[no-untyped-call]  # openpyxl's own

    def _reference(self, text: str, home: str, *, own: bool) -> str:
        found = _REFERENCE.fullmatch(text)
        if found is None:
            return text
        named = found["sheet"]
        title = named.strip("'").replace("''", "'") if named else home
        if title != self.sheet.title:
            return text
        head = f"{named}!" if named else ""
        left, top = found["left"] or "", int(found["top"])
        if found["bottom"] is None:
            return f"{head}{left}{found['a']}{self._row(top)}" if left else text
        bottom, right = int(found["bottom"]), found["right"] or ""
        takes = top < bottom or (not own and left.strip("$") == right.strip("$"))
        top, bottom = self._rows(top, bottom, takes=takes)
        return f"{head}{left}{found['a']}{top}:{right}{found['b']}{bottom}"
