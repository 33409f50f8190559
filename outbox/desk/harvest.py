"""What came of a look into the mailbox, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from outbox.desk import opening
from outbox.desk.outcome import WAITING, Outcome
from outbox.desk.told import bounce_line
from outbox.ledger.states import MarkKind
from outbox.post import match
from outbox.post.arrival import AUTO, BOUNCE, DELAY, RECEIPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from outbox.desk.consents import Weighed
    from outbox.desk.doubts import Settled
    from outbox.ledger.values import Arrived, LetterInfo, Mark
    from outbox.post.match import Match
    from outbox.workspace import Workspace

BIG = "big"
WORDS = {
    DELAY: "对方服务器还在重试",
    AUTO: "自动回复",
    RECEIPT: "阅读或送达回执",
    match.REPLY: "来信",
    opening.UNREADABLE: "读不了的来信",
    BIG: "太大没有取的来信",
}


@dataclass
class Harvest:
    """The mails that were filed, each with its letter, and the marks that are new."""

    filed: list[tuple[Arrived, Match]] = field(default_factory=list)
    marks: list[tuple[Mark, LetterInfo]] = field(default_factory=list)
    consents: list[Weighed] = field(default_factory=list)

    def of(self, sort: str) -> list[tuple[Arrived, Match]]:
        """List the mails of a sort."""
        return [one for one in self.filed if one[0].sort == sort]

    def unmatched(self) -> list[tuple[Arrived, Match]]:
        """List the bounces of which nobody can tell whose they are."""
        return [one for one in self.of(BOUNCE) if one[1].letter is None]


def outcome(workspace: Workspace, harvest: Harvest, settled: Settled) -> Outcome:
    """Tell what came, and end with 3 where somebody must act."""
    bounced = [one for one in harvest.marks if one[0].kind is MarkKind.BOUNCED]
    lines = list(settled.lines) + [one.line for one in harvest.consents]
    lines += [bounce_line(mark, letter) for mark, letter in bounced]
    lines += [_unmatched(mail) for mail, _ in harvest.unmatched()]
    lines += [_other(mail, found) for sort in WORDS for mail, found in harvest.of(sort)]
    if bounced:
        where = workspace.shown(workspace.outbox)
        lines.append(
            f"请核对被退回的地址，并打电话通知对方；文件在 {where}/批次/党组织编码/，可另行送达"
        )
    if harvest.of(match.REPLY):
        lines.append(f"来信的原件在 {workspace.shown(workspace.outbox / '来信')}，内容还没有登记")
    lines.append(
        f"收了 {len(harvest.filed)} 封新邮件：退信 {len(harvest.of(BOUNCE))}，"
        f"自动回复 {len(harvest.of(AUTO))}，来信 {len(harvest.of(match.REPLY))}；"
        f"仍存疑 {settled.left} 封"
    )
    open_ = bool(bounced or harvest.unmatched() or settled.left)
    return Outcome(tuple(lines), as_object(harvest, settled), status=WAITING if open_ else 0)


def _unmatched(mail: Arrived) -> str:
    return f"退信：对不上是哪一封　{mail.subject}　{mail.words}".rstrip("　")


def _other(mail: Arrived, found: Match) -> str:
    name = found.letter.name if found.letter else mail.sender
    said = f"{WORDS[mail.sort]}：{name}　{mail.subject}　{found.words}"
    return said.rstrip("　")


def as_object(harvest: Harvest, settled: Settled | None) -> dict[str, object]:
    """Write it for programs."""
    return {
        "mails": len(harvest.filed),
        "bounced": [
            {**_named(letter), "address": mark.address, "words": mark.words}
            for mark, letter in harvest.marks
            if mark.kind is MarkKind.BOUNCED
        ],
        "unmatched": _listed(harvest.unmatched()),
        "delayed": _listed(harvest.of(DELAY)),
        "auto_replied": _listed(harvest.of(AUTO)),
        "receipts": _listed(harvest.of(RECEIPT)),
        "replies": _listed(harvest.of(match.REPLY)),
        "consents": [one.object for one in harvest.consents],
        "unreadable": _listed([*harvest.of(opening.UNREADABLE), *harvest.of(BIG)]),
        "settled": list(settled.objects) if settled else [],
        "in_doubt": settled.left if settled else 0,
    }


def _named(letter: LetterInfo) -> dict[str, object]:
    return {
        "batch": letter.batch,
        "organisation": letter.organisation,
        "name": letter.name,
    }


def _listed(found: Sequence[tuple[Arrived, Match]]) -> list[dict[str, object]]:
    return [
        {
            "sender": mail.sender,
            "subject": mail.subject,
            "sha256": mail.sha256,
            "words": mail.words,
            **(_named(one.letter) if one.letter else {}),
        }
        for mail, one in found
    ]
