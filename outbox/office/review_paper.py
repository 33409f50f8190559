"""送签 as Word files, to be made into one PDF: the 审批单, and all that stands behind it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from outbox.office import paper as word
from outbox.office import review_sheet as sheet
from outbox.office.paper import Paper
from outbox.office.review_blocks import Full, Gallery, Heading, Table, Text
from outbox.office.review_body import sections

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from outbox.office.review import Picture, Review, Thumb
    from outbox.office.review_blocks import Block
    from templates.gongwen.settings import Fonts

ROWS = 2_000  # of one table on paper; the page has all of them
_EMU = 12_700  # a point
_ACROSS_SHEET = 4  # pictures side by side, three rows to a page
_PICTURE = 105, 150  # points: 37 x 53 mm
_SHEET_ROW = 4_080  # twips: 72 mm
_ASIDE = 1_250  # twips of a label in the form
_TONES = {"note": (20, word.GREY), "warn": (21, "8A4B00"), "quote": (22, ""), "": (22, "")}


@dataclass
class _Paper(Paper):
    """送签 in the making."""

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
                label = word.paragraph(one.label, 22, "hei", "center", colour=word.RED)
                at = 2 * number
                cells.append(word.cell(label, widths[at], middle=True, span=spans[at]))
                if one.tall:
                    value = word.paragraph("年　　月　　日", 21, align="right", colour=word.GREY)
                elif one.label == "标题":
                    value = word.paragraph(one.value, 32, "title")
                else:
                    value = word.paragraph(one.value, 23)
                cells.append(
                    word.cell(
                        value,
                        widths[at + 1],
                        span=spans[at + 1],
                        middle=not one.tall,
                        tall=one.tall,
                    )
                )
            height = (2_300 if len(row) == 1 else 1_700) if row[0].tall else 680
            made.append(word.row(cells, height))
        self.put(
            word.table([end - start for start, end in itertools.pairwise(grid)], made, word.RED, 8)
        )

    def gallery(self, thumbs: Sequence[Thumb]) -> None:
        """Add a contact sheet, twelve to a page."""
        width = word.ACROSS // _ACROSS_SHEET
        rows = []
        for at in range(0, len(thumbs), _ACROSS_SHEET):
            some = thumbs[at : at + _ACROSS_SHEET]
            cells = [
                word.cell(self._picture(one.picture, at + n) + _caption(one), width)
                for n, one in enumerate(some, 1)
            ]
            cells += [word.cell(word.paragraph("", 16), width)] * (_ACROSS_SHEET - len(some))
            rows.append(word.row(cells, _SHEET_ROW, exact=True))
        self.put(word.table([width] * _ACROSS_SHEET, rows, "", 0))

    def _picture(self, picture: Picture, number: int) -> str:
        scale = min(_PICTURE[0] / picture.width, _PICTURE[1] / picture.height)
        wide, high = (round(one * scale * _EMU) for one in (picture.width, picture.height))
        name = self.parcel.image(picture.data, ".jpeg")
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
            f'</a:prstGeom><a:ln w="6350"><a:solidFill><a:srgbClr val="{word.LINE}"/></a:solidFill>'
            "</a:ln></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
            "</w:r></w:p>"
        )


def _edges(row: Sequence[sheet.Field]) -> list[int]:
    """Say where a row of the form has its edges, in twips from the left."""
    total, at, edges = sum(one.wide for one in row), 0, [0]
    for number, one in enumerate(row, 1):
        end = word.ACROSS if number == len(row) else at + word.ACROSS * one.wide // total
        edges += [at + _ASIDE, end]
        at = end
    return edges


def front(review: Review, fonts: Fonts) -> bytes:
    """Write the 审批单."""
    paper = _Paper(fonts, _foot(review))
    paper.put(
        word.paragraph(
            sheet.name(review), 44, "title", "center", colour=word.RED, before=120, after=240
        )
    )
    paper.form(sheet.rows(review))
    code = (
        word.cell(
            word.paragraph("核对码", 22, "hei", "center", colour=word.RED), _ASIDE, middle=True
        ),
        word.cell(word.paragraph(review.code, 60, "hei", "center", bold=True), 4_200, middle=True),
        word.cell(
            word.paragraph("\n".join(sheet.answer(review)), 22),
            word.ACROSS - _ASIDE - 4_200,
            middle=True,
        ),
    )
    widths = [_ASIDE, 4_200, word.ACROSS - _ASIDE - 4_200]
    paper.put(word.table(widths, [word.row(code, 1_100)], word.RED, 8))
    paper.put(word.paragraph(sheet.counted(review), 22, "hei", before=200, after=100))
    paper.put(
        *(word.paragraph(line, 18, colour=word.GREY, after=40) for line in sheet.fine_print(review))
    )
    return paper.written()


def back(review: Review, fonts: Fonts, *, pages: tuple[int, int]) -> bytes:
    """Write what stands behind the 审批单; the documents in full fill `pages` before it."""
    first, last = pages
    paper = _Paper(fonts, _foot(review), last + 1)
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
        yield word.paragraph(
            block.text,
            30 if big else 24,
            "hei",
            colour=word.RED if big else "",
            before=320 if big else 180,
            after=100,
            keep=True,
            breaks=new,
        )
    elif isinstance(block, Text):
        size, colour = _TONES[block.tone]
        quoted = block.tone == "quote"
        led = block.text.startswith("【") and not quoted  # a table follows
        yield word.paragraph(block.text, size, colour=colour, after=60, left=300 * quoted, keep=led)
    elif isinstance(block, Table):
        yield from _listed(block)
    elif isinstance(block, Full):
        if block.sample.pdf is not None:
            yield word.paragraph(where, 22, after=60)
        else:
            yield from (
                word.paragraph(line.text, 22, after=40, left=300) for line in block.sample.lines
            )


def _listed(block: Table) -> Iterator[str]:
    total = sum(share for _, share in block.head)
    widths = [share * word.ACROSS // total for _, share in block.head]
    rows = []
    if any(name for name, _ in block.head):
        cells = [
            word.cell(word.paragraph(name, 20, "hei"), width, fill="F7EEEA")
            for (name, _), width in zip(block.head, widths, strict=True)
        ]
        rows.append(word.row(cells, 0, head=True))
    given = iter(block.rows)
    for row in itertools.islice(given, ROWS):
        cells = [
            word.cell(word.paragraph(one, 20), width)
            for one, width in zip(row, widths, strict=True)
        ]
        rows.append(word.row(cells, 0))
    yield word.table(widths, rows, word.LINE, 4)
    rest = sum(1 for _ in given)
    said = (
        f"纸面列出前{ROWS}行，其余{rest}行见网页版（fawen review -o 送签.html）。" if rest else ""
    )
    yield word.paragraph(said, 20, colour="8A4B00", after=80)


def _caption(one: Thumb) -> str:
    said = f"{one.caption}　{one.pages}页"
    return word.paragraph(said, 16, align="center", colour=word.GREY)


def _foot(review: Review) -> str:
    return f"送签　核对码 {review.code}"
