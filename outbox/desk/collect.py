"""Look into the mailbox: what is in doubt is settled, bounces and answers mark their letters."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from outbox.desk import doubts, opening, sender
from outbox.desk import folder as folders
from outbox.desk.outcome import WAITING, Outcome, Progress
from outbox.desk.told import bounce_line
from outbox.ledger.states import LetterState, MarkKind
from outbox.ledger.values import INBOX, Arrived, Mark
from outbox.post import match
from outbox.post.arrival import AUTO, BOUNCE, DELAY, RECEIPT
from outbox.post.mailbox import MOST_BYTES, Mailbox

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from datetime import datetime

    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import LetterInfo
    from outbox.post.arrival import Arrival
    from outbox.post.mailbox import Head
    from outbox.post.match import Match
    from outbox.workspace import Workspace

RECENT = timedelta(days=30)  # how long after a letter a mail without its token may speak of it
BIG = "big"
_DAY = timedelta(days=1)
_KEPT = {BOUNCE, DELAY, AUTO, RECEIPT, match.REPLY, opening.UNREADABLE}
_WORDS = {
    DELAY: "对方服务器还在重试",
    AUTO: "自动回复",
    RECEIPT: "阅读或送达回执",
    match.REPLY: "来信",
    opening.UNREADABLE: "读不了的来信",
    BIG: "太大没有取的来信",
}


@dataclass
class _Harvest:
    """What came of one look into the mailbox."""

    filed: list[tuple[Arrived, Match]] = field(default_factory=list)
    marks: list[tuple[Mark, LetterInfo]] = field(default_factory=list)

    def of(self, sort: str) -> list[tuple[Arrived, Match]]:
        return [one for one in self.filed if one[0].sort == sort]

    def unmatched(self) -> list[tuple[Arrived, Match]]:
        return [one for one in self.of(BOUNCE) if one[1].letter is None]


def collect(
    workspace: Workspace, *, now: Callable[[], datetime]
) -> Generator[Progress, None, Outcome]:
    """Take what has come into the inbox, then ask the Sent folder about letters still in doubt.

    Safe to be killed at any line: a mail is kept before it is filed, and filed with its marks in
    one transaction.

    Raises:
        InputError: fawen.toml names no account.
        UnavailableError: the mailbox cannot be read.

    """
    access = sender.mailbox(workspace)
    with folders.opened(workspace, now()) as ledger:
        since = ledger.first_dot(access.address)
        if since is None:
            return Outcome(("这个邮箱还没有发过信，没有要收的",), _object(_Harvest(), None))
        ledger.recover(now(), who=folders.who())
        secret = sender.mailbox_password(workspace)
        with Mailbox(access, secret, context=sender.context(workspace)) as box:
            harvest = _Harvest()
            yield from _gather(workspace, ledger, box, since, harvest, now)
            settled = doubts.settle(workspace, ledger, box, now())
    return _outcome(workspace, harvest, settled)


def _gather(
    workspace: Workspace,
    ledger: Ledger,
    box: Mailbox,
    since: datetime,
    harvest: _Harvest,
    now: Callable[[], datetime],
) -> Generator[Progress, None, None]:
    address = box.access.address
    folder = box.open(INBOX)
    known = ledger.seen(address, INBOX)
    fresh = known is None or known.uidvalidity != folder.uidvalidity
    uids = box.since(since - _DAY) if fresh or known is None else box.after(known.uid)
    done = ledger.kept(address, folder.uidvalidity)
    heads = [one for one in box.heads(uids) if one.uid not in done]
    recent = ledger.gone_since(min((one.at for one in heads), default=now()) - RECENT)
    for number, head in enumerate(heads, start=1):
        lately = [one for one in recent if _lately(one, head.at)]
        _take(workspace, ledger, box, (folder.uidvalidity, head), lately, harvest, now())
        yield Progress("收信", number, len(heads))
    last = max(uids, default=known.uid if known and not fresh else 0)
    ledger.see(address, INBOX, folder.uidvalidity, last, now())


def _take(
    workspace: Workspace,
    ledger: Ledger,
    box: Mailbox,
    where: tuple[int, Head],
    lately: Sequence[LetterInfo],
    harvest: _Harvest,
    at: datetime,
) -> None:
    """Take one mail: fetched, opened in the child, matched, kept, filed."""
    uidvalidity, head = where
    big = head.size > MOST_BYTES
    raw = head.header if big else box.raw(head.uid)
    arrival = opening.opened(raw)
    found = _matched(ledger, arrival, box.access.address, lately)
    sort = BIG if big and found.sort != match.OTHER else found.sort
    kept = opening.keep(workspace, raw) if sort in _KEPT else ""
    ours = sort in _KEPT or sort == BIG
    mail = Arrived(
        box.access.address,
        uidvalidity,
        head.uid,
        kept,
        sort,
        found.letter.id if found.letter else None,
        arrival.sender if ours else "",
        arrival.subject if ours else "",
        (found.words or arrival.words) if ours else "",
        at,
    )
    if found.letter and found.proven and found.letter.state is LetterState.IN_DOUBT:
        words = f"{_WORDS.get(sort, '退信')}说的就是它（UID {head.uid}），已发出"
        ledger.resolve(found.letter.id, at, folders.who(), words, sent=True)
        ledger.finish(found.letter.batch, at, folders.who())
    marks = ledger.file(mail, _marks(found, arrival, kept, at) if kept else (), folders.who())
    harvest.filed.append((mail, found))
    if found.letter:
        harvest.marks += [(one, found.letter) for one in marks]


def _lately(letter: LetterInfo, at: datetime) -> bool:
    """Tell whether a mail that came then may speak of a letter without bearing its token."""
    left = letter.settled_at or letter.first_at
    return left is not None and at - RECENT <= left <= at + _DAY


def _matched(ledger: Ledger, arrival: Arrival, address: str, lately: Sequence[LetterInfo]) -> Match:
    if arrival.sort == opening.UNREADABLE:
        return match.Match(opening.UNREADABLE, words=arrival.words)
    borne = ledger.by_tokens(arrival.tokens) if arrival.tokens else ()
    return match.match(arrival, address, borne, lately)


def _marks(found: Match, arrival: Arrival, kept: str, at: datetime) -> list[Mark]:
    kind = found.mark
    if kind is None or found.letter is None:
        return []
    words = "；".join(part for part in (arrival.words, found.words) if part)
    whose = arrival.failed if kind is MarkKind.BOUNCED else (arrival.sender,)
    own = match.addresses(found.letter)
    named = [one for one in whose if one in own] or list(whose) or [""]
    return [Mark(found.letter.id, kind, one, words, kept, at) for one in named]


def _outcome(workspace: Workspace, harvest: _Harvest, settled: doubts.Settled) -> Outcome:
    bounced = [one for one in harvest.marks if one[0].kind is MarkKind.BOUNCED]
    lines = list(settled.lines)
    lines += [bounce_line(mark, letter) for mark, letter in bounced]
    lines += [_unmatched(mail) for mail, _ in harvest.unmatched()]
    lines += [_other(mail, found) for sort in _WORDS for mail, found in harvest.of(sort)]
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
    return Outcome(tuple(lines), _object(harvest, settled), status=WAITING if open_ else 0)


def _unmatched(mail: Arrived) -> str:
    return f"退信：对不上是哪一封　{mail.subject}　{mail.words}".rstrip("　")


def _other(mail: Arrived, found: Match) -> str:
    name = found.letter.name if found.letter else mail.sender
    said = f"{_WORDS[mail.sort]}：{name}　{mail.subject}　{found.words}"
    return said.rstrip("　")


def _object(harvest: _Harvest, settled: doubts.Settled | None) -> dict[str, object]:
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
