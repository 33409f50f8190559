"""Whose a reply is: by its tokens, then by its sender; what speaks against itself is nobody's.

Whoever knows a token is believed only from an address of that organisation: the roster's, or one
that a person has assigned. An address alone is enough only where it can mean one thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from outbox.ledger.states import Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from outbox.office.loops import Loop, Loops

REPLY = re.compile(r"\s*(?:回复|答复|转发|re|fw|fwd)\s*[:：]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Whose:
    """An organisation and the job that it answers; or why nobody can say.

    `ours` is false for a mail that has nothing to do with any demand.
    """

    job: str = ""
    organisation: str = ""
    reason: Reason | None = None
    words: str = ""
    ours: bool = True


@dataclass(frozen=True, slots=True)
class Signs:
    """What a mail or file says of where it comes from.

    `letters` are the (job, organisation) of our letters that its headers name, `strange` tells
    that they name one that we never wrote; `numbers` are the 回执编号 in its text, `forms` those in
    its forms; `reports` tells that a form or words in it report, `subject` is what it is called.
    `elsewhere` tells that its headers name a letter of ours that asks for nothing, `plain` that its
    words acknowledge by themselves. `brings` tells that it holds files that are no reports as they
    are: locked, packed, pictures. `trusted` tells that a person handed it in, so that no sender
    vouches for it; `disproved` that the server which took it found that its sender is another.
    """

    sender: str = ""
    letters: tuple[tuple[str, str], ...] = ()
    strange: bool = False
    numbers: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    reports: bool = False
    brings: bool = False
    subject: str = ""
    elsewhere: bool = False
    plain: bool = False
    trusted: bool = False
    disproved: bool = False


def whose(signs: Signs, loops: Loops, open_: Collection[str]) -> Whose:
    """Say whose it is; `open_` are the jobs that await something at the time it came."""
    false = [one for one in (*signs.numbers, *signs.forms) if one not in loops.by_token]
    numbers = (loops.meant(one, signs.letters) for one in signs.numbers)
    by_text = {*signs.letters, *filter(None, numbers)}
    by_form = set(filter(None, (loops.meant(one, signs.letters) for one in signs.forms)))
    claims = by_text | by_form
    if false:
        words = "编号不是本单位发出的" if len(false) == 1 else "有几个编号不是本单位发出的"
        return Whose(*_first(claims), Reason.FORGED, f"{words}（{_shown(false)}）")
    if len({one for _, one in claims}) > 1:
        return _contradicted(by_text, by_form, loops)
    senders = loops.by_address.get(signs.sender, frozenset())
    if signs.disproved and (claims or (senders and signs.reports)):
        words = f"收信的服务器查出，发信人不是{signs.sender or '它写的那一个'}（dmarc=fail）"
        return Whose(*_first(claims), Reason.UNKNOWN_SENDER, words)
    return _claimed(signs, claims, senders, loops) or _by_sender(signs, loops, senders, open_)


def _claimed(
    signs: Signs, claims: set[tuple[str, str]], senders: frozenset[str], loops: Loops
) -> Whose | None:
    """Believe a token, if its sender is the organisation's; None where there is no token."""
    if not claims:
        return None
    job, organisation = _first(claims)
    if not signs.trusted and organisation not in senders:
        return _unvouched(signs, (job, organisation), senders, loops)
    return Whose(_job_of(claims), organisation)


def _by_sender(
    signs: Signs, loops: Loops, senders: frozenset[str], open_: Collection[str]
) -> Whose:
    """Without any token: by the address, where it means one organisation and one job."""
    if signs.strange and signs.reports:
        return Whose(reason=Reason.FORGED, words="回的信不是本台账发出的")
    if signs.elsewhere and not signs.reports:
        return Whose(ours=False)
    if len(senders) == 1:
        [organisation] = senders
        return _only_demand(signs, loops, organisation, open_)
    if not signs.reports:
        return Whose(ours=False)
    words = "没有回执编号，也不认识发信的地址"
    if senders:
        names = "、".join(sorted(_name(loops, one) for one in senders))
        words = f"没有回执编号，这个地址是{names}共用的"
    return Whose(reason=Reason.NO_TOKEN, words=words)


def _only_demand(signs: Signs, loops: Loops, organisation: str, open_: Collection[str]) -> Whose:
    """Say which job an organisation's mail without a token answers: the only one, or the named."""
    owed = [
        loop
        for job, loop in sorted(loops.by_job.items())
        if job in open_ and not loop.closed and loop.party(organisation)
    ]
    named = [one for one in owed if one.title and one.title in signs.subject] or owed
    reports = signs.reports or signs.brings
    if len(named) == 1 and _means(signs, named[0]):
        return Whose(named[0].job, organisation)
    if len(named) < 2 or not reports:  # noqa: PLR2004 - several
        return Whose(ours=False)
    jobs = "、".join(one.job for one in named)
    words = f"没有回执编号，看不出是{jobs}里的哪一件"
    return Whose("", organisation, Reason.NO_TOKEN, words)


def _means(signs: Signs, loop: Loop) -> bool:
    """Tell whether a mail without a token answers a demand: it names it, or brings what it wants.

    Where words are the answer, any mail of an organisation has words: it must not answer another.
    """
    if loop.title and loop.title in signs.subject:
        return True
    if not loop.returns.worded:
        return signs.reports or signs.brings
    return signs.plain and not (signs.strange or signs.elsewhere or REPLY.match(signs.subject))


def _contradicted(
    by_text: set[tuple[str, str]], by_form: set[tuple[str, str]], loops: Loops
) -> Whose:
    texts, forms = {one for _, one in by_text}, {one for _, one in by_form}
    if len(texts) > 1 or len(forms) > 1:
        names = "、".join(_name(loops, one) for one in sorted(texts | forms))
        job, _ = _first(by_text | by_form)
        return Whose(job, "", Reason.TWO_TOKENS, f"同时有{names}的编号")
    job, organisation = _first(by_text)
    [form] = forms
    words = f"回的是给{_name(loops, organisation)}的信，填的却是{_name(loops, form)}的表"
    return Whose(job, organisation, Reason.ANOTHER, words)


def _unvouched(
    signs: Signs, claim: tuple[str, str], senders: frozenset[str], loops: Loops
) -> Whose:
    job, organisation = claim
    mine = _name(loops, organisation)
    if senders:
        others = "、".join(sorted(_name(loops, one) for one in senders))
        words = f"编号是{mine}的，发信的地址却是{others}的"
        return Whose(job, organisation, Reason.ANOTHER, words)
    words = f"编号是{mine}的，{signs.sender or '发信人'}却不在它的地址里"
    return Whose(job, organisation, Reason.UNKNOWN_SENDER, words)


def _first(claims: Iterable[tuple[str, str]]) -> tuple[str, str]:
    return min(claims, default=("", ""))


def _job_of(claims: set[tuple[str, str]]) -> str:
    """Name the job of a mail whose tokens name one organisation; "" where they name several."""
    jobs = {job for job, _ in claims}
    return jobs.pop() if len(jobs) == 1 else ""


def _name(loops: Loops, organisation: str) -> str:
    for loop in loops.by_job.values():
        party = loop.party(organisation)
        if party is not None:
            return party.short
    return organisation


def _shown(tokens: Iterable[str]) -> str:
    from merge.mandate import shown

    return "、".join(shown(one) for one in tokens)
