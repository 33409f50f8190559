"""A table that 问卷星 or 腾讯文档 exported: where its columns stand, and what a row of it says."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from merge import checks
from outbox.office.readings import Report
from templates.forms.said import day_of, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from merge.mandate import Party
    from outbox.office.loops import Loop
    from templates.forms.values import Layout

_WHO = re.compile(r"单位|党组织|部门|学院|支部")
_DAY = re.compile(r"(?:填报|报送|统计)?日期")
_AT = re.compile(r"提交(?:答卷)?时间|填写时间|创建时间")
_NUMBERED = re.compile(r"^\s*\d+\s*[、.．]\s*|[（(](?:必填|选填|单选|填空)[）)]|[:：]\s*$")
_SHORT = re.compile(r"(\d{1,2})月(\d{1,2})[日号]")
_LOOK = 10  # rows in which a head is looked for
_PATTERNS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M")


@dataclass(frozen=True, slots=True)
class Head:
    """Where the columns of a table stand: who, which day, submitted when, and the fields."""

    row: int
    who: int
    day: int | None
    at: int | None
    fields: tuple[tuple[int, str], ...]


def head_of(rows: Sequence[Sequence[str]], loop: Loop) -> Head | None:
    """Find the head: a row that names an organisation's column and all fields of the rules.

    It may be of two rows, cells of the upper one standing over several of the lower.
    """
    needed = {name for rule in loop.returns.rules for name in rule.fields}
    needed |= set(loop.returns.nil.fields)
    above: Sequence[str] = ()
    for number, row in enumerate(rows[:_LOOK]):
        both = [one or over for one, over in zip_longest(row, above, fillvalue="")]
        for words in (row, both):
            bare = [_NUMBERED.sub("", one).strip() for one in words]
            who = [at for at, one in enumerate(bare) if _WHO.search(one)]
            names = {checks.name_of(one) for one in bare if one}
            if not who or not needed <= names or len(names) < 2:  # noqa: PLR2004 - who, and a field
                continue
            day = next((at for at, one in enumerate(bare) if _DAY.fullmatch(one)), None)
            when = next((at for at, one in enumerate(bare) if _AT.search(one)), None)
            taken = {who[0], day, when}
            fields = tuple((at, one) for at, one in enumerate(bare) if one and at not in taken)
            return Head(number, who[0], day, when, fields)
        above = row
    return None


def party(loop: Loop, words: str) -> Party | None:
    """Return who is meant by a cell: by code, full or short name; None where nobody, or several."""
    text = "".join(words.split())
    found = [
        one
        for one in loop.standing.parties
        if text in {one.organisation, "".join(one.name.split()), "".join(one.short.split())}
    ]
    return found[0] if len(found) == 1 else None


def report(layout: Layout | None, head: Head, row: Sequence[str], day: str, part: str) -> Report:
    """Understand a row as a form is understood: what is no number, or none that may be, is odd."""
    asked = {checks.name_of(one.name): one for one in (layout.fields if layout else ())}
    values, odd = {}, []
    for column, name in head.fields:
        field_ = asked.get(checks.name_of(name))
        values[name] = row[column]
        if field_ is None or not row[column]:
            continue
        made, fault = value(field_, row[column], part)
        values[name] = made.raw
        odd += [f"{part}：{fault.message}"] if fault else []
    return Report(day, values, tuple(odd))


def day(text: str, came: dt.date) -> str | None:
    """Read the day that a row is about; None where it cannot be told."""
    short = _SHORT.fullmatch("".join(text.split()))
    if short:
        try:
            found = dt.date(came.year, int(short[1]), int(short[2]))
        except ValueError:
            return None
        late = found - came > dt.timedelta(days=180)  # 12月31日, submitted in January
        return (found.replace(year=found.year - 1) if late else found).isoformat()
    found_ = day_of(text)
    return found_.isoformat() if found_ else None


def moment(text: str, at: dt.datetime) -> dt.datetime | None:
    """Read when a row was submitted, as it was told where the workspace is: the zone of `at`."""
    for pattern in _PATTERNS:
        try:
            return dt.datetime.strptime(text, pattern).replace(tzinfo=at.tzinfo)
        except ValueError:
            continue
    return None
