"""Pages upright or across, their numbers, and the red lines of 信函格式 (5, 7.5, 8, 10.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from templates.gongwen import layout
from templates.gongwen.head import mark
from templates.gongwen.kinds import Form
from templates.gongwen.layout import PAGE_HEIGHT, PAGE_WIDTH, SMALL_CHAR
from templates.gongwen.parcel import R, root
from templates.gongwen.prose import exact, field, paragraph, ruled, run, tiny
from templates.wml import Element, W, element

if TYPE_CHECKING:
    from templates.gongwen.sheet import Sheet

_LINE = 400  # twips: the line of a page number
# Its dash lies at three eighths of a character above the baseline (measured, 宋体).
_DASH = round(layout.NUMBER_SIZE.twips * 0.375)
_FOOT = layout.BOTTOM.twips - layout.DASH_BELOW.twips - _LINE // 5 - _DASH
_INDENT = round(layout.PAGE_INDENT.value * SMALL_CHAR)
_OVER = (layout.LETTER_WIDTH.twips - layout.TEXT_WIDTH) // 2
# 170 mm stand in the middle of the page, and the text does not: further out at the left.
_OUT_LEFT = layout.LEFT_EDGE - (PAGE_WIDTH - layout.LETTER_WIDTH.twips) // 2
_OUT_RIGHT = 2 * _OVER - _OUT_LEFT
_DOUBLE = 24  # eighths of a point: a thick line, a thin one, and what is between them
_LETTER_FOOT = layout.LETTER_FOOT.twips - 30
_ACROSS_LEFT = layout.BOTTOM.twips - layout.DASH_BELOW.twips  # where the number's dash stands


@dataclass
class Pages:
    """The sections of a document; the parts they refer to are made when they are first needed."""

    sheet: Sheet
    _numbers: dict[bool, tuple[str, str]] | None = None
    _begun: bool = False

    def section(self, *, across: bool) -> Element:
        """Write the properties of a section; `across`: its pages lie on their side."""
        made = element("sectPr")
        letter = self.sheet.form is Form.LETTER and not self._begun
        self._begun = True
        if letter:
            self._first(made)
        for kind, one in zip(("default", "even"), self._footers(across=across), strict=True):
            made.append(_reference("footer", kind, one))
        made.append(element("type", val="nextPage"))
        width, height = (PAGE_HEIGHT, PAGE_WIDTH) if across else (PAGE_WIDTH, PAGE_HEIGHT)
        size = {"orient": "landscape"} if across else {}
        made.append(element("pgSz", w=width, h=height, **size))
        made.append(element("pgMar", **self._margins(across=across)))
        made.append(element("cols", space=0))
        if letter:
            made.append(element("titlePg"))
        if not across:  # LibreOffice centres the grid: on what lies across that is 1.4 mm
            made.append(element("docGrid", type="lines", linePitch=self.sheet.line))
        return made

    def _margins(self, *, across: bool) -> dict[str, int]:
        page, letter = self.sheet.settings.page, self.sheet.form is Form.LETTER
        edges = (page.top, layout.RIGHT_EDGE, page.bottom, layout.LEFT_EDGE)
        if across:  # the page is turned so that its left edge is on top (8)
            top, right, bottom, left = edges
            edges = (left, top, right, bottom)
        named = dict(zip(("top", "right", "bottom", "left"), edges, strict=True))
        head = _letter_head(self.sheet) if letter else 851
        return {**named, "header": head, "footer": _LETTER_FOOT if letter else _FOOT, "gutter": 0}

    def _footers(self, *, across: bool) -> tuple[str, str]:
        self._numbers = self._numbers or {}
        if across not in self._numbers:
            made = [self._footer(odd=odd, across=across) for odd in (True, False)]
            self._numbers[across] = (made[0], made[1])
        return self._numbers[across]

    def _footer(self, *, odd: bool, across: bool) -> str:
        part = root("ftr")
        if across:
            part.append(_turned(odd=odd))
            part.append(tiny())
        else:
            part.append(_number(odd=odd))
            if self.sheet.form is Form.LETTER:  # its footers begin lower, at the second red line
                part.append(_gap(_FOOT - _LETTER_FOOT))
        name = f"footer{'L' if across else ''}{1 if odd else 2}"
        return self.sheet.parcel.part(name, "footer", part)

    def _first(self, made: Element) -> None:
        """Write the head of 信函格式: 标志 above the first red line; the second at the foot."""
        head = root("hdr")
        for one in mark(self.sheet, _letter_ink(self.sheet)):
            head.append(one)
        head.append(self._red("bottom", "thickThinSmallGap", _letter_gap(self.sheet)))
        foot = root("ftr")
        foot.append(self._red("bottom", "thinThickSmallGap", 14))
        parcel = self.sheet.parcel
        made.append(_reference("header", "first", parcel.part("header1", "header", head)))
        made.append(_reference("footer", "first", parcel.part("footer3", "footer", foot)))

    def _red(self, side: str, kind: str, line: int) -> Element:
        indent = {"left": -_OUT_LEFT, "right": -_OUT_RIGHT, "firstLine": 0}
        made = paragraph("GwRule", spacing=exact(line), ind=indent)
        return made if self.sheet.blank else ruled(made, side, kind, _DOUBLE)


def _letter_head(sheet: Sheet) -> int:
    return 851 if sheet.form is not Form.LETTER else 1134


def _letter_ink(sheet: Sheet) -> int:
    return layout.LETTER_TOP.twips - _letter_head(sheet)


def _letter_gap(sheet: Sheet) -> int:
    """Return what stands between the mark's line and the first red line: 4 mm below its ink."""
    from templates.gongwen.fitting import mark_line

    line = mark_line(sheet.foreseen_mark)
    below = round(line * (1 - layout.BASELINE)) - round(line * layout.BASELINE * 0.08)
    return max(14, layout.LETTER_RULE.twips - below)


