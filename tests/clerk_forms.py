"""Forms for tests: a unit's own daily form, and what a clerk does to one before it comes back."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING

from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Border, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from templates import form
from templates.tags import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from openpyxl.worksheet.worksheet import Worksheet

    from templates.forms.values import Answer, Layout

NAMES = Names(("党组织名称", "党员数"))
VALUES = {"党组织名称": "文学院党委 & <分>", "党员数": "35"}
TOKEN = "ABCDEFGHIJKL"
DAYS = [dt.date(2026, 11, 26) + dt.timedelta(days=at) for at in range(5)]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HEADS = ("日期", "男", "女", "合计人数", "新增人数", "特殊情况", "零报告")


def unit_form(change: Callable[[Workbook], None] = lambda _: None) -> bytes:
    """Make a form as an office makes one: merged title, widths, formulas, a list to choose from."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "日报"
    sheet["A1"] = "{{ 党组织名称 }}日报表"
    sheet.merge_cells("A1:G1")
    sheet["A2"], sheet["B2"], sheet["C2"] = "党员数", "{{ 党员数 }}", "填表人"
    sheet.column_dimensions["F"].width = 33
    side = Side(style="thin")
    box = Border(left=side, right=side, top=side, bottom=side)
    for at, name in enumerate(HEADS, 1):
        sheet.cell(4, at, name).border = box
    for row in range(5, 12):
        for column in range(1, 8):
            sheet.cell(row, column).border = box
        sheet.cell(row, 4, f"=B{row}+C{row}")
    sheet["A12"], sheet["E12"] = "合计", "=SUM(E5:E11)"
    sheet["A13"] = "注：没有的写 0。"
    most = DataValidation(type="whole", operator="between", formula1="0", formula2="500")
    most.add("E5:E11")
    choice = DataValidation(type="list", formula1='"是,否"')
    choice.add("G5:G11")
    for rule in (most, choice):
        sheet.add_data_validation(rule)
    for name, place in (("填表人", "$D$2"), ("填报表", "$A$4:$G$4")):
        book.defined_names[name] = DefinedName(name, attr_text=f"'日报'!{place}")
    sheet.page_setup.orientation = "landscape"
    change(book)
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sent(content: bytes | None = None) -> tuple[Layout, bytes]:
    """Fill a form as it goes out: its layout, and the file."""
    from templates.forms.template import SheetTemplate

    made = SheetTemplate(content or unit_form(), NAMES, "日报表.xlsx", DAYS)
    return made.layout, made.fill(VALUES, TOKEN)


def returned(content: bytes, change: Callable[[Worksheet], None]) -> bytes:
    """Open what went out, change its first sheet, save it."""
    book = load_workbook(io.BytesIO(content))
    change(book.worksheets[0])
    return saved(book)


def read(layout: Layout, content: bytes, name: str = "我填的表.xlsx") -> Answer:
    return form.understood(layout, form.taken(content, name))


def written(content: bytes, values: Mapping[str, str], cells: tuple[str, ...] = ()) -> bytes:
    """Write into a Word form's controls as somebody does: by tag, the untagged one by one."""
    out = io.BytesIO()
    rest = iter(cells)
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(out, "w") as made:
        for name in package.namelist():
            data = package.read(name)
            if name == "word/document.xml":
                root = etree.fromstring(data)
                for control in root.iter(f"{W}sdt"):
                    _write(control, values, rest)
                data = etree.tostring(root)
            made.writestr(name, data)
    return out.getvalue()


def _write(control: etree._Element, values: Mapping[str, str], rest: object) -> None:
    settings = control.find(f"{W}sdtPr")
    tag = settings.find(f"{W}tag")
    said = values.get(tag.get(f"{W}val")) if tag is not None else next(rest, None)  # type: ignore[call-overload]  # an iterator
    if said is None:
        return
    settings.remove(settings.find(f"{W}showingPlcHdr"))
    control.find(f".//{W}t").text = said
