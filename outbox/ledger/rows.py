"""Rows as they are first written: a batch, its letters, their tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, text

from merge.letter import files
from outbox.ledger import tables
from outbox.ledger.states import BatchState, Channel, LetterState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from merge.letter import Attachment, Letter
    from merge.manifest import Manifest

_T = tables.letter
_COPIED = ("organisation", "name", "short", "category", "kind", "subject", "body")
_PART = (
    '{"name": %s, "path": %s, "sha256": "%s", "size": %d}'  # an attachment, as json.dumps has it
)
_PORTION = 5_000  # letters and attachments that are written at once


def add_batch(
    connection: Connection, manifest: Manifest, folder: str, at: datetime, who: str
) -> None:
    """Record a batch as a draft.

    SQLite takes a manifest of very many documents piece by piece: a place of its length, and then
    what goes there. As a value it would stand in memory three times; and the place itself twice,
    were it not that of the last column.
    """
    values = _batch_values(manifest, folder, at, who)
    raw: Any = connection.connection.driver_connection
    if not manifest.bulky or not hasattr(raw, "blobopen"):
        connection.execute(insert(tables.batch).values(manifest=manifest.packed, **values))
        return
    place = func.zeroblob(manifest.stored.size)
    connection.execute(insert(tables.batch).values(manifest=place, **values))
    row = connection.execute(text("SELECT last_insert_rowid()")).scalar_one()
    with raw.blobopen("batch", "manifest", row) as blob:
        for some in manifest.stored.portions():
            blob.write(some)


def _batch_values(manifest: Manifest, folder: str, at: datetime, who: str) -> dict[str, object]:
    return {
        "name": manifest.batch,
        "job": manifest.job,
        "title": manifest.title,
        "number": manifest.number,
        "digest": manifest.digest,
        "state": BatchState.DRAFT,
        "folder": folder,
        "sample": int(manifest.sample),
        "letters": len(manifest.letters),
        "documents": len(manifest.documents),
        "skipped": len(manifest.skipped),
        "recorded_at": at,
        "recorded_by": who,
    }


def token_of(key: bytes, *parts: str) -> str:
    """Make a token, the left side of its Message-ID: 130 bits that only we can make."""
    digest = hmac.new(key, json.dumps(parts).encode("utf-8"), hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii")[:26].lower()


def add_letter(
    connection: Connection, key: bytes, batch: str, letter: Letter, road: tuple[Channel, int]
) -> int:
    """Queue a letter on a channel as number n of its kind; return 1, to be summed."""
    connection.execute(insert(_T).values(_letter_values(key, batch, letter, road)))
    return 1


def add_letters(connection: Connection, key: bytes, batch: str, letters: Iterable[Letter]) -> None:
    """Queue the letters of a new batch, in portions: no more of them at once than need be."""
    portion: list[dict[str, object]] = []
    weight = 0
    for letter in letters:
        portion.append(_letter_values(key, batch, letter, (Channel.LIVE, 1)))
        weight += 1 + len(letter.attachments)
        if weight >= _PORTION:
            connection.execute(insert(_T), portion)
            portion, weight = [], 0
    if portion:
        connection.execute(insert(_T), portion)


def _letter_values(
    key: bytes, batch: str, letter: Letter, road: tuple[Channel, int]
) -> dict[str, object]:
    channel, n = road
    return {
        "batch": batch,
        "channel": channel,
        "n": n,
        "state": LetterState.QUEUED,
        "content": letter.content,
        "token": token_of(key, batch, letter.organisation, letter.kind, str(n), channel),
        **{name: getattr(letter, name) for name in _COPIED},
        "to": json.dumps(letter.to),
        "cc": json.dumps(letter.cc),
        "attachments": attachments_text(letter.attachments),
    }


def attachments_text(attachments: Sequence[Attachment]) -> str:
    """Write attachments as the ledger keeps them."""
    written = (", ".join([_part(*one) for one in some]) for some in files(attachments))
    return f"[{', '.join(filter(None, written))}]"


def _part(name: str, path: str, sha256: str, size: int) -> str:
    return _PART % (encode_basestring(name), encode_basestring(path), sha256, size)


def next_number(connection: Connection, batch: str, letter: Letter, channel: Channel) -> int:
    """Count what goes next on this road; 0 where a rehearsal has been laid already."""
    query = select(func.count()).where(
        *tables.copies(batch, letter.organisation, letter.kind, channel)
    )
    laid = int(connection.execute(query).scalar_one())
    return 0 if laid and channel is Channel.REHEARSAL else laid + 1


def resent_mark(nth: int) -> str:
    """Return what stands before the subject of the nth letter that leaves; the first has none."""
    if nth < 2:  # noqa: PLR2004 - the first 补发 is the second letter
        return ""
    return "【补发】" if nth == 2 else f"【补发{nth - 1}】"  # noqa: PLR2004 - likewise


def as_trial(letter: Letter, address: str) -> Letter:
    """Turn a letter into its trial, to one address; without one it stays as it is."""
    if not address:
        return letter
    return replace(letter, to=(address,), cc=(), subject=f"【试发】{letter.subject}")
