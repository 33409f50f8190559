"""What changed from one batch of a job to the next: organisations, addresses, words, files."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from outbox.office.review_text import Line
from outbox.office.review_varying import OWN, through

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from merge.letter import Document, Letter
    from merge.manifest import Manifest

    Read = Callable[[Document], tuple[Line, ...] | None]

EVERYBODY = "批次文件（随每封信）"


@dataclass(frozen=True, slots=True)
class Words:
    """Words that changed at a place, and in whose documents or mails."""

    place: str
    before: str
    after: str
    who: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """All that changed. `keys` are documents, `organisations` letters that are new or differ."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    addresses: tuple[tuple[str, str, str], ...] = ()  # who, before, after
    head: tuple[tuple[str, str, str], ...] = ()  # what, before, after
    skipped: tuple[str, ...] = ()  # now, not before
    unskipped: tuple[str, ...] = ()
    files: tuple[str, ...] = ()  # attachments that are new, gone or differ
    words: tuple[Words, ...] = ()
    made: tuple[str, ...] = ()  # documents that are new
    gone: tuple[str, ...] = ()
    changed: int = 0  # documents
    unread: int = 0  # of these: only their hashes were compared
    keys: frozenset[str] = field(default_factory=frozenset)
    organisations: frozenset[str] = field(default_factory=frozenset)

    @property
    def nothing(self) -> bool:
        """Tell whether all is as it was."""
        return not (self.keys or self.organisations or self.removed or self.gone or self.head
                    or self.skipped or self.unskipped or self.files)  # fmt: skip


def since(
    old: Manifest, new: Manifest, read_old: Read, read_new: Read, chosen: Callable[[int], list[int]]
) -> Since:
    """Compare two batches of one job.

    Args:
        old: the earlier one.
        new: the later one.
        read_old: gives the lines of a document of the earlier one, None where it is gone.
        read_new: the same for the later one.
        chosen: which of so many changed documents are read: not all of 100,000.

    """
    before = {(one.organisation, one.kind): one for one in old.letters}
    after = {(one.organisation, one.kind): one for one in new.letters}
    both = [(before[key], after[key]) for key in after if key in before]
    were = {one.key: one for one in old.documents}
    are = {one.key: one for one in new.documents}
    changed = [
        (were[key], one)
        for key, one in are.items()
        if key in were and were[key].file.sha256 != one.file.sha256
    ]
    picked = [changed[at] for at in chosen(len(changed))]
    owners = [{one.organisation: one for one in each.letters} for each in (old, new)]
    told = _Told()
    unread = len(changed) - len(picked)
    for was, one in picked:
        pair = owners[0].get(was.organisation), owners[1].get(one.organisation)
        unread += not told.document(pair, (read_old(was), read_new(one)))
    for was_sent, sent in both:
        told.mail(was_sent, sent)
    skipped_then, skipped_now = (
        {(one.entry, one.key): f"{one.name or one.key}：{one.reason}" for one in each.skipped}
        for each in (old, new)
    )
    own = {one.file.path for one in (*old.documents, *new.documents)}
    return Since(
        added=tuple(one.name for key, one in after.items() if key not in before),
        removed=tuple(one.name for key, one in before.items() if key not in after),
        addresses=tuple(_addresses(both)),
        head=tuple(
            (what, one, other)
            for what, one, other in (
                ("标题", old.title, new.title),
                ("发文字号", old.number, new.number),
                ("紧急程度", old.meta.get("紧急程度", ""), new.meta.get("紧急程度", "")),
            )
            if one != other
        ),
        skipped=tuple(said for key, said in skipped_now.items() if key not in skipped_then),
        unskipped=tuple(said for key, said in skipped_then.items() if key not in skipped_now),
        files=tuple(_files(old, new, own)),
        words=told.all(),
        made=tuple(one.file.name for key, one in are.items() if key not in were),
        gone=tuple(one.file.name for key, one in were.items() if key not in are),
        changed=len(changed),
        unread=unread,
        keys=frozenset(
            (*(one.key for _, one in changed), *(key for key in are if key not in were))
        ),
        organisations=frozenset(
            one.organisation
            for key, one in after.items()
            if key not in before or _differ(before[key], one)
        ),
    )


