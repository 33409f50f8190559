"""What a mailbox may send, and how it stands with its service: frozen values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime, timedelta


class Cap(NamedTuple):
    """So many letters in any window of that length."""

    most: int
    window: timedelta


class Budget(NamedTuple):
    """What a mailbox may send; `domain` is set where all mailboxes of a domain share the caps."""

    account: str = ""
    caps: tuple[Cap, ...] = ()
    domain: str = ""


class Tempo(NamedTuple):
    """How fast a mailbox goes: `share` of its rate in thousandths, `good` letters since it rose.

    `refusals` counts connections refused in a row, `logins` the patience that refused logins have
    used up; `stopped` says why nothing leaves. `assumed` is set where the rate was a guess.
    """

    share: int
    good: int = 0
    refusals: int = 0
    logins: int = 0
    stopped: str = ""
    assumed: bool = False


class Breaker(NamedTuple):
    """A batch stopped on a mailbox for its content, until then; `until` is None where it goes."""

    until: datetime | None
    step: int
