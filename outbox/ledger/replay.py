"""Numbers told again from the chain: what stands in the register and nothing explains."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from merge.number import Run, Series
from outbox.ledger import schema
from outbox.ledger.entries import entries
from outbox.ledger.register import seal
from outbox.ledger.states import EntryKind, NumberState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import RowMapping
    from sqlalchemy.engine import Connection

_N, _S = schema.number, schema.series
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

    def add(self, data: Mapping[str, Any]) -> None:
        """Follow an entry."""
        if data["do"] == "start":
            self.starts[data["code"], data["year"]] = data["start"]
        for one in data.get("numbers", ()):
            run = Run(*one)
            for ordinal in range(run.first, run.last + 1):
                place = run.code, run.year, ordinal
                if data["do"] == "free":
                    self.states.pop(place, None)
                else:
                    self.states[place] = _STATES[data["do"]]
            if data["do"] == "final" and run.seal:
                self.sealed.append(run)


def strayed(connection: Connection) -> list[str]:
    """Name the numbers that are not as the entries say: somebody has written past us."""
    told = Told()
    for one in entries(connection, EntryKind.NUMBER):
        if not one.data:
            return []  # forgotten: nobody can tell any more
        told.add(one.data)
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
