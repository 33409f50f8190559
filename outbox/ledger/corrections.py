"""Corrections: which batch corrects which, and what becomes of the one that is corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from outbox.ledger import tables
from outbox.ledger.entries import enter, entries
from outbox.ledger.moves import cancel_letter, move_batch
from outbox.ledger.states import WAITING, BatchState, Channel, EntryKind, LetterState, may
from rosters.finding import InputError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from outbox.ledger.moves import Act

_B, _T = tables.batch, tables.letter
_BACK = WAITING - {LetterState.DOT}  # what can still be called back


def corrects(connection: Connection, batch: str) -> str:
    """Name the batch that a batch corrects, in a transaction."""
    found = entries(connection, EntryKind.CORRECT, batch)
    return str(found[-1].data.get("corrects", "")) if found else ""


def lineage(connection: Connection, batch: str) -> list[str]:
    """List the batches that a batch corrects, one after another."""
    found: list[str] = []
    while (batch := corrects(connection, batch)) and batch not in found:
        found.append(batch)
    return found


def begin_correction(connection: Connection, batch: str, old: str, act: Act) -> None:
    """Note of a new batch that it corrects another one.

    Raises:
        InputError: there is no such batch, or it was never signed.

    """
    query = select(_B.c.number, _B.c.state).where(_B.c.name == old)
    row = connection.execute(query).mappings().one_or_none()
    signed = select(tables.approval.c.id).where(tables.approval.c.batch == old)
    if row is None or connection.execute(signed).first() is None:
        said = "台账里没有这个批次" if row is None else "它没有签发过，不用更正，重新合并就可以"
        raise InputError(f"发文单写着更正批次「{old}」：{said}", "请核对发文单里的「更正」一行")
    data = {"corrects": old, "number": row["number"]}
    enter(connection, EntryKind.CORRECT, data, act, batch=batch)


def take_over(connection: Connection, batch: str, act: Act) -> str:
    """Supersede the batch that a correction, signed now, corrects; call back what waits of it."""
    old = corrects(connection, batch)
    query = select(_B.c.name, _B.c.state, _B.c.fence).where(_B.c.name == old)
    row = connection.execute(query).mappings().one_or_none()
    if row is None or not may(BatchState(row["state"]), BatchState.SUPERSEDED):
        return ""
    act = act._replace(reason=f"已由更正件 {batch} 代替")
    query = select(_T).where(_T.c.batch == old, _T.c.channel == Channel.LIVE, _T.c.state.in_(_BACK))
    for one in connection.execute(query.order_by(_T.c.id)).mappings().all():
        cancel_letter(connection, one, act)
    move_batch(connection, row, BatchState.SUPERSEDED, act)
    return old
