"""Where things stand in a Word part: 正文第3段, 表格2第1行第3列."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element

    from rosters.finding import Place

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def paragraphs(root: _Element) -> Iterator[_Element]:
    """Yield the paragraphs of a part, those in tables and text boxes too."""
    yield from root.iter(f"{W}p")


def text_of(paragraph: _Element) -> str:
    """Return a paragraph's own text, without that of text boxes standing in it."""
    return "".join(
        node.text or ""
        for node in paragraph.iter(f"{W}t")
        if next(node.iterancestors(f"{W}p"), None) is paragraph
    )


def places(
    root: _Element,
    shown: Place,
    mark: re.Pattern[str] | None,
    origins: Mapping[int, Place] | None = None,
) -> dict[int, Place]:
    """Lead marks (or, without a pattern, paragraphs counted from 1) to their places.

    `origins` are the places of paragraphs that came from elsewhere, by their number; together
    they count as the one paragraph that the template's writer sees in their stead.
    """
    origins = origins or {}
    first = min(origins, default=0)
    tables: dict[_Element, int] = {}
    found: dict[int, Place] = {}
    outside = 0
    for number, paragraph in enumerate(paragraphs(root), 1):
        row = next(paragraph.iterancestors(f"{W}tr"), None)
        if number in origins:
            outside += number == first
            place = origins[number]
        elif row is None:
            outside += 1
            place = replace(shown, where=f"{shown.where}第{outside}段")
        else:
            place = replace(shown, where=_in(shown, _row(row, tables) + _cell(paragraph, row)))
        if mark is None:
            found[number] = place
            continue
        for hit in mark.finditer("".join(map(str, paragraph.itertext()))):
            found[int(hit.group(1))] = place
    return found


def _in(shown: Place, where: str) -> str:
    return where if shown.where == "正文" else f"{shown.where}{where}"


def _row(row: _Element, tables: dict[_Element, int]) -> str:
    table = next(row.iterancestors(f"{W}tbl"))
    number = tables.setdefault(table, len(tables) + 1)
    rows = [one for one in table.iter(f"{W}tr") if next(one.iterancestors(f"{W}tbl")) is table]
    return f"表格{number}第{rows.index(row) + 1}行"


def _cell(paragraph: _Element, row: _Element) -> str:
    """Name the cell of a row as people count: from the left, whatever has been merged in it."""
    own = next(paragraph.iterancestors(f"{W}tc"), None)
    cells = [one for one in row.iter(f"{W}tc") if next(one.iterancestors(f"{W}tr")) is row]
    return f"第{cells.index(own) + 1}列" if own in cells else ""
