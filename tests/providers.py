"""Mail services as they may really be, in virtual time: secret quotas, and penalties."""

from __future__ import annotations

import zlib
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from outbox.post.verdict import Answer, Stage, decode

if TYPE_CHECKING:
    from collections.abc import Callable

    from postal import Clock

MINUTE, QUARTER, HOUR, DAY = (timedelta(seconds=s) for s in (60, 900, 3600, 86400))


@dataclass(frozen=True)
class Quota:
    """So many in a window; what is said when it is full, and how long nothing is taken after."""

    most: int
    window: timedelta
    stage: Stage
    code: int
    said: str
    penalty: timedelta = timedelta(0)
    calendar: bool = False  # counted anew at midnight, not sliding


@dataclass(frozen=True)
class Habits:
    """How a service behaves besides its quotas; the numbers are one letter in so many."""

    quotas: tuple[Quota, ...]
    unknown: int = 0  # no such user, for good
    grey: int = 0  # put off at the first attempt
    flooded: int = 0  # the receiver has too much just now: a 550 that means later
    hangs_up: int = 0  # the connection is lost before the dot
    suspicious: int = 0  # 451 DT:SPM, at the first attempt
    restarts: int = 0  # 421, at any attempt
    per_connection: int = 0  # then 421
    seconds: float = 1.0  # that a letter takes


@dataclass
class Provider:
    """One service for one mailbox. `hits` counts what it refused for going too fast."""

    habits: Habits
    clock: Clock
    taken: dict[str, int] = field(default_factory=dict)
    hits: int = 0
    attempts: int = 0
    _dots: deque[datetime] = field(default_factory=deque)
    _tried: dict[str, int] = field(default_factory=dict)
    _blocked: tuple[datetime, Quota] | None = None
    _on_line: int = 0

    def hang_up(self) -> None:
        self._on_line = 0

    def unknown(self, address: str) -> bool:
        return self._nth(address, self.habits.unknown)

    def carry(  # noqa: PLR0911 (a service has many ways of saying no)
        self, address: str, commit: Callable[[], bool]
    ) -> Answer:
        """Play one attempt, as Courier.carry would make it."""
        self.clock.at += timedelta(seconds=self.habits.seconds)
        self.attempts += 1
        tries = self._tried[address] = self._tried.get(address, 0) + 1
        self._on_line += 1
        habits = self.habits
        if habits.per_connection and self._on_line > habits.per_connection:
            return self._closing(Stage.MAIL, "4.7.0 too much for one connection")
        if habits.restarts and self.attempts % habits.restarts == 0:
            return self._closing(Stage.CONNECT, "4.3.2 Service shutting down")
        full = self._full()
        if full:
            self.hits += 1
            return Answer(full.stage, full.code, decode(full.said.encode("gb18030")))
        if self.unknown(address):
            return Answer(Stage.RCPT, 550, "5.1.1 User unknown")
        for share, stage, code, said in (
            (habits.grey, Stage.RCPT, 450, "4.2.0 Greylisted, try again later"),
            (habits.flooded, Stage.RCPT, 550, "Mailbox unavailable or access denied"),
            (habits.suspicious, Stage.DOT, 451, "DT:SPM 163 smtp, please try again later"),
        ):
            if tries == 1 and self._nth(address, share):
                return Answer(stage, code, said)
        if tries == 1 and self._nth(address, habits.hangs_up):
            self.hang_up()
            return Answer(Stage.BODY, 0, "Connection unexpectedly closed")
        if not commit():
            return Answer(Stage.COMMIT)
        self._dots.append(self.clock.now())
        self.taken[address] = self.taken.get(address, 0) + 1
        return Answer(Stage.DOT, 250, "ok")

    def _closing(self, stage: Stage, said: str) -> Answer:
        self.hang_up()
        return Answer(stage, 421, said)

    def _full(self) -> Quota | None:
        now = self.clock.now()
        if self._blocked and now < self._blocked[0]:
            return self._blocked[1]
        for quota in self.habits.quotas:
            since = now - quota.window
            if quota.calendar:
                shanghai = now + timedelta(hours=8)
                since = shanghai.replace(hour=0, minute=0, second=0, microsecond=0)
                since -= timedelta(hours=8, microseconds=1)
            if sum(at > since for at in self._dots) >= quota.most:
                self._blocked = (now + quota.penalty, quota)
                return quota
        return None

    @staticmethod
    def _nth(address: str, share: int) -> bool:
        """Choose one address in so many, always the same ones."""
        return bool(share) and zlib.crc32(address.encode()) % share == share // 2


def _slow(code: int, said: str, stage: Stage = Stage.MAIL) -> tuple[Stage, int, str]:
    return stage, code, said


_QQ = _slow(550, "Sender frequency limited, 请稍后再试")
# Each section of services.toml against a service whose quotas differ from what we assume.
PROVIDERS: dict[str, Habits] = {
    "exmail": Habits(
        (
            Quota(12, MINUTE, *_slow(550, "Connection frequency limited"), penalty=MINUTE * 5),
            Quota(60, QUARTER, *_QQ, penalty=QUARTER),
            Quota(110, HOUR, *_QQ, penalty=HOUR),
            Quota(300, DAY, *_slow(550, "Domain frequency limited"), calendar=True),
        ),
        unknown=41, grey=17, hangs_up=97,
    ),
    "qq": Habits(
        (
            Quota(5, MINUTE, *_QQ, penalty=MINUTE * 2),
            Quota(35, HOUR, *_QQ, penalty=HOUR),
            Quota(50, DAY, *_QQ, calendar=True),
        ),
        unknown=37, flooded=23, suspicious=61,
    ),
    "163": Habits(
        (
            Quota(9, MINUTE, *_slow(421, "HL:ICC 163 smtp"), penalty=MINUTE),
            Quota(45, QUARTER, *_slow(451, "MI:SFQ 163 smtp"), penalty=QUARTER),
            Quota(120, DAY, *_slow(554, "MI:STC 163 smtp"), calendar=True),
        ),
        unknown=43, suspicious=29, hangs_up=83, per_connection=15,
    ),
    "coremail": Habits(
        (
            Quota(20, MINUTE, *_slow(450, "MI:CEL campus")),
            Quota(90, HOUR, *_slow(450, "MI:DMC campus", Stage.RCPT), penalty=QUARTER),
            Quota(600, DAY, *_slow(451, "RP:DRC campus", Stage.DOT)),
        ),
        unknown=53, grey=11, restarts=150, per_connection=8,
    ),
    "relay": Habits(
        (Quota(1000, MINUTE, *_slow(450, "4.7.1 rate limit exceeded", Stage.RCPT)),),
        unknown=31, grey=7, hangs_up=59, restarts=400, seconds=0.1,
    ),
    "ym163": Habits(
        (
            Quota(4, MINUTE, *_slow(451, "MI:SFQ ym163"), penalty=MINUTE),
            Quota(60, DAY, *_slow(554, "5.5.0 MI:STC free quota 超限"), calendar=True),
        ),
        unknown=47, suspicious=37,
    ),
}  # fmt: skip
