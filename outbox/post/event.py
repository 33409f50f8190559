"""What happens on a delivery's way, for whoever watches: a frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from outbox.ledger.values import LetterInfo


@dataclass(frozen=True, slots=True)
class Event:
    """What has just happened, for whoever watches.

    `kind` is a letter's new state (accepted, rejected, deferred, held, expired, in_doubt,
    cancelled, lost) or halted, waiting, resting, finished; `words` say it in Chinese; `next_at` is
    when to go on, with waiting and resting.
    """

    kind: str
    words: str
    at: datetime
    letter: LetterInfo | None = None
    next_at: datetime | None = None
    partial: bool = False  # accepted, but not by every Cc