def _number(*, odd: bool) -> Element:
    side = "right" if odd else "left"
    indent = {"left": 0, "right": 0, "firstLine": 0, side: _INDENT}
    return paragraph("GwPage", *_counted(), ind=indent, jc={"val": side})


def _counted() -> list[Element]:
    return [run("— "), *field("PAGE", "1"), run(" —")]


def _turned(*, odd: bool) -> Element:
    """Write the number of a page across where it stands on the upright one, turned with it (8)."""
    down = _LINE
    place = element(
        "tblpPr",
        leftFromText=0,
        rightFromText=0,
        vertAnchor="page",
        horzAnchor="page",
        tblpX=_ACROSS_LEFT - down // 2,
        tblpY=layout.LEFT_EDGE,
    )
    none = (element(side, w=0, type="dxa") for side in ("left", "right"))
    frame = element(
        "tblPr",
        place,
        element("tblW", w=down, type="dxa"),
        element("tblLayout", type="fixed"),
        element("tblCellMar", *none),
    )
    look = element(
        "tcPr",
        element("tcW", w=down, type="dxa"),
        element("textDirection", val="tbRl"),
        element("vAlign", val="center"),
    )
    high = element("trPr", element("trHeight", val=layout.TEXT_WIDTH, hRule="exact"))
    row = element("tr", high, element("tc", look, _number(odd=odd)))
    return element("tbl", frame, element("tblGrid", element("gridCol", w=down)), row)


def _gap(line: int) -> Element:
    return tiny(spacing=exact(line))


def _reference(what: str, kind: str, identity: str) -> Element:
    made = element(f"{what}Reference", type=kind)
    made.set(f"{R}id", identity)
    return made


def break_(properties: Element) -> Element:
    """Write the paragraph that ends a section."""
    made = tiny()
    made.find(W + "pPr").append(properties)
    return made
