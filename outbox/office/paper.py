"""Pages of our own, as Word files to be made into PDF: paragraphs and tables on A4."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from lxml import etree

from templates.gongwen.parcel import SPACES, Parcel
from templates.gongwen.parcel import settings as word_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from templates.gongwen.settings import Fonts
    from templates.wml import Element

RED = "B3201B"
GREY = "6B6560"
LINE = "C9BFB8"
ACROSS = 9_638  # twips between the margins: 170 mm
_UPRIGHT_A4 = 'w:w="11906" w:h="16838"'
_ACROSS_A4 = 'w:w="16838" w:h="11906" w:orient="landscape"'
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass
class Paper:
    """A Word file in the making."""

    fonts: Fonts
    foot: str  # what stands before the number of each page
    begins: int = 1  # the number of its first page
    across: bool = False  # A4 lying on its long side
    parcel: Parcel = field(default_factory=Parcel)
    _body: list[str] = field(default_factory=list)

    def written(self) -> bytes:
        """Write the file."""
        self.parcel.part("styles", "styles", element(styles(self.fonts)))
        self.parcel.part("settings", "settings", word_settings(even=False, notes=False))
        foot = self.parcel.part("footer1", "footer", element(footer(self.foot)))
        end = (
            f'<w:sectPr><w:footerReference w:type="default" r:id="{foot}"/>'
            f"<w:pgSz {_ACROSS_A4 if self.across else _UPRIGHT_A4}/>"
            '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" '
            'w:header="567" w:footer="567" w:gutter="0"/>'
            f'<w:pgNumType w:start="{self.begins}"/></w:sectPr>'
        )
        body = f"<w:body>{''.join(self._body)}{end}</w:body>"
        return self.parcel.written(element(f"<w:document>{body}</w:document>"))

    def put(self, *xml: str) -> None:
        """Add paragraphs or tables."""
        self._body += xml


def paragraph(  # noqa: PLR0913  # the looks of a paragraph, each with its usual value
    text: str,
    size: int,
    font: str = "",
    align: str = "left",
    *,
    bold: bool = False,
    colour: str = "",
    before: int = 0,
    after: int = 0,
    line: int = 0,
    left: int = 0,
    keep: bool = False,
    breaks: bool = False,
) -> str:
    """Write a paragraph; sizes in half-points, lengths in twips; a newline is a line break."""
    spacing = f'w:before="{before}" w:after="{after}"'
    spacing += f' w:line="{line}" w:lineRule="exact"' if line else ""
    look = f'<w:rStyle w:val="{font}"/>' if font else ""
    look += "<w:b/>" * bold + (f'<w:color w:val="{colour}"/>' if colour else "")
    look += f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    words = "<w:br/>".join(
        f'<w:t xml:space="preserve">{safe(one)}</w:t>' for one in text.split("\n")
    )
    return (
        f"<w:p><w:pPr>{'<w:keepNext/>' * keep}{'<w:pageBreakBefore/>' * breaks}"
        f'<w:spacing {spacing}/><w:ind w:left="{left}"/><w:jc w:val="{align}"/>'
        f"<w:rPr>{look}</w:rPr></w:pPr><w:r><w:rPr>{look}</w:rPr>{words}</w:r></w:p>"
    )


def cell(
    inner: str,
    width: int,
    *,
    fill: str = "",
    middle: bool = False,
    tall: bool = False,
    span: int = 1,
) -> str:
    """Write a cell; widths in twips. `tall`: what it holds stands at the bottom."""
    wide = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    stands = "center" if middle else "bottom" if tall else "top"
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{wide}{shade}'
        f'<w:vAlign w:val="{stands}"/></w:tcPr>{inner}</w:tc>'
    )


def row(cells: Iterable[str], height: int, *, exact: bool = False, head: bool = False) -> str:
    """Write a row; its height in twips, at least or exactly. `head`: repeated on every page."""
    rule = "exact" if exact else "atLeast"
    tall = f'<w:trHeight w:val="{height}" w:hRule="{rule}"/>' if height else ""
    again = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{tall}{again}</w:trPr>{''.join(cells)}</w:tr>"


def table(widths: Sequence[int], rows: Iterable[str], colour: str, thick: int) -> str:
    """Write a table; widths in twips, `thick` in eighths of a point; no colour: no lines."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    kind = "single" if colour else "nil"
    edges = "".join(
        f'<w:{side} w:val="{kind}" w:sz="{thick}" w:space="0" w:color="{colour or "auto"}"/>'
        for side in sides
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="left"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="90" w:type="dxa"/>'
        '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="90" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def footer(words: str) -> str:
    """Write the foot of every page: the words, then the number."""
    look = f'<w:rPr><w:color w:val="{GREY}"/><w:sz w:val="18"/></w:rPr>'
    number = (
        f'<w:r>{look}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{look}<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="end"/></w:r>'
    )
    head = f'<w:r>{look}<w:t xml:space="preserve">{safe(words)}　　第 </w:t></w:r>'
    tail = f'<w:r>{look}<w:t xml:space="preserve"> 页</w:t></w:r>'
    return f'<w:ftr><w:p><w:pPr><w:jc w:val="center"/></w:pPr>{head}{number}{tail}</w:p></w:ftr>'


def styles(fonts: Fonts) -> str:
    """Write the styles: the body's typeface, and those for heads and titles by name."""
    named = "".join(
        f'<w:style w:type="character" w:styleId="{name}"><w:name w:val="fawen {name}"/>'
        f"<w:rPr>{_face(font)}</w:rPr></w:style>"
        for name, font in (("hei", fonts.hei), ("title", fonts.title))
    )
    return (
        f"<w:styles><w:docDefaults><w:rPrDefault><w:rPr>{_face(fonts.body)}"
        '<w:sz w:val="22"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault><w:pPr/></w:pPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        '<w:pPr><w:spacing w:before="0" w:after="0" w:line="264" w:lineRule="auto"/></w:pPr>'
        f"</w:style>{named}</w:styles>"
    )


def _face(font: str) -> str:
    name = safe(font)
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def element(xml: str) -> Element:
    """Parse what was written here; every text in it was escaped."""
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())
    head, rest = xml.split(">", 1)
    return etree.fromstring(f"{head} {spaces}>{rest}".encode(), etree.XMLParser(huge_tree=True))


def safe(text: str) -> str:
    """Escape a text; what XML cannot hold becomes a replacement mark."""
    return escape(_NOT_XML.sub("\ufffd", text), {'"': "&quot;"})
