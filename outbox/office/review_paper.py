"""送签 as Word files, to be made into one PDF: the 审批单, and all that stands behind it."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from lxml import etree

from outbox.office import review_sheet as sheet
from outbox.office.review_body import Full, Gallery, Heading, Table, Text, sections
from templates.gongwen.parcel import SPACES, Parcel
from templates.gongwen.parcel import settings as word_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from outbox.office.review import Picture, Review, Thumb
    from outbox.office.review_body import Block
    from templates.gongwen.settings import Fonts
    from templates.wml import Element

ROWS = 2_000  # of one table on paper; the page has all of them
_RED = "B3201B"
_GREY = "6B6560"
_LINE = "C9BFB8"
_ACROSS = 9_638  # twips between the margins: 170 mm
_EMU = 12_700  # a point
_ACROSS_SHEET = 4  # pictures side by side, three rows to a page
_PICTURE = 105, 150  # points: 37 x 53 mm
_SHEET_ROW = 4_080  # twips: 72 mm
_ASIDE = 1_250  # twips of a label in the form
_TONES = {"note": (20, _GREY), "warn": (21, "8A4B00"), "quote": (22, ""), "": (22, "")}
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass
class Paper:
    """A Word file in the making."""

    fonts: Fonts
    code: str
    begins: int = 1  # the number of its first page
    _parcel: Parcel = field(default_factory=Parcel)
    _body: list[str] = field(default_factory=list)

    def written(self) -> bytes:
        """Write the file."""
        self._parcel.part("styles", "styles", _element(_styles(self.fonts)))
        self._parcel.part("settings", "settings", word_settings(even=False, notes=False))
        foot = self._parcel.part("footer1", "footer", _element(_footer(self.code)))
        end = (
            f'<w:sectPr><w:footerReference w:type="default" r:id="{foot}"/>'
            '<w:pgSz w:w="11906" w:h="16838"/>'
            '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" '
            'w:header="567" w:footer="567" w:gutter="0"/>'
            f'<w:pgNumType w:start="{self.begins}"/></w:sectPr>'
        )
        body = f"<w:body>{''.join(self._body)}{end}</w:body>"
        return self._parcel.written(_element(f"<w:document>{body}</w:document>"))

    def put(self, *xml: str) -> None:
        """Add paragraphs or tables."""
        self._body += xml

    def form(self, rows: Sequence[tuple[sheet.Field, ...]]) -> None:
        """Add the form of the 审批单: one table, its columns wherever a row has an edge."""
        edges = [_edges(row) for row in rows]
        grid = sorted({at for row in edges for at in row})
        made = []
        for row, places in zip(rows, edges, strict=True):
            spans = [
                grid.index(end) - grid.index(start) for start, end in itertools.pairwise(places)
            ]
            widths = [end - start for start, end in itertools.pairwise(places)]
            cells = []
            for number, one in enumerate(row):
                label = _p(one.label, 22, "hei", "center", colour=_RED)
                at = 2 * number
                cells.append(_cell(label, widths[at], middle=True, span=spans[at]))
                if one.tall:
                    value = _p("年　　月　　日", 21, align="right", colour=_GREY)
                elif one.label == "标题":
                    value = _p(one.value, 32, "title")
                else:
                    value = _p(one.value, 23)
                cells.append(
                    _cell(
                        value,
                        widths[at + 1],
                        span=spans[at + 1],
                        middle=not one.tall,
                        tall=one.tall,
                    )
                )
            height = (2_300 if len(row) == 1 else 1_700) if row[0].tall else 680
            made.append(_row(cells, height))
        self.put(_table([end - start for start, end in itertools.pairwise(grid)], made, _RED, 8))

    def gallery(self, thumbs: Sequence[Thumb]) -> None:
        """Add a contact sheet, twelve to a page."""
        width = _ACROSS // _ACROSS_SHEET
        rows = []
        for at in range(0, len(thumbs), _ACROSS_SHEET):
            some = thumbs[at : at + _ACROSS_SHEET]
            cells = [
                _cell(
                    f"{self._picture(one.picture, at + n)}"
                    f"{_p(f'{one.caption}　{one.pages}页', 16, align='center', colour=_GREY)}",
                    width,
                )
                for n, one in enumerate(some, 1)
            ]
            cells += [_cell(_p("", 16), width)] * (_ACROSS_SHEET - len(some))
            rows.append(_row(cells, _SHEET_ROW, exact=True))
        self.put(_table([width] * _ACROSS_SHEET, rows, "", 0))

    def _picture(self, picture: Picture, number: int) -> str:
        scale = min(_PICTURE[0] / picture.width, _PICTURE[1] / picture.height)
        wide, high = (round(one * scale * _EMU) for one in (picture.width, picture.height))
        name = self._parcel.image(picture.data, ".jpeg")
        uri = "http://schemas.openxmlformats.org/drawingml/2006/picture"
        return (
            '<w:p><w:pPr><w:spacing w:line="240" w:lineRule="auto"/><w:jc w:val="center"/></w:pPr>'
            '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
            f'<wp:extent cx="{wide}" cy="{high}"/>'
            f'<wp:docPr id="{number}" name="p{number}"/><a:graphic><a:graphicData uri="{uri}">'
            f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="p{number}"/><pic:cNvPicPr/>'
            f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="{name}"/><a:stretch><a:fillRect/>'
            '</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
            f'<a:ext cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
            f'</a:prstGeom><a:ln w="6350"><a:solidFill><a:srgbClr val="{_LINE}"/></a:solidFill>'
            "</a:ln></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
            "</w:r></w:p>"
        )


def _edges(row: Sequence[sheet.Field]) -> list[int]:
    """Say where a row of the form has its edges, in twips from the left."""
    total, at, edges = sum(one.wide for one in row), 0, [0]
    for number, one in enumerate(row, 1):
        end = _ACROSS if number == len(row) else at + _ACROSS * one.wide // total
        edges += [at + _ASIDE, end]
        at = end
    return edges


def front(review: Review, fonts: Fonts) -> bytes:
    """Write the 审批单."""
    paper = Paper(fonts, review.code)
    paper.put(_p(sheet.name(review), 44, "title", "center", colour=_RED, before=120, after=240))
    paper.form(sheet.rows(review))
    code = (
        _cell(_p("核对码", 22, "hei", "center", colour=_RED), _ASIDE, middle=True),
        _cell(_p(review.code, 60, "hei", "center", bold=True), 4_200, middle=True),
        _cell(_p("\n".join(sheet.answer(review)), 22), _ACROSS - _ASIDE - 4_200, middle=True),
    )
    widths = [_ASIDE, 4_200, _ACROSS - _ASIDE - 4_200]
    paper.put(_table(widths, [_row(code, 1_100)], _RED, 8))
    paper.put(_p(sheet.counted(review), 22, "hei", before=200, after=100))
    paper.put(*(_p(line, 18, colour=_GREY, after=40) for line in sheet.fine_print(review)))
    return paper.written()


def back(review: Review, fonts: Fonts, *, pages: tuple[int, int]) -> bytes:
    """Write what stands behind the 审批单; the documents in full fill `pages` before it."""
    first, last = pages
    paper = Paper(fonts, review.code, last + 1)
    where = f"见本件第{first}页" + (f"至第{last}页。" if last > first else "。")
    for block in sections(review):
        if isinstance(block, Gallery):
            paper.gallery(block.thumbs)
        else:
            paper.put(*_block(block, where))
    return paper.written()


def _block(block: Block, where: str) -> Iterator[str]:
    if isinstance(block, Heading):
        big = block.level == 1
        new = block.text.endswith("首页一览")
        yield _p(
            block.text,
            30 if big else 24,
            "hei",
            colour=_RED if big else "",
            before=320 if big else 180,
            after=100,
            keep=True,
            breaks=new,
        )
    elif isinstance(block, Text):
        size, colour = _TONES[block.tone]
        quoted = block.tone == "quote"
        led = block.text.startswith("【") and not quoted  # a table follows
        yield _p(block.text, size, colour=colour, after=60, left=300 * quoted, keep=led)
    elif isinstance(block, Table):
        yield from _listed(block)
    elif isinstance(block, Full):
        if block.sample.pdf is not None:
            yield _p(where, 22, after=60)
        else:
            yield from (_p(line.text, 22, after=40, left=300) for line in block.sample.lines)


def _listed(block: Table) -> Iterator[str]:
    total = sum(share for _, share in block.head)
    widths = [share * _ACROSS // total for _, share in block.head]
    rows = []
    if any(name for name, _ in block.head):
        cells = [
            _cell(_p(name, 20, "hei"), width, fill="F7EEEA")
            for (name, _), width in zip(block.head, widths, strict=True)
        ]
        rows.append(_row(cells, 0, head=True))
    given = iter(block.rows)
    for row in itertools.islice(given, ROWS):
        cells = [_cell(_p(one, 20), width) for one, width in zip(row, widths, strict=True)]
        rows.append(_row(cells, 0))
    yield _table(widths, rows, _LINE, 4)
    rest = sum(1 for _ in given)
    said = (
        f"纸面列出前{ROWS}行，其余{rest}行见网页版（fawen review -o 送签.html）。" if rest else ""
    )
    yield _p(said, 20, colour="8A4B00", after=80)


def _p(  # noqa: PLR0913  # the looks of a paragraph, each with its usual value
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
        f'<w:t xml:space="preserve">{_safe(one)}</w:t>' for one in text.split("\n")
    )
    return (
        f"<w:p><w:pPr>{'<w:keepNext/>' * keep}{'<w:pageBreakBefore/>' * breaks}"
        f'<w:spacing {spacing}/><w:ind w:left="{left}"/><w:jc w:val="{align}"/>'
        f"<w:rPr>{look}</w:rPr></w:pPr><w:r><w:rPr>{look}</w:rPr>{words}</w:r></w:p>"
    )


def _cell(
    inner: str,
    width: int,
    *,
    fill: str = "",
    middle: bool = False,
    tall: bool = False,
    span: int = 1,
) -> str:
    wide = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    stands = "center" if middle else "bottom" if tall else "top"
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{wide}{shade}'
        f'<w:vAlign w:val="{stands}"/></w:tcPr>{inner}</w:tc>'
    )


def _row(cells: Iterable[str], height: int, *, exact: bool = False, head: bool = False) -> str:
    rule = "exact" if exact else "atLeast"
    tall = f'<w:trHeight w:val="{height}" w:hRule="{rule}"/>' if height else ""
    again = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{tall}{again}</w:trPr>{''.join(cells)}</w:tr>"


def _table(widths: Sequence[int], rows: Iterable[str], colour: str, thick: int) -> str:
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


def _footer(code: str) -> str:
    look = f'<w:rPr><w:color w:val="{_GREY}"/><w:sz w:val="18"/></w:rPr>'
    number = (
        f'<w:r>{look}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{look}<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="end"/></w:r>'
    )
    head = f'<w:r>{look}<w:t xml:space="preserve">送签　核对码 {_safe(code)}　　第 </w:t></w:r>'
    tail = f'<w:r>{look}<w:t xml:space="preserve"> 页</w:t></w:r>'
    return f'<w:ftr><w:p><w:pPr><w:jc w:val="center"/></w:pPr>{head}{number}{tail}</w:p></w:ftr>'


def _styles(fonts: Fonts) -> str:
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
    name = _safe(font)
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _element(xml: str) -> Element:
    """Parse what was written here; every text in it was escaped."""
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())
    head, rest = xml.split(">", 1)
    return etree.fromstring(f"{head} {spaces}>{rest}".encode(), etree.XMLParser(huge_tree=True))


def _safe(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text), {'"': "&quot;"})
