"""The register of numbers, read: what is used, reserved and void, what is missing, what is free."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, func, or_, select

from merge.number import CERTIFICATE, PAPER, Given, Numbers, Run, Series, Want, understood
from outbox.ledger import numbertables, tables
from outbox.ledger.entries import entries
from outbox.ledger.states import BatchState, EntryKind, NumberState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, RowMapping, Table
    from sqlalchemy.engine import Connection

_N, _B, _S, _T = numbertables.number, numbertables.bearing, numbertables.series, tables.batch
_LIVE = (NumberState.RESERVED, NumberState.FINAL)
_ANY = Want(PAPER, 0)
SIGNED = (BatchState.APPROVED, BatchState.SENDING, BatchState.HALTED, BatchState.DONE)


class Claim(NamedTuple):
    """Who asks for numbers: a job, for all its documents or for some; `anew`: `merge --next`."""

    job: str
    whole: bool = True
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Numbers that follow one another and stand alike; `batch` is "" where none bears them yet."""

    series: Series
    first: int
    last: int
    sort: str
    state: NumberState
    job: str = ""
    batch: str = ""
    title: str = ""
    at: datetime | None = None

    @property
    def count(self) -> int:
        """Count them."""
        return self.last - self.first + 1

    @property
    def text(self) -> str:
        """Write them as people read them."""
        first = self.series.text(self.first, self.sort)
        last = self.series.text(self.last, self.sort)
        return first if first == last else f"{first}至{last.removeprefix(self.series.head)}"


def salt_of(key: bytes) -> bytes:
    """Derive what hides whom certificates are for from the workspace key."""
    return hmac.new(key, b"numbers", hashlib.sha256).digest()


def of_series(table_: Table, series: Series) -> ColumnElement[bool]:
    """Select a series in `number`, `bearing` or `series`."""
    return and_(table_.c.code == series.code, table_.c.year == series.year)


def offer(
    connection: Connection, key: bytes, claim: Claim, series: Iterable[Series], code: str = ""
) -> Numbers:
    """Tell a job which numbers it holds, and which others hold.

    A paper keeps its number. Certificates that are not final are planned anew by a whole merge: in
    the order of their documents, from the first number that the job has.
    """
    now, final = round_of(connection, claim.job)
    held: dict[tuple[str, int, str], Given] = {}
    kept = kept_by(connection, claim.job)
    if not (claim.anew and (final or (kept and now == 1))):
        for row in _borne(connection, kept) if now == 1 else ():
            held[_holder(row)] = _given(row)
        own = and_(_N.c.job == claim.job, _N.c.round == now, _N.c.state.in_(_LIVE))
        wanted = frozenset(series)
        for row in connection.execute(select(_N).where(own).order_by(_N.c.id)).mappings():
            given = _given(row)
            here = given.series in wanted and given.ordinal >= start_of(connection, given.series)
            if row["state"] == NumberState.FINAL or (here and not _anew(row, claim)):
                held[_holder(row)] = given
    taken = {one: _taken(connection, one, claim) for one in series}
    return Numbers(code, live=True, held=held, taken=taken, salt=salt_of(key))


def _anew(row: RowMapping, claim: Claim) -> bool:
    """Tell whether a number of the job itself is planned anew."""
    own = row["job"] == claim.job and row["state"] == NumberState.RESERVED
    return own and claim.whole and row["sort"] == CERTIFICATE


def round_of(connection: Connection, job: str) -> tuple[int, bool]:
    """Return a job's round, and whether any number of it is final."""
    live = and_(_N.c.job == job, _N.c.state.in_(_LIVE))
    now = connection.scalar(select(func.max(_N.c.round)).where(live)) or 1
    final = select(_N.c.id).where(live, _N.c.round == now, _N.c.state == NumberState.FINAL)
    return now, connection.scalar(final.limit(1)) is not None


def _holder(row: RowMapping) -> tuple[str, int, str]:
    return row["sort"], row["entry"], row["member"]


def _given(row: RowMapping) -> Given:
    return Given(Series(row["code"], row["year"]), row["ordinal"])


def _taken(connection: Connection, series: Series, claim: Claim) -> tuple[int, frozenset[int]]:
    columns = (_N.c.ordinal, _N.c.job, _N.c.state, _N.c.sort)
    rows = connection.execute(select(*columns).where(of_series(_N, series))).mappings().all()
    own = [row["ordinal"] for row in rows if _anew(row, claim)]
    written = set(by_hand(connection, series, claim.job))
    taken = written.union(row["ordinal"] for row in rows).difference(own)
    start = start_of(connection, series)
    start = start or min((*written, *(row["ordinal"] for row in rows)), default=1)
    return max(start, min(own, default=0)), frozenset(taken)


def by_hand(connection: Connection, series: Series, job: str = "") -> dict[int, str]:
    """Return the numbers that drafts bear by hand, those of a job left out: number -> batch."""
    query = (
        select(_B.c.first, _B.c.batch)
        .join(_T, _T.c.name == _B.c.batch)
        .where(of_series(_B, series), _B.c.seal == "", _T.c.state == BatchState.DRAFT)
        .where(_T.c.job != job)
    )
    return {number: batch for number, batch in connection.execute(query)}  # noqa: C416 (a Row is no tuple to mypy)


