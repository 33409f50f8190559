"""The named styles of an official document: people go on editing with these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from templates.gongwen import layout
from templates.gongwen.layout import CHAR, RED, SMALL_CHAR
from templates.wml import Element, element, face, put

if TYPE_CHECKING:
    from templates.gongwen.settings import Fonts, Settings

_CHAR = CHAR.twips
_INDENT = round(layout.INDENT.value * _CHAR)
_TIGHT = layout.SPACING.twips
_SINGLE = 240  # w:line of single spacing


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style. Lengths in twips, `size` in half-points; None and "" inherit."""

    id: str
    name: str
    font: str = ""  # a field of Fonts
    size: int = 0
    spacing: int | None = None
    colour: str = ""
    align: str = ""
    line: int = 0
    rule: str = "exact"
    before: int = 0
    after: int = 0
    first: int | None = None
    left: int = 0
    right: int = 0
    hanging: int = 0
    keep: bool = False
    outline: int = 0
    based: str = "Normal"
    following: str = ""

    def xml(self, fonts: Fonts) -> Element:
        """Write the style."""
        made = element("style", type="paragraph", customStyle=1, styleId=self.id)
        made.append(element("name", val=self.name))
        made.append(element("basedOn", val=self.based))
        if self.following:
            made.append(element("next", val=self.following))
        made.append(element("uiPriority", val=1))
        made.append(element("qFormat"))
        made.append(self._stands())
        look = _look(getattr(fonts, self.font) if self.font else "", self)
        if len(look):
            made.append(look)
        return made

    def _stands(self) -> Element:
        made = element("pPr")
        if self.keep:
            put(made, "keepNext", {})
        if self.line or self.before or self.after:
            spacing: dict[str, str | int] = {"before": self.before, "after": self.after}
            if self.line:
                spacing |= {"line": self.line, "lineRule": self.rule}
            put(made, "spacing", spacing)
        if self.first is not None or self.left or self.right or self.hanging:
            indent: dict[str, str | int] = {"left": self.left, "right": self.right}
            indent |= {"hanging": self.hanging} if self.hanging else {"firstLine": self.first or 0}
            put(made, "ind", indent)
        if self.align:
            put(made, "jc", {"val": self.align})
        if self.outline:
            put(made, "outlineLvl", {"val": self.outline - 1})
        return made


def styles(settings: Settings) -> Element:
    """Write the part of styles."""
    fonts, line = settings.fonts, settings.page.pitch
    root = element("styles", _defaults(fonts), _normal(line))
    for one in _named():
        root.append(one.xml(fonts))
    root.append(_reference())
    root.append(_tables())
    return root


def _named() -> tuple[Style, ...]:
    title, small = layout.TITLE_SIZE.half_points, layout.SMALL_SIZE.half_points
    pitch = layout.TITLE_PITCH.twips
    return (
        Style("GwText", "公文正文", first=_INDENT),
        Style("GwLevel1", "公文一级标题", "hei", based="GwText", outline=1, following="GwText"),
        Style("GwLevel2", "公文二级标题", "kai", based="GwText", outline=2, following="GwText"),
        Style("GwLevel3", "公文三级标题", based="GwText", outline=3, following="GwText"),
        Style("GwLevel4", "公文四级标题", based="GwText", outline=4, following="GwText"),
        Style("GwSerial", "公文份号", align="left"),
        Style("GwUrgent", "公文紧急程度", "hei", align="left"),
        Style("GwMark", "公文发文机关标志", "title", 72, 0, RED, "center", 900),
        Style("GwNumber", "公文发文字号", align="center"),
        Style("GwRule", "公文分隔线", align="center"),
        Style("GwTitle", "公文标题", "title", title, 0, "", "center", pitch, keep=True,
              following="GwAddressee"),
        Style("GwAddressee", "公文主送机关", following="GwText"),
        Style("GwNote", "公文附件说明", align="left"),
        Style("GwOrgan", "公文署名", align="right", keep=True, following="GwDate"),
        Style("GwDate", "公文成文日期", align="right"),
        Style("GwRemark", "公文附注", first=_INDENT),
        Style("GwNames", "公文名单", align="left", left=_INDENT),
        Style("GwAnnex", "公文附件标识", "hei", align="left", keep=True, following="GwAnnexTitle"),
        Style("GwAnnexTitle", "公文附件标题", "title", title, 0, "", "center", pitch, keep=True,
              following="GwText"),
        Style("GwPicture", "公文图片", align="center", line=_SINGLE, rule="auto", first=0),
        Style("GwCell", "公文表格", size=small, spacing=0, align="left", line=_SINGLE, rule="auto",
              before=40, after=40),
        Style("GwImprint", "公文版记", size=small, spacing=0, line=_SINGLE, rule="auto",
              before=60, after=60, left=SMALL_CHAR, right=SMALL_CHAR),
        Style("GwPage", "公文页码", "song", layout.NUMBER_SIZE.half_points, 0, "", "right", 400),
        Style("GwFootnote", "公文脚注", size=21, spacing=0, line=_SINGLE, rule="auto"),
        Style("GwAnchor", "公文占位", size=2, spacing=0, align="left", line=14),
    )  # fmt: skip


def _defaults(fonts: Fonts) -> Element:
    body = Style("", "", "body", layout.BODY_SIZE.half_points, spacing=0)
    look = _look(fonts.body, body)
    put(look, "lang", {"val": "en-US", "eastAsia": "zh-CN"})
    return element(
        "docDefaults", element("rPrDefault", look), element("pPrDefault", element("pPr"))
    )


def _normal(line: int) -> Element:
    """Write the style that all others rest on: nothing in it moves a line off its place.

    Off are: widow control, which ends pages early; the grid of lines and characters, which Word
    and LibreOffice take differently; and the space beside digits, by which centred dates drift.
    Punctuation may hang out of 版心, as in Word by default: LibreOffice knows no other way, and
    both must break the same lines.
    """
    stands = element("pPr")
    for name in ("widowControl", "autoSpaceDE", "autoSpaceDN"):
        put(stands, name, {"val": 0})
    put(stands, "adjustRightInd", {"val": 0})
    put(stands, "snapToGrid", {"val": 0})
    put(stands, "spacing", {"before": 0, "after": 0, "line": line, "lineRule": "exact"})
    put(stands, "jc", {"val": "both"})
    look = element("rPr")
    put(look, "spacing", {"val": _TIGHT})
    return element(
        "style",
        element("name", val="Normal"),
        element("qFormat"),
        stands,
        look,
        type="paragraph",
        default=1,
        styleId="Normal",
    )


def _look(font: str, style: Style) -> Element:
    look = element("rPr")
    if font:
        face(look, font)
    if style.colour:
        put(look, "color", {"val": style.colour})
    if style.spacing is not None:
        put(look, "spacing", {"val": style.spacing})
    if style.size:
        for name in ("sz", "szCs"):
            put(look, name, {"val": style.size})
    return look


def _reference() -> Element:
    look = element("rPr")
    put(look, "vertAlign", {"val": "superscript"})
    return element(
        "style",
        element("name", val="footnote reference"),
        look,
        type="character",
        styleId="FootnoteReference",
    )


def _tables() -> Element:
    sides = (element(one, w=108, type="dxa") for one in ("left", "right"))
    inside = element("tblPr", element("tblInd", w=0, type="dxa"), element("tblCellMar", *sides))
    name = element("name", val="Normal Table")
    return element("style", name, inside, type="table", default=1, styleId="TableNormal")
