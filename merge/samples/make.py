"""Make the workbooks that example jobs need: `python -m merge.samples.make`.

The same bytes each time: nothing is drawn from chance or the clock.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from merge.samples import SAMPLES
from rosters.samples.book import workbook
from rosters.samples.make import rezipped
from rosters.samples.tables import unit_table
from rosters.samples.university import university
from templates.forms.values import TABLE

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

# Who owes what, since when, by 党组织编码; the others have handed in everything.
_OWED = {
    "002": "日报告｜12月1日、2日、3日，每日16:00前",
    "010": "网格排查工作方案｜11月27日17:00前\n日报告｜11月30日、12月2日，每日16:00前",
    "015": "网格排查工作方案｜11月27日17:00前",
    "020": "日报告｜12月2日、3日，每日16:00前\n联系人登记表｜11月25日17:00前",
    "024": "日报告｜12月2日、3日，每日16:00前",
}
_PEOPLE = (("序号", 7), ("姓名", 12), ("性别", 7), ("所在党支部", 34), ("党内职务", 14),
           ("手机号码", 16), ("是否住宿", 10), ("备注", 20))  # fmt: skip
_LINES = 15
_COUNTED = (("日期", 14), ("在校人数", 12), ("在外人数", 12), ("合计人数", 12), ("新增人数", 12),
            ("备注", 30))  # fmt: skip
_DAYS = 31  # as many as a month has: those beyond 起止 are not shown
_SONG = "宋体"
_LINE = Side(style="thin", color="FF808080")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)


def overdue() -> bytes:
    """Make the list of second-level organisations with what each of them still owes."""
    table = unit_table(university())
    made = workbook(
        (
            replace(
                table,
                sheet="欠报名单",
                title="疫情防控材料报送情况",
                head=(*table.head, "欠报事项"),
                widths=(*table.widths, 48),
                rows=tuple([*row, _OWED.get(str(row[0]))] for row in table.rows),
                notes=(
                    "注：欠报事项一项写一行（Alt+Enter 换行），写成 事项｜应报时间；报齐的空着。",
                ),
            ),
        )
    )
    made.remove(made["填表说明"])
    return _saved(made)


def enrolment() -> bytes:
    """Make the form that goes with the notice of a training course."""
    book, sheet = _begun("报名表", "党支部书记培训班报名表", "报送单位：", len(_PEOPLE))
    for column, (heading, width) in enumerate(_PEOPLE, 1):
        _put(sheet, 3, column, heading, Font(name=_SONG, size=11, bold=True))
        sheet.cell(3, column).border = _BOX
        sheet.cell(3, column).fill = PatternFill("solid", fgColor="FFE7EEF5")
        sheet.column_dimensions[get_column_letter(column)].width = width
        for row in range(4, 4 + _LINES):
            _put(sheet, row, column, row - 3 if column == 1 else None, Font(name=_SONG, size=11))
            sheet.cell(row, column).border = _BOX
            sheet.row_dimensions[row].height = 22
    _choice(sheet, "C", "男,女")
    _choice(sheet, "G", "是,否")
    sheet.freeze_panes = "A4"
    sheet.page_setup.orientation = "landscape"
    return _saved(book)


def returning() -> bytes:
    """Make the form that each unit fills in day by day: its marked table has a row a day."""
    book, sheet = _begun("日报表", "返校日报表", "填报单位：{{ 党组织名称 }}", len(_COUNTED))
    for column, (heading, width) in enumerate(_COUNTED, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        for row in range(3, 4 + _DAYS):
            head = row == 3  # noqa: PLR2004 - below the title and whose it is
            _put(
                sheet, row, column, heading if head else None, Font(name=_SONG, size=11, bold=head)
            )
            sheet.cell(row, column).border = _BOX
            sheet.row_dimensions[row].height = 22
    place = f"'{sheet.title}'!$A$3:${get_column_letter(len(_COUNTED))}$3"
    book.defined_names[TABLE] = DefinedName(TABLE, attr_text=place)
    sheet.freeze_panes = "B4"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return _saved(book)


def _begun(named: str, title: str, whose: str, width: int) -> tuple[Workbook, Worksheet]:
    """Begin a form of one sheet, on A4: a title over `width` columns, and whose it is."""
    book = Workbook()
    sheet: Worksheet = book.worksheets[0]
    sheet.title = named
    _put(sheet, 1, 1, title, Font(name="黑体", size=18))
    sheet.merge_cells(None, 1, 1, 1, width)
    sheet.row_dimensions[1].height = 36
    _put(sheet, 2, 1, whose, Font(name=_SONG, size=11))
    sheet.cell(2, 1).alignment = Alignment(horizontal="left", vertical="center")
    sheet.print_title_rows = "1:3"
    sheet.page_setup.paperSize = 9  # ECMA-376 part 1, 18.3.1.63
    return book, sheet


def _put(sheet: Worksheet, row: int, column: int, value: str | int | None, font: Font) -> None:
    cell = sheet.cell(row, column)
    cell.value = value
    cell.font = font
    cell.alignment = _MIDDLE


def _choice(sheet: Worksheet, column: str, words: str) -> None:
    rule = DataValidation("list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=True)
    rule.errorTitle, rule.error = "只能选", words.replace(",", " 或 ")
    sheet.add_data_validation(rule)
    rule.add(f"{column}4:{column}{3 + _LINES}")


def _saved(book: Workbook) -> bytes:
    book.properties.creator = "示例大学党委组织部"
    book.properties.created = datetime(2026, 11, 24, 8)  # noqa: DTZ001  # openpyxl wants it naive
    made = BytesIO()
    book.save(made)
    return rezipped(made.getvalue())


FILES = {
    "附件/培训班报名表.xlsx": enrolment,
    "催报/欠报名单.xlsx": overdue,
    "forms/返校日报表.xlsx": returning,
}

if __name__ == "__main__":
    for name, build in FILES.items():
        (SAMPLES / name).parent.mkdir(exist_ok=True)
        (SAMPLES / name).write_bytes(build())
