"""Numbers that come free again, or are void: of drafts and signed batches that are cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, select, update

from merge.number import CERTIFICATE, Series
from outbox.ledger import doubles, numbertables, tables
from outbox.ledger.register import kept_by, of_series, runs_of
from outbox.ledger.runs import covers, drop, final_in, runs_in, tell
from outbox.ledger.states import GONE, BatchState, Channel, NumberState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import RowMapping
    from sqlalchemy.engine import Connection

    from merge.number import Given
    from outbox.ledger.moves import Act
    from outbox.ledger.values import BatchInfo

_N, _B, _T, _L = numbertables.number, numbertables.bearing, tables.batch, tables.letter


def release(connection: Connection, info: BatchInfo, act: Act) -> None:
    """Free the numbers of a batch that was cancelled; void those that were final.

    What left with a number stays used; so does what another batch that stands bears. `info` is the
    batch as it was before.
    """
    runs = runs_of(connection, info.name)
    if info.state is BatchState.DRAFT and not info.approved_by:
        free_up(connection, info.job, info.name, act, only=runs)
        return
    if _left(connection, info.name):
        return
    others = _others(connection, info.name, runs)
    rows = [row for run in runs for row in final_in(connection, run)]
    _void(connection, info.job, [r for r in rows if not any(covers(o, r) for o in others)], act)


def withdraw(connection: Connection, info: BatchInfo, runs: Sequence[RowMapping], act: Act) -> None:
    """Void the certificates of a corrected batch that its correction no longer gives."""
    if not all(run["whole"] for run in runs):
        return
    for batch in kept_by(connection, info.job):
        theirs = [row for run in runs_of(connection, batch) for row in final_in(connection, run)]
        left = [row for row in theirs if not any(covers(run, row) for run in runs)]
        if batch != info.name and len(left) < len(theirs):  # else it took other numbers: --next
            gone = [row for row in left if row["sort"] == CERTIFICATE]
            _void(connection, info.job, gone, act)


def give_up(connection: Connection, given: Given, act: Act) -> str | None:
    """Free a reserved number that no draft bears, of a job that is no more.

    Return None when it is done; else the batch that stands against it, "" where it is not reserved.
    """
    place = and_(of_series(_N, given.series), _N.c.ordinal == given.ordinal)
    row = connection.execute(select(_N).where(place)).mappings().one_or_none()
    if row is None or row["state"] != NumberState.RESERVED:
        return ""
    drafts = (
        select(_B.c.batch)
        .join(_T, _T.c.name == _B.c.batch)
        .where(of_series(_B, given.series), _T.c.state == BatchState.DRAFT)
        .where(_B.c.first <= given.ordinal, _B.c.last >= given.ordinal)
    )
    batch = connection.scalar(drafts.limit(1))
    if batch is not None:
        return str(batch)
    drop(connection, [row["id"]])
    tell(connection, act, "free", row["job"], runs_in([row]))
    return None


def _left(connection: Connection, batch: str) -> bool:
    """Tell whether a letter of the batch has gone, or may have."""
    gone = select(_L.c.id).where(
        _L.c.batch == batch, _L.c.channel == Channel.LIVE, _L.c.state.in_(GONE)
    )
    return connection.scalar(gone.limit(1)) is not None


def _others(connection: Connection, batch: str, runs: Sequence[RowMapping]) -> list[RowMapping]:
    """List the runs of signed batches that stand and share a series with these."""
    found: list[RowMapping] = []
    for code, year in {(run["code"], run["year"]) for run in runs}:
        query = (
            select(_B)
            .join(_T, _T.c.name == _B.c.batch)
            .where(of_series(_B, Series(code, year)), _B.c.batch != batch)
        )
        for row in connection.execute(query.add_columns(_T.c.state)).mappings():
            stands = row["state"] not in (BatchState.DRAFT, BatchState.CANCELLED)
            if (stands and doubles.signed(connection, row["batch"])) or (
                row["state"] == BatchState.CANCELLED and _left(connection, row["batch"])
            ):
                found.append(row)
    return found


def _void(connection: Connection, job: str, rows: Sequence[RowMapping], act: Act) -> None:
    for row in rows:
        values = {"state": NumberState.VOID, "at": act.at}
        connection.execute(update(_N).where(_N.c.id == row["id"]).values(values))
    tell(connection, act, "void", job, runs_in(rows))


def free_up(
    connection: Connection,
    job: str,
    batch: str,
    act: Act,
    only: Sequence[RowMapping] | None = None,
) -> None:
    """Free reserved numbers of a job that no other draft bears: all, or those in some runs."""
    drafts = (
        select(_B)
        .join(_T, _T.c.name == _B.c.batch)
        .where(_T.c.job == job, _T.c.state == BatchState.DRAFT, _T.c.name != batch)
    )
    kept = list(connection.execute(drafts).mappings())
    query = select(_N).where(_N.c.job == job, _N.c.state == NumberState.RESERVED)
    rows = [
        row
        for row in connection.execute(query.order_by(_N.c.id)).mappings()
        if not any(covers(run, row) for run in kept)
        and (only is None or any(covers(run, row) for run in only))
    ]
    drop(connection, [row["id"] for row in rows])
    tell(connection, act, "free", job, runs_in(rows))
