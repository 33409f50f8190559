"""汇总: a job's returns as a workbook: special cases first, sums, days with a chart, 收文登记簿."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias, cast

from openpyxl import Workbook
from openpyxl.chart import LineChart, Reference
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from outbox.office.book import repacked
from outbox.office.returns import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from outbox.ledger.intakes import Come, Held, Version
    from outbox.office.matrix import Day, Row

Value: TypeAlias = "str | int | float | None"

_THIN = Side(style="thin", color="808080")
_EDGES = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="F2DCDB")
_OPEN = PatternFill("solid", fgColor="FFF2CC")
_TITLE, _PLAIN = Font(name="黑体", size=16), Font(name="宋体", size=10)
_BOLD = Font(name="宋体", size=10, bold=True)
SUPERIOR = "上级"
_COUNTS = ("已报", "零报告", "迟报", "有误待核", "未报")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a sheet; `link` is where its source lies, `marked` that somebody must look."""

    cells: tuple[Value, ...]
    link: str = ""
    marked: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """All that a summary is made of. `fields` are in the order of the unit's own form.

    `link` leads from a version to its file, `days` are those that have begun, oldest first.
    """

    day: Day
    days: tuple[Day, ...]
    fields: tuple[str, ...]
    numeric: tuple[str, ...]
    came: tuple[Come, ...]
    held: tuple[Held, ...]
    link: Callable[[Version], str]


def bytes_of(found: Material, at: datetime, own: Workbook | None = None) -> bytes:
    """Write the workbook: same returns, same bytes; `at` is the time it says it was made.

    `own` is the unit's own layout, filled: it comes first, in the place of 汇总.
    """
    book = own or Workbook()
    if own is None:
        book.remove(book.worksheets[0])
    _lay(book, found, detail=own is None)
    out = io.BytesIO()
    book.save(out)
    return repacked(out.getvalue(), at)


def _lay(book: Workbook, found: Material, *, detail: bool) -> None:
    day = found.day
    title = f"{day.title}　{day.period}"
    head: tuple[str, ...] = ("单位", "情况", "内容")
    _sheet(book, "特殊情况", f"{title} 特殊情况", head, (24, 16, 70), _special(found))
    head = ("序号", "单位", "类别", *found.fields, "报送情况", "收到时间", "来源")
    widths: tuple[float, ...] = (6, 24, 10, *(12 for _ in found.fields), 16, 18, 12)
    if detail:
        _sheet(book, "汇总", f"{title} 汇总表", head, widths, _rows(found))
    head = ("合计口径", "单位数", *_COUNTS, *found.numeric)
    widths = (30, *(10 for _ in range(6)), *(12 for _ in found.numeric))
    _sheet(book, "分类合计", f"{title} 分类合计", head, widths, _groups(found))
    head = ("日期", "应报", *_COUNTS, *found.numeric)
    widths = (14, *(10 for _ in range(6)), *(12 for _ in found.numeric))
    sheet = _sheet(book, "逐日", f"{day.title} 逐日情况", head, widths, _daily(found))
    _chart(sheet, len(found.days), len(found.numeric))
    head = ("序号", "收到时间", "方式", "来件人", "标题或文件名", "原件编号", "经办人")
    widths = (6, 18, 10, 26, 50, 14, 12)
    _sheet(book, "收文登记簿", "收文登记簿", head, widths, _register(found))


def totals(rows: Iterable[Row], names: Iterable[str]) -> dict[str, Decimal | None]:
    """Add up what counts; None where nobody gave a number: a blank is never zero."""
    made: dict[str, Decimal | None] = dict.fromkeys(names)
    for row in rows:
        known = numbers(row.counts.values) if row.counts else {}
        for name, number in known.items():
            if name in made:
                made[name] = (made[name] or Decimal(0)) + number
    return made


def _special(found: Material) -> Iterator[Line]:
    """List what comes first: the silent, the faulty, the late, and words beside numbers."""
    day = found.day
    for row in day.missing:
        yield Line((row.party.short, "未报", ""), marked=True)
    for row in day.faulty:
        if row.faulty is not None:
            said = "；".join(row.faulty.findings)
            yield Line((row.party.short, "有误待核", said), found.link(row.faulty), marked=True)
    for one in found.held:
        about = one.organisation or one.sender or one.name
        yield Line((about, f"隔离区第{one.id}件", f"{one.reason.word}：{one.words}"), marked=True)
    for row in day.reported:
        version = row.counts
        if version is None:
            continue
        words = [
            f"{name}：{said}"
            for name, said in version.values.items()
            if name not in found.numeric and said and said not in {"无", "0"}
        ]
        if words:
            yield Line((row.party.short, "说明", "；".join(words)), found.link(version))
        if version.accepted_by:
            said = f"{version.accepted_by}采用：{'；'.join(version.findings)}"
            yield Line((row.party.short, "已采用", said), found.link(version))
        if version.late:
            yield Line((row.party.short, "迟报", when(version, found)), found.link(version))


