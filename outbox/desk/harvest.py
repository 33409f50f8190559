"""What came of a look into the mailbox, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from outbox.desk import opening
from outbox.desk.outcome import WAITING, Outcome
from outbox.desk.told import bounce_line
from outbox.ledger.states import MarkKind, Verdict
from outbox.post import match
from outbox.post.arrival import AUTO, BOUNCE, DELAY, RECEIPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from outbox.desk.consents import Weighed
    from outbox.desk.doubts import Settled
    from outbox.ledger.intakes import Intake, Staged, Version
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import Arrived, LetterInfo, Mark
    from outbox.office.loops import Loops
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
    intakes: list[Intake] = field(default_factory=list)
    loops: Loops | None = None

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
    known = {one.sha256 for one in harvest.intakes}  # told below, by job and day
    others = [one for sort in WORDS for one in harvest.of(sort) if one[0].sha256 not in known]
    lines += [_other(mail, found) for mail, found in others]
    if bounced:
        where = workspace.shown(workspace.outbox)
        lines.append(
            f"请核对被退回的地址，并打电话通知对方；文件在 {where}/批次/党组织编码/，可另行送达"
        )
    if harvest.loops is not None:
        lines += returned_lines(harvest.loops, harvest.intakes)
    if any(mail.sha256 not in known for mail, _ in harvest.of(match.REPLY)):
        lines.append(f"来信的原件在 {workspace.shown(workspace.outbox / '来信')}，请看过办理")
    lines.append(
        f"收了 {len(harvest.filed)} 封新邮件：退信 {len(harvest.of(BOUNCE))}，"
        f"自动回复 {len(harvest.of(AUTO))}，来信 {len(harvest.of(match.REPLY))}；"
        f"仍存疑 {settled.left} 封"
    )
    held = any(one.kept for one in harvest.intakes)
    open_ = bool(bounced or harvest.unmatched() or settled.left or held)
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
        **returned_object(harvest.intakes),
        "settled": list(settled.objects) if settled else [],
        "in_doubt": settled.left if settled else 0,
    }


def fresh_only(ledger: Ledger, intakes: Sequence[Intake]) -> list[Intake]:
    """Leave out of what came the reports that say again what was said on the days before."""
    jobs = {one.job for intake in intakes for one in intake.staged}
    versions = (one for job in sorted(jobs) for one in ledger.versions(job))
    made = {(one.source, *_about(one)) for one in versions}
    return [
        replace(
            intake,
            staged=tuple(one for one in intake.staged if (intake.sha256, *_about(one)) in made),
        )
        for intake in intakes
    ]


def _about(one: Staged | Version) -> tuple[str, ...]:
    return one.job, one.organisation, one.period, one.subject


def returned_lines(loops: Loops, intakes: Sequence[Intake]) -> list[str]:
    """Tell what came back: a line for each job and day, and for each thing in quarantine."""
    staged = [one for intake in intakes for one in intake.staged]
    lines = []
    for job, period in sorted({(one.job, one.period) for one in staged}):
        own = [one for one in staged if (one.job, one.period) == (job, period)]
        faulty = sum(one.verdict is Verdict.FAULTY for one in own)
        units, whole = len({one.organisation for one in own}), {one.subject for one in own} == {""}
        said = f"回执：{job} {period} 收到 {len(own)} 份"
        said += f"（{units} 个单位）" if whole and units < len(own) else ""
        said += f"，有误待核 {faulty}" if faulty else ""
        lines.append(said)
    for intake in intakes:
        for one in intake.kept:
            parties = (loop.party(one.organisation) for loop in loops.by_job.values())
            party = next(filter(None, parties), None)
            who = party.short if party else intake.sender or intake.name
            what = dict.fromkeys((who, one.part or intake.subject))
            lines.append(f"隔离：{one.reason.word}　{'　'.join(what)}　{one.words}")
    if any(intake.kept for intake in intakes):
        lines.append("隔离区逐件处理：fawen quarantine")
    return lines


def returned_object(intakes: Sequence[Intake]) -> dict[str, object]:
    """Write what came back for programs."""
    return {
        "returned": [
            [one.job, one.organisation, one.period, one.verdict.value]
            + ([one.subject] if one.subject else [])
            for intake in intakes
            for one in intake.staged
        ],
        "quarantined": [
            [one.reason.value, one.job, one.organisation, one.part]
            for intake in intakes
            for one in intake.kept
        ],
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
