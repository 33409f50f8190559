"""Drafts of one job: the newest stands, so that nobody signs one that has been overtaken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from outbox.ledger import tables
from outbox.ledger.lookups import batch_row
from outbox.ledger.moves import move_batch
from outbox.ledger.states import BatchState

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from outbox.ledger.moves import Act
    from outbox.ledger.values import BatchInfo

_T = tables.batch


def revive(connection: Connection, info: BatchInfo, act: Act) -> bool:
    """Make a batch a draft again that was overtaken before anybody signed it."""
    row = batch_row(connection, info.name)
    if row is None or info.state is not BatchState.SUPERSEDED or info.approved_by:
        return False
    return move_batch(connection, row, BatchState.DRAFT, act)


def overtake(connection: Connection, info: BatchInfo, act: Act) -> tuple[str, ...]:
    """Supersede the job's other drafts; a sample overtakes nothing and is not overtaken."""
    if info.sample:
        return ()
    query = select(_T.c.name, _T.c.state, _T.c.fence).where(  # no manifest: it may be large
        _T.c.job == info.job,
        _T.c.name != info.name,
        _T.c.state == BatchState.DRAFT,
        _T.c.sample == 0,
    )
    rows = connection.execute(query).mappings().all()
    return tuple(
        row["name"] for row in rows if move_batch(connection, row, BatchState.SUPERSEDED, act)
    )
