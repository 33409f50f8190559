"""汇总: a job's returns as a workbook: special cases first, sums, days with a chart, 收文登记簿."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.chart import LineChart, Reference

from outbox.office import ruled
from outbox.office.book import repacked
from outbox.office.returns import numbers
from outbox.office.ruled import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from openpyxl.worksheet.worksheet import Worksheet

    from outbox.ledger.intakes import Come, Held, Version
    from outbox.office.days import Day, Row

SUPERIOR = "上级"


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
    ruled.sheet(book, "特殊情况", f"{title} 特殊情况", head, (24, 16, 70), _special(found))
    state = "回执情况" if day.worded else "报送情况"
    head = ("序号", "单位", "类别", *found.fields, state, "收到时间", "来源")
    fields = (12 if name in found.numeric else 24 for name in found.fields)
    widths: tuple[float, ...] = (6, 24, 12, *fields, 16, 18, 12)
    if detail:
        ruled.sheet(book, "汇总", f"{title} 汇总表", head, widths, _rows(found), freeze="C3")
    heads = _heads("单位数", day)
    head = ("合计口径", *heads, *found.numeric)
    widths = (30, *(10 for _ in heads), *(12 for _ in found.numeric))
    ruled.sheet(book, "分类合计", f"{title} 分类合计", head, widths, _groups(found))
    head = ("日期", *_heads("应回" if day.worded else "应报", day), *found.numeric)
    widths = (14, *(10 for _ in heads), *(12 for _ in found.numeric))
    sheet = ruled.sheet(book, "逐日", f"{day.title} 逐日情况", head, widths, _daily(found))
    _chart(sheet, len(found.days), len(found.numeric))
    register(book, found)


def register(book: Workbook, found: Material) -> None:
    """Add the register of all that came: 收文登记簿."""
    head = ("序号", "收到时间", "方式", "来件人", "标题或文件名", "原件编号", "经办人")
    widths = (6, 18, 10, 26, 50, 14, 12)
    ruled.sheet(book, "收文登记簿", "收文登记簿", head, widths, _register(found))


def totals(rows: Iterable[Row], names: Iterable[str]) -> dict[str, Decimal | None]:
    """Add up what counts; None where nobody gave a number: a blank is never zero."""
    made: dict[str, Decimal | None] = dict.fromkeys(names)
    for row in rows:
        known = numbers(row.counts.values) if row.counts else {}
        for name, number in known.items():
            if name in made:
                made[name] = (made[name] or Decimal(0)) + number
    return made


def uncounted(row: Row, numeric: Iterable[str]) -> tuple[str, ...]:
    """Name what a report that counts says in words where a number is asked: no sum has it."""
    values = row.counts.values if row.counts else {}
    known = numbers(values)
    said = ((name, values.get(name, "").strip()) for name in numeric if name not in known)
    return tuple(f"{name}「{words}」" for name, words in said if words)


def _special(found: Material) -> Iterator[Line]:
    """List what comes first: the silent, the faulty, the late, and words beside numbers."""
    day = found.day
    for row in day.missing:
        yield Line((row.party.short, row.word, ""), marked=True)
    for row in day.faulty:
        if row.faulty is not None:
            said = "；".join(row.faulty.findings)
            yield Line((row.party.short, "有误待核", said), found.link(row.faulty), marked=True)
    names = {row.party.organisation: row.party.short for row in day.rows}
    for one in found.held:
        about = names.get(one.organisation) or one.organisation or one.sender or one.name
        yield Line((about, f"隔离区第{one.id}件", f"{one.reason.word}：{one.words}"), marked=True)
    for row in day.reported:
        yield from _remarks(row, found)


def _remarks(row: Row, found: Material) -> Iterator[Line]:
    """List what one who reported said beside numbers, who took it over, and that it came late."""
    version, day = row.counts, found.day
    if version is None:
        return
    words = [
        f"{name}：{said}"
        for name, said in version.values.items()
        if not day.worded and name not in found.numeric and said not in {"", "无", "0"}
    ]
    told, link = row.said or "；".join(words), found.link(version)
    if told:
        amended = row in day.amended
        word = row.word if amended else "回信" if day.worded else "说明"
        yield Line((row.party.short, word, told), link, marked=amended)
    lost = uncounted(row, found.numeric)
    if lost:
        yield Line((row.party.short, "未计入合计", "、".join(lost)), link, marked=True)
    if version.accepted_by:
        said = f"{version.accepted_by}采用：{'；'.join(version.findings)}"
        yield Line((row.party.short, "已采用", said), link)
    if version.late:
        yield Line((row.party.short, day.words.late, when(version, found)), link)


def _rows(found: Material) -> Iterator[Line]:
    for number, row in enumerate(found.day.rows, start=1):
        version, party = row.counts, row.party
        values = version.values if version else {}
        cells = tuple(
            ruled.value(values.get(name, ""), numeric=name in found.numeric)
            for name in found.fields
        )
        at = when(version, found) if version else ""
        way = version.way if version else ""
        link = found.link(version) if version else ""
        line = (number, party.short, party.category, *cells, row.word, at, way)
        yield Line(line, link, marked=version is None or row.faulty is not None)
    summed = totals(found.day.rows, found.numeric)
    cells = tuple(ruled.number(summed.get(name)) for name in found.fields)
    words = found.day.words
    reported = f"{words.done}{len(found.day.reported)}，{words.missing}{len(found.day.missing)}"
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
    cells = tuple(ruled.number(summed[one]) for one in found.numeric)
    return Line((name, *counts(part), *cells), bold=bold)


def _daily(found: Material) -> Iterator[Line]:
    for day in found.days:
        summed = totals(day.rows, found.numeric)
        cells = tuple(ruled.number(summed[one]) for one in found.numeric)
        yield Line((day.period, *counts(day), *cells))


def _heads(owing: str, day: Day) -> tuple[str, ...]:
    """Name the columns of `counts`."""
    words = day.words
    sorts = () if day.worded else ("零报告",)
    sorts = ("有更正",) if day.checked else sorts
    faulty = () if day.worded else ("有误待核",)
    return (owing, words.done, *sorts, words.late, *faulty, words.missing)


def counts(day: Day) -> tuple[int, ...]:
    """Count who owes a report, then who is what, in the order of the head."""
    sorts = () if day.worded else (day.nil,)
    sorts = (day.amended,) if day.checked else sorts
    faulty = () if day.worded else (day.faulty,)
    found = (day.rows, day.reported, *sorts, day.late, *faulty, day.missing)
    return tuple(map(len, found))


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
    """Say when it came, as it was where the workspace is."""
    return version.at.astimezone(found.day.at.tzinfo).strftime("%Y-%m-%d %H:%M")


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
