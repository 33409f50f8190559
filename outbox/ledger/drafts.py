"""Drafts of one job: the newest stands, so that nobody signs one that has been overtaken."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from outbox.ledger import tables
from outbox.ledger.entries import entries
from outbox.ledger.lookups import batch_row
from outbox.ledger.moves import move_batch, reopen_letter
from outbox.ledger.states import BatchState, Channel, EntryKind, LetterState

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from outbox.ledger.moves import Act
    from outbox.ledger.values import BatchInfo

_T, _L = tables.batch, tables.letter
_PAST = (BatchState.CANCELLED, BatchState.SUPERSEDED)


class Revived(NamedTuple):
    """What came back: the batch is a draft again; how many letters, called back, wait again."""

    draft: bool = False
    letters: int = 0


def revive(connection: Connection, info: BatchInfo, act: Act) -> Revived:
    """Make a batch whole again that was called back or overtaken, and that nobody has signed.

    What was signed once stays as it is, and of what was forgotten there is nothing to send. Of a
    draft that stands, a letter that somebody called back stays so: a merge only repeats.
    """
    row = batch_row(connection, info.name)
    if row is None or info.state not in _PAST or info.approved_by:
        return Revived()
    if entries(connection, EntryKind.FORGET, info.name):
        return Revived()
    called_back = select(_L).where(
        _L.c.batch == info.name,
        _L.c.channel == Channel.LIVE,
        _L.c.state == LetterState.CANCELLED,
    )
    letters = connection.execute(called_back.order_by(_L.c.id)).mappings().all()
    return Revived(
        move_batch(connection, row, BatchState.DRAFT, act),
        sum(reopen_letter(connection, one, act) for one in letters),
    )


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
