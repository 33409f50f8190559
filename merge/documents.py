"""The documents of a batch as they are made: many of them never stand in memory as objects.

Each is kept as a plain tuple, from which all that is written of it is written: a hundred thousand
of them are gone through some five times, for manifest.json, the digest and the ledger.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Final, TypeAlias, overload

from merge.canonical import layout
from merge.letter import Attachment, Document
from rosters.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# name, path, sha256, size
File: TypeAlias = tuple[str, str, str, int]
# key, entry, kind, organisation, title, mark, name, and its file
Plain: TypeAlias = tuple[str, int, str, str, str, str, str, File]

FEW = 1_000  # documents that stand in memory as they are
ORGANISATION: Final = 3  # the places of a plain document's parts
FILE: Final = 7


class Documents(Sequence[Document]):
    """Takes documents one after the other, and gives them back in their order.

    `spans` tells of each receiver which of them stand together: begin, end, begin, end and so on.
    """

    def __init__(self) -> None:
        self._shelf: Shelf[Plain] = Shelf()
        self.spans: dict[str, array[int]] = {}
        self._last: tuple[str | None, array[int]] = None, array("I")

    def append(self, one: Plain) -> None:
        """Put a document behind the others."""
        receiver, span = one[ORGANISATION], self._last[1]
        if receiver == self._last[0]:
            span[-1] += 1
        else:
            span = self.spans.setdefault(receiver, array("I"))
            span.extend((len(self), len(self) + 1))
            self._last = receiver, span
        self._shelf.append(one)

    def extend(self, some: Iterable[Plain]) -> None:
        """Put documents behind the others."""
        for one in some:
            self.append(one)

    def settled(self) -> Sequence[Document]:
        """Return what will grow no more: a tuple where there are few."""
        return self if len(self) > FEW else tuple(self)

    def plain(self, first: int = 0, last: int | None = None) -> Iterator[list[Plain]]:
        """Go through documents, or some that stand together, in portions of plain tuples."""
        return self._shelf.plain(first, last)

    def lines(self, pad: str) -> Iterator[str]:
        """Write each as `canonical.pieces` does, those of a portion with commas between them."""
        write = _document(pad)
        for some in self.plain():
            yield f",\n{pad}".join(map(write, some))

    def __len__(self) -> int:
        return len(self._shelf)

    @overload
    def __getitem__(self, index: int) -> Document: ...
    @overload
    def __getitem__(self, index: slice) -> list[Document]: ...

    def __getitem__(self, index: int | slice) -> Document | list[Document]:
        if isinstance(index, slice):
            return list(map(made, self._shelf[index]))
        return made(self._shelf[index])

    def __iter__(self) -> Iterator[Document]:
        return map(made, self._shelf)

    def __reduce__(self) -> tuple[type, tuple[list[Document]]]:
        return tuple, (list(self),)


def made(plain: Plain) -> Document:
    """Make the document of a plain tuple."""
    key, entry, kind, organisation, title, mark, name, file = plain
    return Document(key, entry, kind, organisation, title, Attachment(*file), mark, name)


def listed(portions: Iterable[Sequence[File]], pad: str) -> Iterator[str]:
    """Write files as `canonical.pieces` does, portion by portion."""
    write = _file(pad)
    for some in portions:
        yield f",\n{pad}".join(map(write, some))


def _document(pad: str) -> Callable[[Plain], str]:
    form = _form(Document, pad, _DOCUMENT)
    said = encode_basestring

    def write(one: Plain) -> str:
        key, entry, kind, organisation, title, mark, name, (called, path, sha256, size) = one
        return form % (
            entry, said(called), said(path), said(sha256), size, said(key), said(kind),
            said(mark), said(name), said(organisation), said(title),
        )  # fmt: skip

    return write


def _file(pad: str) -> Callable[[File], str]:
    form = _form(Attachment, pad, _ATTACHMENT)
    said = encode_basestring

    def write(one: File) -> str:
        name, path, sha256, size = one
        return form % (said(name), said(path), said(sha256), size)

    return write


_ATTACHMENT = ["name", "path", "sha256", "size"]
_DOCUMENT = [
    "entry", *(f"file.{name}" for name in _ATTACHMENT), "key", "kind", "mark", "name",
    "organisation", "title",
]  # fmt: skip


def _form(kind: type, pad: str, written: list[str]) -> str:
    form, names = layout(kind, pad)
    if form is None or names != written:
        raise TypeError(f"{kind.__name__} has other fields than are written here: {names}")
    return form
