"""A Word form that came back, understood: by its content controls, else by words before them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from templates.forms.document import bare
from templates.forms.finding import finding, none, tokened
from templates.forms.marked import END, squeezed
from templates.forms.said import day_of, value
from templates.forms.values import Answer, Line, Value
from templates.tags import TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from templates.forms.taken import Grid, Taken
    from templates.forms.values import Fault, Field, Layout, Spot, Table

_CURE = "请对方填发去的原表，不要改动标题和表头"
_LABEL = re.compile(r"^(.{1,40}?)[:：]\s*(.*)$", re.DOTALL)


def understood(layout: Layout, taken: Taken) -> Answer:
    """Understand a Word file that came back.

    Raises:
        InputError: nothing of the form stands in it.

    """
    faults: list[Fault] = [*tokened(taken.token)]
    values: dict[str, Value] = {}
    found = 0
    for spot in (one for each in layout.spots for one in _repeated(each, taken)):
        texts = list(_texts(spot, taken, layout))
        if len(texts) != 1:
            faults.append(_lost(spot, len(texts)))
            continue
        found += 1
        text = "" if squeezed(texts[0]) in layout.still else texts[0]
        made, wrong = value(spot.field, text, spot.label or spot.field.name)
        values[spot.field.name] = made
        faults += [wrong] if wrong else []
    lines: list[Line] = []
    if layout.table is not None:
        grid = _grid(layout.table, taken)
        if grid is None:
            names = "」「".join(one.field.name for one in layout.table.columns)
            faults.append(finding("form.heading", "", f"找不到表头是「{names}」的表", _CURE))
        else:
            found += 1
            lines, wrongs = _lines(layout.table, layout.still, *grid)
            faults += wrongs
    if not found:
        raise none(
            taken.shown, "form.other", "不是发去填报的那份文件", "请对方填发去的那份，不要另做"
        )
    return Answer(taken.token, values, tuple(lines), tuple(faults))


def told(layout: Layout, sent: Taken) -> tuple[Field, ...]:
    """List the single fields of a form as it was sent: those within a loop by their own names."""
    spots = [one.field for each in layout.spots for one in _repeated(each, sent)]
    place = {one.tag: at for at, one in enumerate(sent.controls)}
    return tuple(sorted(spots, key=lambda one: place.get(one.name, len(place))))


def _repeated(spot: Spot, taken: Taken) -> tuple[Spot, ...]:
    """Return a field for each control whose tag came of one with {{ }} in it, within a loop."""
    name = spot.field.name
    if not TAG.search(name):
        return (spot,)
    pattern = _pattern(name)
    labels = {one.tag: "" for one in taken.controls if pattern.fullmatch(one.tag)}
    if not labels:  # the tags of controls were lost
        said = [bare(found[1]) for one in taken.lines if (found := _LABEL.match(one))]
        heads = [found for one in said if (found := _pattern(spot.label).fullmatch(one))]
        labels = {_filled(name, found.groups()): found[0] for found in heads}
    made = (replace(spot, field=replace(spot.field, name=one), label=labels[one]) for one in labels)
    return tuple(made) or (spot,)


def _pattern(words: str) -> re.Pattern[str]:
    """Match words with anything in the place of their tags."""
    return re.compile("(.+?)".join(re.escape(one) for one in TAG.split(words)), re.DOTALL)


def _filled(name: str, groups: tuple[str, ...]) -> str:
    """Put what was found in the place of a name's tags."""
    found = iter(groups)
    return TAG.sub(lambda _: next(found, ""), name)


def _texts(spot: Spot, taken: Taken, layout: Layout) -> Iterator[str]:
    """Find what was written into a field: in its control, else behind its words."""
    controls = [one.text for one in taken.controls if one.tag == spot.field.name]
    if controls:
        yield from controls
        return
    if not spot.label or [one.label for one in layout.spots].count(spot.label) > 1:
        return
    for grid in taken.grids:
        for row in grid.rows:
            for at, text in enumerate(row):
                if bare(text) == spot.label:
                    behind = [one for one in row[at + 1 :] if one]
                    yield behind[0] if behind and not _is_label(behind[0], layout) else ""
    for line in taken.lines:
        if (parts := _LABEL.match(line)) and bare(parts[1]) == spot.label:
            yield parts[2].strip(" _＿　")


def _is_label(text: str, layout: Layout) -> bool:
    return any(bare(text) == one.label for one in layout.spots)


def _lost(spot: Spot, count: int) -> Fault:
    where = spot.label or spot.field.name
    words = f"「{spot.field.name}」填了几处，不知道算哪一处" if count else (
        f"找不到「{spot.field.name}」填在哪里：填写的地方删去了，或前面的文字改过"
    )  # fmt: skip
    return finding("form.heading", where, words, _CURE)


def _grid(asked: Table, taken: Taken) -> tuple[Grid, int, dict[str, int]] | None:
    """Find the marked table: by its bookmark, else by its heading; with its columns."""
    names = [one.field.name for one in asked.columns]
    for grid in sorted(taken.grids, key=lambda one: one.marked < 0):
        rows = [grid.marked] if grid.marked >= 0 else range(len(grid.rows))
        for at in rows:
            heads = [squeezed(one) for one in grid.rows[at]]
            if all(heads.count(name) == 1 for name in names):
                return grid, at, {name: heads.index(name) for name in names}
    return None


def _lines(
    asked: Table, hints: frozenset[str], grid: Grid, head: int, where: dict[str, int]
) -> tuple[list[Line], list[Fault]]:
    lines: list[Line] = []
    faults: list[Fault] = []
    heads: list[str] = []
    for number, row in enumerate(grid.rows[head + 1 :], 1):
        first = next((squeezed(one) for one in row if one), "")
        if first and (first == asked.end or END.match(first)):
            break
        values: dict[str, Value] = {}
        items: list[str] = []
        for column in asked.columns:
            name = column.field.name
            text = row[where[name]] if where[name] < len(row) else ""
            text = "" if squeezed(text) in hints else text
            if name == asked.day or column.made:
                continue
            if column.given:
                items.append(" ".join(text.split()))
                continue
            values[name], wrong = value(column.field, text, f"表格第{number}行「{name}」")
            faults += [wrong] if wrong else []
        told = row[where[asked.day]] if asked.day and where[asked.day] < len(row) else ""
        day = day_of(told) if told else None
        line = Line(f"表格第{number}行", values, day, "　".join(one for one in items if one))
        heads.append(squeezed(items[0]) if items else "")
        if asked.day and line.day is None and not line.blank:
            words = f"「{told}」不是日期" if told else "这一行填了内容，没有日期"
            faults.append(finding("form.day", line.where, words, "请写明日期，例如 2026-11-26"))
        lines.append(line)
    return _named(asked, lines, heads, faults), faults


def _named(asked: Table, lines: list[Line], heads: list[str], faults: list[Fault]) -> list[Line]:
    """Take the rows that the form names, each by its own name; what is lost is a fault."""
    if not asked.items:
        return lines
    for item in asked.items:
        if heads.count(item) != 1:
            words = "写了几行" if item in heads else "找不到了：项目改过或删去了"
            faults.append(finding("form.heading", item, f"「{item}」这一行{words}", _CURE))
    return [
        replace(line, item=head)
        for line, head in zip(lines, heads, strict=True)
        if heads.count(head) == 1 and head in asked.items
    ]
