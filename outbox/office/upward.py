"""报上级: the unit's own report of a day, in the columns of its form; nil where all is nil."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge import checks
from outbox.office.book import Page
from outbox.office.book import bytes_of as pages_of
from outbox.office.summary import totals, uncounted
from templates.forms.values import Sort

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from outbox.office.days import Day
    from templates.forms.values import Layout


def bytes_of(found: Day, layout: Layout, title: str, unit: str, at: datetime) -> tuple[bytes, str]:
    """Write the report, and say in one sentence what it reports.

    Sums are of what counts; who has not reported stands in the notes, never as zero.
    """
    names = [checks.name_of(one.name) for one in layout.fields]
    numeric = [checks.name_of(one.name) for one in layout.fields if one.sort is Sort.NUMBER]
    summed = totals(found.rows, numeric)
    cells = [
        _shown(summed.get(name)) if name in numeric else words_of(found, name) for name in names
    ]
    said = sentence(found, numeric)
    head = (("填报单位", 30.0), ("日期", 14.0), *((one, 14.0) for one in names))
    page = Page(
        "上报",
        f"{title}（{unit or '本单位'}）",
        head,
        ((unit, found.period, *cells),),
        (said,),
    )
    return pages_of([page], at), said


def sentence(found: Day, numeric: Sequence[str]) -> str:
    """Say what is reported: 零报告, or how many have reported, who has not, and what no sum has.

    `numeric` are the fields that are added up.
    """
    reported, owed = len(found.reported), len(found.rows)
    if found.reported and len(found.nil) == owed:
        return f"零报告：应报 {owed} 个单位，全部报送，均为零报告。"
    text = f"应报 {owed} 个单位，已报 {reported}（零报告 {len(found.nil)}）"
    open_ = [one.party.short for one in (*found.missing, *found.faulty) if one.counts is None]
    text += f"，未计入 {len(open_)}：{'、'.join(open_)}。" if open_ else "。"
    words = [
        f"{row.party.short} {'、'.join(lost)}"
        for row in found.reported
        if (lost := uncounted(row, numeric))
    ]
    return f"{text}填的不是数、没有计入合计的：{'；'.join(words)}。" if words else text


def _shown(value: Decimal | None) -> str | int:
    if value is None:
        return ""
    return int(value) if value == value.to_integral_value() else str(value)


def words_of(found: Day, name: str) -> str:
    """Put together what organisations wrote into a field of words."""
    said = [
        f"{row.party.short}：{row.counts.values[name]}"
        for row in found.reported
        if row.counts and row.counts.values.get(name) not in {None, "", "无", "0"}
    ]
    return "；".join(said)
