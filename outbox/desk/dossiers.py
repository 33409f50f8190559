"""Dossiers: the letters that words mean, each with all that the ledger knows of it, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outbox.desk.choosing import means
from outbox.ledger.answer import once
from outbox.ledger.fate import sent_before
from outbox.ledger.states import BatchState, Channel, EntryKind, LetterState
from outbox.office.evidence import Dossier, Event
from rosters.finding import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from merge.manifest import Manifest
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import Approval, BatchInfo, Entry, LetterInfo, Mark, Move

CHANGED = "改地址"
_LEAST = 2  # characters of a part of a name


def _address(said: str) -> str:
    from rosters import mailbox

    return mailbox.normal(mailbox.straight(said))


def meant(ledger: Ledger, words: str) -> list[LetterInfo]:
    """List the live letters that the words mean; the first reading that fits counts.

    A batch or a 发文字号; an address; a code, a full or a short name; a document's key or file
    name; a part of a name, of a document's title or of its file name; who signed or typed.

    Raises:
        UsageError: nothing fits.

    """
    said = words.strip()
    whole = [one for one in ledger.batches() if not one.sample]
    batches = [one for one in whole if means(one, said)]
    if batches and said:
        return [letter for one in batches for letter in ledger.letters(one.name)]
    letters = [letter for one in whole for letter in ledger.letters(one.name)]
    manifests = {one.name: ledger.manifest(one.name) for one in whole}
    address = _address(said) if "@" in said or "＠" in said else ""
    readings: list[Callable[[LetterInfo], bool]] = [
        lambda one: bool(address) and address.lower() in _addresses(ledger, one),
        lambda one: said in (one.organisation, one.name, one.short),
        _holder(manifests, lambda key, name, _: said in (key, name)),
    ]
    if len(said) >= _LEAST:
        part = _holder(manifests, lambda key, name, title: said in f"{key}\0{name}\0{title}")
        readings.append(lambda one: said in one.name or said in one.short or part(one))
    persons = {one.name: _persons(ledger, one) for one in whole}
    readings.append(lambda one: said in persons[one.batch])
    for fits in readings:
        found = [one for one in letters if fits(one)]
        if found:
            return found
    from rosters.nearness import advice

    otherwise = (
        "可以写单位的编码、全称、简称或其中几个字，发文字号（如 12号），文件名，邮箱地址；"
        "手里有文件的，写文件的路径"
    )
    called = [(one.short, one.name) for one in letters]
    raise UsageError(f"台账里没有与「{words}」有关的信", advice(said, called, otherwise))


def _persons(ledger: Ledger, batch: BatchInfo) -> set[str]:
    """Name who signed a batch, and the logins of who typed that and who merged it."""
    signed = ledger.approvals(batch.name)
    return {batch.recorded_by, *(name for one in signed for name in (one.by, one.typed_by))}


def _addresses(ledger: Ledger, letter: LetterInfo) -> set[str]:
    given = [*letter.to, *letter.cc]
    for one in ledger.entries(EntryKind.READDRESS, letter.batch):
        if one.letter == letter.id:
            given += map(str, one.data.get("to", ()))
    return {one.lower() for one in given}


def _holder(
    manifests: dict[str, Manifest], fits: Callable[[str, str, str], bool]
) -> Callable[[LetterInfo], bool]:
    """Return what tells whether a letter holds a document that fits by key, file name and title."""
    paths = {
        (batch, one.file.path)
        for batch, manifest in manifests.items()
        for one in manifest.documents
        if fits(one.key, one.file.name, one.title)
    }

    def holds(letter: LetterInfo) -> bool:
        parts = letter.attachments
        named = any(fits("", part.name, "") for part in parts)
        return named or any((letter.batch, part.path) in paths for part in parts)

    return holds


def gather(ledger: Ledger, letters: Iterable[LetterInfo]) -> list[Dossier]:
    """Put together what is known of letters, batch by batch."""
    found: list[Dossier] = []
    by_batch: dict[str, list[LetterInfo]] = {}
    for one in letters:
        if one.channel is Channel.LIVE:
            by_batch.setdefault(one.batch, []).append(one)
    for name, own in by_batch.items():
        batch = ledger.batch(name)
        approvals = ledger.approvals(name)
        marks, entries, moves = ledger.marks(name), ledger.entries(batch=name), ledger.moves(name)
        corrected = [one for one in ledger.corrected_by(name) if ledger.batch(one).approved_by]
        places = {one.organisation: place for place, one in reversed([*enumerate(own)])}
        for letter in sorted(own, key=lambda one: (places[one.organisation], one.id)):
            marked = tuple(one for one in marks if one.letter == letter.id)
            events = [
                *_of_batch(batch, approvals, entries),
                *_of_letter(letter, moves, marked, entries),
            ]
            found.append(
                Dossier(
                    letter=letter,
                    batch=batch,
                    approval=approvals[-1] if approvals else None,
                    marks=marked,
                    events=tuple(sorted(events, key=lambda one: one.at)),
                    corrects=ledger.corrects(name),
                    superseded_by=corrected[-1] if corrected else "",
                )
            )
    return found


def lasting(ledger: Ledger, letters: Sequence[LetterInfo]) -> list[LetterInfo]:
    """Leave out the letters of drafts that were never signed and that others took the place of."""
    batches = {one.batch: ledger.batch(one.batch) for one in letters}
    gone = {
        name
        for name, one in batches.items()
        if one.state is BatchState.SUPERSEDED and not ledger.approvals(name)
    }
    return [one for one in letters if one.batch not in gone]


def told_of(ledger: Ledger, batch: str) -> list[str]:
    """Tell of a batch what was changed of its addresses, and what corrects what."""
    names = {one.id: one.name for one in ledger.letters(batch)}
    told = [
        f"{CHANGED}：{names.get(one.letter or 0, '')}　{_readdressed(one)[1]}"
        for one in ledger.entries(EntryKind.READDRESS, batch)
    ]
    if ledger.corrects(batch):
        told.append(f"更正件：更正批次 {ledger.corrects(batch)}")
    by = [one for one in ledger.corrected_by(batch) if ledger.batch(one).approved_by]
    return [*told, *(f"已由更正件 {one} 代替" for one in by)]


def _of_batch(
    batch: BatchInfo, approvals: Sequence[Approval], entries: Sequence[Entry]
) -> Iterator[Event]:
    yield Event(batch.recorded_at, batch.recorded_by, "登记", f"合并成批次 {batch.name}")
    for signed in approvals:
        basis = f"{signed.basis}（sha256 {signed.basis_sha256}）" if signed.basis_sha256 else (
            signed.basis
        )  # fmt: skip
        yield Event(signed.at, signed.typed_by, "签发", f"签发人 {signed.by}，依据 {basis}")
    for one in entries:
        if one.kind is EntryKind.REVIEW:
            yield Event(one.at, one.who, "送签", f"核对码 {one.data.get('code', '')}")
        if one.kind is EntryKind.CORRECT:
            yield Event(one.at, one.who, "更正", f"更正批次 {one.data.get('corrects', '')}")
        if one.kind is EntryKind.STAMPED:
            yield Event(one.at, one.who, "盖章件", "附件换成盖章后的扫描件")


def _of_letter(
    letter: LetterInfo, moves: Sequence[Move], marks: Sequence[Mark], entries: Sequence[Entry]
) -> Iterator[Event]:
    for move in moves:
        if move.letter is None and move.after == BatchState.SUPERSEDED:
            yield Event(move.at, move.who, "被代替", move.reason)
        if move.letter == letter.id and move.after in _TOLD and move.before != move.after:
            word = LetterState(move.after).word
            # Newer links hold the answer themselves (ledger/answer.py); older ones do not.
            answer = f"{letter.code} {letter.reply}".strip()
            fresh = move.after == letter.state == LetterState.ACCEPTED
            said = answer if fresh and answer not in move.reason else ""
            before = sent_before(letter) if move.after == LetterState.CANCELLED else ""
            words = "；".join(filter(None, (once(move.reason), said)))
            yield Event(move.at, move.who, "此前已发" if before else word, words)
    for mark in marks:
        words = f"{mark.address} {mark.words}".strip()
        yield Event(mark.at, "", mark.kind.word, words)
    for one in entries:
        if one.letter == letter.id and one.kind in _SAID:
            what, words = _SAID[one.kind](one)
            yield Event(one.at, one.who, what, words)


def _readdressed(one: Entry) -> tuple[str, str]:
    agreed = f"，{one.data['second']}同意" if one.data.get("second") else ""
    why = f"{one.data.get('why', '')}{agreed}".lstrip("，")
    said = f"由 {_shown(one, 'from')} 改为 {_shown(one, 'to')}"
    return CHANGED, f"{said}（{why}）" if why else said


def _resent(one: Entry) -> tuple[str, str]:
    doubt = "；当时第一封存疑" if one.data.get("in_doubt") else ""
    number = int(one.data.get("n", 2)) - 1
    return f"补发{number}", f"到 {_shown(one, 'to')}（{one.data.get('why', '')}）{doubt}"


def _recalled(one: Entry) -> tuple[str, str]:
    return "误发请删", f"请 {_shown(one, 'to')} 删除（{one.data.get('why', '')}）"


def _reminded(one: Entry) -> tuple[str, str]:
    return "催报", f"{one.data.get('period', '')} 的回执，第 {one.data.get('count', '')} 次"


def _shown(one: Entry, key: str) -> str:
    return "；".join(map(str, one.data.get(key, ()))) or "（已清除）"


_SAID = {
    EntryKind.READDRESS: _readdressed,
    EntryKind.RESEND: _resent,
    EntryKind.RECALL: _recalled,
    EntryKind.STANDING: _reminded,
}
_TOLD = frozenset(
    {
        LetterState.ACCEPTED, LetterState.REJECTED, LetterState.EXPIRED, LetterState.HELD,
        LetterState.IN_DOUBT, LetterState.CANCELLED, LetterState.DEFERRED,
    }
)  # fmt: skip
