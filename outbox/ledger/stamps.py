"""盖章件: the parts of a confirmed scan, which leave in the place of the files that were signed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, or_, update

from merge.letter import Attachment, check_code
from outbox.ledger import tables
from outbox.ledger.rows import attachments_text
from outbox.ledger.states import WAITING, Channel, LetterState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.engine import Connection

    from merge.manifest import Manifest
    from outbox.ledger.values import Entry

_T = tables.letter
_FREE = sorted(WAITING - {LetterState.LEASED, LetterState.DOT})


class Part(NamedTuple):
    """A paper as it came back stamped; `signed` is the path of the file it stands for."""

    signed: str
    name: str
    path: str
    sha256: str
    size: int
    pages: int


class Stamped(NamedTuple):
    """A confirmed scan: its parent is the digest that was signed; who confirmed it is the actor.

    `scan` is the sha256 of the whole scan, `name` what its file was called.
    """

    digest: str
    scan: str
    name: str
    pages: int
    parts: tuple[Part, ...]

    @property
    def words(self) -> str:
        """Say in a few words what leaves, and which signature stands behind it."""
        return (
            f"附件为盖章件（扫描 PDF）{len(self.parts)} 份，"
            f"签发的电子稿核对码 {check_code(self.digest)}"
        )

    def to_data(self) -> dict[str, Any]:
        """Write it as the data of an entry."""
        return {**self._asdict(), "parts": [part._asdict() for part in self.parts]}


def read(entry: Entry) -> Stamped | None:
    """Read an entry of kind `stamped`; None where its data were forgotten."""
    if not entry.data:
        return None
    parts = tuple(Part(**part) for part in entry.data["parts"])
    return Stamped(**{**entry.data, "parts": parts})


def issued(manifest: Manifest, stamped: Stamped) -> Manifest:
    """Return a manifest as it leaves: each signed file's part in its place, all else as it was.

    Its digest is another; what was signed stays the digest of the manifest itself.
    """
    parts = {
        one.signed: Attachment(one.name, one.path, one.sha256, one.size) for one in stamped.parts
    }
    return replace(
        manifest,
        letters=tuple(
            replace(one, attachments=_in_place(one.attachments, parts)) for one in manifest.letters
        ),
        documents=tuple(
            replace(one, file=parts.get(one.file.path, one.file)) for one in manifest.documents
        ),
    )


def _in_place(
    files: Sequence[Attachment], parts: Mapping[str, Attachment]
) -> tuple[Attachment, ...]:
    return tuple(parts.get(one.path, one) for one in files)


def put_in_place(connection: Connection, batch: str, manifest: Manifest) -> None:
    """Give letters the attachments of a manifest as it leaves: all live ones, none of which left.

    Of trials and rehearsals those that wait.

    What a letter is known by (`content`) stays that of the signed files: with its seal or without,
    it is the same paper, and is not sent twice.
    """
    swap = (
        update(_T)
        .where(
            _T.c.batch == batch,
            _T.c.organisation == bindparam("b_organisation"),
            _T.c.kind == bindparam("b_kind"),
            or_(_T.c.channel == Channel.LIVE, *(_T.c.state == one for one in _FREE)),
        )
        .values(attachments=bindparam("b_attachments"))
    )
    changes = [
        {
            "b_organisation": one.organisation,
            "b_kind": one.kind,
            "b_attachments": attachments_text(one.attachments),
        }
        for one in manifest.letters
    ]
    if changes:
        connection.execute(swap, changes)
