"""Numbers of papers and certificates: reserved, borne by drafts, final; each change is chained.

Every function writes in its caller's transaction, which holds the only pen: two merges at once
never get one number, and who is killed leaves all of a change or none of it.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, insert, select, update

from merge.number import PAPER, Given, Run, Series, Want
from outbox.ledger import doubles, numbertables, tables
from outbox.ledger.entries import enter
from outbox.ledger.register import (
    Claim,
    kept_by,
    of_series,
    offer,
    round_of,
    run_of,
    runs_of,
    start_of,
    unregistered,
    within,
)
from outbox.ledger.releases import free_up, withdraw
from outbox.ledger.runs import drop, final_in, runs_held, runs_in, tell
from outbox.ledger.states import EntryKind, NumberState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import RowMapping
    from sqlalchemy.engine import Connection

    from merge.manifest import Manifest
    from outbox.ledger.moves import Act
    from outbox.ledger.values import BatchInfo

_N, _B, _S = numbertables.number, numbertables.bearing, numbertables.series
_T, _L = tables.batch, tables.letter


def reserve(
    connection: Connection,
    key: bytes,
    claim: Claim,
    wants: Mapping[Want, Series],
    act: Act,
) -> tuple[dict[Want, Given], tuple[Run, ...]]:
    """Give a job its numbers and write them down, so that nobody else gets them.

    The same wants again get the same numbers. A whole merge frees those that are wanted no more.
    """
    adopt(connection, act)
    now, final = round_of(connection, claim.job)
    numbers = offer(connection, key, claim, set(wants.values()))
    begins = claim.anew and (final or (now == 1 and bool(kept_by(connection, claim.job))))
    given = numbers.assigned(wants.items())
    holders = {one: (want, numbers.member(want.key)) for want, one in given.items()}
    _settle(connection, claim, now + begins, holders, act)
    runs = tuple(runs_held(holders))
    return given, runs


def _settle(
    connection: Connection,
    claim: Claim,
    round_: int,
    holders: Mapping[Given, tuple[Want, str]],
    act: Act,
) -> None:
    """Make the job's reserved numbers those that it holds now, and tell the chain what changed."""
    own = and_(_N.c.job == claim.job, _N.c.state == NumberState.RESERVED)
    query = select(_N).where(own)
    before = {
        Given(Series(row["code"], row["year"]), row["ordinal"]): row
        for row in connection.execute(query).mappings()
    }
    final = {
        Given(Series(row["code"], row["year"]), row["ordinal"])
        for series in {one.series for one in holders}
        for row in connection.execute(
            select(_N.c.code, _N.c.year, _N.c.ordinal).where(
                of_series(_N, series), _N.c.state == NumberState.FINAL
            )
        ).mappings()
    }
    left = [row for one, row in before.items() if claim.whole and one not in holders]
    moved = [
        one
        for one, (want, member) in holders.items()
        if one in before and _differs(before[one], want, member, round_)
    ]
    fresh = [one for one in holders if one not in before and one not in final]
    drop(connection, [row["id"] for row in (*left, *(before[one] for one in moved))])
    written = [
        {
            "code": one.series.code,
            "year": one.series.year,
            "ordinal": one.ordinal,
            "sort": holders[one][0].sort,
            "state": NumberState.RESERVED,
            "job": claim.job,
            "entry": holders[one][0].entry,
            "member": holders[one][1],
            "round": round_,
            "batch": "",
            "at": act.at,
        }
        for one in (*moved, *fresh)
    ]
    if written:
        connection.execute(insert(_N), written)
    tell(connection, act, "free", claim.job, runs_in(left))
    changed = {one: holders[one] for one in (*moved, *fresh)}
    tell(connection, act, "reserve", claim.job, runs_held(changed))


def _differs(row: RowMapping, want: Want, member: str, round_: int) -> bool:
    was = row["sort"], row["entry"], row["member"], row["round"]
    return was != (want.sort, want.entry, member, round_)


def bear(connection: Connection, manifest: Manifest, act: Act) -> None:
    """Note which numbers a batch bears, when it is recorded.

    Raises:
        InputError: one of them belongs to another paper, or was planned anew meanwhile.

    """
    if _may_bear(connection, manifest, act):
        rows = [
            _bearing(run, manifest.batch, manifest.paper, whole=not manifest.partial)
            for run in manifest.numbers
        ]
        connection.execute(insert(_B), rows)
        _claimed(connection, manifest.batch)


