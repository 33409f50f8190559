"""All shards of a batch, one after the other or by several processes; what is done is kept."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from merge.bench import Bench
from merge.crew import Crew
from merge.finished import Finished
from merge.orders import orders
from merge.shard import Filled, Parcels, fill, settle
from merge.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from pathlib import Path

    from merge.agenda import Plan
    from merge.drafts import Draft


def singly(plan: Plan, folder: Path, key: bytes, *, fresh: bool) -> Iterator[Filled]:
    """Fill a small batch document by document, so that progress is seen."""
    bench = Bench.of(plan.shop or _compiled(plan), key)
    for draft in plan.drafts:
        yield fill(bench, orders([draft]), folder, fresh=fresh)
    settle(orders(plan.drafts), folder)


def rounds(
    plan: Plan,
    shards: Sequence[Sequence[Draft]],
    folder: Path,
    crew: int,
    key: bytes,
    *,
    fresh: bool,
) -> Iterator[Filled]:
    """Fill what an earlier run has not, shard by shard, and yield all shards in their order."""
    shop = plan.shop or _compiled(plan)
    with Finished(folder, fresh=fresh) as finished:
        known = [finished.made(at, orders(shard), folder) for at, shard in enumerate(shards)]
        left = [shards[at] for at, made in enumerate(known) if made is None]
        if min(crew, len(left)) > 1:
            parcels = Parcels.of(shop, key)
            packed = deque(parcels.parcel(plan.roster, orders(shard)) for shard in left)
            filled = _crewed(min(crew, len(left)), parcels, packed, folder, fresh=fresh)
        else:
            filled = _alone(Bench.of(shop, key), left, folder, fresh=fresh)
        del plan, shop  # where others fill, all that is left of the rows is in the parcels
        for at, made in enumerate(known):
            if made is not None:
                yield Filled(made, [], [])
                continue
            one = next(filled)
            finished.add(at, one.made)
            yield one
        filled.close()


def _crewed(
    crew: int, parcels: Parcels, packed: deque[bytes], folder: Path, *, fresh: bool
) -> Generator[Filled, None, None]:
    with Crew(crew, parcels, folder, fresh=fresh) as hands:
        yield from hands.run(packed.popleft() for _ in range(len(packed)))


def _alone(
    bench: Bench, left: Iterable[Sequence[Draft]], folder: Path, *, fresh: bool
) -> Generator[Filled, None, None]:
    for shard in left:
        wanted = orders(shard)
        filled = fill(bench, wanted, folder, fresh=fresh)
        settle(wanted, folder)
        yield filled


def _compiled(plan: Plan) -> Workshop:
    shop = Workshop(plan.supplies)
    shop.compile()
    shop.watch_over((one.entry, plan.supplies.subject(one.entry, one.index)) for one in plan.drafts)
    return shop
