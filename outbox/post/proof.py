"""What the Sent folder proves: what stands there has left; what does not has not, if all else does.

No mail is sent to find that out as long as letters of which the server said 250 stand on both sides
of the doubt: they left by the same road, in the same form, and either all of them are kept in Sent,
or Sent proves nothing. Where none came after, a canary does: a letter of the account to itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from outbox.post.arrival import BEARERS, TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import Doubt, LetterInfo, Seen, Witness
    from outbox.post.mailbox import Mailbox

GRACE = timedelta(minutes=10)  # RFC 5321 §4.5.3.2.6: so long may a server think about the dot
EARLIER = timedelta(days=30)  # how far back a witness may stand
NEAR = 5  # witnesses asked for on each side
_DAY = timedelta(days=1)
_BEARERS = frozenset(name.lower() for name in BEARERS)


class Ruling(StrEnum):
    """What the Sent folder says of a letter."""

    SENT = "sent"
    UNSENT = "unsent"
    WAIT = "wait"  # ask again later
    UNKNOWN = "unknown"  # a person decides


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a token was seen, and in which headers."""

    folder: str
    uidvalidity: int
    uid: int
    headers: tuple[str, ...]
    size: int = 0

    @property
    def words(self) -> str:
        """Say where, for the ledger."""
        where = f"{self.folder}，UIDVALIDITY {self.uidvalidity}，UID {self.uid}"
        return f"在「已发送」里找到（{where}，凭 {'、'.join(self.headers)}）"


@dataclass(frozen=True, slots=True)
class Sent:
    """All that was seen in the Sent folders; `replaced` is when one was found to be another.

    `partial` says that the server did not hand over every header that it had listed.
    """

    folders: tuple[str, ...]
    seen: Mapping[str, Sighting]
    replaced: datetime | None = None
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """What is proven of one letter; `canary` says that a letter to oneself would help.

    `size` is how many bytes of files the canary must carry to be as large as the letter.
    """

    letter: LetterInfo
    ruling: Ruling
    words: str
    canary: bool = False

    @property
    def size(self) -> int:
        """Count the bytes of the letter's files."""
        return _files(self.letter)


def look(ledger: Ledger, box: Mailbox, doubts: Sequence[Doubt], at: datetime) -> tuple[Proof, ...]:
    """Look for letters in doubt in the Sent folders; nothing is sent, no letter is moved."""
    if not doubts:
        _opened(ledger, box, at)  # so that it is known what it was before there is a doubt
        return ()
    account = box.access.address
    witnesses = ledger.witnesses(account, min(one.first for one in doubts) - EARLIER)
    begin = min([one.first for one in doubts] + [one.at for one in _near(doubts, witnesses)])
    sent = walked(ledger, box, begin - _DAY, at)
    return tuple(judge(one, witnesses, sent, at) for one in doubts)


def settle(ledger: Ledger, proofs: Iterable[Proof], at: datetime, who: str) -> None:
    """Move the letters of which something is proven."""
    for proof in proofs:
        if proof.ruling in {Ruling.SENT, Ruling.UNSENT}:
            sent = proof.ruling is Ruling.SENT
            ledger.resolve(proof.letter.id, at, who, proof.words, sent=sent)


def judge(doubt: Doubt, witnesses: Sequence[Witness], sent: Sent, at: datetime) -> Proof:
    """Say what the Sent folders prove of one letter.

    Not found proves that it has not left only if the grace is over, the folder is the same as
    before, and witnesses from before and after the doubt are all there.
    """
    found = sent.seen.get(doubt.letter.token)
    if found:
        return Proof(doubt.letter, Ruling.SENT, found.words)
    obstacle = _obstacle(doubt, sent)
    if obstacle:
        return Proof(doubt.letter, Ruling.UNKNOWN, obstacle)
    if at - doubt.last < GRACE:
        words = f"「已发送」里还没有；过 {GRACE.seconds // 60} 分钟再查才能作准"
        return Proof(doubt.letter, Ruling.WAIT, words)
    return _absent(doubt, witnesses, sent, at)


