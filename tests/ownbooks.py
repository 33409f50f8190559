"""Workbooks as units keep them: summaries in three layouts, and a superior's form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

_THIN, _THICK = Side(style="thin"), Side(style="medium")
_EDGE = Border(_THIN, _THIN, _THIN, _THIN)
_MIDDLE = Alignment("center", "center", wrap_text=True)


def boxed(sheet: Worksheet, area: str, font: Font | None = None) -> None:
    """Draw lines around the cells of an area, and centre what they say."""
    for row in sheet[area]:
        for cell in row:
            cell.border, cell.alignment = _EDGE, _MIDDLE
            cell.font = font or Font(name="仿宋", size=11)


def titled(sheet: Worksheet, area: str, text: str) -> None:
    """Put a title over a table."""
    sheet.merge_cells(area)
    first = sheet[area.split(":", maxsplit=1)[0]]
    first.value, first.font = text, Font(name="方正小标宋简体", size=18)
    first.alignment = Alignment("center", "center")
    sheet.row_dimensions[first.row].height = 36


def printed(sheet: Worksheet, titles: str, area: str) -> None:
    """Set up a sheet for printing as offices do."""
    sheet.print_title_rows, sheet.print_area = titles, area
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter.center.text = "第 &P 页"


def growing(path: Path) -> None:
    """Lay a summary with one row for all: a heading in two rows, sums below, a second sheet."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "汇总"
    titled(sheet, "A1:I1", "2026年　　月　　日学生返校情况汇总表")
    sheet["A2"], sheet["G2"] = "汇总单位：", "应报单位："
    sheet.merge_cells("A2:D2")
    boxed(sheet, "G2:H2")
    head = {"A3": "序号", "B3": "单位", "C3": "人数", "F3": "占比", "G3": "新增\n人数",
            "H3": "报送情况", "I3": "备注", "C4": "在校", "D4": "在外", "E4": "合计"}  # fmt: skip
    boxed(sheet, "A3:I6")
    for cell, text in head.items():
        sheet[cell] = text
        sheet[cell].font, sheet[cell].fill = Font("黑体", 11), PatternFill("solid", "DDEBF7")
    for area in ("A3:A4", "B3:B4", "C3:E3", "F3:F4", "G3:G4", "H3:H4", "I3:I4"):
        sheet.merge_cells(area)
    sheet["F5"] = "=D5/E5"
    sheet["F5"].number_format = "0.0%"
    sheet["E5"] = "=C5+D5"
    sheet.row_dimensions[5].height = 22
    sheet["B6"] = "合计"
    for column in "CDEG":
        sheet[f"{column}6"] = f"=SUM({column}5:{column}5)"
    sheet["F6"] = "=D6/E6"
    sheet["F6"].number_format = "0.0%"
    sheet["A8"], sheet["F8"] = "填表人：", "负责人（签字）："
    sheet.merge_cells("F8:I8")
    for column, width in zip("ABCDEFGHI", (6, 18, 9, 9, 9, 8, 8, 16, 30), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.conditional_formatting.add(
        "G5", CellIsRule(operator="greaterThan", formula=["15"], font=Font(color="C00000"))
    )
    rule = DataValidation(type="whole", operator="between", formula1="0", formula2="99999")
    rule.add("C5:D5")
    sheet.add_data_validation(rule)
    printed(sheet, "1:4", "A1:I8")
    sheet.freeze_panes = "C5"
    _groups(book)
    book.save(path)


def _groups(book: Workbook) -> None:
    """Add the sheet of 类别, and a sheet that is the unit's own alone."""
    sheet = book.create_sheet("分类")
    titled(sheet, "A1:F1", "分类情况（{{ 日期 }}）")
    for column, text in enumerate(("类别", "应报", "已报", "零报告", "未报", "新增人数"), start=1):
        sheet.cell(3, column, text)
    for row, text in enumerate(("分党委", "党总支", "合计"), start=4):
        sheet.cell(row, 1, text)
    boxed(sheet, "A3:F6")
    sheet["A8"], sheet["A9"] = "未报单位：", "校外在外人数合计"
    sheet["B9"] = "=汇总!D6"
    sheet.merge_cells("A8:F8")
    sheet["A8"].alignment = Alignment(wrap_text=True)
    sheet.column_dimensions["A"].width = 20
    own = book.create_sheet("说明")
    own["A1"] = "本表每日17:30前交办公室，一式两份。"


def typed(path: Path, names: list[tuple[str, list[str]]]) -> None:
    """Lay a summary in which everybody stands already: by 类别, with 小计 and 合计.

    Numbers of another day were left in it, as people do.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "返校情况"
    titled(sheet, "A1:H1", "学生返校情况一览表")
    sheet["A2"] = "制表单位：　　　　　　　　　　填报日期：    年  月  日"
    sheet.merge_cells("A2:H2")
    head = (
        "类别",
        "编号",
        "学院（系）",
        "新增人数",
        "在校人数（人）",
        "宿舍楼",
        "在外人数",
        "状态",
    )
    for column, text in enumerate(head, start=1):
        sheet.cell(3, column, text)
    row, number = 4, 0
    for category, members in names:
        first = row
        for name in members:
            number += 1
            told: tuple[Any, ...] = (None, number, name, 7, 123, f"{number}号楼", None, None)
            for column, value in enumerate(told, start=1):
                sheet.cell(row, column, value)
            row += 1
        sheet.cell(first, 1, category)
        sheet.cell(row, 3, "小计")
        for column in "DE":
            sheet[f"{column}{row}"] = f"=SUM({column}{first}:{column}{row - 1})"
        row += 1
        boxed(sheet, f"A{first}:H{row - 1}")
        sheet.merge_cells(f"A{first}:A{row - 1}")
    sheet.cell(row, 1, "总  计")
    sheet.merge_cells(f"A{row}:C{row}")
    boxed(sheet, "A3:H3", Font("黑体", 11))
    boxed(sheet, f"A{row}:H{row}", Font("黑体", 11))
    sheet[f"D{row}"] = 999
    sheet[f"A{row + 1}"] = "注：新增人数为当日新增。"
    sheet[f"A{row + 3}"] = "审核：              制表："
    for column, width in zip("ABCDEFGH", (8, 6, 26, 10, 12, 10, 10, 18), strict=True):
        sheet.column_dimensions[column].width = width
    printed(sheet, "1:3", f"A1:H{row + 3}")
    book.save(path)


def superior(path: Path, *, table: bool = False) -> None:
    """Lay the form of a superior: labels with room beside them, or a row for each unit."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "日报"
    titled(sheet, "A1:D1", "全市高校学生返校情况日报表")
    if table:
        for column, text in enumerate(("序号", "学校", "在校人数", "新增人数"), start=1):
            sheet.cell(3, column, text)
        sheet["A4"], sheet["B4"], sheet["C4"], sheet["D4"] = (
            1,
            "{{ 单位 }}",
            "{{ 在校人数 }}",
            "{{ 新增人数 }}人",
        )
        boxed(sheet, "A3:D4")
    else:
        sheet["A2"], sheet["C2"] = "填报单位：", "填报日期：　　年　月　日"
        sheet.merge_cells("A2:B2")
        sheet.merge_cells("C2:D2")
        told = (("在校人数", "在外人数"), ("新增人数", "单位数"), ("已报", "零报告"))
        for row, (left, right) in enumerate(told, start=3):
            sheet.cell(row, 1, left)
            sheet.cell(row, 3, right)
        sheet["A6"] = "情况说明"
        sheet.merge_cells("B6:D6")
        boxed(sheet, "A3:D6")
        sheet.row_dimensions[6].height = 40
        sheet["A8"] = "填表人：　　　　　　审核人：　　　　　　（盖章）"
    for column, width in zip("ABCD", (16, 16, 16, 16), strict=True):
        sheet.column_dimensions[column].width = width
    book.save(path)
