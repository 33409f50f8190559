"""Tables of returns: what was looked through, what came of it, who was reminded."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from outbox.ledger.schema import Moment, metadata, one_of
from outbox.ledger.states import HeldState, Reason, Verdict
from outbox.ledger.tables import batch, letter

# Batches with a 常设签发 (version 4), so that not every manifest is read to find them.
loop = Table("loop", metadata, Column("batch", ForeignKey(batch.c.name), primary_key=True))

# A mail or file that was looked through for returns (version 4), kept under its hash: each once.
intake = Table(
    "intake",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("how", String(8), nullable=False),  # mail, folder, table, or hand
    Column("name", Text, nullable=False),  # of the file; "" of a mail
    Column("sender", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("letter", ForeignKey(letter.c.id), index=True),
    Column("at", Moment, nullable=False),  # when it came to the mailbox, or was taken
    Column("taken_at", Moment, nullable=False),
    Column("who", Text, nullable=False),
)

# What organisations sent back (version 4): append only, but for who took over what. The newest of a
# job, organisation, period and subject that nothing stands against counts; older ones are kept.
returned = Table(
    "returned",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("intake", ForeignKey(intake.c.id), nullable=False, index=True),
    Column("batch", ForeignKey(batch.c.name), nullable=False),
    Column("job", String(255), nullable=False),
    Column("organisation", String(255), nullable=False),
    Column("period", String(10), nullable=False),  # the day that it is about
    Column("subject", Text, nullable=False),  # whose form of several; "" of an organisation's own
    Column("version", Integer, nullable=False),
    Column("part", Text, nullable=False),  # the attachment's name; "" of words
    Column("sha256", String(64), nullable=False),  # of the attachment; "" of words
    Column("values", Text, nullable=False),  # canonical JSON
    Column("verdict", String(8), nullable=False),
    Column("findings", Text, nullable=False),  # a JSON list of sentences
    Column("late", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("accepted_by", Text, nullable=False),
    Column("accepted_at", Moment),
    UniqueConstraint("job", "organisation", "period", "subject", "version"),
    one_of("verdict", Verdict),
)

# What came and was not taken by itself (version 4), with its true reason.
held = Table(
    "held",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("intake", ForeignKey(intake.c.id), nullable=False, index=True),
    Column("part", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("words", Text, nullable=False),
    Column("job", Text, nullable=False),  # what it is probably about; "" where nothing says so
    Column("organisation", Text, nullable=False),
    Column("state", String(12), nullable=False, index=True),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Moment),
    one_of("reason", Reason),
    one_of("state", HeldState),
)

# An address that a person said is an organisation's (version 4), in small letters.
private = Table(
    "private",
    metadata,
    Column("address", String(255), primary_key=True),
    Column("organisation", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

# The paper copy of a return is there (version 4).
paper = Table(
    "paper",
    metadata,
    Column("job", String(255), primary_key=True),
    Column("organisation", String(255), primary_key=True),
    Column("period", String(10), primary_key=True),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

# A reminder under 常设签发 (version 4): the n-th to an organisation about a period, at which step
# of 催报, and its letter; without a letter it went another way, as WeChat.
reminder = Table(
    "reminder",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch", ForeignKey(batch.c.name), nullable=False),
    Column("organisation", String(255), nullable=False),
    Column("period", String(10), nullable=False),
    Column("n", Integer, nullable=False),
    Column("step", Text, nullable=False),
    Column("letter", ForeignKey(letter.c.id), index=True),
    Column("at", Moment, nullable=False),
    UniqueConstraint("batch", "organisation", "period", "n"),
)
