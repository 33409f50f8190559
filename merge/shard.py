"""A shard of a batch: what is to be filled, the rows it needs, and how it is filled."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple, NoReturn, cast

from merge.bench import Bench
from merge.book import COUNTS
from merge.files import settled, write
from merge.looking import look
from merge.mark import sealing
from merge.orders import Order
from rosters.finding import Finding, InputError
from rosters.roster import Member, Roster, Row
from templates.said import Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from merge.looking import Sighting
    from merge.orders import Made
    from merge.workshop import Workshop
    from templates.archive import Issued

_PEOPLE = frozenset({"党员", "全部党员", *COUNTS})  # what leads from a document to other members
_HANDFUL = 32  # documents that are filled before they are written
_HEAVY = 4_000_000  # bytes of them


class Filled(NamedTuple):
    """What came of a shard: of each document what it is known by, None where it is not made."""

    made: list[Made | None]
    findings: list[Finding]
    strange: list[Sighting]


def fill(bench: Bench, wanted: Sequence[Order], folder: Path, *, fresh: bool) -> Filled:
    """Fill a shard into files; what cannot be filled, or names others, is not written.

    It goes by handfuls: filled, looked through, written, as it is one step's code that is at hand.
    """
    made: list[Made | None] = []
    found: list[Finding] = []
    strange: list[Sighting] = []
    root = str(folder)
    for handful in _handfuls(bench, wanted, found):
        others = [look(bench, order, said) if issued else () for order, said, issued in handful]
        for (order, _, issued), strangers in zip(handful, others, strict=True):
            if issued is None or strangers:
                strange += strangers
                made.append(None)
                continue
            halves, sha256, mark = issued
            write(f"{root}/{order.path}", *halves, fresh=fresh)
            made.append((sha256, sum(map(len, halves)), mark))
    return Filled(made, found, strange)


def _handfuls(
    bench: Bench, wanted: Sequence[Order], found: list[Finding]
) -> Iterator[list[tuple[Order, Said, Issued | None]]]:
    """Fill, some documents at a time; `found` hears why one cannot be filled."""
    sealed = lru_cache(maxsize=64)(partial(sealing, bench.key))
    handful: list[tuple[Order, Said, Issued | None]] = []
    held = 0
    for one in wanted:
        template = bench.templates[one.entry]
        if template is None:
            continue  # refused by the plan
        said = Said(bench.guard.asked[one.entry])
        issued: Issued | None = None
        try:
            record = bench.record(one, said.values)
            issued = template.issued(record, said, sealed(one.receiver))
            held += len(issued[0][1])
        except InputError as error:
            found.extend(error.findings)
        handful.append((one, said, issued))
        if len(handful) == _HANDFUL or held > _HEAVY:
            yield handful
            handful, held = [], 0
    yield handful


def settle(wanted: Iterable[Order], folder: Path) -> None:
    """Have a shard's files reach the disk by their names."""
    settled(folder / name for name in {one.path.rpartition("/")[0] for one in wanted})


class Lent(Sequence[Member]):
    """The members of one shard, by their places among all; there are no others here."""

    def __init__(self) -> None:
        self.rows: dict[int, Member] = {}

    def __getitem__(self, index: int) -> Member:  # type: ignore[override]  # slices are not lent
        return self.rows[index]

    def __len__(self) -> NoReturn:
        raise RuntimeError("a process is lent the rows of its shard alone")

    def __iter__(self) -> NoReturn:
        self.__len__()


class Parcels(NamedTuple):
    """What goes to other processes: a bench once for each, then a parcel for each shard.

    Members travel with their shard, unless a document reads others than its own: then all do.
    """

    bench: Bench
    whole: bool

    @classmethod
    def of(cls, shop: Workshop, key: bytes) -> Parcels:
        """See what a job's documents read."""
        uses = shop.spread(use for one in shop.templates if one for use in one.uses)
        whole = any(not _PEOPLE.isdisjoint((*use.path, use.name)) for use in uses)
        bench = Bench.of(shop, key)
        members = bench.roster.members if whole else ()
        roster = replace(bench.roster, findings=(), members=members)
        return cls(replace(bench, roster=roster, known=whole), whole)

    def parcel(self, roster: Roster, wanted: Sequence[Order]) -> bytes:
        """Pack a shard with the rows that it needs."""
        if self.whole:
            return pickle.dumps((wanted, ()))
        places = {sheet: at for at, sheet in enumerate(roster.sheets)}
        indexes = dict.fromkeys(one.row for one in wanted if self.bench.per[one.entry] == "党员")
        rows = []
        for index, one in zip(indexes, _taken(roster.members, list(indexes)), strict=True):
            sheet = places[one.row.sheet]
            rows.append((index, one.name, one.organisation, sheet, one.row.number, one.row.values))
        return pickle.dumps((list(map(tuple, wanted)), rows))

    def unpacked(self) -> Lender:
        """Make ready to fill, in the process that will."""
        if self.whole:
            return Lender(self.bench, None)
        lent = Lent()
        members = cast("tuple[Member, ...]", lent)  # what is asked of it here, it does
        roster = replace(self.bench.roster, members=members)
        return Lender(replace(self.bench, roster=roster), lent)


def _taken(members: Sequence[Member], indexes: Sequence[int]) -> Sequence[Member]:
    """Take members by their places; those of a shard mostly stand together."""
    if indexes and indexes[-1] - indexes[0] + 1 == len(indexes):
        return members[indexes[0] : indexes[-1] + 1]
    return [members[index] for index in indexes]


class Lender(NamedTuple):
    """A process's own bench, and the rows lent to it."""

    bench: Bench
    lent: Lent | None

    def fill(self, parcel: bytes, folder: Path, *, fresh: bool) -> Filled:
        """Fill the shard of a parcel, down to the disk."""
        packed, rows = pickle.loads(parcel)  # noqa: S301 - our own, through our own pipe
        wanted = list(map(Order._make, packed))
        if self.lent is not None:
            sheets = self.bench.roster.sheets
            self.lent.rows = {
                index: Member(name, home, Row(sheets[sheet], number, values))
                for index, name, home, sheet, number, values in rows
            }
        filled = fill(self.bench, wanted, folder, fresh=fresh)
        settle(wanted, folder)
        return filled
