"""Where tags of an .xlsx form would go out as they were typed, and formulas that reach outside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rosters.finding import Finding, Level, Place
from templates.tags import TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_OUTSIDE = re.compile(
    r"\b(WEBSERVICE|HYPERLINK|FILTERXML|IMPORTDATA|RTD|DDE)\s*\(|\|'?!", re.IGNORECASE
)
_CURE = "标签只能写在单元格里，一格一段文字；请移到单元格，或删去"


def odd(book: Workbook, shown: str) -> Iterator[Finding]:
    """Find tags outside the text of cells, and formulas that call what is outside the workbook."""
    for sheet in book.worksheets:
        for what, text in _besides(sheet):
            if TAG.search(text):
                where = f"{sheet.title} › {what}"
                yield _fault(shown, where, f"{what}里的「{text[:20]}」不会被填写", _CURE)
        for row in sheet.iter_rows():
            for cell in row:
                where = f"{sheet.title} › {cell.coordinate}"
                note = cell.comment.text if cell.comment is not None else ""
                if TAG.search(note):
                    yield _fault(shown, where, "批注里的标签不会被填写", _CURE)
                if cell.data_type != "f":
                    continue
                formula = str(getattr(cell.value, "text", cell.value))
                if TAG.search(formula):
                    yield _fault(shown, where, "公式里的标签不会被填写", _CURE)
                if _OUTSIDE.search(formula):
                    words, cure = "公式要打开表格以外的东西", "请删去这个公式，改为写明内容"
                    yield _fault(shown, where, words, cure)


def _besides(sheet: Worksheet) -> Iterator[tuple[str, str]]:
    yield "工作表名", sheet.title
    pages = (sheet.oddHeader, sheet.oddFooter, sheet.evenHeader, sheet.evenFooter)
    for page in pages:
        if page is not None:
            texts = (page.left.text, page.center.text, page.right.text)
            yield "页眉页脚", "".join(one or "" for one in texts)


def _fault(shown: str, where: str, message: str, advice: str) -> Finding:
    return Finding(Level.ERROR, "form", Place(shown, where=where), message, advice)
