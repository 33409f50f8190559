"""Tracked changes of a template, accepted: what was struck out goes, what was put in stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.paragraphs import W

if TYPE_CHECKING:
    from lxml.etree import _Element

_OUT = ("del", "moveFrom")
_IN = ("ins", "moveTo")
_FORMER = tuple(
    f"{W}{name}"
    for name in (
        "rPrChange", "pPrChange", "tblPrChange", "tblPrExChange", "trPrChange", "tcPrChange",
        "sectPrChange", "tblGridChange", "numberingChange", "cellIns", "cellMerge",
        "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd",
    )
)  # fmt: skip


def accept(root: _Element) -> int:
    """Accept the tracked changes of a part where it stands; return how many there were."""
    before = len(list(root.iter(*(f"{W}{name}" for name in (*_OUT, *_IN)))))
    for row in [*root.iter(f"{W}tr")]:
        if row.find(f"{W}trPr/{W}del") is not None:
            _drop(row)
    for cell in [*root.iter(f"{W}tc")]:
        if cell.find(f"{W}tcPr/{W}cellDel") is not None:
            _drop(cell)
    for paragraph in [*root.iter(f"{W}p")]:
        _join(paragraph)
    for one in [*root.iter(*(f"{W}{name}" for name in _OUT))]:
        _drop(one)
    for one in [*root.iter(*(f"{W}{name}" for name in _IN))]:
        _unwrap(one)
    for one in [*root.iter(*_FORMER)]:
        _drop(one)
    return before


def _join(paragraph: _Element) -> None:
    """Join a paragraph whose end was struck out with the one behind it, which keeps its format."""
    mark = paragraph.find(f"{W}pPr/{W}rPr/{W}del")
    behind = paragraph.getnext()
    if mark is None or behind is None or behind.tag != f"{W}p":
        return
    at = 1 if len(behind) and behind[0].tag == f"{W}pPr" else 0
    for child in reversed([one for one in paragraph if one.tag != f"{W}pPr"]):
        behind.insert(at, child)
    _drop(paragraph)


def _drop(one: _Element) -> None:
    parent = one.getparent()
    if parent is not None:
        parent.remove(one)


def _unwrap(one: _Element) -> None:
    parent = one.getparent()
    if parent is None:
        return
    at = parent.index(one)
    for child in reversed(list(one)):
        parent.insert(at, child)
    parent.remove(one)
