"""版记: at the foot of the last page, 抄送 and 印发 between rules (7.4)."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from templates.gongwen import layout
from templates.gongwen.kinds import Form
from templates.gongwen.layout import LEFT_EDGE, SMALL_CHAR, TEXT_WIDTH
from templates.gongwen.prose import exact, paragraph, run, statement, tabbed, tiny
from templates.gongwen.solve import width
from templates.wml import Element, element

if TYPE_CHECKING:
    from collections.abc import Iterator

    from templates.gongwen.sheet import Sheet

_LINE = 500  # twips: as in the style 公文版记
_DISTRIBUTED, _PRINTED = ("报", "送", "发"), "印数"  # of a 简报
_THICK = round(layout.IMPRINT_THICK.value * 72 / 25.4 * 8)  # w:sz counts eighths of a point
_THIN = round(layout.IMPRINT_THIN.value * 72 / 25.4 * 8)
_WIDE = int(TEXT_WIDTH / SMALL_CHAR - 2)  # 字 of 四号 between two margins of one 字
# 字 that a date of two-digit month and day takes with 印发, and with the gaps that LibreOffice puts
# around its digits.
_DATED = 10.25
_ROOM = TEXT_WIDTH / SMALL_CHAR - 5  # 字 of 四号 in a line of 抄送


def imprint(sheet: Sheet, *, moved: bool) -> Iterator[Element]:
    """Write 版记, and the line that holds it; `moved`: 主送机关 stands here too (7.3.2)."""
    rows = list(_rows(sheet, moved=moved))
    if not rows:
        return
    lined = sheet.form is not Form.LETTER
    bulletin = sheet.form is Form.BULLETIN
    room = exact(_height(sheet, moved=moved))
    if bulletin:  # a line above it: with what floats itself LibreOffice keeps no text
        yield tiny(keepNext={}, spacing=room)
    yield element("tbl", _frame(lined=lined), _grid(), *rows, *_foot(sheet))
    # As high as 版记: where no room is left for it, it goes to the next page with this line.
    yield tiny() if bulletin else tiny(spacing=room)


def _rows(sheet: Sheet, *, moved: bool) -> Iterator[Element]:
    if sheet.form is Form.BULLETIN:
        yield from _distribution(sheet)
        return
    copied = sheet.has("抄送")
    if moved:
        lines = [_listed("主送", sheet, end="。")]
        if copied:  # no rule between the two
            lines += _maybe(sheet, _listed("抄送", sheet))
        yield _row(*lines)
    elif copied:
        lines = [_listed("抄送", sheet)]
        steered = sheet.varies("抄送")
        if steered:
            yield _row(_steering("if 抄送"))
        yield _row(*lines)
        if steered:
            yield _row(_steering("endif"))
    if sheet.form is not Form.LETTER and sheet.has("印发机关"):
        yield _row(_issued(sheet))


def _distribution(sheet: Sheet) -> Iterator[Element]:
    """Write to whom a 简报 goes, above, beside and below, and how many were printed."""
    lines = [_listed(label, sheet) for label in _DISTRIBUTED if sheet.has(label)]
    if lines:
        yield _row(*lines)
    if sheet.has(_PRINTED):
        yield _row(
            paragraph("GwImprint", run(f"（共印{{{{ {_PRINTED} }}}}份）"), jc={"val": "right"})
        )


def _maybe(sheet: Sheet, made: Element) -> list[Element]:
    if not sheet.varies("抄送"):
        return [made]
    return [statement("if 抄送"), made, statement("endif")]


def _steering(inside: str) -> Element:
    return paragraph("GwImprint", element("r", element("t", f"{{%tr {inside} %}}")))


def _listed(label: str, sheet: Sheet, end: str = "。") -> Element:
    """Write who receives it: continuations below the first name, a full stop at the end (7.4.2)."""
    stop = "" if sheet.text(label).endswith("。") else end
    hanging = (len(label) + 1) * SMALL_CHAR
    indent = {"left": SMALL_CHAR + hanging, "right": SMALL_CHAR, "hanging": hanging}
    text = run(f"{label}：{{{{ {label} }}}}{stop}")
    return paragraph("GwImprint", text, ind=indent)


def _issued(sheet: Sheet) -> Element:
    """Write who printed it and when (7.4.3); when, if not said, is 成文日期."""
    day = "印发日期" if sheet.has("印发日期") else "成文日期"
    apart = "\n" if _apart(sheet) else ""
    text = run(f"{{{{ 印发机关 }}}}{apart}\t{{{{ {day} | 日期 }}}}印发")
    made = paragraph("GwImprint", text, jc={"val": "left"})
    return tabbed(made, ("right", TEXT_WIDTH - SMALL_CHAR))


def _issuing(sheet: Sheet) -> int:
    """Count the lines of 印发机关 and its date."""
    return max(1, ceil(width(sheet.foreseen("印发机关")) / _WIDE)) + _apart(sheet)


def _apart(sheet: Sheet) -> bool:
    """Tell whether the date goes below so long a name: else it would be broken between the two."""
    last = width(sheet.foreseen("印发机关")) % _WIDE or _WIDE
    return last + _DATED > TEXT_WIDTH / SMALL_CHAR - 2


def _height(sheet: Sheet, *, moved: bool) -> int:
    lines, last = 0, "印发机关"
    labels = [*("主送",) * moved, *("抄送",) * sheet.has("抄送")]
    if sheet.form is Form.BULLETIN:
        labels, last = [one for one in _DISTRIBUTED if sheet.has(one)], _PRINTED
    for label in labels:
        lines += max(1, int(-(-width(sheet.foreseen(label)) // _ROOM)))
    if sheet.form is not Form.LETTER and sheet.has(last):
        lines += 1 if sheet.form is Form.BULLETIN else _issuing(sheet)
    return lines * _LINE + 80 + max(0, sheet.settings.page.below)


def _frame(*, lined: bool) -> Element:
    place = element(
        "tblpPr",
        leftFromText=0,
        rightFromText=0,
        vertAnchor="margin",
        horzAnchor="page",  # LibreOffice floats no table that stands at the margin itself
        tblpX=LEFT_EDGE,
        tblpYSpec="bottom",
    )
    made = element("tblPr", place, element("tblW", w=TEXT_WIDTH, type="dxa"))
    if lined:
        sides = (("top", _THICK), ("bottom", _THICK), ("insideH", _THIN))
        lines = (element(s, val="single", sz=size, space=0, color="auto") for s, size in sides)
        made.append(element("tblBorders", *lines))
    made.append(element("tblLayout", type="fixed"))
    none = (element(side, w=0, type="dxa") for side in ("left", "right"))
    made.append(element("tblCellMar", *none))
    return made


def _grid() -> Element:
    return element("tblGrid", element("gridCol", w=TEXT_WIDTH))


def _row(*lines: Element) -> Element:
    look = element(
        "tcPr", element("tcW", w=TEXT_WIDTH, type="dxa"), element("vAlign", val="center")
    )
    return element("tr", element("trPr", element("cantSplit")), element("tc", look, *lines))


def _foot(sheet: Sheet) -> Iterator[Element]:
    """Lift 版记 to where 版心 ends, in the profile whose text runs on below that."""
    below = sheet.settings.page.below
    if below <= 0:
        return
    last = element("top", val="single", sz=_THICK, space=0, color="auto")
    lines = [last, element("bottom", val="nil")] if sheet.form is not Form.LETTER else []
    look = element("tcPr", element("tcW", w=TEXT_WIDTH, type="dxa"), element("tcBorders", *lines))
    high = element("trPr", element("cantSplit"), element("trHeight", val=below, hRule="exact"))
    yield element("tr", high, element("tc", look, tiny()))
