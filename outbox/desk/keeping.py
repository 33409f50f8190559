"""While a ledger is written in: how its chain grows is remembered, and who keeps it asked again."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from outbox.desk import custody
from rosters.finding import FawenError

if TYPE_CHECKING:
    from datetime import datetime

    from outbox.ledger.recorder import Recorder
    from outbox.workspace import Workspace

OFTEN = 1.0  # seconds between two looks, at least
SHARE = 50  # looking takes no more than this part of the time, however long the chain is


def keep(ledger: Recorder, workspace: Workspace, at: datetime, who: str) -> None:
    """Let only the copy that is kept be written in, and remember outside how its chain grows.

    Both as long as it is open, not at its ends alone: a sending goes on for days. Whoever is killed
    has left a trace by which a backup from before is known; and who goes on while another copy was
    taken over on this machine stops.
    """
    again = custody.second_guard(ledger, workspace)
    due = 0.0

    def grown() -> None:
        nonlocal due
        begun = time.monotonic()
        if begun < due:
            return
        with suppress(FawenError):  # what was written is written
            _remember(ledger, workspace, ring=False)
        ledger.guarded(again)
        ended = time.monotonic()
        due = ended + max(OFTEN, SHARE * (ended - begun))

    ledger.guarded(custody.guard_of(ledger, workspace, at, who))
    ledger.followed(grown)
    ledger.farewell = lambda: _remember(ledger, workspace, ring=True)


def _remember(ledger: Recorder, workspace: Workspace, *, ring: bool) -> None:
    """Remember where the chain ends, unless another copy of it has gone on since."""
    if not custody.overtaken(ledger):
        custody.remember(ledger, workspace, ring=ring)
