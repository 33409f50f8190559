"""All shards of a batch, one after the other or by several processes; what is done is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merge.bench import Bench
from merge.crew import Crew
from merge.finished import Finished
from merge.orders import orders
from merge.shard import Filled, Parcels, fill, settle
from merge.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

    from merge.agenda import Plan
    from merge.orders import Order


def singly(plan: Plan, folder: Path, key: bytes, *, fresh: bool) -> Iterator[Filled]:
    """Fill a small batch document by document, so that progress is seen."""
    bench = Bench.of(plan.shop or _compiled(plan), key)
    for draft in plan.drafts:
        yield fill(bench, orders([draft]), folder, fresh=fresh)
    settle(orders(plan.drafts), folder)


def rounds(
    plan: Plan,
    each: int,
    folder: Path,
    crew: int,
    key: bytes,
    *,
    fresh: bool,
) -> Iterator[Filled]:
    """Fill what an earlier run has not, shard by shard, and yield all shards in their order.

    A shard is `each` documents; each is packed when somebody is free to fill it.
    """
    shop, drafts, roster = plan.shop or _compiled(plan), plan.drafts, plan.roster
    shards = range(-(-len(drafts) // each))

    def wanted(shard: int) -> list[Order]:
        return orders(drafts[shard * each : (shard + 1) * each])

    with Finished(folder, fresh=fresh) as finished:
        done = {one for one in shards if finished.has(one) and finished.whole(one, wanted(one))}
        left = [one for one in shards if one not in done]
        crew = min(crew, len(left))
        if crew > 1:
            parcels = Parcels.of(shop, key)
            packed = (parcels.parcel(roster, wanted(one)) for one in left)
            filled = _crewed(crew, parcels, packed, folder, fresh=fresh)
        else:
            filled = _alone(Bench.of(shop, key), map(wanted, left), folder, fresh=fresh)
        for shard in shards:
            if shard in done:
                yield Filled(finished.made(shard), [], [])
                continue
            one = next(filled)
            finished.add(shard, one.made)
            yield one
        filled.close()


def _crewed(
    crew: int, parcels: Parcels, packed: Iterable[bytes], folder: Path, *, fresh: bool
) -> Generator[Filled, None, None]:
    with Crew(crew, parcels, folder, fresh=fresh) as hands:
        yield from hands.run(packed)


def _alone(
    bench: Bench, left: Iterable[list[Order]], folder: Path, *, fresh: bool
) -> Generator[Filled, None, None]:
    for wanted in left:
        filled = fill(bench, wanted, folder, fresh=fresh)
        settle(wanted, folder)
        yield filled


def _compiled(plan: Plan) -> Workshop:
    shop = Workshop(plan.supplies)
    shop.compile()
    shop.watch_over((one.entry, plan.supplies.subject(one.entry, one.row)) for one in plan.drafts)
    return shop
