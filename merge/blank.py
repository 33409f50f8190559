"""An empty 发文单 of a 文种, as a Word file: the table to fill in, and room for the body below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge import kinds
from merge.transcript import transcribed
from templates.gongwen import layout
from templates.gongwen.parcel import Parcel, root, settings
from templates.gongwen.prose import paragraph, run
from templates.gongwen.styles import styles
from templates.wml import Element, W, element, put

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from merge.kinds import Row
    from templates.gongwen.settings import Settings

_WIDTHS = (1848, 3652, 3344)  # twips: label, what is filled in, how
_GREY, _SHADE = "7F7F7F", "F2F2F2"
_SMALL = 20  # half-points
_BODY = (
    "正文写在这张表格的下面，照平时的写法：一、（一）1.（1）分级，加粗、表格、图片、脚注都保留，"
    "字体字号由系统排。{{ 简称 }} 会换成各单位自己的简称（名册里有的列都可以这样写）；"
    "以【仅分党委】开头的一段，只有分党委的文件里才有。"
    "附件另起一段只写“附件1”，下一段写附件的标题。署名和日期不用写。"
)


def blank(kind: str, chosen: Settings) -> bytes:
    """Make the Word file for one of kinds.DRAFTS, to be filled in: same bytes each time."""
    told = kinds.has_body(kind)
    below = list(transcribed(kinds.body(kind)))
    below += [paragraph("GwText") for _ in range(2 if told and not below else 1)]
    return slip(list(kinds.rows(kind)), chosen, below, told=told)


def slip(rows: Sequence[Row], chosen: Settings, body: Sequence[Element], *, told: bool) -> bytes:
    """Make the Word file of these rows and this body; `told` how a body is written, below them."""
    parcel = Parcel()
    parcel.part("styles", "styles", styles(chosen))
    parcel.part("settings", "settings", settings(even=False, notes=False))
    page = element("body")
    heading = run("发文单", chosen.fonts.hei, b={}, sz={"val": 36})
    page.append(paragraph("GwNumber", heading, spacing={"before": 0, "after": 120}))
    page.append(_table(rows, chosen, told=told))
    page.extend(body)
    page.append(_section(chosen))
    document = root("document")
    document.append(page)
    return parcel.written(document)


def _table(rows: Sequence[Row], chosen: Settings, *, told: bool) -> Element:
    side: dict[str, str | int] = {"val": "single", "sz": 4, "space": 0, "color": "808080"}
    borders = (
        element(one, **side) for one in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    made = element(
        "tbl",
        element(
            "tblPr",
            element("tblW", w=sum(_WIDTHS), type="dxa"),
            element("tblBorders", *borders),
            element("tblLayout", type="fixed"),
        ),
        element("tblGrid", *(element("gridCol", w=width) for width in _WIDTHS)),
    )
    for label, value, hint in rows:
        made.append(
            element(
                "tr",
                element("trPr", element("cantSplit")),
                _cell(_WIDTHS[0], [_line(run(label, chosen.fonts.hei))], shade=_SHADE),
                _cell(_WIDTHS[1], [_line(*_runs(line)) for line in value.split("\n")]),
                _cell(_WIDTHS[2], [_line(_hint(hint))], shade=_SHADE),
            )
        )
    if told:
        across = _cell(sum(_WIDTHS), [_line(_hint(_BODY))], shade=_SHADE, span=len(_WIDTHS))
        made.append(element("tr", element("trPr", element("cantSplit")), across))
    return made


def _runs(text: str) -> Iterator[Element]:
    if text:
        yield run(text)


def _cell(width: int, content: Sequence[Element], *, shade: str = "", span: int = 1) -> Element:
    told = element("tcPr", element("tcW", w=width, type="dxa"))
    if span > 1:
        told.append(element("gridSpan", val=span))
    if shade:
        told.append(element("shd", val="clear", color="auto", fill=shade))
    told.append(element("vAlign", val="center"))
    return element("tc", told, *content)


def _line(*content: Element) -> Element:
    made = paragraph("GwCell", *content)
    put(
        made.find(W + "pPr"),
        "spacing",
        {"before": 60, "after": 60, "line": 240, "lineRule": "auto"},
    )
    return made


def _hint(text: str) -> Element:
    size = {"val": _SMALL}
    return run(text, "", color={"val": _GREY}, sz=size, szCs=size)


def _section(chosen: Settings) -> Element:
    page = chosen.page
    return element(
        "sectPr",
        element("pgSz", w=layout.PAGE_WIDTH, h=layout.PAGE_HEIGHT),
        element(
            "pgMar",
            top=page.top,
            right=layout.RIGHT_EDGE,
            bottom=page.bottom,
            left=layout.LEFT_EDGE,
            header=851,
            footer=992,
            gutter=0,
        ),
    )
