"""Where documents lie in a batch: a folder for each receiver, none of them too full."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from merge.claims import FEW, Claims
from merge.envelope import member_key
from merge.filename import Folder
from rosters.roster import Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from merge.envelope import Envelope

BATCH = "批次"  # the folder of documents that go with every letter, and the word in their key

ATTACHED = "附件"  # the folder of the job's own attachments

# What else lies in a batch's folder, or will: none of these goes to a receiver, whatever its code.
OWN = (
    *(BATCH, ATTACHED, "名册", "作业", "演练", "回执", "签发依据"),
    *("manifest.json", "检查.json", "签发时各段.bin", "盖章件核对.html"),
)

FULL = 2_000  # names in a folder; with more of them, explorers and backups become slow


class Homes:
    """Folders and file names, given out in the order of the documents.

    `counts` tells how many documents each receiver gets: one with more than FULL gets numbered
    folders in its own; with more than FULL receivers, their folders lie in numbered ones.
    `taken` are the file names that every letter has.
    """

    def __init__(self, counts: Mapping[str, int], taken: Iterable[str]) -> None:
        self._counts = counts
        total = sum(counts.values())
        self._claims = Claims(total) if total > FEW else None
        self._shared, self._folders = Folder(), Folder()
        for name in taken:
            self._shared.take(name)
        for name in OWN:
            self._folders.take(name)
        self._homes: dict[str, tuple[str, Folder]] = {}
        self._made: dict[str, int] = {}
        self._group = ""

    def place(
        self, receiver: str, envelope: Envelope | None, stem: str, suffix: str
    ) -> tuple[str, str]:
        """Return the folder and the file name of the next document, "" receiving with everybody."""
        if envelope is None:
            return BATCH, self._shared.take(stem, suffix)
        if receiver not in self._homes:
            self._homes[receiver] = self._home(envelope)
        home, names = self._homes[receiver]
        if self._counts[receiver] > FULL:
            number = self._made[receiver] = self._made.get(receiver, 0) + 1
            # One text in memory, not one for each document.
            home = sys.intern(f"{home}/{(number - 1) // FULL + 1:03d}")
        return home, names.take(stem, suffix)

    def _home(self, envelope: Envelope) -> tuple[str, Folder]:
        if len(self._counts) > FULL and len(self._homes) % FULL == 0:
            self._group = self._folders.take(f"第{len(self._homes) // FULL + 1:03d}组")
        name = self._folders.take(_named(envelope))
        home = f"{self._group}/{name}" if self._group else name
        return home, Folder(set(self._shared.taken), self._claims, len(self._homes))

    def close(self) -> None:
        """Let go of the names that were given out."""
        if self._claims is not None:
            self._claims.close()


def _named(envelope: Envelope) -> str:
    receiver = envelope.receiver
    if isinstance(receiver, Organisation):
        return receiver.code or receiver.short or receiver.name
    return f"{receiver.organisation or '无'}-{member_key(receiver)}"
