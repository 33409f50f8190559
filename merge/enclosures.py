"""What each letter encloses, where documents are too many to stand in memory: a table on disk."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, overload

from merge.claims import scratch
from merge.letter import Attachment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from merge.letter import Document

_SOME = 1_000  # documents that are written at once
_TABLE = """
CREATE TABLE part (
    receiver INTEGER, number INTEGER, name TEXT, path TEXT, sha256 BLOB, size INTEGER,
    PRIMARY KEY (receiver, number)
) WITHOUT ROWID
"""


class Enclosures:
    """The files of documents by who receives them, in the order of the documents."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._table = scratch(_TABLE)
        self._receivers: dict[str, int] = {}
        self._counts: list[int] = []
        rows = self._rows(documents)
        while some := list(islice(rows, _SOME)):
            self._table.executemany("INSERT INTO part VALUES (?, ?, ?, ?, ?, ?)", some)

    def _rows(
        self, documents: Iterable[Document]
    ) -> Iterator[tuple[int, int, str, str, bytes, int]]:
        for number, one in enumerate(documents):
            receiver = self._receivers.setdefault(one.organisation, len(self._counts))
            if receiver == len(self._counts):
                self._counts.append(0)
            self._counts[receiver] += 1
            file = one.file
            yield receiver, number, file.name, file.path, bytes.fromhex(file.sha256), file.size

    def count(self, receiver: str) -> int:
        """Count the files that somebody receives."""
        at = self._receivers.get(receiver)
        return 0 if at is None else self._counts[at]

    def numbers(self, receiver: str) -> Iterator[int]:
        """Tell which documents somebody receives, by their places among all."""
        words = "SELECT number FROM part WHERE receiver = ? ORDER BY number"
        return (number for (number,) in self._table.execute(words, self._of(receiver)))

    def files(self, receiver: str) -> Iterator[Attachment]:
        """List the files that somebody receives."""
        words = "SELECT name, path, sha256, size FROM part WHERE receiver = ? ORDER BY number"
        for name, path, sha256, size in self._table.execute(words, self._of(receiver)):
            yield Attachment(name, path, sha256.hex(), size)

    def _of(self, receiver: str) -> tuple[int]:
        return (self._receivers.get(receiver, -1),)

    def __del__(self) -> None:
        table = getattr(self, "_table", None)
        if table is not None:
            table.close()


class Enclosed(Sequence[Attachment]):
    """The attachments of one letter: 批次 documents, its receiver's own, the job's own files."""

    def __init__(self, kept: Enclosures, receiver: str, fixed: tuple[Attachment, ...]) -> None:
        self._kept, self._fixed = kept, fixed
        self._receivers = tuple(dict.fromkeys(("", receiver)))

    def __len__(self) -> int:
        return sum(map(self._kept.count, self._receivers)) + len(self._fixed)

    def __iter__(self) -> Iterator[Attachment]:
        own = chain.from_iterable(map(self._kept.files, self._receivers))
        return chain(own, self._fixed)

    @overload
    def __getitem__(self, index: int) -> Attachment: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Attachment]: ...

    def __getitem__(self, index: int | slice) -> Attachment | Sequence[Attachment]:
        if isinstance(index, slice):
            return tuple(self)[index]
        place = index if index >= 0 else index + len(self)
        if place < 0:
            raise IndexError(index)
        found = next(islice(self, place, None), None)
        if found is None:
            raise IndexError(index)
        return found

    def spans(self) -> tuple[list[list[int]], tuple[Attachment, ...]]:
        """Tell which documents these are, as spans of their places, and the files besides."""
        found: list[list[int]] = []
        for number in chain.from_iterable(map(self._kept.numbers, self._receivers)):
            if found and found[-1][1] == number:
                found[-1][1] += 1
            else:
                found.append([number, number + 1])
        return found, self._fixed
