"""The manifest: all of a batch that is signed, and what the office needs beside it.

What a leader signs is its digest (ARCHITECTURE.md, "What must stay true", 3).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence  # noqa: TC003 - asked for by get_type_hints
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from itertools import chain
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from merge.canonical import Deflated, dumps, encoded, joined, pieces
from merge.letter import UNCHOSEN, Document, Letter, Skipped, files
from merge.mandate import Party, Standing, Subject, Wording
from merge.number import Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_APART = frozenset({"documents", "letters", "skipped"})  # what is written in brief


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
        if not self.bulky:
            return Deflated(chain(pieces(self), "\n"))
        from merge.brief import brief

        bare = asdict(replace(self, documents=(), letters=(), skipped=()))
        rest = {name: value for name, value in bare.items() if name not in _APART}
        return Deflated(brief(self.documents, self.letters, self.skipped, rest))

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
        from merge.brief import documents_of, letter_of

        data: dict[str, Any] = json.loads(text)
        documents = documents_of(data)
        return cls(
            **{
                **data,
                "letters": tuple(letter_of(one, documents) for one in data["letters"]),
                "skipped": tuple(Skipped(**one) for one in data["skipped"]),
                "documents": documents,
                "accounts": tuple(Account(**one) for one in data["accounts"]),
                "kinds": tuple(data["kinds"]),
                "numbers": tuple(Run(**one) for one in data.get("numbers", ())),
                "standing": _standing(data.get("standing")),
            }
        )


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
