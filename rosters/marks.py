"""What a sheet's XML tells besides its texts: numbers with their style, errors, what is hidden.

Texts are the parser's business (`rosters.workbook`). Here stands what it does not tell: the format
that a number has, which cell is an error, which formula was never worked out, which rows and
columns are hidden. The fast pass knows the one form that spreadsheet programs write; whether it has
seen every cell is asked of the parser afterwards, and if not, the whole pass is done again by lxml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from rosters.blocks import packed
from rosters.grid import Merge, Oddity, area, number

if TYPE_CHECKING:
    from lxml.etree import _Element

    from rosters.blocks import Sent
    from rosters.roster import Value
    from rosters.styles import Styles

_CHUNK = 2**20
_COLUMNS = 16384
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})(\d{1,7})"(?: s="(\d+)")?(?: t="([nbed])")?>'
    r"(?:<f(?:[^<>]*/>|[^<>]*>[^<]*</f>))?<v>([^<]+)</v>"
)
# A cell that has a formula and no value; in a formula "<" is always written &lt;
_UNCOMPUTED = re.compile(
    r"<c\s([^>]*)>\s*<f\b(?:[^<>]*/>|[^<>]*>[^<]*</f>)\s*(<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_PLACE = re.compile(r'\br="([A-Z]{1,3})([0-9]{1,7})"')
_HIDDEN = re.compile(r'<row\s(?=[^>]*\shidden="(?:1|true)")[^>]*?\br="(\d+)"')
_COL = re.compile(r"<col\s[^>]*>")
_ATTRIBUTE = re.compile(r'\b(min|max|hidden)="(\w+)"')
_MERGE = re.compile(r'<mergeCell\s[^>]*?\bref="([A-Z0-9:$]+)"')
_TRUE = ("1", "true")


@dataclass
class Marks:
    """What was seen: values by column and row, and the rest of a grid.

    A number that makes no date is an oddity, and None among the values; an error cell is no number.
    """

    values: dict[int, dict[int, Sent]] = field(default_factory=dict)
    oddities: dict[tuple[int, int], Oddity] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def take(self, row: int, column: int, value: Value | Oddity, kind: str) -> None:
        """Keep a cell."""
        sent: Sent = None
        if isinstance(value, Oddity):
            self.oddities[row, column] = value
            if kind == "e":
                return
        else:
            sent = packed(value)
        self.values.setdefault(column, {})[row] = sent


class _Tables(dict[str, "dict[int, Sent]"]):
    """A sheet's numbers by the letters of their column."""

    def __init__(self, marks: Marks) -> None:
        super().__init__()
        self._marks = marks

    def __missing__(self, letters: str) -> dict[int, Sent]:
        self[letters] = self._marks.values.setdefault(number(letters), {})
        return self[letters]


class _Column(dict[str, "Sent | Oddity"]):
    """What the numbers of one style and kind mean; what stands there again is not read again."""

    def __init__(self, styles: Styles, style: str, kind: str) -> None:
        super().__init__()
        self._styles, self._style, self._kind = styles, style, kind
        self._plain = style in styles.plain and kind in ("", "n")

    def __missing__(self, raw: str) -> Sent | Oddity:
        if self._plain and raw.isdecimal():
            return int(raw)
        value = self._styles.read(self._style, self._kind, raw)
        self[raw] = value if isinstance(value, Oddity) else packed(value)
        return self[raw]


class Reads(dict[tuple[str, str], _Column]):
    """What numbers mean, by their style number and kind, and then as they are written."""

    def __init__(self, styles: Styles) -> None:
        super().__init__()
        self._styles = styles

    def __missing__(self, key: tuple[str, str]) -> _Column:
        self[key] = _Column(self._styles, *key)
        return self[key]


def swift(part: IO[bytes], styles: Styles) -> Marks:
    """Pass over a sheet as spreadsheet programs write it, a piece at a time.

    Raises:
        ValueError: a number is none.

    """
    marks = Marks()
    tables, reads = _Tables(marks), Reads(styles)
    rest = b""
    while piece := part.read(_CHUNK):
        window = rest + piece
        end = window.rfind(b"</row>") + 1
        rest = window[end:]
        if end:
            _window(window[:end].decode(), marks, tables, reads)
    _window(rest.decode(), marks, tables, reads)
    beside(rest.decode(), marks)
    return marks


def _window(text: str, marks: Marks, tables: _Tables, reads: Reads) -> None:
    last, at = "", 0
    for name, row, style, kind, raw in _CELL.findall(text):
        if row != last:
            last, at = row, int(row)
        sent = reads[style, kind][raw]
        if isinstance(sent, Oddity):
            marks.take(at, number(name), sent, kind)
        else:
            tables[name][at] = sent
    if "<f" in text:
        for attributes, value in _UNCOMPUTED.findall(text):
            place = _PLACE.search(attributes)
            if place and not (value and 't="str"' in attributes):  # an empty text is a result
                marks.oddities[int(place[2]), number(place[1])] = Oddity("cell-formula", "")
    if "hidden=" in text:
        marks.hidden_rows.update(map(int, _HIDDEN.findall(text)))
        for column in _COL.findall(text):
            _hide(marks, dict(_ATTRIBUTE.findall(column)))


def beside(text: str, marks: Marks) -> None:
    """See which columns are hidden and what is merged, before and after the rows.

    Raises:
        ValueError: a range is none.

    """
    if "hidden=" in text:
        for column in _COL.findall(text):
            _hide(marks, dict(_ATTRIBUTE.findall(column)))
    for reference in _MERGE.findall(text):
        marks.merges.append(area(reference))


def _hide(marks: Marks, told: dict[str, str]) -> None:
    if told.get("hidden") in _TRUE:
        first, last = int(told.get("min") or 0), int(told.get("max") or 0)
        marks.hidden_columns.update(range(max(first, 1), min(last, _COLUMNS) + 1))


def thorough(part: IO[bytes], styles: Styles) -> Marks:
    """Pass over a sheet of any form, element by element.

    Raises:
        ValueError: a number or a place is none.

    """
    from lxml import etree

    marks = Marks()
    row = column = 0
    tags = ("{*}row", "{*}c", "{*}mergeCell", "{*}col")
    for event, one in etree.iterparse(
        part, events=("start", "end"), tag=tags, resolve_entities=False, no_network=True
    ):
        name = etree.QName(one).localname
        if event == "start":
            if name == "row":
                row, column = int(float(one.get("r") or row + 1)), 0
                if one.get("hidden") in _TRUE:
                    marks.hidden_rows.add(row)
            continue
        if name == "c":
            place = one.get("r")
            if place:
                row, column = area(place)[:2]
            else:
                column += 1
            _element(one, marks, styles, row, column)
        elif name == "mergeCell":
            marks.merges.append(area(one.get("ref", "")))
        elif name == "col":
            _hide(marks, dict(one.attrib))
        one.clear()
    return marks


def _element(one: _Element, marks: Marks, styles: Styles, row: int, column: int) -> None:
    kind = one.get("t", "n")
    raw = one.findtext("{*}v")
    if raw and kind in ("n", "b", "e", "d"):
        value = styles.read(str(int(one.get("s") or 0)), kind, raw)
        marks.take(row, column, value, kind)
    elif not raw and one.find("{*}f") is not None and not (raw is not None and kind == "str"):
        marks.oddities[row, column] = Oddity("cell-formula", "")
