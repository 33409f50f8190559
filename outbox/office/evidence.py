"""送达证据: a letter's dossier in words, and as a workbook that can be handed over.

The words are exact: 服务器已接收 says what a server said, never that anybody has read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge.letter import CORRECTION, RECALL, REMINDER, check_code
from merge.title import on_one_line
from outbox.ledger.fate import sent_before, state_word
from outbox.ledger.states import MarkKind
from rosters.masks import masked
from rosters.pattern import later

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from outbox.ledger.values import Approval, BatchInfo, LetterInfo, Mark
    from outbox.office.book import Page


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: when, by whom ("" where by nobody here), what, in which words."""

    at: datetime
    who: str
    what: str
    words: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is known of one letter."""

    letter: LetterInfo
    batch: BatchInfo
    approval: Approval | None
    marks: tuple[Mark, ...]
    events: tuple[Event, ...]
    corrects: str = ""
    superseded_by: str = ""

    @property
    def code(self) -> str:
        """核对码 of what was signed: it names the version."""
        return check_code(self.batch.digest)

    @property
    def title(self) -> str:
        """The title on one line."""
        return on_one_line(self.batch.title, self.batch.job)

    @property
    def word(self) -> str:
        """Name where the letter stands."""
        return state_word(self.letter, self.marks)

    @property
    def kind(self) -> str:
        """Name what it is: 发文, 更正, 误发请删, and the how manieth 补发."""
        if self.letter.kind == RECALL:
            return "误发请删"
        if self.letter.kind == REMINDER:
            return f"催报{self.letter.n}"
        return ("更正" if self.letter.kind == CORRECTION else "发文") + again_word(self.letter)

    @property
    def replies(self) -> tuple[Mark, ...]:
        """The answers of people; a machine's answer is none."""
        return tuple(one for one in self.marks if one.kind is MarkKind.REPLIED)


@dataclass(frozen=True, slots=True)
class Sources:
    """What was asked, how a file was recognised, and who asked when."""

    words: str
    said: tuple[str, ...]
    zone: tzinfo
    at: datetime
    unit: str
    who: str


_WORKER = later(r"@[^@]+:\d+$")


def person(who: str) -> str:
    """Name the person of who did something: a sender's process goes by 王芳@电脑:进程号."""
    return _WORKER.sub("", who)


def again_word(letter: LetterInfo) -> str:
    """Say in brackets that a letter is a 补发, 误发请删除 or 催报; "" where it is the first."""
    if letter.kind == RECALL:
        return "（误发请删）"
    if letter.kind == REMINDER:
        return f"（催报{letter.n}）"
    return f"（补发{letter.n - 1}）" if letter.n > 1 else ""


def lines(one: Dossier, zone: tzinfo) -> list[str]:
    """Tell of a letter in a few lines."""
    letter = one.letter
    number = f"{one.batch.number}" if one.batch.number else ""
    to = "；".join(letter.to)
    cc = f"　抄送 {'；'.join(letter.cc)}" if letter.cc else ""
    files = "、".join(masked(part.name) for part in letter.attachments) or "无附件"
    head = f"{letter.called}　{one.kind}　{number}《{masked(one.title)}》"
    told = [
        f"{head}　版本（核对码）{one.code}　批次 {letter.batch}",
        f"　{_when(letter.settled_at, zone)} {one.word}　{to}{cc}　{files}".rstrip(),
        f"　{_signed(one, zone)}",
    ]
    if one.superseded_by:
        told.append(f"　已由更正件 {one.superseded_by} 代替，以更正件为准")
    if one.corrects:
        told.append(f"　本件更正批次 {one.corrects}，以本件为准")
    told.append(f"　{_answered(one, zone)}")
    shown = {"改地址", "误发请删", MarkKind.BOUNCED.word, MarkKind.AUTO_REPLIED.word}
    told += [
        f"　{_when(event.at, zone)} {event.what}　{event.words}"
        for event in one.events
        if event.what in shown or event.what.startswith("补发")
    ]
    return told


