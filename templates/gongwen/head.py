"""版头: 份号, 紧急程度, 发文机关标志, 发文字号, 签发人 and the red rule (7.2, 10.1 to 10.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.gongwen import layout, solve
from templates.gongwen.fitting import mark_before, mark_below, mark_line
from templates.gongwen.kinds import Form
from templates.gongwen.layout import CHAR
from templates.gongwen.organs import joint
from templates.gongwen.prose import change, exact, paragraph, ruled, run, statement, tabbed, tiny
from templates.wml import Element, element

if TYPE_CHECKING:
    from collections.abc import Iterator

    from templates.gongwen.sheet import Sheet

# The rule stands 4 mm below what is printed, whose feet lie above the end of their line: half of
# that is taken off, so that neither a ruler at the ink nor one at the line finds it 1 mm wrong.
_RULE_LINE = layout.RULE_BELOW.twips - 72
# Below the first red line of 信函格式 7/8 of a character are left; LibreOffice leaves the line's
# own width once more, which is taken off here.
_LETTER_LINE = 400
_LETTER_ABOVE = layout.LETTER_GAP.twips - 160
_RULE_SIZE = round(layout.RULE_WEIGHT.value * 8)  # w:sz counts eighths of a point


def head(sheet: Sheet) -> Iterator[Element]:
    """Write what stands above the title."""
    if sheet.form is Form.PLAIN:
        return
    if sheet.form is Form.LETTER:
        yield from _letter(sheet)
        return
    above = list(_corner(sheet))
    yield from above
    top = layout.ORDER_TOP if sheet.form is Form.ORDER else layout.MARK_TOP
    room = top.twips + sheet.settings.page.lost - len(above) * sheet.line
    yield from mark(sheet, max(0, room))
    if sheet.wants("发文字号"):
        yield from _number(sheet)
    if sheet.form is not Form.ORDER:
        yield rule(sheet)


def height(sheet: Sheet) -> float:
    """Return how many lines of the first page the head takes."""
    if sheet.form is Form.PLAIN:
        return 0
    if sheet.form is Form.LETTER:
        return 3
    tall = mark_line(sheet.foreseen_mark) + layout.MARK_TOP.twips
    return tall / sheet.line + (layout.NUMBER_BELOW.value + 1) * sheet.wants("发文字号")


def mark(sheet: Sheet, top: int, style: str = "GwMark") -> Iterator[Element]:
    """Write 发文机关标志, its ink `top` twips below where the text begins."""
    organs = joint(sheet.foreseen_mark)
    if organs:
        yield from _joint(sheet, top, *organs)
        return
    if sheet.blank:
        text = sheet.foreseen_mark
        yield paragraph(style, spacing=exact(mark_line(text), mark_before(text, top)))
        return
    above, line = (f"{{{{ {sheet.mark} | {one} }}}}" for one in (f"标志段前({top})", "标志行高"))
    size = {"val": f"{{{{ {sheet.mark} | 标志字号 }}}}"}
    scale = {"val": f"{{{{ {sheet.mark} | 标志缩放 }}}}"}
    text = run(f"{{{{ {sheet.mark} }}}}", w=scale, sz=size, szCs=size)
    yield paragraph(style, text, spacing=exact(line, above))


def _corner(sheet: Sheet) -> Iterator[Element]:
    """Write what stands in the upper left corner; never a 密级 (7.2.1 to 7.2.3)."""
    if sheet.has("份号"):
        yield paragraph("GwSerial", run("{{ 份号 }}"))
    if sheet.has("紧急程度"):
        yield paragraph("GwUrgent", run("{{ 紧急程度 }}"))


def _number(sheet: Sheet) -> Iterator[Element]:
    # A title brings the two lines above it itself.
    order = sheet.form is Form.ORDER and not sheet.wants("标题")
    after = round(layout.ORDER_BODY.value * sheet.line) if order else 0
    if not sheet.upward:
        spacing = exact(sheet.line, _below(sheet), after)
        yield paragraph("GwNumber", run("{{ 发文字号 }}"), spacing=spacing)
        return
    yield from _signers(sheet)


def _below(sheet: Sheet) -> str | int:
    """Return what stands between the lines of mark and number: two lines below its characters."""
    room = round(layout.NUMBER_BELOW.value * sheet.line)
    organs = joint(sheet.foreseen_mark)
    if organs:
        fit = solve.joint_mark(*organs)
        foot = fit.line * (1 - layout.BASELINE) - fit.names.points * layout.EM_BELOW
        return max(0, room - round(foot * 20))
    return (
        mark_below(sheet.foreseen_mark, room)
        if sheet.blank
        else f"{{{{ {sheet.mark} | 标志段后({room}) }}}}"
    )


def _signers(sheet: Sheet) -> Iterator[Element]:
    """Write 签发人 two to a line, the number at the left of their last (7.2.5, 7.2.6)."""
    line = paragraph(
        "GwNumber",
        "if 签发行.末",
        run("{{ 发文字号 }}"),
        "endif",
        run("\t{{ 签发行.签 }}"),
        run("{{ 签发行.名 }}", sheet.settings.fonts.kai),
        ind={"left": 0, "firstLine": round(layout.NUMBER_INDENT.value * CHAR.twips)},
        jc={"val": "left"},
        spacing=exact(sheet.line),
    )
    tabbed(line, ("left", "{{ 签发人 | 签发人位置 }}"))
    # Their first line stands two below the mark, however many there are.
    yield tiny(spacing=exact(_below(sheet)))
    yield statement("for 签发行 in 签发人 | 签发人分行")
    yield line
    yield statement("endfor")


def rule(sheet: Sheet) -> Element:
    """Write the red rule, as long as 版心 is wide; on pre-printed paper its room (7.2.7)."""
    made = paragraph("GwRule", spacing=exact(_RULE_LINE))
    return made if sheet.blank else ruled(made, "bottom", "single", _RULE_SIZE)


def _joint(sheet: Sheet, top: int, organs: tuple[str, ...], tail: str) -> Iterator[Element]:
    """Write several organs below each other, the first the sponsor, 文件 in the middle at right."""
    fit = solve.joint_mark(organs, tail)
    line = round(fit.line * 20)
    ink = round(fit.names.points * 20 * layout.EM_ABOVE)
    above = max(14, top - (round(line * layout.BASELINE) - ink))
    yield tiny(spacing=exact(above))
    if sheet.blank:
        yield tiny(spacing=exact(line * len(organs)))
        return
    wide = round(fit.names_width * 20) if tail else layout.TEXT_WIDTH
    cells = [(wide, [_spread(name, fit.names, line) for name in organs], "distribute")]
    if tail:
        at_right = _spread(tail, fit.tail, round(fit.tail.points * 20 * 1.25))
        cells.append((layout.TEXT_WIDTH - wide, [at_right], "right"))
    row = element("tr", element("trPr", element("cantSplit")))
    for width, lines, align in cells:
        look = element("tcPr", element("tcW", w=width, type="dxa"), element("vAlign", val="center"))
        for one in lines:
            change(one, jc={"val": align})
        row.append(element("tc", look, *lines))
    yield element(
        "tbl", _frame(), element("tblGrid", *(element("gridCol", w=w) for w, *_ in cells)), row
    )


def _spread(text: str, fit: solve.Mark, line: int) -> Element:
    size = {"val": fit.size}
    look = run(text, w={"val": fit.scale}, sz=size, szCs=size)
    # At least, not exact: exact spacing clips in a table.
    return paragraph("GwMark", look, spacing=exact(line))


def _frame() -> Element:
    none = (element(side, w=0, type="dxa") for side in ("left", "right"))
    return element(
        "tblPr",
        element("tblW", w=layout.TEXT_WIDTH, type="dxa"),
        element("tblLayout", type="fixed"),
        element("tblCellMar", *none),
    )


def _letter(sheet: Sheet) -> Iterator[Element]:
    """Write 份号 and 紧急程度 at the left, 发文字号 at the right below the first line (10.1)."""
    left = [run("{{ 份号 }}")] if sheet.has("份号") else []
    if sheet.has("紧急程度") and not left:
        left = [run("{{ 紧急程度 }}", sheet.settings.fonts.hei)]
    made = paragraph(
        "GwNumber",
        *left,
        run("\t{{ 发文字号 }}" if sheet.wants("发文字号") else ""),
        jc={"val": "left"},
        spacing=exact(_LETTER_LINE, _LETTER_ABOVE),
    )
    yield tabbed(made, ("right", layout.TEXT_WIDTH))
    if sheet.has("份号") and sheet.has("紧急程度"):
        yield paragraph("GwUrgent", run("{{ 紧急程度 }}"))
