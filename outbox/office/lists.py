"""总表 and 签收表: what lies in front of the documents that are printed, as Word files.

Both go in stretches of some rows, each a file of its own whose pages count on from the one before:
a list of ten thousand rows is more than LibreOffice sets in one go.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from outbox.office import paper as word
from outbox.office.paper import Paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from outbox.office.sheaf import Lot
    from templates.gongwen.settings import Fonts

ROWS = 1_000  # of one Word file
CONTENTS, RECEIPT = "总表", "签收表"
_SHOWN = 20  # half-points: the text of a cell
_TALL = 737  # twips: 13 mm, room to sign
# Columns with their shares of the 170 mm between the margins.
_CONTENTS = (
    ("序号", 11),
    ("党组织", 58),
    ("文件", 50),
    ("份数", 11),
    ("页数", 11),
    ("张数", 11),
    ("张号", 18),
)
_RECEIPT = (
    ("序号", 11),
    ("党组织", 47),
    ("文件、份数", 46),
    ("签收人", 22),
    ("签收时间", 26),
    ("备注", 18),
)
_CENTRED = {"序号", "份数", "页数", "张数", "张号", "备注"}


@dataclass(frozen=True, slots=True)
class Cover:
    """What the lists say above their rows: name of the unit, of the paper, and lines of facts."""

    unit: str
    title: str
    number: str
    facts: tuple[str, ...]

    @property
    def foot(self) -> str:
        """What stands before the number of each page."""
        return self.number or self.title[:30]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: its name, its columns with their shares, its rows."""

    name: str
    head: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[str]]
    tall: int = 0

    @property
    def stretches(self) -> int:
        """Say into how many files it goes."""
        return max(1, -(-len(self.rows) // ROWS))


def contents(lots: Sequence[Lot]) -> Listed:
    """List what lies in the pile, in its order."""
    counts = [(len(one.documents), one.pages, one.sheets) for one in lots]
    rows = [
        (
            str(at),
            one.owner,
            f"{one.label}（{one.names}）" if one.names else one.label,
            *map(str, count),
            one.numbers,
        )
        for at, (one, count) in enumerate(zip(lots, counts, strict=True), start=1)
    ]
    total = ("", "合计", "", *(str(sum(one)) for one in zip(*counts, strict=True)), "")
    return Listed(CONTENTS, _CONTENTS, [*rows, total])


def receipt(
    lots: Iterable[Lot], order: Iterable[tuple[str, str]], notes: Mapping[str, str]
) -> Listed:
    """List who takes what, a row for each organisation.

    Args:
        lots: what lies in the pile, in order of organisation.
        order: keys and names of the receivers, as the roster has them.
        notes: remarks by the receivers' keys.

    """
    own: dict[str, list[str]] = defaultdict(list)
    for lot in lots:
        said = f"{lot.label}　{len(lot.documents)}份"
        own[lot.documents[0].organisation].append(f"{said}（{lot.names}）" if lot.names else said)
    shared = own.pop("", [])
    takers = [(key, name) for key, name in order if key in own or shared]
    rows = [
        (str(at), name, "\n".join((*shared, *own.get(key, ()))), "", "", notes.get(key, ""))
        for at, (key, name) in enumerate(takers, start=1)
    ]
    return Listed(RECEIPT, _RECEIPT, rows, _TALL)


def written(cover: Cover, listed: Listed, stretch: int, begins: int, fonts: Fonts) -> bytes:
    """Write a stretch of a list as a Word file; its pages are numbered from `begins`."""
    paper = Paper(fonts, f"{cover.foot}　{listed.name}", begins)
    if stretch == 0:
        paper.put(*_heading(cover, listed.name))
    shares = sum(share for _, share in listed.head)
    widths = [share * word.ACROSS // shares for _, share in listed.head]
    rows = listed.rows[stretch * ROWS : (stretch + 1) * ROWS]
    names = [name for name, _ in listed.head]
    made = [
        word.row(_cells(names, names, widths, hei=True), 0, head=True),
        *(word.row(_cells(names, one, widths), listed.tall) for one in rows),
    ]
    paper.put(word.table(widths, made, "000000", 4))
    if stretch + 1 == listed.stretches:
        paper.put(
            word.paragraph("经办：　　　　　　　　　日期：　　　　年　　月　　日", 22, before=240)
        )
    return paper.written()


def _heading(cover: Cover, name: str) -> Iterator[str]:
    yield word.paragraph(f"{cover.unit}印件{name}", 40, "title", "center", before=60, after=160)
    numbered = f"（{cover.number}）" if cover.number else ""
    yield word.paragraph(f"{cover.title}{numbered}", 26, "hei", "center", after=140)
    for line in cover.facts if name == CONTENTS else ():
        yield word.paragraph(line, 21, after=50)
    yield word.paragraph("", 12, after=20)


def _cells(
    names: Sequence[str], row: Sequence[str], widths: Sequence[int], *, hei: bool = False
) -> Iterator[str]:
    for name, text, width in zip(names, row, widths, strict=True):
        align = "center" if hei or name in _CENTRED else "left"
        words = word.paragraph(text, _SHOWN, "hei" if hei else "", align)
        yield word.cell(words, width, middle=True, fill="F2F2F2" if hei else "")
