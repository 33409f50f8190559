"""What is said of a printed file: above its lists, on the screen, and to a program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge.letter import check_code
from outbox.ledger.states import BatchState
from outbox.office.sheaf import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from merge.letter import Document
    from merge.manifest import Manifest
    from outbox.desk.shifts import Shift
    from outbox.ledger.values import BatchInfo
    from outbox.office.sheaf import Lot

_FEW = 6  # names in a line, the others are counted


@dataclass(frozen=True, slots=True)
class Docket:
    """A file of a batch's documents: what lies in it, and what does not."""

    batch: BatchInfo
    manifest: Manifest
    documents: Sequence[Document]
    lots: Sequence[Lot]
    shift: Shift
    left: Sequence[Document]  # no paper: workbooks and the like
    only: Sequence[str]
    stamped: int
    both: bool
    signed: str  # the day, as people write it
    listed: bool = True  # the two lists stand in front

    @property
    def pages(self) -> int:
        """Count the pages of the documents, without blank backs."""
        return sum(one.pages for one in self.lots)

    @property
    def sheets(self) -> int:
        """Count the sheets of the documents."""
        return sum(one.sheets for one in self.lots)

    @property
    def reprint(self) -> bool:
        """Tell whether some of what was signed are printed once more."""
        return bool(self.only) and self.batch.approved_at is not None

    def facts(self) -> tuple[str, ...]:
        """Say above the lists what lies below them."""
        receivers = {one.organisation for one in self.documents} - {""}
        to = f"，给 {len(receivers)} 个单位" if receivers else ""
        sides = "双面，单数页的背面留空" if self.both else "单面"
        return (
            f"批次：{self.batch.name}　核对码：{check_code(self.batch.digest)}　{self._state()}",
            f"文件：{len(self.documents)} 份{to}；{self.pages} 页，{self.sheets} 张纸（{sides}）",
            *self.notes(),
            f"打印：选{'「双面、沿长边翻转」' if self.both else '「单面」'}、「实际大小」（100%）",
        )

    def notes(self) -> Iterator[str]:
        """Say what is particular about it."""
        if self.reprint:
            yield f"补印：{_some(self.only)}；字号、内容与签发的相同"
        elif self.only:
            yield f"只印：{_some(self.only)}"
        if self.stamped:
            yield f"其中 {self.stamped} 份是盖章件（扫描），其余是电子稿"
        for lot in self.lots:
            others = len(self.manifest.letters)
            if lot.owner == SHARED and others > 1:
                yield f"《{lot.label}》各单位共用，只在这里印 1 份；发 {others} 个单位，请另行加印"
        if self.left:
            names = _some([one.file.name for one in self.left])
            yield f"不在内：{names}（不是 Word 或 PDF，请用原来的程序打印）"
        own = {one.file.path for one in self.manifest.documents}
        printed = {one.organisation for one in (*self.documents, *self.left)}
        added = {
            part.name
            for letter in self.manifest.letters
            if not self.only or letter.organisation in printed
            for part in letter.attachments
            if part.path not in own
        }
        if added:
            yield f"不在内：随信附件 {_some(sorted(added))}"
        if self.shift.said:
            yield f"文件的{self.shift.said}"

    def _state(self) -> str:
        if self.batch.sample:
            return "样张，不能签发"
        if self.batch.state is BatchState.DRAFT:
            return "尚未签发"
        return f"{self.batch.approved_by} 签发（{self.signed}）"

    def lines(self, output: Path, pages: int) -> tuple[str, ...]:
        """Say on the screen what was made."""
        rest = pages - self.pages
        front = ["总表、签收表"] * self.listed + ["空白背面"] * self.both
        blank = f"，其余 {rest} 页是{'和'.join(front)}" if rest else ""
        made = (
            f"已写好 {output}：{pages} 页，其中文件 {len(self.documents)} 份 {self.pages} 页、"
            f"{self.sheets} 张纸{blank}"
        )
        state = () if self.batch.approved_at else (f"提醒：批次 {self.batch.name} {self._state()}",)
        return made, *state, *self.notes(), self.facts()[-1]

    def told(self, output: Path, pages: int) -> dict[str, object]:
        """Say it to a program."""
        return {
            "file": str(output),
            "pages": pages,
            "batch": self.batch.name,
            "digest": self.batch.digest,
            "documents": len(self.documents),
            "own_pages": self.pages,
            "sheets": self.sheets,
            "both_sides": self.both,
            "stamped": self.stamped,
            "reprint": self.reprint,
            "left_out": [one.key for one in self.left],
            "shift": [self.shift.right, self.shift.down],
        }


def _some(names: Sequence[str]) -> str:
    if len(names) > _FEW:
        return f"{'、'.join(names[:_FEW])}等 {len(names)} 个"
    return "、".join(names)
