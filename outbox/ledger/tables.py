"""Tables of batches, their letters, and the chain: what every ledger is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    func,
    literal_column,
    text,
)

from outbox.ledger.schema import Moment, Packed, metadata, one_of
from outbox.ledger.states import BatchState, Channel, EntryKind, LetterState

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

# Schema version, workspace key, head of the chain.
meta = Table(
    "meta",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

batch = Table(
    "batch",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("job", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("fence", Integer, nullable=False, default=0),
    Column("folder", Text, nullable=False),
    Column("sample", Integer, nullable=False),
    Column("letters", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("recorded_by", Text, nullable=False),
    # The last, also in the file: SQLite lays a place for a long value without memory only there.
    # In a ledger of an earlier version it stands before the two above, and all else is the same.
    Column("manifest", Packed, nullable=False),
    one_of("state", BatchState),
)

letter = Table(
    "letter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch", ForeignKey("batch.name"), nullable=False),
    Column("organisation", Text, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("n", Integer, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("short", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("to", Text, nullable=False),  # JSON lists: what was signed, in its order
    Column("cc", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("attachments", Text, nullable=False),
    Column("content", String(64), nullable=False),
    Column("token", String(40), nullable=False, unique=True),
    Column("message_id", Text, unique=True),  # from the first claim on, the same for every attempt
    Column("state", String(16), nullable=False),
    Column("fence", Integer, nullable=False, default=0),
    Column("worker", Text, nullable=False, default=""),
    Column("lease_until", Moment),
    Column("next_at", Moment),
    Column("attempts", Integer, nullable=False, default=0),
    Column("first_at", Moment),
    Column("settled_at", Moment),
    Column("code", Integer, nullable=False, default=0),
    Column("reply", Text, nullable=False, default=""),
    Column("reason", Text, nullable=False, default=""),
    # The mailbox that claimed it last: what is leased to a mailbox counts against its quota.
    Column("account", String(255), nullable=False, default="", server_default=""),
    UniqueConstraint("batch", "organisation", "kind", "n", "channel"),
    one_of("state", LetterState),
    one_of("channel", Channel),
    Index("letter_next", "batch", "channel", "state", "next_at"),
    Index("letter_content", "organisation", "kind", "content"),
    Index("letter_queue", "batch", "channel", "state", "id"),
    # The beginning is enough, and PostgreSQL's indexes hold no long text.
    Index("letter_address", text('substr("to", 1, 200)'), "kind", "content"),
)


def same_address(table: FromClause, to: ColumnElement[str]) -> ColumnElement[bool]:
    """Tell whether a letter goes to the same addresses: `to` as it stands there, by the index.

    `table` is `letter`, or an alias of it that is alone in its select.
    """
    start = literal_column('substr("to", 1, 200)') == func.substr(to, 1, 200)
    return and_(start, table.c.to == to)


def copies(
    batch: str, organisation: str, kind: str, channel: str
) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a letter and its copies: of one kind, to one, on one channel."""
    return (
        letter.c.batch == batch,
        letter.c.organisation == organisation,
        letter.c.kind == kind,
        letter.c.channel == channel,
    )


# Append only, as is `move`: one row for each attempt that got an answer, or none.
attempt = Table(
    "attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("letter", ForeignKey("letter.id"), nullable=False, index=True),
    Column("fence", Integer, nullable=False),
    Column("worker", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("code", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

move = Table(
    "move",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("batch", ForeignKey("batch.name"), index=True),  # none: of the whole ledger (version 3)
    Column("letter", ForeignKey("letter.id")),
    Column("before", String(16), nullable=False),
    Column("after", String(16), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("account", Text, nullable=False),  # the sending mailbox: its dots are its quota
    Column("reason", Text, nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    # The chain covers the reason by its salted hash (version 3), so that the reason can be
    # forgotten. In links of older versions both are "", and the reason itself is covered.
    Column("salt", String(32), nullable=False, default="", server_default=""),
    Column("seal", String(64), nullable=False, default="", server_default=""),
    Index("move_dots", "account", "after", "at"),
)

approval = Table(
    "approval",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch", ForeignKey("batch.name"), nullable=False, index=True),
    Column("digest", String(64), nullable=False),
    Column("by", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("basis_sha256", String(64), nullable=False),
    Column("typed_by", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

# What happened beside the moves (version 3): reviews, resends, corrections, takeovers … Append
# only; each has its link in `move`, which repeats its kind and seal.
entry = Table(
    "entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False, index=True),
    Column("batch", ForeignKey("batch.name"), index=True),
    Column("letter", ForeignKey("letter.id"), index=True),
    Column("data", Text, nullable=False),  # a JSON object; "" once it is forgotten
    Column("salt", String(32), nullable=False),
    Column("seal", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("move", ForeignKey("move.id"), nullable=False, unique=True),
    one_of("kind", EntryKind),
)