def _rows(found: Material) -> Iterator[Line]:
    for number, row in enumerate(found.day.rows, start=1):
        version, party = row.counts, row.party
        values = version.values if version else {}
        cells = tuple(_cell(values.get(name, ""), name in found.numeric) for name in found.fields)
        came = when(version, found) if version else ""
        way = version.way if version else ""
        link = found.link(version) if version else ""
        line = (number, party.short, party.category, *cells, row.word, came, way)
        yield Line(line, link, marked=version is None or row.faulty is not None)
    summed = totals(found.day.rows, found.numeric)
    cells = tuple(_number(summed.get(name)) for name in found.fields)
    reported = f"已报{len(found.day.reported)}，未报{len(found.day.missing)}"
    yield Line(("", "合计", "", *cells, reported, "", ""), bold=True)


def _groups(found: Material) -> Iterator[Line]:
    """Sum up by 类别, by superior, and all."""
    rows = found.day.rows
    for name, key in (("类别", _category), ("上级", _superior)):
        groups: dict[str, list[Row]] = {}
        for row in rows:
            groups.setdefault(key(row), []).append(row)
        for group, members in groups.items():
            if group:
                yield _sum(f"{name}：{group}", members, found)
    yield _sum("合计", list(rows), found, bold=True)


def _sum(name: str, rows: Sequence[Row], found: Material, *, bold: bool = False) -> Line:
    part = replace(found.day, rows=tuple(rows))
    summed = totals(rows, found.numeric)
    cells = tuple(_number(summed[one]) for one in found.numeric)
    return Line((name, *counts(part), *cells), bold=bold)


def _daily(found: Material) -> Iterator[Line]:
    for day in found.days:
        summed = totals(day.rows, found.numeric)
        cells = tuple(_number(summed[one]) for one in found.numeric)
        yield Line((day.period, *counts(day), *cells))


def counts(day: Day) -> tuple[int, ...]:
    """Count who owes a report, then who is what, in the order of the head."""
    sorts = (day.rows, day.reported, day.nil, day.late, day.faulty, day.missing)
    return tuple(map(len, sorts))


def _register(found: Material) -> Iterator[Line]:
    for number, one in enumerate(found.came, start=1):
        at = one.at.astimezone(found.day.at.tzinfo).strftime("%Y-%m-%d %H:%M")
        what = one.subject or one.name
        yield Line((number, at, one.way, one.sender, what, one.sha256[:12], one.who))


def _category(row: Row) -> str:
    return row.party.category


def _superior(row: Row) -> str:
    return dict(row.party.values).get(SUPERIOR, "")


def when(version: Version, found: Material) -> str:
    """Write when a report came, in the workspace's zone."""
    return version.at.astimezone(found.day.at.tzinfo).strftime("%Y-%m-%d %H:%M")


def _cell(said: str, numeric: bool) -> Value:
    if not said:
        return None
    known = numbers({"": said}).get("") if numeric else None
    return _number(known) if known is not None else said


def _number(value: Decimal | None) -> Value:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _sheet(
    book: Workbook,
    name: str,
    title: str,
    head: Sequence[str],
    widths: Sequence[float],
    lines: Iterable[Line],
) -> Worksheet:
    sheet = cast("Worksheet", book.create_sheet(name))
    sheet.append([title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(head))
    sheet["A1"].font = _TITLE
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 30
    for column, (word, width) in enumerate(zip(head, widths, strict=True), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        cell = _put(sheet, 2, column, word, _BOLD)
        cell.fill = _HEAD
    empty = Line(("无", *("" for _ in head[1:])))
    for row, line in enumerate([*lines] or [empty], start=3):
        for column, value in enumerate(line.cells, start=1):
            cell = _put(sheet, row, column, value, _BOLD if line.bold else _PLAIN)
            if line.link and value not in {"", None}:
                cell.hyperlink = line.link
            if line.marked:
                cell.fill = _OPEN
    sheet.freeze_panes = "C3" if name == "汇总" else "A3"
    sheet.print_title_rows = "1:2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return sheet


def _put(sheet: Worksheet, row: int, column: int, value: Value, font: Font) -> Cell:
    cell = cast("Cell", sheet.cell(row, column))
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula from data: "=…" stays text
    cell.font, cell.border = font, _EDGES
    centred = None if isinstance(value, str) and row > 2 else "center"  # noqa: PLR2004 - below the head
    cell.alignment = Alignment(horizontal=centred, vertical="center", wrap_text=True)
    return cell


def _chart(sheet: Worksheet, days: int, fields: int) -> None:
    """Draw how many reported, and what they counted, day by day."""
    if days < 2:  # noqa: PLR2004 - a line has two ends
        return
    chart = LineChart()
    chart.title, chart.height, chart.width = "逐日情况", 9, 24
    last = 2 + days
    columns = [3, *range(8, 8 + min(fields, 4))]  # 已报, and the first sums
    for column in columns:
        data = Reference(sheet, min_col=column, min_row=2, max_row=last)
        chart.add_data(data, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=3, max_row=last))
    chart.x_axis.delete = chart.y_axis.delete = False
    sheet.add_chart(chart, f"A{last + 3}")