def bear_again(connection: Connection, manifest: Manifest, act: Act) -> None:
    """Let a batch that is a draft again have the numbers that it bears.

    Raises:
        InputError: one of them belongs to another paper, or was planned anew meanwhile.

    """
    if _may_bear(connection, manifest, act):
        _claimed(connection, manifest.batch)


def _may_bear(connection: Connection, manifest: Manifest, act: Act) -> bool:
    """Refuse numbers that are another paper's; tell whether a batch bears any at all."""
    if not manifest.numbers or manifest.sample:
        return False
    adopt(connection, act)
    doubles.refuse(connection, manifest.job, doubles.Bearer.of(manifest))
    return True


def _bearing(run: Run, batch: str, paper: str = "", *, whole: bool = True) -> dict[str, object]:
    return {"batch": batch, **asdict(run), "paper": paper, "whole": int(whole)}


def _claimed(connection: Connection, batch: str) -> None:
    """Write beside reserved numbers which draft bears them."""
    for run in runs_of(connection, batch):
        ours = and_(within(run), _N.c.state == NumberState.RESERVED)
        connection.execute(update(_N).where(ours).values(batch=batch))


def finish(connection: Connection, info: BatchInfo, act: Act) -> None:
    """Make the numbers of a batch that is approved now final; free what its job holds besides.

    Raises:
        InputError: one of them belongs to another paper, or was planned anew meanwhile.

    """
    adopt(connection, act)
    runs = runs_of(connection, info.name)
    if not runs:
        return
    doubles.refuse(connection, info.job, doubles.Bearer.recorded(connection, info.name, runs))
    for run in runs:
        if not run["seal"]:
            _register(connection, info, run, act)
            continue
        ours = and_(within(run), _N.c.state == NumberState.RESERVED)
        values = {"state": NumberState.FINAL, "batch": info.name, "at": act.at}
        connection.execute(update(_N).where(ours).values(values))
    tell(connection, act, "final", info.job, map(run_of, runs), batch=info.name)
    withdraw(connection, info, runs, act)
    free_up(connection, info.job, info.name, act)


def _register(connection: Connection, info: BatchInfo, run: RowMapping, act: Act) -> None:
    """Write down a number that somebody chose by hand; the same paper again changes nothing."""
    rows = final_in(connection, run)
    kept = kept_by(connection, info.job)
    if rows and rows[0]["job"] != info.job and rows[0]["batch"] not in kept:
        return
    connection.execute(delete(_N).where(within(run)))  # its own, void or reserved until now
    row = {key: run[key] for key in ("code", "year", "sort", "entry")}
    more = {"state": NumberState.FINAL, "job": info.job, "batch": info.name, "at": act.at}
    now = round_of(connection, info.job)[0]
    held = {"ordinal": run["first"], "member": "", "round": now}
    connection.execute(insert(_N).values(**row, **held, **more))


def keep(connection: Connection, batch: str, job: str, act: Act) -> None:
    """Let a job bear the numbers of a batch that it corrects, whatever its papers say now."""
    adopt(connection, act)
    enter(connection, EntryKind.NUMBER, {"do": "keep", "job": job}, act, batch=batch)


def begin(connection: Connection, series: Series, start: int, act: Act) -> int:
    """Let a series begin at a number: those before were given elsewhere. Return what it was."""
    was = start_of(connection, series)
    if was == start:
        return was
    connection.execute(delete(_S).where(of_series(_S, series)))
    connection.execute(insert(_S).values(code=series.code, year=series.year, start=start))
    data = {"do": "start", "code": series.code, "year": series.year, "start": start}
    enter(connection, EntryKind.NUMBER, data, act)
    return was


def adopt(connection: Connection, act: Act) -> None:
    """Register the numbers of batches that were signed by a version that did not."""
    for batch, job, given in unregistered(connection):
        run = Run(PAPER, 0, *given.series, given.ordinal, given.ordinal)
        values = _bearing(run, batch)
        connection.execute(insert(_B).values(values))
        if connection.scalar(select(_N.c.id).where(within(values))) is None:
            row = {key: values[key] for key in ("batch", "code", "year", "sort", "entry")}
            more = {"ordinal": given.ordinal, "state": NumberState.FINAL, "job": job}
            rest = {"member": "", "round": 1, "at": act.at}
            connection.execute(insert(_N).values(**row, **more, **rest))
            tell(connection, act, "final", job, [run], batch=batch)
