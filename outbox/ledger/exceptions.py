"""What a letter may differ in from what was signed: another address, 补发, 误发请删, 催报. No more.

Each is explained by an entry of the chain that names that very letter. Whoever compares letters
with what was signed puts them back first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from merge import mandate
from merge.letter import BESIDE, RECALL, REMINDER
from outbox.ledger.rows import resent_mark
from outbox.ledger.states import EntryKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from merge.letter import Attachment
    from merge.mandate import Party, Standing
    from merge.manifest import Manifest
    from outbox.ledger.values import Entry, LetterInfo

RECALL_SUBJECT = "【误发】请删除此前收到的邮件"


def recall_body(day: str) -> str:
    """Write what 误发，请删除 says: when, and nothing of the content; `day` as 2026年11月24日."""
    return (
        f"您好：\n\n我们于{day}发到这个邮箱的一封邮件，地址有误，不是发给您的。"
        "请不要阅读、转发或保存，并请连同附件一起删除。\n\n给您添了麻烦，敬请谅解。"
    )


@dataclass(frozen=True, slots=True)
class Mandated:
    """What 常设签发 lets leave besides the letters: by organisation, the forms that go with it."""

    standing: Standing
    parties: dict[str, Party] = field(default_factory=dict)
    forms: dict[str, tuple[Attachment, ...]] = field(default_factory=dict)

    def enclosed(self, party: Party, lacking: Collection[str]) -> tuple[Attachment, ...]:
        """List the forms that go along: the organisation's own, or those of who is lacking."""
        wanted = {one.path for one in party.subjects if one.key in lacking} | {party.form}
        return tuple(o for o in self.forms.get(party.organisation, ()) if o.path in wanted)


def mandated(manifest: Manifest) -> Mandated | None:
    """Look up what a manifest lets leave later; None where nothing may."""
    standing = manifest.standing
    if standing is None:
        return None
    found = Mandated(standing, {one.organisation: one for one in standing.parties})
    for letter in manifest.letters:
        party = found.parties.get(letter.organisation)
        paths = {party.form, *(one.path for one in party.subjects)} - {""} if party else set()
        if paths:
            own = tuple(one for one in letter.attachments if one.path in paths)
            found.forms.setdefault(letter.organisation, own)
    return found


def as_signed(
    letters: Iterable[LetterInfo], entries: Sequence[Entry], may: Mandated | None = None
) -> tuple[LetterInfo, ...]:
    """Return the letters as they were signed, those left out that others' entries explain.

    Those are 补发, 误发请删除 and, as far as 常设签发 allows it, 催报.

    Where nothing explains a difference it stays, and a comparison finds it.
    """
    kept = []
    for letter in letters:
        back = signed_form(letter, entries, may)
        if back is None:
            kept.append(letter)
        elif letter.n == 1 and letter.kind not in BESIDE:
            kept.append(back)
    return tuple(kept)


def signed_form(
    letter: LetterInfo, entries: Sequence[Entry], may: Mandated | None = None
) -> LetterInfo | None:
    """Return a letter in the form in which it was signed: its first address and its own subject.

    None where it is a 补发, 误发请删除 or 催报 that no entry explains. The latter two are returned
    as they are, if the entry, and for 催报 what was signed (`may`), explains all of it.
    """
    own = [one for one in entries if one.letter == letter.id]
    if letter.kind == REMINDER:
        return letter if may is not None and _reminds(letter, own, entries, may) else None
    if letter.kind == RECALL:
        return letter if _recalled(letter, own) else None
    letter = _addressed_back(letter, own)
    if letter.n == 1:
        return letter
    made = next((one for one in own if one.kind is EntryKind.RESEND), None)
    told = (letter.n, list(letter.to))
    if made is None or (made.data.get("n"), made.data.get("to")) != told:
        return None
    mark = resent_mark(int(made.data.get("nth", letter.n)))  # once, each copy was counted
    if not letter.subject.startswith(mark):
        return None
    signed = tuple(map(str, made.data.get("signed", ())))
    return letter._replace(to=signed, subject=letter.subject.removeprefix(mark), n=1)


def _addressed_back(letter: LetterInfo, own: Sequence[Entry]) -> LetterInfo:
    """Undo the changes of address, newest first, each only where it led to what stands there."""
    for one in reversed(own):
        if one.kind is EntryKind.READDRESS and list(letter.to) == one.data.get("to"):
            letter = letter._replace(to=tuple(map(str, one.data.get("from", ()))))
    return letter


def _recalled(letter: LetterInfo, own: Sequence[Entry]) -> bool:
    made = next((one for one in own if one.kind is EntryKind.RECALL), None)
    if made is None:
        return False
    said = (RECALL_SUBJECT, recall_body(str(made.data.get("day", ""))))
    return (
        (letter.subject, letter.body) == said
        and list(letter.to) == made.data.get("to")
        and not letter.cc
        and not letter.attachments
    )


def _reminds(
    letter: LetterInfo, own: Sequence[Entry], entries: Sequence[Entry], may: Mandated
) -> bool:
    """Tell whether a reminder is what was signed, but for date, cut-off, count and who lacks."""
    made = next((one for one in own if one.kind is EntryKind.STANDING), None)
    party = may.parties.get(letter.organisation)
    if made is None or party is None or made.data.get("organisation") != letter.organisation:
        return False
    step, lacking = str(made.data.get("step", "")), made.data.get("lacking", [""])
    about = [one for one in party.subjects if one.key in lacking]
    if not set(lacking) <= set(party.keys):
        return False
    try:
        period, count = str(made.data.get("period", "")), int(made.data.get("count", 0))
        moment = mandate.moment(may.standing, period, count, about)
        said = may.standing.said(party, step, moment)
    except (KeyError, ValueError, TypeError):
        return False
    to = mandate.addressed(party, step, _given(party, made, entries))
    return (
        (letter.subject, letter.body) == said
        and (letter.to, letter.cc) == (to, party.cc)
        and (letter.name, letter.short, letter.category)
        == (party.name, party.short, party.category)
        and letter.attachments == may.enclosed(party, lacking)
    )


def _given(party: Party, made: Entry, entries: Sequence[Entry]) -> tuple[str, ...]:
    """Return where letters to a party went when a reminder was made: 改址 of its letter counts."""
    given = [
        one.data["to"]
        for one in entries
        if one.kind is EntryKind.READDRESS
        and one.letter == made.data.get("of")
        and one.id < made.id
        and one.data
    ]
    return tuple(map(str, given[-1])) if given else party.to
