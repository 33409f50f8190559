"""Tables of what comes back to the mailbox: mails, marks of letters, folders as they were seen."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from outbox.ledger.schema import Moment, metadata, one_of
from outbox.ledger.states import MarkKind
from outbox.ledger.tables import letter, move

# What became known of a letter after it was accepted. Append only; each has its link in `move`.
mark = Table(
    "mark",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("letter", ForeignKey(letter.c.id), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("address", Text, nullable=False),  # whose: the one that failed, or that answered
    Column("words", Text, nullable=False),
    Column("mail", String(64), nullable=False),  # sha256 of what arrived, "" where nothing did
    Column("at", Moment, nullable=False),
    Column("move", ForeignKey(move.c.id), nullable=False, unique=True),
    UniqueConstraint("letter", "kind", "address", "mail"),
    one_of("kind", MarkKind),
)

# A mail that was taken from the mailbox, under the name that the server keeps it by.
mail = Table(
    "mail",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", String(255), nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),  # "" where it was not kept
    Column("sort", String(16), nullable=False),
    Column("letter", ForeignKey(letter.c.id), index=True),
    Column("sender", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("account", "uidvalidity", "uid"),
)

# A folder of the mailbox as it was last seen: another UIDVALIDITY means that it is another folder.
folder = Table(
    "folder",
    metadata,
    Column("account", String(255), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),  # all up to it have been looked at
    Column("changed", Moment),  # when another UIDVALIDITY than before was seen
    Column("at", Moment, nullable=False),  # last looked at
)

# A letter of the account to itself, of which the server said 250: a witness of its Sent folder.
canary = Table(
    "canary",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", String(255), nullable=False, index=True),
    Column("token", String(40), nullable=False, unique=True),
    Column("at", Moment, nullable=False),
)
