"""Tables of numbers that are not free: 发文字号 and 证书编号, and which batch bears them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from outbox.ledger.schema import Moment, metadata, one_of
from outbox.ledger.states import NumberState
from outbox.ledger.tables import batch

# A 发文字号 or 证书编号 that is not free (version 3), as ledger/numbers.py keeps them.
number = Table(
    "number",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(40), nullable=False),
    Column("year", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("sort", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("job", Text, nullable=False),
    Column("entry", Integer, nullable=False),
    Column("member", String(32), nullable=False),  # keyed hash of whom a certificate is for
    Column("round", Integer, nullable=False),  # of the job: `merge --next` begins another
    Column("batch", Text, nullable=False),  # that made it final, or last bore it; "" yet
    Column("at", Moment, nullable=False),
    UniqueConstraint("code", "year", "ordinal"),
    Index("number_job", "job", "state"),
    one_of("state", NumberState),
)

# Which batch bears which numbers (version 3): runs of them.
bearing = Table(
    "bearing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch", ForeignKey(batch.c.name), nullable=False, index=True),
    Column("sort", String(16), nullable=False),
    Column("entry", Integer, nullable=False),
    Column("code", String(40), nullable=False),
    Column("year", Integer, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("seal", String(64), nullable=False),  # who holds which; "": written by hand
    Column("paper", String(64), nullable=False),
    Column("whole", Integer, nullable=False),  # 0: somebody chose only some documents
    Index("bearing_series", "code", "year"),
)

# Where an office began to count with us (version 3); without a row: at the smallest known.
series = Table(
    "series",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("start", Integer, nullable=False),
)