def _obstacle(doubt: Doubt, sent: Sent) -> str:
    if not sent.folders:
        return "邮箱里没有「已发送」文件夹，无从核对"
    if sent.replaced and sent.replaced > doubt.first:
        return "「已发送」文件夹在此之后被重建过，无从核对"
    if sent.partial:
        return "收信服务器没有把「已发送」里的信都交出来，请稍后再查"
    return ""


def _absent(doubt: Doubt, witnesses: Sequence[Witness], sent: Sent, at: datetime) -> Proof:
    before, after = _sides(doubt, witnesses)
    large = _as_large(doubt, witnesses, sent)
    newest = [] if large else list(witnesses[-1:])  # a canary may be the sixth and more
    missing = [one for one in before + after + newest if one.token not in sent.seen]
    ruling, words = Ruling.UNKNOWN, ""
    if any(at - one.at >= GRACE for one in missing):
        words = "这个邮箱的「已发送」没有保存全部已发的信，找不到不等于没发出"
    elif not before:
        words = "在它之前没有可作对照的信，不知道这个邮箱存不存已发的信"
    elif missing or not large:
        ruling = Ruling.WAIT
        words = "「已发送」里没有；还要等一封在它之后发出的信作对照"
    else:
        ruling = Ruling.UNSENT
        near = sent.seen[before[-1].token]
        words = (
            f"「已发送」（{near.folder}，UIDVALIDITY {near.uidvalidity}）里没有，"
            f"前后 {len(before) + len(after)} 封对照的信都在，没有发出"
        )
    wanted = ruling is Ruling.WAIT and not missing
    return Proof(doubt.letter, ruling, words, canary=wanted)


def _sides(doubt: Doubt, witnesses: Sequence[Witness]) -> tuple[list[Witness], list[Witness]]:
    before = [one for one in witnesses if one.at < doubt.first]
    after = [one for one in witnesses if one.at > doubt.last]
    return before[-NEAR:], after[:NEAR]


def _as_large(doubt: Doubt, witnesses: Iterable[Witness], sent: Sent) -> bool:
    """Tell whether one that came after stands there and is as large.

    A mailbox that is nearly full keeps small mails and no large ones: that of a canary of a few
    lines says nothing of a letter with its files.
    """
    seen = [sent.seen.get(one.token) for one in witnesses if one.at > doubt.last]
    wanted = _files(doubt.letter) * _BASE64 // 10
    return any(one.size >= wanted for one in seen if one)


_BASE64 = 13  # tenths: at least that much larger do files become on the wire


def _files(letter: LetterInfo) -> int:
    return sum(part.size for part in letter.attachments)


def _near(doubts: Iterable[Doubt], witnesses: Sequence[Witness]) -> list[Witness]:
    return [one for doubt in doubts for side in _sides(doubt, witnesses) for one in side]


def walked(ledger: Ledger, box: Mailbox, begin: datetime, at: datetime) -> Sent:
    """Read the headers of all that came into the Sent folders since then.

    The server's own search by header is not used: some do not know it and find nothing.
    """
    seen: dict[str, Sighting] = {}
    names = box.sent_folders()
    replaced = [known.changed for known in _opened(ledger, box, at) if known.changed]
    partial = False
    for name in names:
        folder = box.open(name)
        owed = set(box.since(begin))
        for head in box.heads(owed):
            owed -= {head.uid} if head.header.strip() else set()
            for token, headers in borne(head.header).items():
                place = Sighting(name, folder.uidvalidity, head.uid, headers, head.size)
                seen.setdefault(token, place)
        partial = partial or bool(owed & set(box.since(begin)) if owed else owed)
    return Sent(names, seen, max(replaced, default=None), partial)


def _opened(ledger: Ledger, box: Mailbox, at: datetime) -> list[Seen]:
    """Remember which folders the Sent folders are: another UIDVALIDITY, another folder."""
    folders = [box.open(name) for name in box.sent_folders()]
    account = box.access.address
    return [ledger.see(account, one.name, one.uidvalidity, one.uidnext, at) for one in folders]


def borne(header: bytes) -> dict[str, tuple[str, ...]]:
    """Tell which tokens a header bears, and in which of its fields."""
    text = re.sub(r"\r?\n[ \t]+", " ", header.decode("latin-1"))
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name.lower() in _BEARERS:
            for token in TOKEN.findall(value):
                found[token] = tuple(dict.fromkeys((*found.get(token, ()), name)))
    return found
