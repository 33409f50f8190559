"""Documents grouped by receiver: one letter each, with all that it receives."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from unicodedata import category

from merge.book import Book
from merge.correction import MARK, NOTE, corrected
from merge.correspondence import Correspondence
from merge.drafts import every
from merge.envelope import Envelope, address
from merge.filename import Folder
from merge.homes import BATCH
from merge.letter import CORRECTION, ISSUE, Letter, Skipped
from merge.number import own
from rosters.finding import Finding, InputError, Level, refuse
from rosters.roster import Member, Organisation
from templates.said import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from merge.candidates import Candidates
    from merge.drafts import Draft
    from merge.job import Job
    from merge.workshop import Workshop
    from rosters.finding import Cell
    from rosters.roster import Roster

_SUBJECT, _BODY = 200, 100_000  # characters; longer ones are a mistake, or cut by servers
_NEVER = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
NOBODY = -1  # the entry of a skipped receiver: none of 文件, the letter itself is left out


@dataclass
class Addressee:
    """A receiver that 全发 writes to, also without documents of its own."""

    receiver: Organisation
    envelope: Envelope | None = None
    cells: set[Cell] = field(default_factory=set)


@dataclass
class Spoken:
    """The numbers that a letter speaks of: its own paper's, else that of 批次; certificates'."""

    first: str = ""
    papers: dict[str, str] = field(default_factory=dict)
    certificates: dict[str, list[str]] = field(default_factory=dict)

    def add(self, receiver: str, number: str, certificate: str) -> None:
        """Note a document."""
        self.first = self.first or number
        self.papers.setdefault(receiver, number)
        if certificate:
            self.certificates.setdefault(receiver, []).append(certificate)

    def own(self, receiver: str) -> dict[str, str]:
        """Return them for a receiver."""
        number = self.papers.get(receiver) or self.papers.get("") or self.first
        return own(number, "、".join(self.certificates.get(receiver, ())))


def attached(job: Job) -> tuple[str, ...]:
    """Name the job's own attachments as receivers see them, no two alike."""
    folder = Folder()
    names = []
    for words in job.letter.attachments:
        name = PurePosixPath(words.replace("\\", "/")).name
        names.append(folder.take(name.removesuffix(_suffix(name)), _suffix(name)))
    return tuple(names)


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix


def everyone(shop: Workshop) -> tuple[list[Addressee], dict[Finding, None]]:
    """List whom 全发 writes to: every organisation that 收件 can mean."""
    job, roster = shop.supplies.job, shop.supplies.roster
    found: list[Addressee] = []
    problems: dict[Finding, None] = {}
    if not job.letter.everyone:
        return found, problems
    how = job.letter.receiver
    for one in _possible(roster, how):
        addressee = Addressee(one)
        book = Book(roster, addressee.cells)
        if how == "二级党组织":
            book.read(one.row, "parent")
        result = address(book, one, "本级" if how in {"上级", "二级党组织"} else how)
        if isinstance(result, Envelope):
            addressee.envelope = result
        else:
            addressee.cells.update(result.cells)
            problems[result] = None
        found.append(addressee)
    return found, problems


def _possible(roster: Roster, how: str) -> tuple[Organisation, ...]:
    if how == "二级党组织":
        return roster.inferiors(None)
    if how == "上级":
        return tuple(one for one in roster.organisations if roster.inferiors(one))
    return roster.organisations


def unreachable(
    found: Iterable[Addressee], faults: Mapping[Cell, Finding]
) -> tuple[list[Addressee], list[Skipped]]:
    """Part receivers from those whose own cells are faulty."""
    kept, skipped = [], []
    for one in found:
        wrong = next((fault for cell, fault in faults.items() if cell in one.cells), None)
        if wrong is None:
            kept.append(one)
        else:
            skipped.append(passed_over(one, str(wrong)))
    return kept, skipped


def passed_over(one: Addressee, reason: str) -> Skipped:
    """Note a receiver to whom 全发 does not write after all."""
    receiver = one.receiver
    return Skipped(NOBODY, str(receiver.row.place()), receiver.key, reason, receiver.name)


