"""One number, one paper: what stands against a batch that is about to bear its numbers."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, NamedTuple, Self

from sqlalchemy import select

from outbox.ledger import numbertables, tables
from outbox.ledger.register import by_hand, correctors, kept_by, run_of, seal, within
from outbox.ledger.states import BatchState, Channel, NumberState
from rosters.finding import Finding, InputError, Level, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import RowMapping
    from sqlalchemy.engine import Connection

    from merge.manifest import Manifest
    from merge.number import Run

_N, _B, _T, _L = numbertables.number, numbertables.bearing, tables.batch, tables.letter


class Bearer(NamedTuple):
    """A batch with its numbers: what its paper says, and what each receiver is sent."""

    batch: str
    runs: tuple[Run, ...]
    paper: str
    contents: tuple[tuple[tuple[str, str], str], ...] = ()
    manifest: Manifest | None = None

    @classmethod
    def of(cls, manifest: Manifest) -> Self:
        """Take it from a manifest."""
        return cls(manifest.batch, manifest.numbers, manifest.paper, manifest=manifest)

    @classmethod
    def recorded(cls, connection: Connection, batch: str, runs: Sequence[RowMapping]) -> Self:
        """Take it from what was recorded."""
        made = tuple(map(run_of, runs))
        return cls(batch, made, runs[0]["paper"], tuple(_contents(connection, batch).items()))

    def content(self) -> dict[tuple[str, str], str]:
        """Return what each receiver is sent, hashed."""
        if self.manifest is None:
            return dict(self.contents)
        return {(one.organisation, one.kind): one.content for one in self.manifest.letters}


def refuse(connection: Connection, job: str, bearer: Bearer) -> None:
    """Refuse a batch of a job whose numbers are another paper's.

    Raises:
        InputError: with every finding.

    """
    found = list(dict.fromkeys(against(connection, job, bearer)))
    if found:
        raise InputError("字号不能这样用", findings=found)


def against(connection: Connection, job: str, bearer: Bearer) -> Iterator[Finding]:
    """Find what stands against each number of a batch."""
    kept = frozenset(kept_by(connection, job))
    for run in bearer.runs:
        query = select(_N).where(within(asdict(run))).order_by(_N.c.ordinal)
        rows = connection.execute(query).mappings().all()
        others = [one for one in _signed(connection, run) if one != bearer.batch]
        ours = not kept.isdisjoint(others)  # a correction: the same number, another content
        left = [one for one in others if one not in kept]
        left = [one for one in left if not _replaced(connection, one, others)]
        other = next((one for one in left if changed(connection, bearer, one)), "")
        if other and not all(changed(connection, bearer, one) for one in others):
            other = ""  # as it was signed once, and corrected since
        strange = not ours and any(row["job"] != job for row in rows)
        if not run.seal:
            # The same paper under another name is no double: `send` knows what has gone.
            yield from _written(job, run, rows if strange and (other or not others) else ())
        elif _stale(run, rows) or strange:
            message = f"{run.text}已重新安排，这一批的号不作数"
            yield _fault(job, message, f"请重新合并：fawen merge {job}")
        elif other:
            yield _fault(job, *_both_ways(run, job, other))


def _replaced(connection: Connection, batch: str, others: Sequence[str]) -> bool:
    """Tell whether one of the others is the signed correction of a batch."""
    jobs = correctors(connection, batch)
    query = select(_T.c.name).where(_T.c.name.in_(others), _T.c.job.in_(jobs), _T.c.name != batch)
    return connection.scalar(query.limit(1)) is not None


def _both_ways(run: Run, job: str, other: str) -> tuple[str, str]:
    return (
        f"{run.text}已随批次 {other} 签发，内容却变了",
        f"要更正（字号不变）：fawen correct {other}；"
        f"要另发一份（新字号）：fawen merge {job} --next",
    )


def _written(job: str, run: Run, rows: Sequence[RowMapping]) -> Iterator[Finding]:
    """Look at a number that somebody wrote by hand."""
    for row in rows:
        if row["job"] == job:
            continue  # the same job again: `send` refuses a second content to one receiver
        state = NumberState(row["state"])
        whose = f"作业「{row['job']}」" + (f"（批次 {row['batch']}）" if row["batch"] else "")
        said = {
            NumberState.FINAL: f"{run.text}已由{whose}使用，一个字号只能是一份文件",
            NumberState.RESERVED: f"{run.text}已预留给{whose}",
            NumberState.VOID: f"{run.text}是空号（{whose}已撤销），不能再用",
        }[state]
        yield _fault(job, said, "请换一个字号；fawen number --free 看有哪些可用")


def alike(connection: Connection, job: str, runs: Iterable[Run]) -> Iterator[Finding]:
    """Find numbers by hand that an unsigned draft of another job bears too."""
    for run in runs:
        other = None if run.seal else by_hand(connection, run.series, job).get(run.first)
        if other:
            message = f"{run.text}在草稿 {other} 上也有，先签发的才能用"
            advice = "请改其中一份；fawen number --free 看有哪些可用"
            yield Finding(Level.WARNING, "number.double", Place(job), message, advice)


def changed(connection: Connection, bearer: Bearer, other: str) -> bool:
    """Tell whether a batch says something else than a signed one under the same number."""
    query = select(_B.c.paper).where(_B.c.batch == other).limit(1)
    paper = connection.scalar(query)
    if paper and paper != bearer.paper:
        return True
    theirs = _contents(connection, other)
    return any(theirs.get(key, content) != content for key, content in bearer.content().items())


def _contents(connection: Connection, batch: str) -> dict[tuple[str, str], str]:
    query = select(_L.c.organisation, _L.c.kind, _L.c.content).where(
        _L.c.batch == batch, _L.c.channel == Channel.LIVE, _L.c.n == 1
    )
    return {(one, kind): content for one, kind, content in connection.execute(query)}


def _signed(connection: Connection, run: Run) -> list[str]:
    """List the batches that were signed, stand, and bear a number of a run."""
    query = (
        select(_B.c.batch)
        .join(_T, _T.c.name == _B.c.batch)
        .where(_B.c.code == run.code, _B.c.year == run.year)
        .where(_B.c.first <= run.last, _B.c.last >= run.first)
        .where(_T.c.state.not_in((BatchState.DRAFT, BatchState.CANCELLED)))
    )
    found = dict.fromkeys(name for (name,) in connection.execute(query.order_by(_B.c.id)))
    return [one for one in found if signed(connection, one)]


def signed(connection: Connection, batch: str) -> bool:
    """Tell whether anybody signed a batch."""
    table = tables.approval
    return connection.scalar(select(table.c.id).where(table.c.batch == batch).limit(1)) is not None


def _stale(run: Run, rows: Sequence[RowMapping]) -> bool:
    """Tell whether others hold the numbers now than when they were given."""
    if not run.seal:
        return False
    live = all(row["state"] != NumberState.VOID and row["sort"] == run.sort for row in rows)
    return not live or run.seal != seal((row["ordinal"], row["member"]) for row in rows)


def _fault(job: str, message: str, advice: str) -> Finding:
    return Finding(Level.ERROR, "number.double", Place(job), message, advice).blocking(job)
