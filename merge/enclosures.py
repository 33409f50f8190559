"""What each letter encloses, where documents are too many to stand in memory."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, overload

from merge.claims import scratch
from merge.documents import FILE, ORGANISATION, listed
from merge.letter import Attachment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from merge.documents import Documents, File

_APART = 8  # documents of a receiver that stand together, below which a table is made of all
_SOME = 1_000  # documents that are written at once
_TABLE = """
CREATE TABLE part (
    receiver INTEGER, number INTEGER, name TEXT, path TEXT, sha256 BLOB, size INTEGER,
    PRIMARY KEY (receiver, number)
) WITHOUT ROWID
"""


class Enclosures:
    """The files of documents by who receives them, in the order of the documents.

    Most rosters have people of one organisation one below the other: then it is kept which
    documents stand together. Where they do not, a table on disk has them in their order.
    """

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._spans = documents.spans
        spans = sum(map(len, self._spans.values())) // 2
        self._table: sqlite3.Connection | None = None
        if spans * _APART > len(documents):
            self._table = scratch(_TABLE)
            self._lay(self._table)

    def _lay(self, table: sqlite3.Connection) -> None:
        numbers = {receiver: at for at, receiver in enumerate(self._spans)}
        rows = (
            (numbers[one[ORGANISATION]], number, name, path, bytes.fromhex(sha256), size)
            for number, one in enumerate(chain.from_iterable(self._documents.plain()))
            for name, path, sha256, size in (one[FILE],)
        )
        while some := list(islice(rows, _SOME)):
            table.executemany("INSERT INTO part VALUES (?, ?, ?, ?, ?, ?)", some)

    def count(self, receiver: str) -> int:
        """Count the files that somebody receives."""
        return sum(end - begin for begin, end in self.spans(receiver))

    def spans(self, receiver: str) -> Iterator[tuple[int, int]]:
        """Tell which documents somebody receives, as spans of their places among all."""
        found = self._spans.get(receiver, ())
        return zip(found[::2], found[1::2], strict=True)

    def files(self, receiver: str) -> Iterator[list[File]]:
        """List the files that somebody receives, in portions."""
        if self._table is None:
            for begin, end in self.spans(receiver):
                for some in self._documents.plain(begin, end):
                    yield [one[FILE] for one in some]
            return
        words = "SELECT name, path, sha256, size FROM part WHERE receiver = ? ORDER BY number"
        number = next((at for at, one in enumerate(self._spans) if one == receiver), -1)
        found = self._table.execute(words, (number,))
        while rows := found.fetchmany(_SOME):
            yield [(name, path, sha256.hex(), size) for name, path, sha256, size in rows]

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
        return (Attachment(*one) for some in self.plain() for one in some)

    def plain(self) -> Iterator[list[File]]:
        """Go through them in portions of plain tuples."""
        yield from chain.from_iterable(map(self._kept.files, self._receivers))
        if self._fixed:
            yield [(one.name, one.path, one.sha256, one.size) for one in self._fixed]

    def lines(self, pad: str) -> Iterator[str]:
        """Write them as `canonical.pieces` does, portion by portion."""
        return listed(self.plain(), pad)

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
        for begin, end in chain.from_iterable(map(self._kept.spans, self._receivers)):
            if found and found[-1][1] == begin:
                found[-1][1] = end
            else:
                found.append([begin, end])
        return found, self._fixed
