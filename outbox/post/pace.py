"""Quotas, rests and back-off: arithmetic over times passed in."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from outbox.post.account import Account

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LIFETIME = timedelta(hours=48)  # after that a letter that nobody takes is expired
FIRST, MOST = 60, 7200  # seconds: the first back-off, and its cap
_STEPS = (timedelta(minutes=1), timedelta(hours=1), timedelta(hours=12))
NO_CAP = 1_000_000


class Dots(Protocol):
    """What of the ledger is asked here: how much a mailbox has sent, counted from its dots."""

    def dots(self, account: str, since: datetime) -> int:
        """Count the dots since then."""
        ...

    def dot_at(self, account: str, since: datetime, number: int) -> datetime | None:
        """Return when the dot of that number since then was committed."""
        ...


def allowance(dots: Dots, account: Account, at: datetime) -> tuple[int, datetime]:
    """Return how many letters may leave now, and when the next one may.

    Windows slide: any 60 seconds, any 24 hours. Counted in the ledger, so that a restart or a
    second sender cannot exceed the cap.
    """
    free, when = NO_CAP, at
    for cap, window in ((account.per_minute, MINUTE), (account.per_day, DAY)):
        if not cap:
            continue
        sent = dots.dots(account.address, at - window)
        free = min(free, max(0, cap - sent))
        if sent >= cap:
            oldest = dots.dot_at(account.address, at - window, sent - cap)
            when = max(when, (oldest or at) + window)
    return free, when


def backoff(token: str, attempts: int) -> timedelta:
    """Return how long to wait after that many attempts: full jitter, 60 s doubling, 2 h at most.

    The jitter comes from the letter's token, so that the same ledger gives the same times.
    """
    most = min(MOST, FIRST * 2 ** min(attempts, 10))
    seed = hashlib.sha256(f"{token} {attempts}".encode()).digest()
    share = int.from_bytes(seed[:4], "big") / 2**32
    return timedelta(seconds=max(5.0, round(most * share, 1)))


def rest(step: int, least: int) -> timedelta:
    """Return how long a throttled mailbox rests: a minute, an hour, half a day; `least` seconds."""
    return max(_STEPS[min(step, len(_STEPS) - 1)], timedelta(seconds=least))


def eta(letters: int, account: Account) -> timedelta:
    """Return how long that many letters take at the account's quota."""
    if letters <= 0:
        return timedelta(0)
    days, rest_of_day = (
        divmod(letters - 1, account.per_day) if account.per_day else (0, letters - 1)
    )
    if not account.per_minute:
        return days * DAY
    return days * DAY + rest_of_day // account.per_minute * MINUTE
