"""The tray of a reply: reports that are staged, and what must wait in quarantine, with its reason.

Nothing is guessed. Where two things contradict each other, neither is taken.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from outbox.ledger.intakes import Kept, Staged
from outbox.ledger.states import Reason

if TYPE_CHECKING:
    from outbox.office.readings import Part

Told: TypeAlias = "tuple[str, str, str]"  # what a report is about: job, period, subject


@dataclass
class Tray:
    """What a reply of an organisation came to."""

    organisation: str
    staged: list[Staged] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    _days: dict[Kept, list[dt.date]] = field(default_factory=dict)

    def keep(self, reason: Reason, words: str, part: Part | None, job: str) -> None:
        """Keep something for a person, once."""
        name = part.name if part else ""
        sha256 = digest(part)
        one = Kept(reason, words, name, sha256, job, self.organisation)
        if one not in self.kept:
            self.kept.append(one)

    def keep_day(self, words: str, day: dt.date, part: Part | None, job: str) -> None:
        """Keep a day of a form that is none of a report's, with all of which the same is said.

        `words` say it of {}: who fills in a fortnight at once brings one thing to look at.
        """
        name, sha256 = part.name if part else "", digest(part)
        bare = Kept(Reason.WRONG_DAY, words, name, sha256, job, self.organisation)
        days = self._days.setdefault(bare, [])
        before = replace(bare, words=words.replace("{}", _spans(days)))
        days += [] if day in days else [day]
        now = replace(bare, words=words.replace("{}", _spans(days)))
        if before in self.kept:
            self.kept[self.kept.index(before)] = now
        else:
            self.kept.append(now)

    def settle(self) -> None:
        """Take nothing where two files say different things of one day, and of one person."""
        said: dict[Told, set[str]] = {}
        for one in self.staged:
            said.setdefault(_told(one), set()).add(one.values)
        doubled = {key for key, values in said.items() if len(values) > 1}
        if not doubled:
            seen = {_told(one): one for one in reversed(self.staged)}
            self.staged[:] = [one for one in self.staged if seen[_told(one)] is one]
            return
        # Of several people only those of whom two things are said are in doubt.
        wrong = [one for one in self.staged if not one.subject or _told(one) in doubled]
        names = sorted({(one.part, one.sha256, one.job) for one in wrong})
        self.staged[:] = [one for one in self.staged if one not in wrong]
        days = "、".join(sorted({period for _, period, _ in doubled}))
        for name, sha256, job in names:
            words = f"几份表都填了{days}，数却不同：认领对的那一份，弃置另一份"
            self.kept.append(Kept(Reason.TWO_FORMS, words, name, sha256, job, self.organisation))


def _spans(days: list[dt.date]) -> str:
    """Write days as people do: 11月27日、11月29日至12月2日."""
    runs: list[list[dt.date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][-1] == dt.timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    ends = ([run[0]] if len(run) == 1 else [run[0], run[-1]] for run in runs)
    return "、".join("至".join(f"{one.month}月{one.day}日" for one in run) for run in ends)


def _told(one: Staged) -> Told:
    return one.job, one.period, one.subject


def digest(part: Part | None) -> str:
    """Hash a file; "" where there is none."""
    return hashlib.sha256(part.content).hexdigest() if part and part.content else ""
