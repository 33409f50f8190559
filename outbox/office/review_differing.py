"""各单位不同之处: what differs from one document to the next, as blocks of 送签."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outbox.office.review import COMPARED
from outbox.office.review_blocks import Heading, Table, Text, cut, several
from outbox.office.review_varying import MARKS, OWN
from rosters.masks import masked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from outbox.office.review import Compared, Review
    from outbox.office.review_blocks import Block
    from outbox.office.review_varying import Spot

_ACROSS = 4  # columns of values in one table
_FEW = 4  # values that are told with those who have each, rather than one by one
_CELL = 70  # characters of a value
_NARROW, _WIDE = 8, 36  # characters that a column is made for
_LONG = 400  # characters of a passage


def differing(review: Review) -> Iterator[Block]:
    """Yield what was compared, kind by kind, and where it differs."""
    yield Text(f"以下由程序逐份比对文件得出，不是由模板推算；{OWN}处是各单位自己的名称。", "note")
    for one in review.compared:
        yield from _kind(one)
    if not review.compared:
        yield Text("只有一份文件、一封信，无从比对。")


def _kind(one: Compared) -> Iterator[Block]:
    names, spots = one.varying.names, one.varying.spots
    unit = "封" if one.kind == "邮件" else "份"
    yield Heading(f"{one.kind}：{one.total}{unit}，{len(spots)}处不同", 2)
    if one.total > len(names):
        yield Text(
            f"共{one.total}{unit}，均匀抽取{len(names)}{unit}比对（上限{COMPARED}）。", "warn"
        )
    if not spots:
        yield Text(f"除各单位自己的名称外，全文{one.varying.fixed}段（行）都相同。")
        return
    yield Text(f"相同的有{one.varying.fixed}段（行），不同的如下。")
    listed: list[tuple[str, Spot]] = []
    for spot in spots:
        groups = _groups(spot, names)
        if groups is None:
            listed.append((spot.place, spot))
            continue
        if spot.pattern:
            yield Text(f"【{spot.place}】{masked(cut(spot.pattern, _LONG))}")
        else:
            yield Text(f"【{spot.place}】只有部分单位有，或写法不同：")
        rows = [
            (masked(cut(said, _LONG)) or "（没有这一段）", str(len(who)), several(who))
            for said, who in groups
        ]
        yield Table((("写法", 46), ("份数", 8), ("单位", 46)), rows)
    for place, spot in listed:
        if spot.pattern != MARKS[0]:
            yield Text(f"【{place}】{masked(cut(spot.pattern, _LONG))}")
        else:
            yield Text(f"【{place}】行数、内容各不相同，下表列出首行和末行。")
    columns = [
        (
            f"{place} {MARKS[hole]}" if len(spot.values[0]) > 1 else place,
            [v[hole] for v in spot.values],
        )
        for place, spot in listed
        for hole in range(len(spot.values[0]))
    ]
    for at in range(0, len(columns), _ACROSS):
        some = columns[at : at + _ACROSS]
        shares = [max(_NARROW, min(_WIDE, max(map(len, values)))) for _, values in some]
        head = (
            ("单位（文件）", 22),
            *(
                (place, 78 * one // sum(shares))
                for (place, _), one in zip(some, shares, strict=True)
            ),
        )
        values_of: list[tuple[str, ...]] = [
            (masked(name), *(masked(cut(values[row], _CELL)) or "（空）" for _, values in some))
            for row, name in enumerate(names)
        ]
        yield Table(head, values_of)


def _groups(spot: Spot, names: Sequence[str]) -> list[tuple[str, Sequence[str]]] | None:
    """Return the texts of a spot with those who have each; None where there are too many."""
    if spot.variants:
        return list(spot.variants)
    having: dict[tuple[str, ...], list[str]] = {}
    for values, name in zip(spot.values, names, strict=True):
        having.setdefault(values, []).append(name)
    if len(having) > _FEW or len(having) == len(names):
        return None
    return [(_marked(values), who) for values, who in having.items()]


def _marked(values: tuple[str, ...]) -> str:
    if len(values) == 1:
        return values[0] or "（空）"
    return "；".join(f"{MARKS[at]} {one or '（空）'}" for at, one in enumerate(values))
