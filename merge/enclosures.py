"""What each letter encloses, where documents are too many to stand in memory."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, overload

from merge.claims import scratch
from merge.letter import Attachment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from merge.letter import Document
    from rosters.shelf import Shelf

_APART = 8  # documents of a receiver that stand together, below which a table is made of all
_SOME = 1_000  # documents that are written at once
_TABLE = """
CREATE TABLE part (
    receiver INTEGER, number INTEGER, name TEXT, path TEXT, sha256 BLOB, size INTEGER,
    PRIMARY KEY (receiver, number)
) WITHOUT ROWID
"""
_RECEIVER, _FILE = 3, 7  # of a document as it is packed: see `press.shelf`


class Enclosures:
    """The files of documents by who receives them, in the order of the documents.

    Most rosters have people of one organisation one below the other: then it is kept which
    documents stand together. Where they do not, a table on disk has them in their order.
    """

    def __init__(self, documents: Shelf[Document]) -> None:
        self._documents = documents
        self._spans: dict[str, array[int]] = {}
        before, span = None, array("I")
        for number, one in enumerate(documents.plain()):
            receiver = one[_RECEIVER]
            if receiver == before:
                span[-1] += 1
                continue
            before = receiver
            span = self._spans.setdefault(receiver, array("I"))
            span.extend((number, number + 1))
        spans = sum(map(len, self._spans.values())) // 2
        self._table: sqlite3.Connection | None = None
        if spans * _APART > len(documents):
            self._table = scratch(_TABLE)
            self._lay(self._table)

    def _lay(self, table: sqlite3.Connection) -> None:
        numbers = {receiver: at for at, receiver in enumerate(self._spans)}
        rows = (
            (numbers[one[_RECEIVER]], number, name, path, bytes.fromhex(sha256), size)
            for number, one in enumerate(self._documents.plain())
            for name, path, sha256, size in [one[_FILE]]
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

    def files(self, receiver: str) -> Iterator[Attachment]:
        """List the files that somebody receives."""
        if self._table is None:
            for begin, end in self.spans(receiver):
                for one in self._documents.plain(begin, end):
                    yield Attachment(*one[_FILE])
            return
        words = "SELECT name, path, sha256, size FROM part WHERE receiver = ? ORDER BY number"
        number = next((at for at, one in enumerate(self._spans) if one == receiver), -1)
        for name, path, sha256, size in self._table.execute(words, (number,)):
            yield Attachment(name, path, sha256.hex(), size)

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
        for begin, end in chain.from_iterable(map(self._kept.spans, self._receivers)):
            if found and found[-1][1] == begin:
                found[-1][1] = end
            else:
                found.append([begin, end])
        return found, self._fixed
