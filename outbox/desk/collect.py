"""Look into the mailbox: what is in doubt is settled, bounces and answers mark their letters."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from outbox.desk import consents, doubts, opening, sender
from outbox.desk import folder as folders
from outbox.desk.harvest import BIG, WORDS, Harvest, as_object, fresh_only, outcome
from outbox.desk.outcome import Outcome, Progress
from outbox.desk.replies import MailReceiver
from outbox.ledger.states import BatchState, LetterState, MarkKind
from outbox.ledger.values import INBOX, Arrived, Mark
from outbox.post import match
from outbox.post.arrival import AUTO, BOUNCE, DELAY, LETTER, RECEIPT
from outbox.post.mailbox import MOST_BYTES, Mailbox

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import LetterInfo
    from outbox.post.arrival import Arrival
    from outbox.post.mailbox import Head
    from outbox.post.match import Match
    from outbox.workspace import Workspace

RECENT = timedelta(days=30)  # how long after a letter a mail without its token may speak of it
_DAY = timedelta(days=1)
_NEVER = datetime(1990, 1, 1, tzinfo=UTC)  # a server that does not know says 1970
_KEPT = {BOUNCE, DELAY, AUTO, RECEIPT, match.REPLY, opening.UNREADABLE, consents.SORT}


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
        since = _since(workspace, ledger, access.address)
        if since is None:
            return Outcome(("这个邮箱还没有发过信，没有要收的",), as_object(Harvest(), None))
        ledger.recover(now(), who=folders.who())
        secret = sender.mailbox_password(workspace)
        with Mailbox(access, secret, context=sender.context(workspace)) as box:
            harvest = Harvest()
            receiver = MailReceiver(workspace, ledger)
            yield from _gather(receiver, box, since, harvest, now)
            harvest.loops = receiver.loops
            harvest.intakes[:] = fresh_only(ledger, harvest.intakes)
            settled = doubts.settle(workspace, ledger, box, now())
    return outcome(workspace, harvest, settled)


def _since(workspace: Workspace, ledger: Ledger, address: str) -> datetime | None:
    """Say from when on a mail may be of interest: since a letter left, or an answer is awaited."""
    times = [ledger.first_dot(address)]
    if consents.awaited(workspace, ledger):
        times += [one.recorded_at for one in ledger.batches() if one.state is BatchState.DRAFT]
    return min(filter(None, times), default=None)


def _gather(
    receiver: MailReceiver,
    box: Mailbox,
    since: datetime,
    harvest: Harvest,
    now: Callable[[], datetime],
) -> Generator[Progress, None, None]:
    address, ledger = box.access.address, receiver.ledger
    folder = box.open(INBOX)
    known = ledger.seen(address, INBOX)
    fresh = known is None or known.uidvalidity != folder.uidvalidity
    uids = box.since(since - _DAY) if fresh or known is None else box.after(known.uid)
    done = ledger.kept(address, folder.uidvalidity)
    handed = list(box.heads(uids))
    owed = {*uids} - {one.uid for one in handed}
    heads = [one for one in handed if one.uid not in done]
    recent = ledger.gone_since(min((one.at for one in heads), default=now()) - RECENT)
    for number, head in enumerate(heads, start=1):
        lately = [one for one in recent if _lately(one, head.at)]
        if not _take(receiver, box, (folder.uidvalidity, head), lately, harvest, now()):
            owed.add(head.uid)
        yield Progress("收信", number, len(heads))
    last = max(uids, default=known.uid if known and not fresh else 0)
    # What the server has listed and not handed over is asked for again.
    last = min(owed, default=last + 1) - 1
    ledger.see(address, INBOX, folder.uidvalidity, last, now())


def _take(
    receiver: MailReceiver,
    box: Mailbox,
    where: tuple[int, Head],
    lately: Sequence[LetterInfo],
    harvest: Harvest,
    at: datetime,
) -> bool:
    """Take one mail: fetched, opened in the child, matched, kept, filed; False: it did not come."""
    workspace, ledger = receiver.workspace, receiver.ledger
    uidvalidity, head = where
    big = head.size > MOST_BYTES
    raw = head.header if big else box.raw(head.uid)
    if not raw:
        return False
    arrival = opening.opened(raw)
    found = _matched(ledger, arrival, box.access.address, lately)
    found = _agreed(workspace, ledger, (raw, arrival), found, harvest)
    intake = None
    if arrival.sort == LETTER and found.sort in {match.REPLY, match.OTHER} and not big:
        intake = receiver.mail(raw, _came(head.at, at), found.letter.id if found.letter else None)
        if intake is not None:
            found = replace(found, sort=match.REPLY, words=found.words if found.letter else "")
            harvest.intakes += [intake] if not ledger.taken([intake.sha256]) else []
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
        words = f"{WORDS.get(sort, '退信')}说的就是它（UID {head.uid}），已发出"
        ledger.resolve(found.letter.id, at, folders.who(), words, sent=True)
        ledger.finish(found.letter.batch, at, folders.who())
    told = _marks(found, arrival, kept, at) if kept else ()
    marks = ledger.file(mail, told, folders.who(), intake)
    harvest.filed.append((mail, found))
    if found.letter:
        harvest.marks += [(one, found.letter) for one in marks]
    return True


def _agreed(
    workspace: Workspace,
    ledger: Ledger,
    mail: tuple[bytes, Arrival],
    found: Match,
    harvest: Harvest,
) -> Match:
    """Look whether a person's mail is a leader's answer to a 送签: then it is kept as that."""
    raw, arrival = mail
    written = arrival.sort == LETTER and found.sort != match.OWN
    if not written or not consents.awaited(workspace, ledger):
        return found
    one = opening.consent(raw)
    weighed = consents.weigh(workspace, ledger, one, hashlib.sha256(raw).hexdigest())
    if weighed is None:
        return found
    harvest.consents.append(weighed)
    if found.letter is not None or not weighed.ours:
        return found
    return match.Match(consents.SORT, words=f"同意 {one.code}" if weighed.offered else one.words)


def _came(told: datetime, now: datetime) -> datetime:
    """Say when a mail came: what its server tells, unless that was never, or is still to be."""
    return told if _NEVER < told <= now else now


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
