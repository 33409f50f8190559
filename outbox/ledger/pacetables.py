"""Tables of the pace: what a mailbox may send, and what a service or a server has refused."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from outbox.ledger.schema import Moment, metadata
from outbox.ledger.tables import batch

# How fast a mailbox may go (version 2): its share of the assumed rate, in thousandths; letters
# taken since it last rose; connections refused in a row; patience used up by logins; and why
# nothing may leave from it.
tempo = Table(
    "tempo",
    metadata,
    Column("account", String(255), primary_key=True),
    Column("share", Integer, nullable=False),
    Column("assumed", Integer, nullable=False),  # 1: of a rate that was only a guess
    Column("good", Integer, nullable=False),
    Column("refusals", Integer, nullable=False),
    Column("logins", Integer, nullable=False),
    Column("stopped", Text, nullable=False),
)

# Who holds a connection to a mailbox's server (version 2): services count them.
seat = Table(
    "seat",
    metadata,
    Column("account", String(255), primary_key=True),
    Column("worker", String(255), primary_key=True),
    Column("until", Moment, nullable=False),
)

# A batch whose content a service refuses (version 2): nothing of it leaves before `until`, then one
# letter as a probe. Only attempts after number `since` count.
breaker = Table(
    "breaker",
    metadata,
    Column("batch", ForeignKey(batch.c.name), primary_key=True),
    Column("account", String(255), primary_key=True),
    Column("since", Integer, nullable=False),
    Column("until", Moment),
    Column("step", Integer, nullable=False),
)

# A mailbox that its server told to slow down.
pause = Table(
    "pause",
    metadata,
    Column("account", String(255), primary_key=True),
    Column("until", Moment, nullable=False),
    Column("step", Integer, nullable=False),
    Column("reason", Text, nullable=False),
)
