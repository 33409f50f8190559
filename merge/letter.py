"""Documents and letters: the values that travel from merge to the outbox.

Imports of ours only how JSON is written, and what a number is. Every value here is frozen and has
a stable key; what a leader signs is the digest of a Manifest (ARCHITECTURE.md, "What must stay
true", 3).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence  # noqa: TC003 - asked for by get_type_hints
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from itertools import chain
from json.encoder import encode_basestring
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from merge.canonical import Deflated, dumps, encoded, joined, pieces
from merge.mandate import Party, Standing, Subject, Wording
from merge.number import Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


@dataclass(frozen=True, slots=True)
class Account:
    """The balance of one entry of 文件: rows in 范围 = documents + skipped."""

    entry: int
    kind: str
    per: str
    rows: int
    outside: int
    documents: int
    skipped: int
    listed: int = 0

    @property
    def balanced(self) -> bool:
        """Tell whether every row is accounted for."""
        return self.rows == self.documents + self.skipped


@dataclass(frozen=True)
class Manifest:
    """All of a batch that is signed, and what the office needs beside it.

    The digest covers letters, skipped rows and 常设签发; `job`, `title` and the rest may change
    without voiding a signature.
    """

    job: str
    letters: tuple[Letter, ...]
    skipped: tuple[Skipped, ...]
    documents: Sequence[Document] = ()  # a tuple, or what reads them from disk
    accounts: tuple[Account, ...] = ()
    title: str = ""
    number: str = ""
    kinds: tuple[str, ...] = ()
    sample: bool = False  # 样张: --limit; never approvable
    made_with: str = ""  # what deflated the documents; bytes differ between deflaters
    meta: dict[str, str] = field(default_factory=dict)
    numbers: tuple[Run, ...] = ()  # every number that a paper or a certificate of it bears
    paper: str = ""  # what the job says, hashed: one number, one paper
    standing: Standing | None = None  # 常设签发: what may leave later under this signature

    @cached_property
    def digest(self) -> str:
        """Hash what is signed: sha256 over canonical JSON, as 64 hexadecimal digits.

        The JSON is hashed as it is written: an object of letters, sample and skipped, and of
        standing where there is one.
        """
        made = hashlib.sha256(b'{"letters":[')
        for some in encoded(chain.from_iterable(_signed(self.letters))):
            made.update(some)
        made.update(f'],"sample":{dumps(self.sample)},"skipped":['.encode())
        for part in joined(dumps([s.entry, s.row, s.key, s.reason]) for s in self.skipped):
            made.update(part.encode())
        made.update(b"]")
        if self.standing is not None:
            made.update(f',"standing":{dumps(asdict(self.standing))}'.encode())
        made.update(b"}")
        return made.hexdigest()

    @property
    def batch(self) -> str:
        """Name the batch: the job and the first 8 digits of the digest."""
        return f"{self.job}-{self.digest[:8]}"

    @property
    def partial(self) -> bool:
        """Tell whether somebody chose only some of the documents (`--only`)."""
        return any(one.reason == UNCHOSEN for one in self.skipped)

    @property
    def balanced(self) -> bool:
        """Tell whether every entry's account balances."""
        return all(account.balanced for account in self.accounts)

    def to_json(self) -> str:
        """Write the manifest as canonical JSON, for the batch's folder."""
        return "".join(chain(pieces(self), "\n"))

    def portions(self) -> Iterator[bytes]:
        """Yield the same as UTF-8, portion by portion: of many documents it never stands whole."""
        if self.bulky:
            return encoded(chain(pieces(self), "\n"))
        return self.stored.texts()

    @cached_property
    def stored(self) -> Deflated:
        """The same deflated, as the ledger keeps it; in brief where documents lie on disk."""
        return Deflated(brief(self) if self.bulky else chain(pieces(self), "\n"))

    @property
    def packed(self) -> bytes:
        """All that the ledger keeps, in memory."""
        return b"".join(self.stored.portions())

    @property
    def bulky(self) -> bool:
        """Tell whether its documents are too many to stand in memory."""
        return not isinstance(self.documents, tuple)

    @property
    def fingerprint(self) -> str:
        """Hash all that the ledger keeps, also what no signature covers: title, numbers, documents.

        It is the hash of the text before it is deflated.
        """
        return self.stored.sha256

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read a manifest as `to_json` wrote it, or `brief`.

        Raises:
            ValueError, KeyError, TypeError: it was not written by `to_json`.

        """
        data: dict[str, Any] = json.loads(text)
        documents = _documents(data)
        return cls(
            **{
                **data,
                "letters": tuple(_letter(one, documents) for one in data["letters"]),
                "skipped": tuple(Skipped(**one) for one in data["skipped"]),
                "documents": documents,
                "accounts": tuple(Account(**one) for one in data["accounts"]),
                "kinds": tuple(data["kinds"]),
                "numbers": tuple(Run(**one) for one in data.get("numbers", ())),
                "standing": _standing(data.get("standing")),
            }
        )


def check_code(digest: str) -> str:
    """Return the digest's head as people compare it: 核对码, such as `3F9A-21C0`."""
    return f"{digest[:4]}-{digest[4:8]}".upper()


