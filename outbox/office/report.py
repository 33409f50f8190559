"""发文登记簿 and 送达明细, with 对账单 three sheets of one workbook, ready to print.

The columns of the registers are those of gongwen practice (发文登记簿: 顺序号 … 备注). The word
for an accepted letter is 服务器已接收, never 已收到: nobody knows more than that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from merge.letter import BESIDE, CORRECTS, RECALL, REMINDER, check_code
from merge.number import PAPER
from merge.title import on_one_line
from outbox.ledger.fate import sent_before, state_word
from outbox.ledger.states import LetterState, MarkKind, NumberState
from outbox.office.book import Page, bytes_of
from outbox.office.evidence import again_word
from outbox.office.reckoning import Reckoning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime, tzinfo

    from merge.manifest import Manifest
    from outbox.ledger.register import Standing
    from outbox.ledger.stamps import Stamped
    from outbox.ledger.values import Approval, BatchInfo, Entry, LetterInfo, Mark
    from outbox.office.balance import Balance


@dataclass(frozen=True, slots=True)
class Report:
    """All that the three sheets say."""

    batch: BatchInfo
    manifest: Manifest
    letters: Sequence[LetterInfo]
    approvals: Sequence[Approval]
    balance: Balance
    at: datetime
    zone: tzinfo
    sender: str = ""
    marks: Sequence[Mark] = ()
    unreviewed: bool = False  # signed without a 送签, on purpose
    numbers: Sequence[Standing] = ()  # all of the series that the batch has numbers of
    told: Sequence[str] = ()  # what was changed of addresses, and what corrects what
    stamped: tuple[Stamped, Entry] | None = None
    head: str = ""  # the code of the ledger's head, for audits
    # Where something is to come back: of each organisation what came, and when it first did.
    answers: Mapping[str, tuple[str, datetime | None]] | None = None

    @property
    def _own(self) -> list[LetterInfo]:
        """The letters that are this batch's to send: no other batch had sent them."""
        return [one for one in self.letters if not sent_before(one)]

    def _copies(self) -> int:
        """Count the documents, without those that only letters sent before hold."""
        if not self.manifest.documents:  # forgotten: how many there were is kept
            return self.batch.documents
        own = {file.path for letter in self._own for file in letter.attachments}
        held = {file.path for letter in self.letters for file in letter.attachments}
        return sum(one.file.path not in held - own for one in self.manifest.documents)

    def workbook(self) -> bytes:
        """Write the .xlsx."""
        account = Reckoning(
            self.batch.name, self.manifest, self.letters, self.balance, self.marks, self.sender
        )
        return bytes_of((self._register(), self._deliveries(), account.page()), self.at)

    def timeless(self) -> Report:
        """Return the same without the ledger's head, which changes with every archive."""
        return replace(self, head="")

    def register(self) -> Page:
        """Return the register's page, for a register of many batches."""
        return self._register()

    def _when(self, at: datetime | None) -> str:
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}" if at else ""

    def _register(self) -> Page:
        head = (
            ("顺序号", 5), ("登记日期", 11), ("发文字号", 15), ("标题", 26), ("文种", 10),
            ("份数", 5), ("发往", 16), ("登记人", 8), ("签发人", 8), ("签发依据", 12),
            ("签发时间", 11), ("发出时间", 11), ("核对码", 11), ("归卷日期", 9), ("备注", 14),
        )  # fmt: skip
        approval = self.approvals[-1] if self.approvals else None
        sent = [one.settled_at for one in self.letters if one.state is LetterState.ACCEPTED]
        times = sorted(at for at in sent if at is not None)
        row = (
            1,
            self._when(self.batch.recorded_at),
            self._papers() or self.batch.number,
            on_one_line(self.batch.title, self.batch.job),
            self._kinds(),
            self._copies(),
            self._addressees(),
            self.batch.recorded_by,
            approval.by if approval else "（未签发）",
            approval.basis if approval else "",
            self._when(approval.at if approval else None),
            self._when(times[0]) if times else "",
            check_code(self.batch.digest),
            "",
            self._remark(),
        )
        notes = (
            "发送方式：电子邮件",
            f"内容摘要（sha256）：{self.batch.digest}",
            f"打印时间：{self._when(self.at)}",
            *((f"台账码：{self.head}（核验：fawen audit --head）",) if self.head else ()),
        )
        return Page("发文登记簿", "发文登记簿", head, (row, *self._idle(len(head))), notes)

    def _kinds(self) -> str:
        kinds = "、".join(self.manifest.kinds)
        return f"{kinds}（更正）" if CORRECTS in self.manifest.meta else kinds

    def _papers(self) -> str:
        return "、".join(one.text for one in self.manifest.numbers if one.sort == PAPER)

    def _idle(self, width: int) -> Iterator[tuple[str | int, ...]]:
        """Write a row for each number of the same series that is void, or missing."""
        for place, one in enumerate((o for o in self.numbers if self._is_idle(o)), start=2):
            void = one.state is NumberState.VOID
            said = "签发后撤销，没有发出" if void else "台账里没有登记"
            row: tuple[str | int, ...] = (place, self._when(one.at), one.text, one.title)
            rest = ("",) * (width - len(row) - 1)
            yield (*row, *rest, f"{one.state.word}：{said}")

    def _is_idle(self, one: Standing) -> bool:
        void = one.state is NumberState.VOID and one.batch != self.batch.name
        return void or one.state is NumberState.GAP

    def _numbered(self) -> str:
        """Tell the certificates' numbers, and whether those of this batch are void."""
        texts = [one.text for one in self.manifest.numbers if one.sort != PAPER]
        own = (one for one in self.numbers if one.batch == self.batch.name)
        void = ["空号"] if any(one.state is NumberState.VOID for one in own) else []
        return "".join(f"，{text}" for text in (*texts, *void))

    def _remark(self) -> str:
        own = len(self._own)
        before = len(self.letters) - own
        accepted = f"服务器已接收 {self.balance.accepted}/{own} 封"
        said = f"{self.batch.name}，{accepted}{self._numbered()}"
        again = sum(one.n > 1 and one.kind not in BESIDE for one in self._own)
        recalls = sum(one.kind == RECALL for one in self._own)
        more = [f"另有 {before} 封此前已发"] if before else []
        more += [f"其中补发 {again} 封"] if again else []
        more += [f"误发请删 {recalls} 封"] if recalls else []
        reminders = sum(one.kind == REMINDER for one in self._own)
        more += [f"催报 {reminders} 封"] if reminders else []
        more += [one for one in self.told if "更正" in one]
        said = "，".join((said, *more))
        said += f"；{self.stamped[0].words}" if self.stamped else ""
        return f"{said}；未经送签即登记签发" if self.unreviewed else said

    def _stamp(self) -> tuple[str, ...]:
        """Say what left in the place of the signed files, who confirmed it, and from which scan."""
        if not self.stamped:
            return ()
        found, entry = self.stamped
        return (
            f"{found.words}。",
            f"扫描件 {found.name}（{found.pages} 页，sha256 {found.scan}），"
            f"{self._when(entry.at)} 由 {entry.who} 对照缩略图确认。",
        )

    def _addressees(self) -> str:
        counts: dict[str, int] = {}
        for letter in self._own:
            if letter.n > 1 or letter.kind in BESIDE:
                continue
            counts[letter.category or "其他"] = counts.get(letter.category or "其他", 0) + 1
        return "、".join(f"{name} {count} 个" for name, count in counts.items())

    def _deliveries(self) -> Page:
        head = (
            ("序号", 5), ("党组织编码", 8), ("收件单位", 24), ("收件邮箱", 22), ("抄送邮箱", 16),
            ("邮件主题", 26), ("附件数", 6), ("状态", 10), ("时间", 11), ("尝试次数", 6),
            ("服务器答复", 16), *self._asked, ("邮件编号（Message-ID）", 22),
        )  # fmt: skip
        rows: tuple[tuple[str | int, ...], ...] = tuple(
            (
                number,
                letter.organisation,
                f"{letter.name}{again_word(letter)}",
                "；".join(letter.to),
                "；".join(letter.cc),
                letter.subject,
                len(letter.attachments),
                state_word(letter, self.marks),
                "" if sent_before(letter) else self._when(letter.settled_at),
                letter.attempts,
                self._answer(letter),
                *self._came(letter),
                letter.message_id,
            )
            for number, letter in enumerate(self.letters, start=1)
        )
        notes = (
            "「服务器已接收」指对方邮件服务器已经收下，不等于收件人已经看到。",
            *self.told,
            *self._stamp(),
        )
        return Page("送达明细", f"送达明细　{self.batch.number}".rstrip("　"), head, rows, notes)

    @property
    def _asked(self) -> tuple[tuple[str, int], ...]:
        return (("回执", 14), ("签收时间", 11)) if self.answers is not None else ()

    def _came(self, letter: LetterInfo) -> tuple[str, ...]:
        """Say of a letter that asks for something what came back; what goes beside asks nothing."""
        if self.answers is None:
            return ()
        said, at = self.answers.get(letter.organisation, ("", None))
        return ("", "") if letter.kind in BESIDE or letter.n > 1 else (said, self._when(at))

    def _answer(self, letter: LetterInfo) -> str:
        if sent_before(letter):
            return ""
        said = letter.reason or (f"{letter.code} {letter.reply}".strip() if letter.code else "")
        bounced = [
            f"退信 {self._when(one.at)} {one.address} {one.words}".rstrip()
            for one in self.marks
            if one.letter == letter.id and one.kind is MarkKind.BOUNCED
        ]
        return "；".join(part for part in (said, *bounced) if part)
