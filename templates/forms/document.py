"""The layout of a .docx form: content controls by their tags, and the table that is marked."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from rosters import gate
from rosters.finding import Finding, Level, Place, refuse
from rosters.secrecy import ADVICE, MESSAGE, names_secret, where_secret
from templates.forms.book import fault
from templates.forms.marked import DAY, END, squeezed
from templates.forms.values import Column, Field, Layout, Sort, Spot, Table, sort_of
from templates.forms.wordpieces import body_of, grid_of, hinted, tag_of, text_of, written
from templates.paragraphs import W
from templates.tags import TAG

if TYPE_CHECKING:
    from lxml import etree

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(?:-|—|–|~|至|到)\s*(\d+(?:\.\d+)?)")
_BLANK = re.compile(r"[_＿\s　:：（）()]+")


def layout_of(content: bytes, shown: str) -> Layout:
    """Read what a Word form asks for.

    Raises:
        InputError: it is no usable .docx, or two fields bear one name.

    """
    gate.check(content, "docx", shown=shown)
    secret = [*where_secret(content), *(["文件名"] if names_secret(shown) else [])]
    places = [Place(shown, where=one) for one in secret]
    refuse([Finding(Level.ERROR, "密级", one, MESSAGE, ADVICE) for one in places])
    root = body_of(content, shown)
    spots = tuple(_spot(one) for one in root.iter(f"{W}sdt") if tag_of(one))
    grids = [grid_of(one) for one in root.iter(f"{W}tbl")]
    table = next((_table(rows, marked) for rows, marked in grids if marked >= 0), None)
    hints = frozenset(squeezed(text_of(one)) for one in root.iter(f"{W}sdt") if hinted(one))
    made = Layout(".docx", spots, table, hints)
    refuse(_twice(made, shown))
    return made


def _spot(control: etree._Element) -> Spot:
    return Spot(_field(control), label=_label(control))


def _field(control: etree._Element) -> Field:
    name, settings = tag_of(control), control.find(f"{W}sdtPr")
    if settings.find(f"{W}date") is not None:
        return Field(name, Sort.DATE)
    for kind in ("dropDownList", "comboBox"):
        if (found := settings.find(W + kind)) is not None:
            items = [one.get(f"{W}displayText") or one.get(f"{W}value") for one in found]
            choices = tuple(one for one in items if one)
            return Field(
                name, Sort.CHOICE if kind == "dropDownList" else Sort.TEXT, choices=choices
            )
    return spanned(name, _title(settings))


def _title(settings: etree._Element) -> str:
    found = settings.find(f"{W}alias")
    return found.get(f"{W}val", "") if found is not None else ""


def spanned(name: str, words: str) -> Field:
    """Make a field by its name; words as 得分（0-100） say between which numbers it lies."""
    if found := _SPAN.search(words):
        return Field(name, Sort.NUMBER, Decimal(found[1]), Decimal(found[2]), whole=False)
    return Field(name, sort_of(TAG.sub("", name)), whole=False)


def _label(control: etree._Element) -> str:
    """Find the words before a content control: in its paragraph, else in the cell before it."""
    holder = next(control.iterancestors(f"{W}p", f"{W}tc", f"{W}tr"), None)
    if holder is not None and holder.tag == f"{W}p":
        before: list[str] = []
        for one in holder.iter():
            if one is control:
                break
            if one.tag == f"{W}t" and not any(up.tag == f"{W}sdt" for up in one.iterancestors()):
                before.append(one.text or "")
            elif one.tag == f"{W}sdt":
                before = []
        if words := bare("".join(before)):
            return words
    cell = control if control.find(f"{W}sdtContent/{W}tc") is not None else None
    cell = cell if cell is not None else next(control.iterancestors(f"{W}tc"), None)
    while cell is not None and (cell := cell.getprevious()) is not None:
        if words := bare(written(cell)):
            return words
    return ""


def bare(text: str) -> str:
    """Return a label's words alone: without colon, blanks and lines to write on."""
    return _BLANK.sub("", squeezed(text).splitlines()[-1] if text.strip() else "")


def _table(rows: tuple[tuple[str, ...], ...], marked: int) -> Table:
    names = {at: squeezed(text) for at, text in enumerate(rows[marked], 1) if text.strip()}
    columns = tuple(Column(spanned(name, name), at, name == "序号") for at, name in names.items())
    day = next((one for one in names.values() if DAY.fullmatch(one)), "")
    below = [[squeezed(one) for one in row] for row in rows[marked + 1 :]]
    free, end = len(below), ""
    for count, row in enumerate(below):
        first = next((one for one in row if one), "")
        if END.match(first):
            free, end = count, first
            break
    shown = [row for row in below[:free] if not any(one.startswith("{%") for one in row)]
    columns = tuple(replace(one, given=_given(one, day, shown)) for one in columns)
    return Table("", marked + 1, columns, free, day, end, _items(columns, shown))


def _items(columns: tuple[Column, ...], rows: list[list[str]]) -> tuple[str, ...]:
    """Name what rows are about, by the first column that names them; none where names repeat."""
    first = next((one for one in columns if one.given), None)
    names = tuple(row[first.column - 1] for row in rows) if first else ()
    plain = len(set(names)) == len(names) and not any(TAG.search(one) for one in names)
    return names if plain else ()


def _given(column: Column, day: str, rows: list[list[str]]) -> bool:
    """Tell whether the form names each of its rows in a column; a tag alone in a row names none."""
    if column.made or column.field.name == day:
        return False
    texts = [row[column.column - 1] for row in rows if len(row) >= column.column]
    return bool(texts) and all(texts)


def _twice(layout: Layout, shown: str) -> list[Finding]:
    names = [one.name for one in layout.told]
    return [
        fault(shown, "", f"有两处内容控件的标记都是「{name}」", "请在控件属性里改一个标记")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
