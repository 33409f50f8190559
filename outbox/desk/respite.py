"""Until when nothing of a batch can leave, as far as that is known before anybody sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outbox.desk import sender
from outbox.ledger.states import Channel, LetterState
from outbox.post import pace
from outbox.post.errand import LEASE
from outbox.post.signed import urgent
from outbox.post.throttle import Throttle
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo
    from outbox.workspace import Workspace


def told(
    workspace: Workspace,
    ledger: Ledger,
    batch: BatchInfo,
    counts: Mapping[LetterState, int],
    at: datetime,
) -> str:
    """Say until when a batch waits, and why; "" where it can leave now, or nobody knows."""
    try:
        account = sender.rehearser(workspace)
    except InputError:
        return ""  # `send` and `doctor` say what is wrong
    now = at.astimezone(workspace.zone)
    # Whether it is urgent stands in the manifest, which may be large: it matters at night alone.
    awake = pace.awake(account, now) <= now or urgent(ledger.issued(batch.name))
    throttle = Throttle(ledger, batch.name, Channel.LIVE, account, "", LEASE, urgent=awake)
    until, why = throttle.until(now)
    if not any(counts[one] for one in (LetterState.QUEUED, LetterState.LEASED, LetterState.DOT)):
        until, why = max((until, why), (ledger.next_at(batch.name, Channel.LIVE) or now, ""))
    if until <= now:
        return ""
    when = pace.shown(until.astimezone(workspace.zone))
    return f"；{when} 以后才能发" + (f"（{why}）" if why else "")
