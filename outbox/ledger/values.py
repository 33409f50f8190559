"""What the ledger hands out: frozen values, each a row as it stood when it was read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from merge.letter import Attachment, called
from outbox.ledger.states import BatchState, Channel, EntryKind, LetterState, MarkKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import RowMapping


INBOX = "INBOX"  # RFC 3501: every mailbox has a folder of this name


class BatchInfo(NamedTuple):
    """A batch; `fresh`, `overtook` and `requeued` tell what this very call of `record` did."""

    name: str
    job: str
    title: str
    number: str
    digest: str
    state: BatchState
    reason: str
    folder: str
    sample: bool
    letters: int
    documents: int
    skipped: int
    recorded_at: datetime
    recorded_by: str
    approved_by: str = ""
    approved_at: datetime | None = None
    fresh: bool = False
    overtook: tuple[str, ...] = ()
    requeued: int = 0  # letters that were called back and wait again


class LetterInfo(NamedTuple):
    """A letter and where it stands; `fence` is the number that a move must know."""

    id: int
    batch: str
    organisation: str
    kind: str
    n: int
    channel: Channel
    name: str
    short: str
    category: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    body: str
    attachments: tuple[Attachment, ...]
    content: str
    token: str
    message_id: str
    state: LetterState
    fence: int
    worker: str
    lease_until: datetime | None
    next_at: datetime | None
    attempts: int
    first_at: datetime | None
    settled_at: datetime | None
    code: int
    reply: str
    reason: str
    account: str = ""

    @property
    def called(self) -> str:
        """Its organisation by name and code, the name once where the roster has no codes."""
        return called(self.name, self.organisation)


class Attempt(NamedTuple):
    """One attempt at a letter: how far it came, and what the server said."""

    letter: int
    fence: int
    worker: str
    account: str
    outcome: LetterState
    stage: str
    code: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to; `counted` is false where the letter was not to blame.

    A NUL in a server's words becomes a replacement mark: PostgreSQL keeps none.
    """

    state: LetterState
    stage: str
    code: int = 0
    text: str = ""
    reason: str = ""
    next_at: datetime | None = None
    counted: bool = True
    account: str = ""

    def __post_init__(self) -> None:
        for name in ("text", "reason"):
            object.__setattr__(self, name, getattr(self, name).replace("\0", "\ufffd"))


class Approval(NamedTuple):
    """Who signed which digest, on what evidence, and who typed it."""

    batch: str
    digest: str
    by: str
    basis: str
    basis_sha256: str
    typed_by: str
    at: datetime


SIGNED = frozenset({"digest", "by", "basis", "basis_sha256", "typed_by"})


def told(signed: Approval) -> dict[str, str]:
    """Write a signature as its entry tells it, so that the chain covers all of it."""
    return {name: getattr(signed, name) for name in sorted(SIGNED)}


def recording(digest: str, fingerprint: str = "") -> str:
    """Write what was recorded as the reason of its link; older versions told the digest alone."""
    return f"核对全文 {digest} 清单 {fingerprint}" if fingerprint else f"核对全文 {digest}"


def signature(by: str, words: str) -> str:
    """Write a signature as the reason of its link, so that the chain covers it."""
    return f"{by}签发，依据：{words}"


class Review(NamedTuple):
    """A 送签: which content was shown, under which 核对码; `sha256` is that of the file made."""

    batch: str
    digest: str
    code: str
    sha256: str
    at: datetime
    who: str


class Move(NamedTuple):
    """One change of state, linked to the one before by its hash; `letter` is None for a batch.

    `batch` is None where it is about the whole ledger.
    """

    id: int
    at: datetime
    who: str
    batch: str | None
    letter: int | None
    before: str
    after: str
    fence: int
    account: str
    reason: str
    hash: str


class Entry(NamedTuple):
    """What happened beside the moves; `batch` is "" and `letter` None where it is about none.

    `data` is empty once it is forgotten.
    """

    id: int
    kind: EntryKind
    batch: str
    letter: int | None
    data: Mapping[str, Any]
    at: datetime
    who: str


class Mark(NamedTuple):
    """What became known of a letter after it was accepted, from the mail with that sha256."""

    letter: int
    kind: MarkKind
    address: str
    words: str
    mail: str
    at: datetime


class Arrived(NamedTuple):
    """A mail in the mailbox, under the name that the server keeps it by.

    `sort` is what it was taken for; `sha256` names the file it is kept in, "" where it is not.
    """

    account: str
    uidvalidity: int
    uid: int
    sha256: str
    sort: str
    letter: int | None
    sender: str
    subject: str
    words: str
    at: datetime


class Seen(NamedTuple):
    """A folder of the mailbox as it was last seen: `uid` is the last mail that was looked at.

    `changed` is when it was found to be another folder than before, by its UIDVALIDITY.
    """

    uidvalidity: int
    uid: int
    changed: datetime | None
    at: datetime


class Witness(NamedTuple):
    """A mail of which the server said 250: whether it stands in Sent tells what Sent is worth."""

    token: str
    at: datetime


class Doubt(NamedTuple):
    """A letter in doubt, and the times between which its terminator may have left."""

    letter: LetterInfo
    first: datetime
    last: datetime


class Pause(NamedTuple):
    """A mailbox that rests until then because its server asked for it; `step` counts how often."""

    until: datetime
    step: int
    reason: str


def letter_info(row: RowMapping | Mapping[str, Any]) -> LetterInfo:
    """Read a row of `letter`.

    Raises:
        UnavailableError: somebody has spoilt its lists.

    """
    try:
        lists = {
            "to": tuple(json.loads(row["to"])),
            "cc": tuple(json.loads(row["cc"])),
            "attachments": tuple(Attachment(**part) for part in json.loads(row["attachments"])),
        }
    except (ValueError, TypeError) as error:
        from outbox.ledger.refusal import spoilt

        raise spoilt(f"台账里给{row['name']}的信") from error
    return LetterInfo(
        **{
            **_plain(row),
            **lists,
            "channel": Channel(row["channel"]),
            "state": LetterState(row["state"]),
            "message_id": row["message_id"] or "",
        }
    )


def batch_info(row: RowMapping, signed: RowMapping | None) -> BatchInfo:
    """Read a row of `batch` without its manifest, and its last approval."""
    return BatchInfo(
        **{
            **_plain(row),
            "state": BatchState(row["state"]),
            "sample": bool(row["sample"]),
            "approved_by": signed["by"] if signed else "",
            "approved_at": signed["at"] if signed else None,
        }
    )


def _plain(row: RowMapping | Mapping[str, Any]) -> dict[str, Any]:
    return {str(key): value for key, value in row.items()}
