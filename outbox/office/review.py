"""送签: all that a leader sees of a batch before he signs, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from merge.letter import Letter
    from merge.manifest import Manifest
    from outbox.ledger.values import BatchInfo
    from outbox.office.review_since import Since
    from outbox.office.review_text import Line
    from outbox.office.review_varying import Varying

COMPARED = 300  # documents of one kind that are compared with one another
PICTURED = 240  # documents whose first pages are shown: 20 sheets of 12


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as a JPEG, its size in pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sample:
    """One document in full: its pages where they could be made (`pdf`), else its text."""

    kind: str
    title: str
    receiver: str
    lines: tuple[Line, ...] = ()
    pdf: Path | None = None
    pages: int = 0
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Thumb:
    """The first page of a document, small."""

    caption: str
    picture: Picture
    pages: int


@dataclass(frozen=True, slots=True)
class Compared:
    """What varies among documents of one kind, or among the mails; `total` may be more."""

    kind: str
    total: int
    varying: Varying


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding as the leader reads it: 错误, 提醒 or 说明, where, what."""

    level: str
    where: str
    said: str


@dataclass(frozen=True, slots=True)
class Before:
    """The batch that this one is compared with, and what changed since."""

    batch: BatchInfo
    since: Since


@dataclass(frozen=True, slots=True)
class Review:
    """All of it. `head_code` is the code of the ledger's head, `made_at` is in the unit's zone.

    `only_changes` leaves out what is as it was in `before`.
    """

    unit: str
    batch: BatchInfo
    manifest: Manifest
    code: str
    head_code: str
    made_at: datetime
    drafted_at: datetime
    samples: tuple[Sample, ...] = ()
    compared: tuple[Compared, ...] = ()
    before: Before | None = None
    only_changes: bool = False
    remarks: tuple[Remark, ...] = ()
    inspected: bool = True  # the findings of the merge were kept
    thumbs: tuple[Thumb, ...] = ()
    unpictured: str = ""  # why there are no pictures of pages

    @property
    def letters(self) -> Sequence[Letter]:
        """Return the letters whose addresses are listed."""
        if self.only_changes and self.before is not None:
            chosen = self.before.since.organisations
            return [one for one in self.manifest.letters if one.organisation in chosen]
        return self.manifest.letters

    @property
    def addressees(self) -> str:
        """Count the receivers by 类别: 分党委16个、党总支5个，共21个单位."""
        counts: dict[str, int] = {}
        for letter in self.manifest.letters:
            kind = letter.category or "其他"
            counts[kind] = counts.get(kind, 0) + 1
        said = "、".join(f"{kind}{count}个" for kind, count in counts.items())
        return f"{said}，共{len(self.manifest.letters)}个单位" if said else "（没有收件单位）"

    @property
    def copies(self) -> str:
        """Count the documents by 文件: 通知24份（每个党组织一份）."""
        accounts = self.manifest.accounts
        said = "、".join(f"{one.kind}{one.documents}份（每份：{one.per}）" for one in accounts)
        return said or f"{len(self.manifest.documents)}份"

    @property
    def enclosures(self) -> tuple[str, ...]:
        """Name what goes with every letter besides its documents: the same, or each its own."""
        letters = self.manifest.letters
        own = {one.file.path for one in self.manifest.documents}
        paths = [{part.path for part in one.attachments} for one in letters]
        every = set.intersection(*paths) if paths else set[str]()
        return tuple(
            part.name if part.path in every else f"{part.name}等，每个单位各一份"
            for one in letters[:1]
            for part in one.attachments
            if part.path not in own
        )


def chosen(count: int, most: int) -> list[int]:
    """Choose at most so many of a number of things, evenly: the first always, in their order."""
    if count <= most:
        return list(range(count))
    return [at * count // most for at in range(most)]
