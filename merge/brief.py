"""A manifest of very many documents, as the ledger keeps it in brief: written, and read back."""

from __future__ import annotations

from dataclasses import asdict, replace
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from merge.canonical import dumps, joined
from merge.letter import Attachment, Document, Letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from merge.letter import Skipped


def brief(
    documents: Sequence[Document],
    letters: Iterable[Letter],
    skipped: Iterable[Skipped],
    rest: Mapping[str, object],
) -> Iterator[str]:
    """Write a manifest of very many documents as the ledger keeps it.

    Each document is a list of what it is, its folder by its number; a letter names the documents
    that it encloses by spans of their places. `rest` is what else the manifest says.
    """
    yield '{"documents":['
    folders: dict[str, int] = {}
    for number, some in enumerate(documents.plain()):  # type: ignore[attr-defined]  # a list on disk has it
        yield "," if number else ""
        yield ",".join([_short(one, folders) for one in some])
    yield f'],"folders":{dumps(list(folders))},"letters":['
    yield from joined(dumps(_enclosing(one)) for one in letters)
    yield '],"skipped":['
    yield from joined(dumps(asdict(one)) for one in skipped)
    yield f"],{dumps(rest)[1:]}\n"


_SHORT = "[%s,%d,%s,%s,%s,%s,%s,%d,%s,%s,%d]"


def _short(one: tuple[Any, ...], folders: dict[str, int]) -> str:
    """Write one as `dumps` would, in a third of the time."""
    key, entry, kind, organisation, title, mark, name, (called, path, sha256, size) = one
    folder = folders.setdefault(path.removesuffix(called), len(folders))
    said = encode_basestring
    return _SHORT % (
        said(key), entry, said(kind), said(organisation), said(title), said(mark), said(name),
        folder, said(called), said(sha256), size,
    )  # fmt: skip


def _enclosing(letter: Letter) -> dict[str, object]:
    plain = asdict(replace(letter, attachments=()))
    if isinstance(letter.attachments, tuple):
        return {**plain, "attachments": [*map(asdict, letter.attachments)]}
    spans, fixed = letter.attachments.spans()  # type: ignore[attr-defined]  # a list on disk has them
    return {**plain, "attachments": [*spans, *map(asdict, fixed)]}


def documents_of(data: dict[str, Any]) -> tuple[Document, ...]:
    """Read the documents, in brief or as `to_json` wrote them."""
    folders = data.pop("folders", None)
    if folders is None:
        return tuple(
            Document(**{**one, "file": Attachment(**one["file"])}) for one in data["documents"]
        )
    made = []
    for key, entry, kind, organisation, title, mark, name, folder, *file in data["documents"]:
        called, sha256, size = file
        kept = Attachment(called, f"{folders[folder]}{called}", sha256, size)
        made.append(Document(key, entry, kind, organisation, title, kept, mark, name))
    return tuple(made)


def letter_of(data: dict[str, Any], documents: Sequence[Document]) -> Letter:
    """Read a letter; what it encloses by its place is among the documents."""
    parts: list[Attachment] = []
    for one in data["attachments"]:
        if isinstance(one, dict):
            parts.append(Attachment(**one))
        else:
            parts += [document.file for document in documents[slice(*one)]]
    return Letter(
        **{
            **data,
            "to": tuple(data["to"]),
            "cc": tuple(data["cc"]),
            "attachments": tuple(parts),
        }
    )