def letters(
    shop: Workshop,
    drafts: Sequence[Draft],
    found: Candidates,
    more: Iterable[Addressee],
) -> list[Letter]:
    """Write one letter to each receiver, in the order of the roster, without attachments yet.

    Raises:
        InputError: a subject or a body cannot be rendered; each is a finding.

    """
    counts: dict[str, int] = {}
    shared = 0
    numbers = Spoken()
    for _, _, _, receiver, _, folder, _, _, _, _, number, certificate, _ in every(drafts):
        numbers.add(receiver, number, certificate)
        counts[receiver] = counts.get(receiver, 0) + 1
        shared += folder == BATCH
    envelopes = {envelope.key: envelope for _, envelope, kept in found.addressed() if kept}
    for addressee in more:
        if addressee.envelope is not None:
            envelopes.setdefault(addressee.receiver.key, addressee.envelope)
    order = _order(shop.supplies.roster)
    chosen = sorted(envelopes.values(), key=lambda one: order(one.receiver))
    made: list[Letter] = []
    findings: dict[Finding, None] = {}
    others = Correspondence(shop, [one.receiver for one in chosen])
    for envelope in chosen:
        copies = counts.get(envelope.key, 0) + shared
        try:
            own = numbers.own(envelope.key)
            made.append(_letter(shop, envelope, len(made) + 1, copies, others, own))
        except InputError as error:
            findings.update(dict.fromkeys(error.findings))
    if findings:
        raise InputError("信件写不成", findings=findings)
    return made


def _order(roster: Roster) -> Callable[[Organisation | Member], tuple[int, int, int]]:
    """Return what ranks receivers: organisations first, each where its row stands."""
    organisations = {id(one): place for place, one in enumerate(roster.organisations)}
    sheets = {sheet: place for place, sheet in enumerate(roster.sheets)}

    def rank(one: Organisation | Member) -> tuple[int, int, int]:
        if isinstance(one, Organisation):
            return 0, organisations[id(one)], 0
        return 1, sheets[one.row.sheet], one.row.number

    return rank


def _letter(
    shop: Workshop,
    envelope: Envelope,
    position: int,
    copies: int,
    others: Correspondence,
    own: Mapping[str, str],
) -> Letter:
    receiver = envelope.receiver
    record = shop.record(receiver, position, copies, own=own)
    short, category = receiver.name, "党员"
    if isinstance(receiver, Organisation):
        short, category = receiver.short or receiver.name, receiver.category
    said = Said()
    subject = " ".join(shop.subject.render(record, said).split()) if shop.subject else ""
    body = shop.body.render(record, said) if shop.body else ""
    kind = ISSUE
    if corrected(shop.supplies.job):
        kind = CORRECTION
        subject = subject if subject.startswith(MARK) else f"{MARK}{subject}"
        body = f"{record[NOTE]}\n\n{body}" if NOTE in record else body
    _refuse(shop.supplies.job, "主题", subject, _SUBJECT)
    _refuse(shop.supplies.job, "正文", body, _BODY)
    refuse(others.look(receiver, (subject, body), said))
    return Letter(
        organisation=envelope.key,
        name=receiver.name,
        short=short,
        category=category,
        kind=kind,
        to=envelope.to,
        cc=envelope.cc,
        subject=subject,
        body=body,
        attachments=(),
    )


def _refuse(job: Job, key: str, text: str, longest: int) -> None:
    """Refuse what no mail can carry before anything is signed, rather than when it is sent."""
    place = job.place(f"信件.{key}")
    odd = next((one for one in text if category(one) in _NEVER and one not in "\n\t"), "")
    if odd:
        message, advice = f"{key}里有看不见的字符 U+{ord(odd):04X}", "请删去，或改正名册里的那一格"
    elif len(text) > longest:
        message, advice = f"{key}有 {len(text)} 个字，超过 {longest} 个", "请缩短"
    else:
        return
    raise InputError(message, advice, [Finding(Level.ERROR, "letter.text", place, message, advice)])