def _standing(data: dict[str, Any] | None) -> Standing | None:
    if data is None:
        return None
    lists = ("to", "cc", "second")
    parties = tuple(
        Party(
            **{
                **one,
                **{name: tuple(one[name]) for name in lists},
                "values": tuple((name, value) for name, value in one["values"]),
                "subjects": tuple(Subject(**each) for each in one["subjects"]),
            }
        )
        for one in data["parties"]
    )
    wordings = tuple(Wording(**one) for one in data["wordings"])
    return Standing(**{**data, "parties": parties, "wordings": wordings})


def brief(manifest: Manifest) -> Iterator[str]:
    """Write a manifest of very many documents as the ledger keeps it.

    Each document is a list of what it is, its folder by its number; a letter names the documents
    that it encloses by spans of their places.
    """
    bare = replace(manifest, documents=(), letters=(), skipped=())
    yield '{"documents":['
    folders: dict[str, int] = {}
    for number, some in enumerate(manifest.documents.plain()):  # type: ignore[attr-defined]  # a list on disk has it
        yield "," if number else ""
        yield ",".join([_short(one, folders) for one in some])
    yield f'],"folders":{dumps(list(folders))},"letters":['
    yield from joined(dumps(_enclosing(one)) for one in manifest.letters)
    yield '],"skipped":['
    yield from joined(dumps(asdict(one)) for one in manifest.skipped)
    rest = {name: value for name, value in asdict(bare).items() if name not in _APART}
    yield f"],{dumps(rest)[1:]}\n"


_APART = frozenset({"documents", "letters", "skipped"})
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


def _documents(data: dict[str, Any]) -> tuple[Document, ...]:
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


def _letter(data: dict[str, Any], documents: Sequence[Document]) -> Letter:
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


def _signed(letters: Iterable[Letter]) -> Iterator[Iterable[str]]:
    """Write a list of what is signed of each letter, in pieces: it may enclose a million files."""
    for number, one in enumerate(letters):
        told = [one.organisation, one.kind, list(one.to), list(one.cc), one.subject, one.body]
        parts = (_listed(some) for some in files(one.attachments))
        yield chain(("," if number else "", dumps(told)[:-1], ",["), joined(parts), ("]]",))


def _listed(some: Iterable[tuple[str, str, str, int]]) -> str:
    """Write of some files what is signed, as `dumps` does."""
    said = encode_basestring
    told = [f"[{said(name)},{said(sha256)},{size}]" for name, _, sha256, size in some]
    return ",".join(told)


def files(attachments: Sequence[Attachment]) -> Iterator[list[tuple[str, str, str, int]]]:
    """Go through attachments in portions: of each its name, path, sha256 and size."""
    if isinstance(attachments, tuple):
        whole = [(one.name, one.path, one.sha256, one.size) for one in attachments]
        return iter([whole] if whole else [])
    plain: Iterator[list[tuple[str, str, str, int]]] = attachments.plain()  # type: ignore[attr-defined]  # a list on disk has it
    return plain


def _hash(value: object) -> str:
    return hashlib.sha256(dumps(value).encode()).hexdigest()
