"""Pictures of eight documents, and what was measured on them: `python tests/gongwen_pictures.py`.

Needs LibreOffice and the stand-in typefaces of tests/data/fonts.conf. Writes docs/gongwen/.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pdfplumber
from measuring.gauge import Gauge
from measuring.pages import Pages
from measuring.rendering import rendered
from measuring.telling import told
from PIL import Image, ImageOps
from typesetter import made, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "cases" / "gongwen"
DOCS = ROOT / "docs" / "gongwen"
SHOWN = {
    "通知-三页": "通知（下行文，盖章，附件说明，版记）",
    "请示-上行": "请示（上行文，签发人，附注）",
    "函-信函": "函（信函格式）",
    "纪要": "纪要（出席、请假、列席）",
    "命令": "命令（签名章）",
    "慰问信": "慰问信（不属法定文种，没有红头和字号）",
    "通知-联合": "联合行文",
    "通知-横排表": "附件为横排表的通知",
}
FULL = {"通知-三页": (2,), "通知-足墨": (2,)}
# How each figure is taken; the first words of a figure name its way.
WAYS = {
    "line boxes (baseline − 0.8 L)": (
        "first line box",
        "last line box",
        "number: below the mark",
        "title: line box",
        "主送: below",
        "附件: first line",
    ),
    "ink on the page": ("mark: ", "rule: below", "page number: dash", "ink: "),
    "the drawn line itself": ("rule: ", "upper double", "lower double", "版记 line", "版记: last"),
    "the glyphs' own boxes": (),
}
_GAP = 12


def way(figure: str) -> str:
    """Say how a figure was taken."""
    return next(
        (said for said, starts in WAYS.items() if figure.startswith(starts)),
        "the glyphs' own boxes",
    )


def picture(pdf: Path, out: Path) -> None:
    """Put all pages of a PDF side by side."""
    with pdfplumber.open(pdf) as pages:
        images = [page.to_image(resolution=75).original.convert("RGB") for page in pages.pages]
    framed = [ImageOps.expand(image, 1, "#999999") for image in images]
    wide = sum(image.width + _GAP for image in framed) + _GAP
    high = max(image.height for image in framed) + 2 * _GAP
    sheet = Image.new("RGB", (wide, high), "#e8e8e8")
    at = _GAP
    for image in framed:
        sheet.paste(image, (at, _GAP))
        at += image.width + _GAP
    sheet.quantize(32).save(out, optimize=True)


def measured(pdfs: Mapping[str, Path]) -> Iterator[str]:
    """Write what was measured, a table for each document."""
    for name, pdf in pdfs.items():
        with Pages(pdf) as pages:
            gauge = Gauge(pages, told(read(CASES / f"{name}.md"), FULL.get(name, ())))
            wrong = gauge.deviations()
        said = "nothing deviates" if not wrong else "; ".join(map(str, wrong))
        yield f"\n## {name}\n\n{SHOWN.get(name, name)}: {said}.\n"
        if name in SHOWN:
            yield f"\n![{name}]({name}.png)\n"
        yield "\n| measured | page | is | asked | by | way |\n|---|---|---|---|---|---|\n"
        for figure, (value, asked, by) in gauge.figures.items():
            what, _, page = figure.rpartition(" p.")
            yield f"| {what} | {page} | {value:.2f} | {asked:.2f} | ± {by:g} | {way(what)} |\n"


_HEAD = (
    "# Measured pages\n\n"
    "Made by `python tests/gongwen_pictures.py`: documents of `tests/cases/gongwen/`, set as "
    "`fawen typeset` sets them, rendered by LibreOffice under the font map of "
    "`tests/data/fonts.conf` (Fandol for 仿宋, 楷体, 黑体, 宋体; Noto Serif Bold for 小标宋), and "
    "measured from the PDF by `tests/measuring/`, which shares no code with the builder. Lengths "
    "are in mm. `tests/test_gongwen_pages.py` measures every case in every run; "
    "`tests/test_gongwen_measure.py` sees that wrong documents are measured as wrong.\n\n"
    "LibreOffice 7.4 does not read `autoSpaceDE` and `autoSpaceDN`: it puts a gap between digits "
    "and characters that Word does not. Widths of dates are measured without it.\n"
)


def main() -> None:
    """Write docs/gongwen/."""
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        documents = {}
        for name in (*SHOWN, "通知-足墨"):
            own = Path(folder) / name
            own.mkdir()
            documents[name] = made(CASES / f"{name}.md", own)
        pdfs = rendered(documents, Path(folder))
        for name in SHOWN:
            picture(pdfs[name], DOCS / f"{name}.png")
        text = _HEAD + "".join(measured(pdfs))
        (DOCS / "measured.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
