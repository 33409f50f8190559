"""What the shipped templates are written with: faces, paragraphs, the page, its number, 版记.

The numbers are GB/T 9704-2012's as far as a plain template can hold them; clauses stand beside.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

SONG, FANG, KAI, HEI = "宋体", "仿宋_GB2312", "楷体_GB2312", "黑体"
BIAO = "方正小标宋简体"
LINE = 579  # twips, 28.95 pt exact: 22 lines on 225 mm (practice; 5.2.3 asks for the 22 lines)
CHAR = 316  # twips: one of 28 characters on 156 mm (5.2.3)
WIDTH = 8844  # twips: 156 mm (5.2.1)


@dataclass(frozen=True)
class Face:
    """How characters look: font, size in half-points, spacing in twips, width in per cent."""

    font: str = FANG
    size: int = 32
    bold: bool = False
    colour: str = ""
    spacing: int = -5  # 28 characters of 16 pt are 2 mm wider than 156 mm
    width: int = 0

    @property
    def xml(self) -> str:
        """Write rPr; all four slots, and the hint that keeps “ ” — … in the Chinese font."""
        f = self.font
        return (
            f'<w:rPr><w:rFonts w:hint="eastAsia" w:ascii="{f}" w:hAnsi="{f}" w:eastAsia="{f}" '
            f'w:cs="{f}"/>'
            + ("<w:b/><w:bCs/>" if self.bold else "")
            + (f'<w:color w:val="{self.colour}"/>' if self.colour else "")
            + (f'<w:spacing w:val="{self.spacing}"/>' if self.spacing else "")
            + (f'<w:w w:val="{self.width}"/>' if self.width else "")
            + f'<w:sz w:val="{self.size}"/><w:szCs w:val="{self.size}"/></w:rPr>'
        )


BODY = Face()
TITLE = Face(BIAO, 44, spacing=0)


def run(text: str, face: Face = BODY) -> str:
    """Write a run; a tab in the text is a tab."""
    parts = [
        f'<w:t xml:space="preserve">{escape(part, quote=False)}</w:t>' if part else ""
        for part in text.split("\t")
    ]
    return f"<w:r>{face.xml}{'<w:tab/>'.join(parts)}</w:r>"


@dataclass(frozen=True)
class Form:
    """How a paragraph stands: lengths in twips; `border` and `tabs` as the schema writes them."""

    align: str = "left"
    line: int = LINE
    exact: bool = True
    before: int = 0
    after: int = 0
    left: int = 0
    right: int = 0
    first: int = 0
    hanging: int = 0
    border: str = ""
    tabs: str = ""
    keep: bool = False
    new_page: bool = False
    style: str = ""

    @property
    def xml(self) -> str:
        """Write pPr, its children in the schema's order."""
        rule = "exact" if self.exact else "auto"
        offset = f'w:hanging="{self.hanging}"' if self.hanging else f'w:firstLine="{self.first}"'
        return (
            "<w:pPr>"
            + (f'<w:pStyle w:val="{self.style}"/>' if self.style else "")
            + ("<w:keepNext/>" if self.keep else "")
            + ("<w:pageBreakBefore/>" if self.new_page else "")
            + '<w:widowControl w:val="0"/>'
            + (f"<w:pBdr>{self.border}</w:pBdr>" if self.border else "")
            + (f"<w:tabs>{self.tabs}</w:tabs>" if self.tabs else "")
            + '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>'
            + f'<w:spacing w:before="{self.before}" w:after="{self.after}" w:line="{self.line}" '
            + f'w:lineRule="{rule}"/><w:ind w:left="{self.left}" w:right="{self.right}" {offset}/>'
            + f'<w:jc w:val="{self.align}"/></w:pPr>'
        )


TEXT = Form("both", first=2 * CHAR)  # 左空二字, 回行顶格 (7.3.3)
CELL = Form(line=240, exact=False, before=60, after=60)  # exact spacing would clip in a table


def paragraph(*content: str, form: Form = TEXT) -> str:
    """Write a paragraph of runs."""
    return f"<w:p>{form.xml}{''.join(content)}</w:p>"


def styles() -> str:
    """Write the styles: everything is 三号 仿宋 unless it says otherwise (5.2.2)."""
    return (
        f"<w:docDefaults><w:rPrDefault>{Face(spacing=0).xml}</w:rPrDefault>"
        "<w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        '<w:qFormat/><w:pPr><w:widowControl w:val="0"/></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/>'
        '<w:basedOn w:val="Normal"/><w:qFormat/>'
        f'<w:pPr><w:jc w:val="center"/></w:pPr>{TITLE.xml}</w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar>'
        "</w:tblPr></w:style>"
    )


def section() -> str:
    """Write the page: A4, 37/28/35/26 mm (5.1, 5.2.1), the number 7 mm below the text (7.5)."""
    return (
        '<w:sectPr><w:footerReference w:type="default" r:id="footer1"/>'
        '<w:footerReference w:type="even" r:id="footer2"/>'
        '<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" '
        'w:footer="1429" w:gutter="0"/>'
        f'<w:docGrid w:type="lines" w:linePitch="{LINE}"/></w:sectPr>'
    )


def field(name: str, face: Face) -> str:
    """Write a field that Word counts: PAGE or NUMPAGES."""
    return "".join(
        f"<w:r>{face.xml}{part}</w:r>"
        for part in (
            '<w:fldChar w:fldCharType="begin"/>',
            f'<w:instrText xml:space="preserve"> {name} </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )


def footers() -> dict[str, str]:
    """Write — 1 — in 四号 宋体, one character in from the outer edge (7.5)."""
    face = Face(SONG, 28, spacing=0)
    number = run("— ", face) + field("PAGE", face) + run(" —", face)
    odd = Form("right", line=240, exact=False, right=280)
    even = Form("left", line=240, exact=False, left=280)
    return {"footer1": paragraph(number, form=odd), "footer2": paragraph(number, form=even)}
