"""Where things stand in a Word part: 正文第3段, 表格2第1行第3列."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element

    from rosters.finding import Place

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WHERE = {
    "document": "正文",
    "header": "页眉",
    "footer": "页脚",
    "footnotes": "脚注",
    "endnotes": "尾注",
}
USUAL = re.compile(r"word/(document|header|footer|footnotes|endnotes)\d*\.xml")


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
    tables = _Tables()
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
            place = replace(shown, where=_in(shown, tables.where(paragraph, row)))
        if mark is None:
            found[number] = place
            continue
        for hit in mark.finditer("".join(map(str, paragraph.itertext()))):
            found[int(hit.group(1))] = place
    return found


def _in(shown: Place, where: str) -> str:
    return where if shown.where == "正文" else f"{shown.where}{where}"


class _Tables:
    """The rows and cells of a part's tables, each table and row counted through once."""

    def __init__(self) -> None:
        self._tables = 0
        self._rows: dict[_Element, str] = {}
        self._cells: dict[_Element, str] = {}
        self._counted: set[_Element] = set()

    def where(self, paragraph: _Element, row: _Element) -> str:
        """Name the cell of a paragraph; of one that stands in none, its row alone."""
        if row not in self._rows:
            self._count_rows(next(row.iterancestors(f"{W}tbl")))
        if row not in self._counted:
            self._count_cells(row)
        own = next(paragraph.iterancestors(f"{W}tc", f"{W}tr"))
        return self._rows[row] + self._cells.get(own, "")

    def _count_rows(self, table: _Element) -> None:
        self._tables += 1
        rows = (one for one in table.iter(f"{W}tr") if next(one.iterancestors(f"{W}tbl")) is table)
        self._rows |= {one: f"表格{self._tables}第{at}行" for at, one in enumerate(rows, 1)}

    def _count_cells(self, row: _Element) -> None:
        """Count the cells of a row as people do: from the left, whatever has been merged in it."""
        self._counted.add(row)
        cells = (one for one in row.iter(f"{W}tc") if next(one.iterancestors(f"{W}tr")) is row)
        self._cells |= {one: f"第{at}列" for at, one in enumerate(cells, 1)}