def _when(at: datetime | None, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""


def _signed(one: Dossier, zone: tzinfo) -> str:
    signed = one.approval
    if signed is None:
        return "没有签发"
    return (
        f"签发 {signed.by}　依据 {signed.basis}　{_when(signed.at, zone)}　录入 {signed.typed_by}"
    )


def _answered(one: Dossier, zone: tzinfo) -> str:
    if one.replies:
        times = "、".join(_when(mark.at, zone) for mark in one.replies)
        return f"已回信 {times}（登记来信的时间）"
    return "没有登记到回信"


def workbook(found: Sequence[Dossier], sources: Sources) -> bytes:
    """Write 送达证据 and 经过 as one .xlsx, ready to be printed and handed over."""
    from outbox.office.book import bytes_of

    return bytes_of((_letters(found, sources), _course(found, sources)), sources.at)


def _letters(found: Sequence[Dossier], sources: Sources) -> Page:
    head = (
        ("序号", 5), ("收件单位", 28), ("文件", 30), ("送达", 24), ("回信", 13), ("签发", 22),
        ("附件及 sha256，邮件编号", 48),
    )  # fmt: skip
    rows = tuple(_row(number, one, sources.zone) for number, one in enumerate(found, start=1))
    notes = (
        f"查询：{masked(sources.words)}",
        *(masked(one) for one in sources.said),
        "「服务器已接收」指对方的邮件服务器当时答复已经收下，不等于有人看到；"
        "「已回信」指收到过这个地址对这封信的回信。",
        "版本以核对码（内容摘要的前 8 位）区分；附件的 sha256 可以用任何工具重新计算、核对。",
        f"{sources.unit}　{_when(sources.at, sources.zone)} 由 {sources.who} 从发文台账打印".strip(
            "　"
        ),
    )
    from outbox.office.book import Page

    return Page("送达证据", "送达证据", head, rows, notes)


def _row(number: int, one: Dossier, zone: tzinfo) -> tuple[str | int, ...]:
    letter, batch = one.letter, one.batch
    files = [line for part in letter.attachments for line in (masked(part.name), part.sha256)]
    replaced = f"已由更正件 {one.superseded_by} 代替" if one.superseded_by else ""
    corrects = f"更正批次 {one.corrects}" if one.corrects else ""
    columns = (
        (letter.name, letter.organisation, *letter.to, *(f"抄送 {cc}" for cc in letter.cc)),
        (
            batch.number, masked(one.title), one.kind, f"版本（核对码）{one.code}",
            f"批次 {batch.name}", corrects, replaced,
        ),
        (one.word, *_sent(letter, zone)),
        tuple(_when(mark.at, zone) for mark in one.replies) or ("没有登记到",),
        _signature(one.approval, zone),
        (*files, letter.message_id),
    )  # fmt: skip
    return (number, *("\n".join(filter(None, column)) for column in columns))


def _sent(letter: LetterInfo, zone: tzinfo) -> tuple[str, ...]:
    if sent_before(letter):
        return ()
    answer = f"{letter.code} {letter.reply}".strip() if letter.code else letter.reason
    return _when(letter.settled_at, zone), answer


def _signature(signed: Approval | None, zone: tzinfo) -> tuple[str, ...]:
    if signed is None:
        return ("（未签发）",)
    by = f"签发人 {signed.by}"
    return by, f"依据 {signed.basis}", _when(signed.at, zone), f"录入 {signed.typed_by}"


def _course(found: Sequence[Dossier], sources: Sources) -> Page:
    head = (("收件单位", 26), ("种类", 12), ("时间", 18), ("经办", 18), ("事项", 12), ("内容", 84))
    rows = tuple(
        (
            one.letter.name,
            one.kind,
            _when(event.at, sources.zone),
            person(event.who),
            event.what,
            event.words,
        )
        for one in found
        for event in one.events
    )
    notes = ("每一项都记在台账的哈希链上，可用 fawen audit 核验。",)
    from outbox.office.book import Page

    return Page("经过", "经过", head, rows, notes)