@dataclass
class _Told:
    """Changed words, each told once with all who have them."""

    found: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)

    def document(
        self,
        owners: tuple[Letter | None, Letter | None],
        texts: tuple[tuple[Line, ...] | None, tuple[Line, ...] | None],
    ) -> bool:
        """Compare two texts of one document; tell whether both could be read."""
        old, new = texts
        if old is None or new is None:
            return False
        owner = owners[1]
        name = (owner.short or owner.name) if owner else EVERYBODY
        self._lines(name, _own(old, owners[0]), _own(new, owner))
        return True

    def mail(self, was: Letter, sent: Letter) -> None:
        """Compare subject and body of two mails to one organisation."""
        self._lines(
            sent.short or sent.name, _own(mail_lines(was), was), _own(mail_lines(sent), sent)
        )

    def _lines(self, name: str, old: Sequence[Line], new: Sequence[Line]) -> None:
        before, after = [one.text for one in old], [one.text for one in new]
        matched = SequenceMatcher(None, before, after, autojunk=False)
        for what, i, j, k, m in matched.get_opcodes():
            if what == "equal":
                continue
            places = [one.place for one in (new[k:m] or old[i:j])]
            place = through(places) if k < m else f"原{through(places)}"
            key = "\n".join(before[i:j]), "\n".join(after[k:m])
            self.found.setdefault(key, []).append((place, name))

    def all(self) -> tuple[Words, ...]:
        """Return each change with its places: one paragraph may be another's next."""
        return tuple(
            Words(
                "、".join(dict.fromkeys(place for place, _ in where)),
                before,
                after,
                tuple(name for _, name in where),
            )
            for (before, after), where in self.found.items()
        )


def mail_lines(letter: Letter) -> tuple[Line, ...]:
    """Return subject and body of a mail as lines with their places."""
    body = (
        Line(f"邮件正文第{number}行", text)
        for number, text in enumerate(letter.body.splitlines(), 1)
        if text.strip()
    )
    return (Line("邮件主题", letter.subject), *body)


def _own(lines: Sequence[Line], letter: Letter | None) -> list[Line]:
    """Put the receiver's own names aside: one that is called otherwise now is told elsewhere."""
    names = sorted({letter.name, letter.short} - {""}, key=len, reverse=True) if letter else []
    made = []
    for one in lines:
        text = one.text
        for name in names:
            text = text.replace(name, OWN)
        made.append(Line(one.place, text))
    return made


def _addresses(both: Sequence[tuple[Letter, Letter]]) -> Iterator[tuple[str, str, str]]:
    for was, sent in both:
        if (was.to, was.cc) != (sent.to, sent.cc):
            yield sent.name, addressed(was), addressed(sent)
        if was.name != sent.name:
            yield sent.organisation, was.name, sent.name


def addressed(letter: Letter) -> str:
    """Write a letter's addresses on one line."""
    copied = f"；抄送 {'；'.join(letter.cc)}" if letter.cc else ""
    return f"{'；'.join(letter.to)}{copied}"


def _files(old: Manifest, new: Manifest, own: set[str]) -> Iterator[str]:
    """Tell which of the job's own attachments, which every letter has, are not as they were."""
    first, second = (
        {
            part.name: part.sha256
            for letter in one.letters[:1]
            for part in letter.attachments
            if part.path not in own
        }
        for one in (old, new)
    )
    for name in dict.fromkeys((*first, *second)):
        if first.get(name) != second.get(name):
            word = "新加" if name not in first else "不再有" if name not in second else "内容有变"
            yield f"附件「{name}」{word}"


def _differ(was: Letter, sent: Letter) -> bool:
    return any(
        getattr(was, name) != getattr(sent, name)
        for name in ("name", "to", "cc", "subject", "body")
    ) or [one.sha256 for one in was.attachments] != [one.sha256 for one in sent.attachments]
