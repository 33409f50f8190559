"""催报 as they stand in the ledger: how often who was reminded, and what must not leave now."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from outbox.ledger import returntables, tables
from outbox.ledger.entries import entries
from outbox.ledger.provenance import flaw
from outbox.ledger.states import EntryKind, LetterState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy.engine import Connection

    from outbox.ledger.values import Entry, LetterInfo
    from rosters.finding import Finding

_T, _R, _B, _E = tables.letter, returntables.reminder, tables.batch, tables.entry
_TOLD = ("organisation", "period", "n", "step")


class Reminded(NamedTuple):
    """A reminder as it stands in the ledger, and where its letter stands."""

    batch: str
    organisation: str
    period: str
    n: int
    step: str
    letter: int
    at: datetime
    until: datetime | None
    state: LetterState
    settled_at: datetime | None

    @property
    def counts(self) -> bool:
        """Tell whether it has gone, may have, or still will: one that was called back has not."""
        return self.state is not LetterState.CANCELLED


def of_job(
    connection: Connection, job: str, organisation: str = "", period: str = ""
) -> tuple[Reminded, ...]:
    """List the reminders about a job, oldest first, in a transaction: all, or about one report."""
    names = ("batch", "organisation", "period", "n", "step", "letter", "at")
    query = (
        select(*(_R.c[name] for name in names), _T.c.state, _T.c.settled_at, _E.c.data)
        .join(_T, _T.c.id == _R.c.letter)
        .join(_B, _B.c.name == _R.c.batch)
        .outerjoin(
            _E,
            (_E.c.letter == _T.c.id) & (_E.c.kind == EntryKind.STANDING),
        )
        .where(_B.c.job == job)
        .order_by(_R.c.id)
    )
    if organisation:
        query = query.where(_R.c.organisation == organisation, _R.c.period == period)
    return tuple(
        Reminded(
            **{name: row[name] for name in names},
            until=_until(row["data"] or ""),
            state=LetterState(row["state"]),
            settled_at=row["settled_at"],
        )
        for row in connection.execute(query).mappings()
    )


def stale(connection: Connection, letter: LetterInfo, at: datetime) -> str:
    """Say why a reminder must not leave now; "" where it may.

    Asked in the transaction that commits the dot: what was taken in before that is known here.
    """
    made = entry_of(connection, letter.batch, letter.id)
    if made is None or not made.data:
        return "催报没有来历"
    until = datetime.fromisoformat(str(made.data["until"]))
    if at >= until:
        return "过了催报的时候，没有发出"
    job = connection.execute(select(_B.c.job).where(_B.c.name == letter.batch)).scalar_one()
    period = str(made.data["period"])
    said = made.data.get("lacking", [""])
    if came(connection, job, letter.organisation, period).isdisjoint(said):
        return ""
    return "又报来了，不再照这一封催" if "lacking" in made.data else "已经报来，不再催"


def came(connection: Connection, job: str, organisation: str, period: str) -> frozenset[str]:
    """List about whom anything was returned for a period; what is faulty is for a person."""
    table = returntables.returned
    query = select(table.c.subject).where(
        table.c.job == job, table.c.organisation == organisation, table.c.period == period
    )
    return frozenset(connection.execute(query).scalars())


def entry_of(connection: Connection, batch: str, letter: int) -> Entry | None:
    """Return what a reminder rests on; None where nothing tells of it."""
    found = entries(connection, EntryKind.STANDING, batch)
    return next((one for one in found if one.letter == letter), None)


def _until(data: str) -> datetime | None:
    said = json.loads(data).get("until") if data else None
    return datetime.fromisoformat(said) if said else None


def strayed(connection: Connection, forgotten: Collection[str]) -> Iterator[Finding]:
    """Hold the rows of `reminder` against their entries, both ways: they say how often."""
    told = {
        (one.batch, one.letter): tuple(one.data.get(name) for name in _TOLD)
        for one in entries(connection, EntryKind.STANDING)
        if one.batch not in forgotten
    }
    query = select(_R, _T.c.name).outerjoin(_T, _T.c.id == _R.c.letter).order_by(_R.c.id)
    for row in connection.execute(query).mappings():
        if row["batch"] in forgotten:
            continue
        if told.pop((row["batch"], row["letter"]), None) != tuple(row[name] for name in _TOLD):
            said = "催报的登记没有来历，或被改动"
            yield flaw("reminder", row["batch"], row["name"] or row["organisation"], said)
    for batch, letter in told:
        name = connection.scalar(select(_T.c.name).where(_T.c.id == letter))
        yield flaw("reminder", batch, name or "", "催报的登记不见了")
