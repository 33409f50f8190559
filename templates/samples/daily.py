"""日报表 · 零报告: a row a day, 0 where there is nothing, nothing left blank."""

from __future__ import annotations

import io
from datetime import datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from templates.forms.locked import members
from templates.forms.values import TABLE
from templates.gongwen.parcel import stored

COLUMNS = (
    ("日期", 13), ("应排查人数", 11), ("已排查人数", 11), ("新增重点人员数", 11),
    ("现有重点人员数", 11), ("特殊情况", 28), ("零报告", 9),
)  # fmt: skip
DAYS = 31
_HEAD, _FIRST = 5, 6
_LAST = _FIRST + DAYS - 1
_THIN = Side(style="thin")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_TO_FILL = PatternFill("solid", fgColor="FFF9E5")
_TITLE = "日报表"
_NOTES = (
    "填表说明：1. 每天填当天一行，把整张表作为附件回复；前几天的行留着，不必另做。",
    "2. 只填浅黄色的格子。没有的写 0，不要空着；全天没有情况的，「零报告」选“是”。",
    "3. 特殊情况写清时间、人数、去向，当日另打电话报告；没有的写“无”。",
)


def daily() -> bytes:
    """Write the form. Same bytes, at any time."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _TITLE
    wide = get_column_letter(len(COLUMNS))
    for at, (name, width) in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(at)].width = width
        cell = sheet.cell(_HEAD, at, name)
        cell.font, cell.alignment, cell.border = Font("黑体", 11), _MIDDLE, _BOX
    _top(sheet, wide)
    for row in range(_FIRST, _LAST + 1):
        sheet.row_dimensions[row].height = 22
        for at in range(1, len(COLUMNS) + 1):
            cell = sheet[f"{get_column_letter(at)}{row}"]
            cell.font, cell.border = Font("宋体", 11), _BOX
            cell.alignment = _LEFT if COLUMNS[at - 1][0] == "特殊情况" else _MIDDLE
            if at == 1:
                cell.number_format = 'm"月"d"日"'
            else:
                cell.fill = _TO_FILL
            if COLUMNS[at - 1][0].endswith("数"):
                cell.number_format = "0"
    _foot(sheet, wide)
    choice = DataValidation(type="list", formula1='"是,否"', allow_blank=True)
    choice.errorTitle, choice.error, choice.showErrorMessage = "请核对", "请选“是”或“否”。", True
    choice.add(f"{wide}{_FIRST}:{wide}{_LAST}")
    sheet.add_data_validation(choice)
    _named(book, TABLE, f"$A${_HEAD}:${wide}${_HEAD}")
    for name, place in (("填表人", "$B$4"), ("联系电话", "$D$4"), ("审核人", "$G$4")):
        _named(book, name, place)
    return _packed(book)


def _top(sheet, wide: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - openpyxl's
    sheet["A1"] = "{{ 标题 }}"
    sheet.merge_cells(f"A1:{wide}1")
    sheet["A1"].font, sheet["A1"].alignment = Font("方正小标宋简体", 18), _MIDDLE
    sheet.row_dimensions[1].height = 36
    for row, cells in (
        (2, (("A", "报送单位"), ("B", "{{ 党组织名称 }}"), ("F", "{{ 署名 }}制"))),
        (3, (("A", "党员数"), ("B", "{{ 党员数 }}"), ("C", "书记"), ("D", "{{ 书记 }}"),
             ("F", "每日截止"), ("G", "{{ 截止时间 }}"))),
        (4, (("A", "填表人"), ("C", "联系电话"), ("F", "审核人"))),
    ):  # fmt: skip
        sheet.row_dimensions[row].height = 22
        for column, text in cells:
            cell = sheet[f"{column}{row}"]
            cell.value, cell.font = text, Font("宋体", 11)
            cell.alignment = _MIDDLE if len(text) < 5 else _LEFT  # noqa: PLR2004 - labels
    sheet.merge_cells("B2:E2")
    sheet.merge_cells("F2:G2")
    sheet.merge_cells("D3:E3")
    sheet.merge_cells("D4:E4")
    sheet["F2"].alignment = Alignment(horizontal="right", vertical="center")
    for place in ("F3", "F4"):
        sheet[place].alignment = Alignment(horizontal="right", vertical="center", indent=1)
    for place in ("B4", "D4", "E4", "G4"):
        sheet[place].fill, sheet[place].border = _TO_FILL, Border(bottom=_THIN)
        sheet[place].font, sheet[place].alignment = Font("宋体", 11), _LEFT
        sheet[place].number_format = "@"
    sheet.row_dimensions[_HEAD].height = 36


def _foot(sheet, wide: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - openpyxl's
    below = _LAST + 1
    sheet.cell(below, 1, "合计")
    sheet.row_dimensions[below].height = 22
    for at, (name, _) in enumerate(COLUMNS, 1):
        cell = sheet.cell(below, at)
        letter = get_column_letter(at)
        if name in {"已排查人数", "新增重点人员数"}:
            cell.value = f"=SUM({letter}{_FIRST}:{letter}{_LAST})"
        cell.font, cell.border, cell.alignment = Font("黑体", 11), _BOX, _MIDDLE
    for at, text in enumerate(_NOTES, below + 1):
        sheet.cell(at, 1, text).alignment = _LEFT
        sheet.cell(at, 1).font = Font("宋体", 10)
        sheet.merge_cells(f"A{at}:{wide}{at}")
        sheet.row_dimensions[at].height = 18
    sheet.freeze_panes = f"B{_FIRST}"
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.paperSize, sheet.page_setup.orientation = 9, "portrait"  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_area = f"A1:{wide}{below + len(_NOTES)}"
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.6
    margins.top = margins.bottom = 0.7


def _named(book: Workbook, name: str, place: str) -> None:
    book.defined_names[name] = DefinedName(name, attr_text=f"'{_TITLE}'!{place}")


def _packed(book: Workbook) -> bytes:
    """Write a workbook without who and when."""
    book.properties.creator = ""
    book.properties.created = datetime(1980, 1, 1)  # noqa: DTZ001 - as openpyxl writes it
    out = io.BytesIO()
    book.save(out)
    return stored(dict(members(out.getvalue())))
