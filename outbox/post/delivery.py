"""Claim, send, settle: a batch's letters on their way; safe to kill at any line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outbox.ledger.states import Channel
from outbox.post import pace
from outbox.post.courier import Courier
from outbox.post.errand import LEASE, Errand
from outbox.post.event import Event

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from datetime import datetime, timedelta
    from pathlib import Path

    from outbox.ledger.ledger import Ledger
    from outbox.post.account import Account

__all__ = ["Event", "deliver"]

_SOON = 5.0  # seconds that nobody asks about


def deliver(  # noqa: PLR0913 (a batch, a road, and the clock that cli.py alone may read)
    ledger: Ledger,
    batch: str,
    channel: str,
    account: Account,
    password: str | None,
    folder: Path,
    *,
    now: Callable[[], datetime],
    pause: Callable[[float], None],
    worker: str,
    wait: bool = False,
    context: ssl.SSLContext | None = None,
    lease: timedelta = LEASE,
) -> Iterator[Event]:
    """Send what may be sent, and yield each thing that happens.

    `folder` is the batch's folder, to which attachments' paths are relative. Without `wait` it
    ends when only waiting is left, with a `waiting` event; with it, each pause that a person would
    notice begins with a `resting` event. A batch that was halted goes on, for somebody asked for
    it; every file is compared with its hash again. `lease` is how long a letter may be connected
    for and its body written before it goes back to the queue.

    Raises:
        UsageError: there is no such batch.
        InputError: the batch is not signed, or was called back.
        UnavailableError: the ledger cannot be written.

    """
    road = Channel(channel)
    courier = Courier(account, password, context=context)
    errand = Errand(ledger, batch, road, account, folder, now, worker, courier, lease)
    try:
        yield from errand.begin()
        while True:
            yield from errand.drain()
            waits = None if errand.halted else errand.waits_until()
            if waits is None:
                break
            until, why = waits
            errand.pause()
            said = pace.shown(until.astimezone(now().tzinfo))
            words = f"其余信件须等到 {said} 以后再发" + (f"：{why}" if why else "")
            if not wait:
                yield Event("waiting", words, now(), next_at=until)
                break
            seconds = max(1.0, (until - now()).total_seconds())
            if seconds > _SOON:
                yield Event("resting", words, now(), next_at=until)
            pause(seconds)
        if road is Channel.LIVE and ledger.finish(batch, now(), worker):
            yield Event("finished", "本批信件已全部办结", now())
    finally:
        errand.pause()
