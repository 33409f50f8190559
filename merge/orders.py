"""Orders to fill documents, and what each document that was made is known by."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from merge.drafts import Draft


class Order(NamedTuple):
    """What to fill a document with, and where it goes in the batch's folder."""

    entry: int
    row: int
    position: int
    copies: int
    path: str
    receiver: str
    number: str = ""
    certificate: str = ""


Made: TypeAlias = tuple[str, int, str]  # of a document: sha256, size, mark


def orders(drafts: Iterable[Draft]) -> list[Order]:
    """Reduce drafts to what filling needs."""
    made = []
    for one in drafts:
        _, entry, _, receiver, _, folder, filename, row, position, copies, *given, _ = one
        number, certificate = given
        path = f"{folder}/{filename}"
        made.append(Order(entry, row, position, copies, path, receiver, number, certificate))
    return made
