"""Which letter a mail speaks of: by its token, else by address and subject; never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge.letter import REMINDER
from outbox.ledger.states import MarkKind
from outbox.post.address import plain_address
from outbox.post.arrival import AUTO, BOUNCE, DELAY, LETTER, RECEIPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from outbox.ledger.values import LetterInfo
from outbox.post.arrival import Arrival

REPLY, OTHER, OWN = "reply", "other", "own"
_KINDS = {BOUNCE: MarkKind.BOUNCED, AUTO: MarkKind.AUTO_REPLIED, REPLY: MarkKind.REPLIED}


@dataclass(frozen=True, slots=True)
class Match:
    """What a mail is taken for, and the letter it speaks of.

    `proven` says that it bears the letter's token, which nobody knows whom the letter has not
    reached; `words` tell a clerk what is open.
    """

    sort: str
    letter: LetterInfo | None = None
    proven: bool = False
    words: str = ""

    @property
    def mark(self) -> MarkKind | None:
        """The mark that the letter gets; None where it gets none."""
        return _KINDS.get(self.sort) if self.letter is not None else None


def match(
    arrival: Arrival,
    account: str,
    borne: Sequence[LetterInfo],
    recent: Sequence[LetterInfo],
) -> Match:
    """Say which letter a mail speaks of.

    `borne` are the letters whose tokens it bears, `recent` those that have gone lately. A mail with
    a token that no letter has speaks of another ledger's letter, whatever its address.
    """
    borne = _followed(borne)
    if arrival.sort in {BOUNCE, DELAY, RECEIPT}:
        return _report(arrival, borne, recent)
    if arrival.sender == account.lower():
        return Match(OWN)
    return _answer(arrival, borne, recent)


def _followed(borne: Sequence[LetterInfo]) -> Sequence[LetterInfo]:
    """Leave out the letters that a reminder follows: it bears their tokens besides its own."""
    last = {(one.batch, one.organisation): one.id for one in borne if one.kind == REMINDER}
    return [one for one in borne if last.get((one.batch, one.organisation), one.id) == one.id]


def _answer(arrival: Arrival, borne: Sequence[LetterInfo], recent: Sequence[LetterInfo]) -> Match:
    sort = REPLY if arrival.sort == LETTER else arrival.sort
    named = [one for one in borne or recent if arrival.sender in addresses(one)]
    if borne:
        if len(named) == 1:
            return Match(sort, named[0], proven=True)
        about = "、".join(dict.fromkeys(one.name for one in borne))
        return Match(sort, words=f"回的是给{about}的信，发信地址却不是它的")
    about = _plain(arrival.subject)
    fitting = [one for one in named if one.subject and _plain(one.subject) in about]
    if len(fitting) == 1 and not arrival.tokens:
        return Match(sort, fitting[0])
    said = f"{named[-1].name}的来信，看不出回的是哪一封" if named else ""
    return Match(sort if named else OTHER, words=said)


def _report(arrival: Arrival, borne: Sequence[LetterInfo], recent: Sequence[LetterInfo]) -> Match:
    failed = {one.lower() for one in arrival.failed}
    if borne:
        return _returned(arrival, borne, failed)
    subject = _plain(arrival.about)
    about = [one for one in recent if subject and _plain(one.subject) == subject]
    fitting = [one for one in recent if addresses(one) & failed]
    if subject:
        fitting = [one for one in fitting if one in about]
    if not failed:
        return Match(arrival.sort if about else OTHER, words="没有写明退回的地址")
    if not fitting:
        return Match(OTHER)  # of a mail that somebody wrote by hand
    if arrival.tokens:
        return Match(arrival.sort, words="退的信不是这本台账发出的")
    if len(fitting) > 1:
        words = f"{len(fitting)} 封信都发给过这个地址，看不出是哪一封"
        return Match(arrival.sort, words=words)
    return Match(arrival.sort, fitting[0], words=_BY_ADDRESS)


# Whoever knows the address and the subject can write such a mail.
_BY_ADDRESS = "退信里没有信的编号，只凭地址认出，请打电话核实"


def _returned(arrival: Arrival, borne: Sequence[LetterInfo], failed: set[str]) -> Match:
    """Say which letter a report gives back, by its token."""
    named = [one for one in borne if addresses(one) & failed]
    chosen = named if len(borne) > 1 else borne
    if len(chosen) != 1:
        return Match(arrival.sort, words="说的不止一封信，没有登记")
    known = not failed or bool(named)
    words = "" if known else "退回的地址不在收件人里，可能是对方设了转发"
    return Match(arrival.sort, chosen[0], proven=True, words=words)


def addresses(letter: LetterInfo) -> set[str]:
    """Return a letter's addresses as servers write them: ASCII, in small letters."""
    return {plain_address(one).lower() for one in (*letter.to, *letter.cc)}


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()
