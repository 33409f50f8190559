"""A test page with rulers in millimetres, to find how far a printer prints beside the mark.

The rulers are drawn by numbers from the edges of the paper; the words are set by the program that
makes PDFs, as only it knows which typefaces there are.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from outbox.office import paper as word
from outbox.office.binder import MM
from outbox.office.objects import dictionary
from outbox.office.paper import Paper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from templates.gongwen.settings import Fonts

EDGE = 20  # mm from each edge of the paper to the nearest line
SIZES = {"竖放": (210, 297), "横放": (297, 210)}  # mm: A4
_BELOW = (180, 150)  # mm from the upper edge, upright and across: there the words have ended
_ASIDE = 567  # twips: 10 mm
_EMPTY = word.paragraph("", 24)
_CLEAR = 5  # mm at the edges that most printers cannot reach


def words(name: str, moved: str, fonts: Fonts) -> bytes:
    """Write what stands on a page as a Word file; `moved` says how far all of it is moved."""
    wide, high = SIZES[name]
    paper = Paper(fonts, f"标尺页　A4 {name}", across=wide > high)
    paper.put(word.paragraph(f"标尺页（A4 {name}）", 40, "title", "center", before=900, after=240))
    lines = (word.paragraph(one, 24, line=440, after=120) for one in _lines(wide, high, moved))
    room = round((wide - 2 * EDGE - 20) / 25.4 * 1440)  # twips; clear of both lines
    inner = word.cell("".join(lines), room)
    paper.put(word.table([_ASIDE, room], [word.row([word.cell(_EMPTY, _ASIDE), inner], 0)], "", 0))
    return paper.written()


def _lines(wide: int, high: int, moved: str) -> Iterator[str]:
    yield (
        "1. 用印证书的那台打印机、那个纸盒，单面打印；缩放选「实际大小」或 100%，"
        "不要选「适合页面」。"
    )
    yield (
        f"2. 先看缩放：两条竖线相距 {wide - 2 * EDGE}.0 毫米，"
        f"两条横线相距 {high - 2 * EDGE}.0 毫米。不对的，先改打印设置。"
    )
    yield f"3. 再量位置：纸的左边到左面的竖线、纸的上边到上面的横线，都应是 {EDGE}.0 毫米。"
    yield (
        f"4. 差多少，移多少：X＝{EDGE}－量得的左边距，Y＝{EDGE}－量得的上边距，正数向右、向下。"
        "例如量得 18.5 和 22.0，要向右 1.5、向上 2，写 --shift 1.5,-2。"
    )
    yield (
        '5. 记在 fawen.toml 的 [print] 里：printers = {"证书打印机" = "1.5,-2"}，'
        "以后写 --printer 证书打印机。再印一张标尺页，量得的都是 20.0 就对了。"
    )
    yield (
        "6. 与空白证书叠在一起对着光看，可以读出每一处离左边、上边多少毫米"
        "（下面的小十字相距 10 毫米）。"
    )
    if moved:
        yield f"本页已经移动：{moved}。"


def page(set_words: Path, name: str) -> BytesIO:
    """Return a page as PDF: the words, and the rulers over them."""
    wide, high = SIZES[name]
    writer = PdfWriter()
    made = writer.add_page(PdfReader(set_words).pages[0])
    over = writer.add_blank_page(wide * MM, high * MM)
    drawn = DecodedStreamObject()
    drawn.set_data("\n".join(_drawn(wide, high)).encode("ascii"))
    over[NameObject("/Contents")] = drawn
    font = dictionary(
        Type=NameObject("/Font"), Subtype=NameObject("/Type1"), BaseFont=NameObject("/Helvetica")
    )
    over[NameObject("/Resources")] = dictionary(Font=dictionary(Ruler=font))
    made.merge_page(over)
    writer.remove_page(1)
    out = BytesIO()
    writer.write(out)
    out.seek(0)
    return out


def _drawn(wide: int, high: int) -> Iterator[str]:
    """Draw crosses, lines and rulers; millimetres from the left and from the upper edge."""
    yield f"{MM:.6f} 0 0 {-MM:.6f} 0 {high * MM:.6f} cm"
    yield "0.1 w 0.75 G"
    for x in range(30, wide - EDGE, 10):
        for y in range(_BELOW[wide > high], high - EDGE, 10):
            yield f"{x - 1} {y} m {x + 1} {y} l {x} {y - 1} m {x} {y + 1} l"
    yield "S 0.15 w 0 G"
    for x in (EDGE, wide - EDGE):
        yield f"{x} {_CLEAR} m {x} {high - _CLEAR} l"
    for y in (EDGE, high - EDGE):
        yield f"{_CLEAR} {y} m {wide - _CLEAR} {y} l"
    yield "S"
    for at in range(_CLEAR, wide - _CLEAR + 1):
        yield f"{at} {EDGE} m {at} {EDGE - _tick(at)} l"
    for at in range(_CLEAR, high - _CLEAR + 1):
        yield f"{EDGE} {at} m {EDGE - _tick(at)} {at} l"
    yield "S 0 g"
    for at in range(10, wide - _CLEAR, 10):
        yield _number(at, at - 1.5, EDGE - 5)
    for at in range(10, high - _CLEAR, 10):
        yield _number(at, EDGE - 10.5, at + 0.9)


def _tick(at: int) -> int:
    return 4 if at % 10 == 0 else 3 if at % 5 == 0 else 2


def _number(number: int, x: float, y: float) -> str:
    # Letters would stand on their heads where y counts downwards.
    return f"BT /Ruler 2.8 Tf 1 0 0 -1 {x} {y} Tm ({number}) Tj ET"
