"""Documents and letters: the values that travel from merge to the outbox.

Imports of ours only how JSON is written. Every value here is frozen and has a stable key; what a
leader signs of them is the digest of a Manifest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence  # noqa: TC003 - asked for by get_type_hints
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING

from merge.canonical import dumps

if TYPE_CHECKING:
    from collections.abc import Iterator

UNCHOSEN = "未选"  # the reason of a row that --only left out
SAMPLED = "样张"  # the reason of a row beyond --limit
# The kinds of letters.
ISSUE = "issue"  # an ordinary one
CORRECTION = "correction"  # 更正: of a batch that its manifest's meta names under CORRECTS
RECALL = "recall"  # 误发，请删除: it has no document, and no place in a manifest
REMINDER = "reminder"  # 催报: 常设签发 lets it leave; it has no place in a manifest either
BESIDE = frozenset({RECALL, REMINDER})
CORRECTS = "更正"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter.

    `path` is relative to the batch's folder, with forward slashes; `name` is what the receiver
    sees; `size` is in bytes.
    """

    name: str
    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was made: one fill of one template.

    `entry` counts the job's 文件 from 0; `key` is unique within the batch; `organisation` is the
    receiving organisation's key ("" for a 批次 document, which goes with every letter); `mark` is
    its 印记, by which a copy of it is known again; `name` is whom it is about, a person or an
    organisation, for lists and their order.
    """

    key: str
    entry: int
    kind: str
    organisation: str
    title: str
    file: Attachment
    mark: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row in 范围 for which no document was made, and why. It is signed too, but for `name`."""

    entry: int
    row: str
    key: str
    reason: str
    name: str = ""  # whose row it is, for who reads it


def called(name: str, organisation: str) -> str:
    """Call an organisation by name and code, by the name once where the roster has no codes."""
    return name if name == organisation else f"{name}（{organisation}）"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one organisation, with all that it receives."""

    organisation: str
    name: str
    short: str
    category: str
    kind: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    body: str
    attachments: Sequence[Attachment]  # a tuple, or what reads it from disk

    @property
    def content(self) -> str:
        """Hash what the receiver would see twice: attachments, else subject and body.

        Across batches (organisation, kind, content) tells that a letter has already gone.
        """
        if self.attachments:
            return _hash(sorted(map(itemgetter(2), chain.from_iterable(files(self.attachments)))))
        return _hash([self.subject, self.body])


def files(attachments: Sequence[Attachment]) -> Iterator[list[tuple[str, str, str, int]]]:
    """Go through attachments in portions: of each its name, path, sha256 and size."""
    if isinstance(attachments, tuple):
        whole = [(one.name, one.path, one.sha256, one.size) for one in attachments]
        return iter([whole] if whole else [])
    plain: Iterator[list[tuple[str, str, str, int]]] = attachments.plain()  # type: ignore[attr-defined]  # a list on disk has it
    return plain


def _hash(value: object) -> str:
    return hashlib.sha256(dumps(value).encode()).hexdigest()


def check_code(digest: str) -> str:
    """Return the digest's head as people compare it: 核对码, such as `3F9A-21C0`."""
    return f"{digest[:4]}-{digest[4:8]}".upper()