def start_of(connection: Connection, series: Series) -> int:
    """Return where an office said that a series begins with us; 0 where nobody did."""
    return connection.scalar(select(_S.c.start).where(of_series(_S, series))) or 0


def kept_by(connection: Connection, job: str) -> tuple[str, ...]:
    """List the batches whose numbers a job keeps: those that it corrects."""
    return tuple(
        one.batch
        for one in entries(connection, EntryKind.NUMBER)
        if one.data.get("do") == "keep" and one.data.get("job") == job
    )


def correctors(connection: Connection, batch: str) -> tuple[str, ...]:
    """List the jobs that keep a batch's numbers."""
    return tuple(
        str(one.data["job"])
        for one in entries(connection, EntryKind.NUMBER, batch)
        if one.data.get("do") == "keep"
    )


def seal(held: Iterable[tuple[int, str]]) -> str:
    """Hash who holds which numbers of a run."""
    text = "".join(f"{ordinal} {member}\n" for ordinal, member in held)
    return hashlib.sha256(text.encode()).hexdigest()


def runs_of(connection: Connection, batch: str) -> list[RowMapping]:
    """List the runs of numbers that a batch bears."""
    query = select(_B).where(_B.c.batch == batch).order_by(_B.c.id)
    return list(connection.execute(query).mappings())


def run_of(row: RowMapping) -> Run:
    """Read a row of `bearing` as the run that it is."""
    return Run(**{name: row[name] for name in Run.__slots__})


def reserved(connection: Connection, job: str) -> bool:
    """Tell whether a job has numbers reserved."""
    own = select(_N.c.id).where(_N.c.job == job, _N.c.state == NumberState.RESERVED)
    return connection.scalar(own.limit(1)) is not None


def within(run: Mapping[str, object] | RowMapping) -> ColumnElement[bool]:
    """Select the numbers of a run."""
    between = and_(_N.c.ordinal >= run["first"], _N.c.ordinal <= run["last"])
    return and_(_N.c.code == run["code"], _N.c.year == run["year"], between)


def _borne(connection: Connection, batches: Iterable[str]) -> Iterator[RowMapping]:
    for batch in batches:
        for run in runs_of(connection, batch):
            query = select(_N).where(within(run), _N.c.state == NumberState.FINAL)
            yield from connection.execute(query).mappings()


def standing(connection: Connection, series: Series | None = None) -> tuple[Standing, ...]:
    """List every number that is not free, and the gaps between them, in the order of series."""
    named = connection.execute(select(_T.c.name, _T.c.title))
    titles = {name: title for name, title in named}  # noqa: C416 (a Row is no tuple to mypy)
    query = select(_N) if series is None else select(_N).where(of_series(_N, series))
    found: list[Standing] = []
    for row in connection.execute(query.order_by(_N.c.code, _N.c.year, _N.c.ordinal)).mappings():
        one = _standing(row, titles)
        last = found[-1] if found and found[-1].series == one.series else None
        begin = last.last + 1 if last else start_of(connection, one.series) or one.first
        if begin < one.first:
            found.append(Standing(one.series, begin, one.first - 1, one.sort, NumberState.GAP))
        if last and one.first == begin and _alike(last, one):
            found[-1] = _longer(last, one)
        else:
            found.append(one)
    return tuple(found)


def _standing(row: RowMapping, titles: Mapping[str, str]) -> Standing:
    return Standing(
        Series(row["code"], row["year"]), row["ordinal"], row["ordinal"], row["sort"],
        NumberState(row["state"]), row["job"], row["batch"], titles.get(row["batch"], ""),
        row["at"],
    )  # fmt: skip


def _alike(one: Standing, other: Standing) -> bool:
    """Tell whether certificates may stand on one line; a paper has a line of its own."""
    return one.sort == other.sort == CERTIFICATE and (one.state, one.job, one.batch) == (
        other.state, other.job, other.batch,
    )  # fmt: skip


def _longer(one: Standing, other: Standing) -> Standing:
    return Standing(
        one.series, one.first, other.last, one.sort, one.state, one.job, one.batch, one.title,
        other.at,
    )  # fmt: skip


def free(connection: Connection) -> dict[Series, int]:
    """Tell the next number of every series that there is."""
    known = select(_N.c.code, _N.c.year).union(select(_S.c.code, _S.c.year))
    found = {}
    for code, year in sorted(connection.execute(known).all()):
        start, taken = _taken(connection, Series(code, year), Claim("", whole=False))
        one = Series(code, year)
        found[one] = Numbers(taken={one: (start, taken)}).assigned([(_ANY, one)])[_ANY].ordinal
    return found


def unregistered(connection: Connection) -> list[tuple[str, str, Given]]:
    """List batches that were signed before numbers were registered: name, job, number."""
    known = select(_B.c.batch)
    query = select(_T.c.name, _T.c.job, _T.c.number).where(
        _T.c.number != "",
        _T.c.name.not_in(known),
        or_(*(_T.c.state == one for one in SIGNED)),
    )
    found = []
    for name, job, text in connection.execute(query.order_by(_T.c.recorded_at)):
        given = understood(text)
        if given is not None:
            found.append((name, job, given))
    return found
