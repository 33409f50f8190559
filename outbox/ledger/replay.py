"""Numbers told again from the chain: what stands in the register and nothing explains."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from merge.number import Run, Series
from outbox.ledger import numbertables, tables
from outbox.ledger.entries import entries
from outbox.ledger.provenance import read_manifest
from outbox.ledger.register import run_of, seal
from outbox.ledger.runs import covers
from outbox.ledger.states import EntryKind, NumberState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import RowMapping
    from sqlalchemy.engine import Connection

_N, _S, _B, _T = numbertables.number, numbertables.series, numbertables.bearing, tables.batch
_STATES = {
    "reserve": NumberState.RESERVED,
    "final": NumberState.FINAL,
    "void": NumberState.VOID,
}


@dataclass
class Told:
    """What the entries say of numbers: states, the sealed runs that were final, the starts."""

    states: dict[tuple[str, int, int], NumberState] = field(default_factory=dict)
    sealed: list[Run] = field(default_factory=list)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    whose: dict[tuple[str, int, int], set[tuple[str, object]]] = field(default_factory=dict)
    final: set[tuple[str, str, int, int]] = field(default_factory=set)  # batch, place

    def add(self, data: Mapping[str, Any], batch: str) -> None:
        """Follow an entry; `batch` is the one that it is about."""
        if data["do"] == "start":
            self.starts[data["code"], data["year"]] = data["start"]
        for one in data.get("numbers", ()):
            run = Run(*one)
            for ordinal in range(run.first, run.last + 1):
                place = run.code, run.year, ordinal
                if data["do"] == "free":
                    self.states.pop(place, None)
                    self.whose.pop(place, None)
                    continue
                self.states[place] = _STATES[data["do"]]
                about = {("job", data["job"]), ("sort", run.sort), ("entry", run.entry)}
                self.whose.setdefault(place, set()).update(about)
                if data["do"] == "final":
                    self.whose[place].add(("batch", batch))
                    self.final.add((batch, *place))
            if data["do"] == "final" and run.seal:
                self.sealed.append(run)


def strayed(connection: Connection) -> list[str]:
    """Name the numbers that are not as the entries say: somebody has written past us."""
    told = Told()
    for one in entries(connection, EntryKind.NUMBER):
        if not one.data:
            return []  # forgotten: nobody can tell any more
        told.add(one.data, one.batch)
    rows = {
        (row["code"], row["year"], row["ordinal"]): row
        for row in connection.execute(select(_N)).mappings()
    }
    odd = [
        Series(place[0], place[1]).text(place[2])
        for place in sorted({*told.states, *rows})
        if place not in rows or rows[place]["state"] != told.states.get(place)
    ]
    odd += _unsealed(told, rows)
    odd += _foreign(connection, told, rows)
    odd += _unborne(connection, told)
    starts = {(row.code, row.year): row.start for row in connection.execute(select(_S))}
    odd += [
        Series(*one).head
        for one in sorted({*starts, *told.starts})
        if starts.get(one) != told.starts.get(one)
    ]
    return list(dict.fromkeys(odd))


def _unsealed(told: Told, rows: Mapping[tuple[str, int, int], RowMapping]) -> Iterator[str]:
    """Name the runs that others hold now than those for whom they were signed."""
    for run in told.sealed:
        places = [(run.code, run.year, one) for one in range(run.first, run.last + 1)]
        held = [(one[2], rows[one]["member"]) for one in places if one in rows]
        if len(held) == len(places) and seal(held) != run.seal:
            yield run.text


def _foreign(
    connection: Connection, told: Told, rows: Mapping[tuple[str, int, int], RowMapping]
) -> Iterator[str]:
    """Name the numbers that another job or batch holds now than the chain tells."""
    borne = [(one["batch"], one) for one in connection.execute(select(_B)).mappings()]
    for place, row in rows.items():
        about = told.whose.get(place)
        if about is None:
            continue  # its state is not told either
        names = ["job", "sort", "entry"]
        names += ["batch"] if row["state"] != NumberState.RESERVED else []
        same = all((name, row[name]) in about for name in names)
        if same and row["state"] == NumberState.RESERVED and row["batch"]:
            same = any(name == row["batch"] and covers(run, row) for name, run in borne)
        if not same:
            yield Series(place[0], place[1]).text(place[2])


def _unborne(connection: Connection, told: Told) -> Iterator[str]:
    """Name the numbers that a batch bears otherwise than its manifest says."""
    bearings: defaultdict[str, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(select(_B).order_by(_B.c.id)).mappings():
        bearings[row["batch"]].append(row)
    forgotten = {one.batch for one in entries(connection, EntryKind.FORGET)}
    known = connection.execute(select(_T).order_by(_T.c.name)).mappings()
    for batch in known:
        manifest, own = read_manifest(batch), bearings.pop(batch["name"], [])
        if manifest is None:
            continue  # it has its own finding
        if manifest.sample or not manifest.numbers:
            yield from (run_of(one).text for one in own if not _adopted(one, told))
            continue
        whole = int(not manifest.partial)
        says = [(run, manifest.paper, whole) for run in manifest.numbers]
        if batch["name"] in forgotten:  # whether it was whole is forgotten, too
            says = [
                (run, paper, one["whole"]) for (run, paper, _), one in zip(says, own, strict=False)
            ]
        if says != [(run_of(one), one["paper"], one["whole"]) for one in own]:
            yield "、".join(run.text for run in manifest.numbers)
    yield from (run_of(one).text for own in bearings.values() for one in own)


def _adopted(row: RowMapping, told: Told) -> bool:
    """Tell whether a batch of an older version was given its number by `numbers.adopt`."""
    place = row["batch"], row["code"], row["year"], row["first"]
    return (
        not row["seal"] and not row["paper"] and row["first"] == row["last"] and place in told.final
    )
