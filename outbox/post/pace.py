"""Quotas, rests and back-off: arithmetic over times passed in."""

from __future__ import annotations

import hashlib
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from outbox.ledger.allowance import Budget, Cap, Tempo
from outbox.post.verdict import Stage

if TYPE_CHECKING:
    from outbox.post.account import Account
    from outbox.post.verdict import Answer, Verdict

MINUTE, QUARTER, HOUR = timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1)
DAY = timedelta(days=1)
LIFETIME = timedelta(hours=48)  # after that a letter that nobody takes is expired
FIRST, MOST = 60, 7200  # seconds: the first back-off, and its cap
FULL, LEAST = 1000, 20  # a mailbox's share of its rate, in thousandths
RISE = 100  # letters taken without a word, after which the share rises by a tenth
CLOSING = 421


def first(account: Account) -> Tempo:
    """Return how a mailbox begins: at half of a rate that is only assumed."""
    return Tempo(FULL // 2 if account.assumed else FULL, assumed=account.assumed)


def current(account: Account, kept: Tempo | None) -> Tempo:
    """Return how a mailbox goes: as was kept, unless what was kept is of another kind of rate."""
    begun = first(account)
    if kept is None:
        return begun
    if kept.assumed != account.assumed:  # the unit has learnt its rate, or forgotten it
        return kept._replace(share=begun.share, good=0, assumed=begun.assumed)
    return kept


def taken(tempo: Tempo, letters: int) -> Tempo:
    """Go faster for letters that were taken: a tenth for each hundred, never above the rate."""
    rises, good = divmod(tempo.good + letters, RISE)
    share = tempo.share
    for _ in range(min(rises, 100)):
        share = min(FULL, share * 11 // 10 + 1)
    return tempo._replace(share=share, good=good)


def slower(tempo: Tempo) -> Tempo:
    """Go half as fast: the server asked for it."""
    return tempo._replace(share=max(LEAST, tempo.share // 2), good=0)


def budget(account: Account, tempo: Tempo) -> Budget:
    """Return what a mailbox may send now: its share of each cap, at least one letter."""
    caps = (
        (account.per_minute, MINUTE),
        (account.per_quarter, QUARTER),
        (account.per_hour, HOUR),
        (account.per_day, DAY),
    )
    return Budget(
        account.address,
        tuple(Cap(max(1, cap * tempo.share // FULL), window) for cap, window in caps if cap),
        account.domain if account.shared else "",
    )


def awake(account: Account, at: datetime) -> datetime:
    """Return when letters may leave again: `at` itself outside the quiet hours of its zone."""
    begin, end = _quiet(account)
    now = at.timetz().replace(tzinfo=None)
    asleep = begin <= now < end if begin <= end else now >= begin or now < end
    if not asleep:
        return at
    morning = at.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return morning if morning > at else morning + DAY


def shown(at: datetime) -> str:
    """Write the first whole minute that is not before a time: who comes then comes in time."""
    left = timedelta(microseconds=-(at.second * 1_000_000 + at.microsecond) % 60_000_000)
    return f"{at + left:%m月%d日 %H:%M}"


def _quiet(account: Account) -> tuple[time, time]:
    begin, _, end = account.quiet_hours.partition("-")
    return (time.fromisoformat(begin), time.fromisoformat(end)) if end else (time(0), time(0))


def jitter(seed: str) -> float:
    """Draw a share below 1 from a letter's token and attempt: same ledger, same times."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") / 2**32


def backoff(token: str, attempts: int) -> timedelta:
    """Return how long to wait after that many attempts: full jitter, 60 s doubling, 2 h at most."""
    most = min(MOST, FIRST * 2 ** min(attempts, 10))
    return timedelta(seconds=max(5.0, round(most * jitter(f"{token} {attempts}"), 1)))


def hold(verdict: Verdict, answer: Answer, seed: str) -> timedelta:
    """Return how long the mailbox rests for an answer that is no throttling, spread by the seed.

    421 asks for 5 to 15 minutes, a busy login for 30 to 60 (delivery.md, 2).
    """
    spread = 2.0 if answer.code == CLOSING else 1.0 if answer.stage is Stage.AUTH else 0.0
    return timedelta(seconds=verdict.rest * (1 + spread * jitter(seed)))


def rest(step: int, least: int, at: datetime, seed: str = "") -> datetime:
    """Return until when a throttled mailbox rests: a minute, an hour, then past midnight."""
    late = timedelta(minutes=10 * jitter(seed))  # not at the very stroke, when everybody comes
    if step < 1:
        return at + max(MINUTE, timedelta(seconds=least))
    if step == 1:
        return at + HOUR + late
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    return max(midnight, at + HOUR) + late


def eta(letters: int, account: Account, share: int = FULL) -> timedelta:
    """Return how long that many letters take at this share of the account's quota."""
    if letters <= 0:
        return timedelta(0)
    span, left = timedelta(0), letters - 1
    for window, most in reversed(_rates(account, share)):
        windows, left = divmod(left, most)
        span += windows * window
    return span


def _rates(account: Account, share: int) -> list[tuple[timedelta, int]]:
    """Return each window with what really fits into it, the shortest first."""
    begin, end = (timedelta(hours=one.hour, minutes=one.minute) for one in _quiet(account))
    waking = DAY - (end - begin) % DAY
    caps = {cap.window: cap.most for cap in budget(account, Tempo(share)).caps}
    if caps and waking < DAY:
        caps.setdefault(DAY, 10**9)
    rates: list[tuple[timedelta, int]] = []
    for window, cap in caps.items():
        most = cap
        if rates:
            shorter, fits = rates[-1]
            most = min(cap, max(1, fits * ((waking if window == DAY else window) // shorter)))
        rates.append((window, most))
    return rates
