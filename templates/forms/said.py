"""What somebody wrote into a field, understood: a number, a day, 无; or why it cannot be."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING

from rosters.dates import PartialDate
from templates.forms.values import Fault, Sort, Value

if TYPE_CHECKING:
    from templates.forms.values import Field

_NONE = frozenset({"无", "没有", "暂无", "零", "无情况", "无异常", "无变化"})
_NUMBER = re.compile(r"([+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d{1,12}(?:\.\d{1,6})?)\s*(.*)")
_UNITS = re.compile(r"(?:人|名|户|例|人次|次|个|件|份|条|元|分|天|处|%)?")
_EPOCH = dt.date(1899, 12, 30)  # day 0 of Excel's dates
_DAYS = range(20000, 80000)  # serial numbers that are days of 1954 to 2119
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d) \d\d:\d\d")
_BLANKS = frozenset({"/", "／", "-", "—", "——", "－"})


def plain(cell: object) -> str:
    """Write a cell's value as it is seen; whole numbers without a point, days as 2026-11-26."""
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else ("是" if cell else "否")
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        return (
            cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ", "minutes")
        )
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return unicodedata.normalize("NFKC", str(cell)).strip()


def value(field: Field, cell: object, where: str) -> tuple[Value, Fault | None]:
    """Understand what stands in a field; what is not certain is a fault, never a guess."""
    raw = plain(cell)
    if not raw:
        return Value(field.name, "", where), None
    if field.sort is Sort.NUMBER:
        return _number(field, raw, where)
    if field.sort is Sort.DATE:
        day = day_of(cell)
        made = Value(field.name, raw, where, day=day)
        return made, None if day else _fault(
            field, where, f"「{raw[:30]}」不是日期", "请写成 2026-11-26"
        )
    if field.sort is Sort.CHOICE and raw not in {plain(one) for one in field.choices}:
        said = "、".join(field.choices[:8])
        return Value(field.name, raw, where), _fault(
            field, where, f"「{raw[:30]}」不在可选的内容里", f"请从这些里选：{said}"
        )
    said = cell.strip() if isinstance(cell, str) else raw  # its own punctuation
    number = Decimal(raw) if re.fullmatch(r"\d{1,12}(\.\d{1,6})?", raw) else None
    return Value(field.name, said, where, number=number, none=raw in _NONE), None


def day_of(cell: object) -> dt.date | None:
    """Read a whole day: a date, a serial number of Excel, or a date as people write it."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _EPOCH + dt.timedelta(days=int(cell)) if int(cell) in _DAYS else None
    text = plain(cell)
    if stamp := _STAMP.fullmatch(text):
        text = stamp[1]
    try:
        found = PartialDate.parse(text)
        return dt.date(found.year, found.month, found.day) if found and found.day else None
    except ValueError:
        return None


def _number(field: Field, raw: str, where: str) -> tuple[Value, Fault | None]:
    if raw in _NONE:
        return Value(field.name, raw, where, number=Decimal(0), none=True), None
    found = _NUMBER.fullmatch(raw)
    if found is None or not _UNITS.fullmatch(found[2]):
        unclear = "是 0 还是没有填" if raw in _BLANKS else "是几"
        words = f"「{raw[:30]}」看不出{unclear}"
        return Value(field.name, raw, where), _fault(
            field, where, words, "请只写一个数；没有就写 0"
        )
    number = Decimal(found[1].replace(",", ""))
    made = Value(field.name, raw, where, number=number)
    if field.whole and number != number.to_integral_value():
        return made, _fault(field, where, f"「{raw[:30]}」不是整数", "请写整数")
    low = Decimal(0) if field.low is None else field.low
    if number < low or (field.high is not None and number > field.high):
        span = f"{low} 以上" if field.high is None else f"{low} 到 {field.high}"
        return made, _fault(field, where, f"「{raw[:30]}」超出范围（{span}）", "请核对后重新填写")
    return made, None


def _fault(field: Field, where: str, words: str, advice: str) -> Fault:
    return Fault("form.value", where, f"「{field.name}」{words}", advice)
