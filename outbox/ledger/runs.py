"""Runs of numbers: put together from who holds which, and told to the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from merge.number import CERTIFICATE, Given, Run, Series, Want
from outbox.ledger import numbertables
from outbox.ledger.entries import enter
from outbox.ledger.register import seal, within
from outbox.ledger.states import EntryKind, NumberState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import RowMapping
    from sqlalchemy.engine import Connection

    from outbox.ledger.moves import Act

_N = numbertables.number


def runs_held(holders: Mapping[Given, tuple[Want, str]]) -> list[Run]:
    """Put numbers that follow one another and are of one entry into runs, each sealed."""
    ordered = sorted(holders.items())
    found: list[list[tuple[Given, tuple[Want, str]]]] = []
    for one in ordered:
        if found and _follows(found[-1][-1], one):
            found[-1].append(one)
        else:
            found.append([one])
    return [
        Run(
            some[0][1][0].sort,
            some[0][1][0].entry,
            *some[0][0].series,
            some[0][0].ordinal,
            some[-1][0].ordinal,
            seal((given.ordinal, member) for given, (_, member) in some),
        )
        for some in found
    ]


def _follows(one: tuple[Given, tuple[Want, str]], other: tuple[Given, tuple[Want, str]]) -> bool:
    (given, (want, _)), (then, (next_, _)) = one, other
    same = given.series == then.series and want[:2] == next_[:2] and want.sort == CERTIFICATE
    return same and then.ordinal == given.ordinal + 1


def runs_in(rows: Iterable[RowMapping]) -> list[Run]:
    """Put rows of `number` into runs."""
    return runs_held(
        {
            Given(Series(row["code"], row["year"]), row["ordinal"]): (
                Want(row["sort"], row["entry"]),
                row["member"],
            )
            for row in rows
        }
    )


def tell(
    connection: Connection,
    act: Act,
    what: str,
    job: str,
    runs: Iterable[Run],
    batch: str | None = None,
) -> None:
    """Tell the chain what became of some numbers."""
    told = [
        [one.sort, one.entry, one.code, one.year, one.first, one.last, one.seal] for one in runs
    ]
    if told:
        data = {"do": what, "job": job, "numbers": told}
        enter(connection, EntryKind.NUMBER, data, act, batch=batch)


def final_in(connection: Connection, run: RowMapping) -> list[RowMapping]:
    """List the final numbers of a run."""
    query = select(_N).where(within(run), _N.c.state == NumberState.FINAL)
    return list(connection.execute(query).mappings())


def covers(run: RowMapping, row: RowMapping) -> bool:
    """Tell whether a number stands in a run."""
    same = (run["code"], run["year"]) == (row["code"], row["year"])
    return same and run["first"] <= row["ordinal"] <= run["last"]


def drop(connection: Connection, ids: Sequence[int]) -> None:
    """Delete rows of `number`: these numbers are free."""
    if ids:
        connection.execute(
            delete(_N).where(_N.c.id == bindparam("b_id")), [{"b_id": one} for one in ids]
        )
