"""Look-ups inside a transaction: a batch, a letter, where its next copy goes; letters by state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from outbox.ledger import tables
from outbox.ledger.entries import entries
from outbox.ledger.states import EntryKind, LetterState
from outbox.ledger.values import Attempt, batch_info, letter_info
from rosters.finding import UsageError

if TYPE_CHECKING:
    from sqlalchemy import RowMapping
    from sqlalchemy.engine import Connection

    from outbox.ledger.values import BatchInfo

_HIDDEN = {"manifest", "fence"}
_BATCH = [column for column in tables.batch.c if column.name not in _HIDDEN]


def letter_row(connection: Connection, number: int) -> RowMapping:
    """Return the row of a letter.

    Raises:
        UsageError: there is no such letter.

    """
    query = select(tables.letter).where(tables.letter.c.id == number)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise UsageError(f"台账里没有编号为 {number} 的信件")
    return row


def current_address(connection: Connection, row: RowMapping) -> tuple[str, ...]:
    """Return where the next letter goes: as it was last given since, else as the letter has it."""
    given = [
        one.data["to"]
        for one in entries(connection, EntryKind.READDRESS, row["batch"])
        if one.letter == row["id"] and one.data
    ]
    return tuple(map(str, given[-1])) if given else letter_info(row).to


def read_attempt(row: RowMapping) -> Attempt:
    """Read a row of `attempt`, without its number."""
    return Attempt(**{**row, "outcome": LetterState(row["outcome"])})


def read_batches(connection: Connection) -> tuple[BatchInfo, ...]:
    """List every batch, oldest first."""
    order = (tables.batch.c.recorded_at, tables.batch.c.name)
    rows = connection.execute(select(*_BATCH).order_by(*order)).mappings().all()
    return tuple(batch_info(row, _signed(connection, row["name"])) for row in rows)


def read_batch(connection: Connection, name: str) -> BatchInfo:
    """Read a batch.

    Raises:
        UsageError: there is no such batch.

    """
    query = select(*_BATCH).where(tables.batch.c.name == name)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise unknown(name)
    return batch_info(row, _signed(connection, name))


def read_counts(connection: Connection, batch: str, channel: str) -> dict[LetterState, int]:
    """Count letters by state."""
    table = tables.letter
    query = (
        select(table.c.state, func.count())
        .where(table.c.batch == batch, table.c.channel == channel)
        .group_by(table.c.state)
    )
    found = {str(state): int(count) for state, count in connection.execute(query)}
    return {state: found.get(state, 0) for state in LetterState}


def batch_row(connection: Connection, name: str) -> RowMapping | None:
    """Read a batch's row."""
    columns = [tables.batch.c.name, tables.batch.c.state, tables.batch.c.fence]
    query = select(*columns).where(tables.batch.c.name == name)
    return connection.execute(query).mappings().one_or_none()


def unknown(name: str) -> UsageError:
    """Say that there is no such batch."""
    return UsageError(f"台账里没有批次“{name}”", "可用 fawen batches 查看已有的批次")


def _signed(connection: Connection, name: str) -> RowMapping | None:
    table = tables.approval
    query = select(table).where(table.c.batch == name).order_by(table.c.id.desc()).limit(1)
    return connection.execute(query).mappings().one_or_none()
