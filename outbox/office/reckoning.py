"""对账单: rows, documents and letters of a batch, each accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from outbox.ledger.fate import counted, in_part, sent_before
from outbox.ledger.states import LetterState
from outbox.office.book import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from merge.manifest import Manifest
    from outbox.ledger.values import LetterInfo, Mark
    from outbox.office.balance import Balance


@dataclass(frozen=True, slots=True)
class Reckoning:
    """All that the sheet says; `batch` is its name, `sender` the mailbox that sent it."""

    batch: str
    manifest: Manifest
    letters: Sequence[LetterInfo]
    balance: Balance
    marks: Sequence[Mark]
    sender: str

    def _marked(self) -> str:
        counts = {kind.word: count for kind, count in counted(self.marks).items()}
        counts = {"有地址被拒收": sum(map(in_part, self.letters)), **counts}
        said = "，".join(f"{word} {count}" for word, count in counts.items() if count)
        return f"其中{said}" if said else ""

    def page(self) -> Page:
        """Lay out the sheet."""
        head = (("项目", 36), ("数量", 10), ("说明", 80))
        rows: list[tuple[str | int, ...]] = []
        for account in self.manifest.accounts:
            name = f"{account.entry + 1}. {account.kind}（每份：{account.per}）"
            rows += [
                (name, "", ""),
                ("　范围内的行", account.rows, f"范围外 {account.outside} 行"),
                ("　制成文件", account.documents, _listed(account.listed)),
                ("　略去", account.skipped, _reasons(self.manifest, account.entry)),
                ("　是否相符", "相符" if account.balanced else "不符", "范围内 = 制成 + 略去"),
            ]
        own = [one for one in self.letters if not sent_before(one)]
        sums, before = self.balance, len(self.letters) - len(own)
        rows += [
            ("信件", sums.letters, ""),
            ("　服务器已接收", sums.accepted, self._marked()),
            ("　被拒收、逾期", sums.refused, ""),
            ("　待发", sums.waiting, ""),
            ("　存疑", sums.in_doubt, ""),
            *((("　此前已发", before, "由别的批次发出，本批不再发"),) if before else ()),
            ("　已撤销", sums.cancelled - before, _cancelled(own)),
            ("　是否相符", "相符" if sums.balanced else "不符", "信件 = 以上各项之和"),
        ]
        rows += [("略去的行", "", "")] if self.manifest.skipped else []
        rows += [(f"　{one.row}", one.key, one.reason) for one in self.manifest.skipped]
        notes = (f"批次：{self.batch}", f"发件邮箱：{self.sender}" if self.sender else "")
        return Page("对账单", "对账单", head, tuple(rows), tuple(note for note in notes if note))


def _listed(listed: int) -> str:
    return f"其中列出 {listed} 人" if listed else ""


def _reasons(manifest: Manifest, entry: int) -> str:
    counts: dict[str, int] = {}
    for one in manifest.skipped:
        if one.entry == entry:
            counts[one.reason] = counts.get(one.reason, 0) + 1
    return "；".join(f"{reason}：{count}" for reason, count in counts.items())


def _cancelled(letters: Iterable[LetterInfo]) -> str:
    found = {one.reason for one in letters if one.state is LetterState.CANCELLED and one.reason}
    return "；".join(sorted(found))
