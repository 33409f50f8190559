"""A month of reminders, the clock passed in: exactly those who owe, held against a recount.

The recount knows nothing of the program: its working days are written down by hand from the State
Council's notice for 2026 and the test's own 假期.toml.
"""

from __future__ import annotations

import datetime as dt
import email
import random
from collections import Counter
from dataclasses import dataclass, field
from email import policy
from typing import TYPE_CHECKING

from bureau import drained, fawen
from replies import ACCOUNT, ZONE, Organisation, signed, town

from outbox.desk import opening, remind, send
from outbox.ledger.intakes import FOLDER, Intake, Staged
from outbox.ledger.ledger import Ledger
from outbox.ledger.moves import Act
from outbox.ledger.states import MarkKind, Verdict
from outbox.ledger.values import Arrived, Mark
from outbox.post.postoffice import PostOffice
from outbox.workspace import Workspace, find

if TYPE_CHECKING:
    from pathlib import Path

FIRST, LAST = dt.date(2026, 9, 28), dt.date(2026, 10, 30)
HOLIDAYS = 'rest = ["2026-10-23"]\nwork = ["2026-10-24"]\n'  # 校运动会，次日补班
# 1 to 7 October are 国庆; Saturday the 10th is worked for it; the 23rd and 24th are our own.
WORKED = [
    *(dt.date(2026, 9, day) for day in (28, 29, 30)),
    *(dt.date(2026, 10, day) for day in (8, 9, 10, 12, 13, 14, 15, 16, 19, 20, 21, 22, 24)),
    *(dt.date(2026, 10, day) for day in (26, 27, 28, 29, 30)),
]
MOST, EVERY = 2, dt.timedelta(hours=2)
TIMES = [(9, 10), (16, 59), (17, 0), (18, 30), (19, 5), (21, 0)]
OFF = [(17, 0)]


@dataclass
class Truth:
    """Who reported when, whose mail bounced, who answered; and who was reminded, as recounted."""

    reports: dict[tuple[str, dt.date], dt.datetime]
    bounced: dict[str, dt.datetime] = field(default_factory=dict)
    replied: set[tuple[str, dt.date]] = field(default_factory=set)
    sent: dict[tuple[str, dt.date], list[dt.datetime]] = field(default_factory=dict)

    def owing(self, keys: list[str], at: dt.datetime) -> dict[str, dt.date]:
        """Recount who is to get a reminder at a moment, and about which day."""
        due = [day for day in WORKED if at >= dt.datetime.combine(day, dt.time(17), ZONE)]
        open_ = dt.time(9) <= at.time() < dt.time(21) and at.date() in WORKED
        if not due or not open_ or at.date() > LAST:
            return {}
        day = due[-1]
        found = {}
        for key in keys:
            came = self.reports.get((key, day))
            sent = self.sent.get((key, day), [])
            if came is not None and came <= at:
                continue
            if key in self.bounced and self.bounced[key] <= at:
                continue
            if (key, day) in self.replied or len(sent) >= MOST:
                continue
            if sent and at - sent[-1] < EVERY:
                continue
            found[key] = day
        return found


@dataclass
class Month:
    """A workspace whose clock is wound by hand, and the post office that it writes to."""

    workspace: Workspace
    batch: str
    made: list[Organisation]
    mails: Path
    at: dt.datetime = dt.datetime(2026, 9, 28, 8, tzinfo=ZONE)
    seen: int = 0

    def now(self) -> dt.datetime:
        return self.at

    def arrived(self) -> list[email.message.EmailMessage]:
        """Return the mails that came to the post office since it was last asked."""
        paths = sorted(self.mails.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns)
        fresh, self.seen = paths[self.seen :], len(paths)
        read = [email.message_from_bytes(one.read_bytes(), policy=policy.default) for one in fresh]
        return [one for one in read if isinstance(one, email.message.EmailMessage)]

    def reported(self, reports: list[tuple[str, dt.date, Verdict, dt.datetime]]) -> None:
        """Take in what came by then."""
        if not reports:
            return
        with Ledger.open(self.workspace.ledger, at=self.at) as ledger:
            for key, day, verdict, at in reports:
                staged = Staged(self.batch, "日报", key, day.isoformat(), "{}", verdict)
                raw = f"{key}{day}".encode()
                sha256 = opening.keep_file(self.workspace, f"{key}.xlsx", raw)
                intake = Intake(sha256, FOLDER, f"{key}.xlsx", "", "", None, at, (staged,))
                assert ledger.take(intake, Act(at, "w"))

    def mark(self, letter: int, kind: MarkKind, at: dt.datetime, address: str) -> None:
        sha256 = opening.keep(self.workspace, f"Subject: {kind}\r\n\r\n{letter}\r\n".encode())
        mail = Arrived(ACCOUNT, 1, letter, sha256, "bounce", letter, "", "", "", at)
        with Ledger.open(self.workspace.ledger, at=at) as ledger:
            assert ledger.file(mail, [Mark(letter, kind, address, "550", sha256, at)], "w")


def month(root: Path, office: PostOffice, mails: Path) -> Month:
    """Lay the workspace: a notice that asks for a report each working day, signed and sent."""
    made = town(root, FIRST, LAST, port=office.port)
    path = root / "jobs" / "日报.md"
    text = path.read_text(encoding="utf-8").replace("频次: 每天", "频次: 工作日")
    path.write_text(text, encoding="utf-8")
    (root / "假期.toml").write_text(HOLIDAYS, encoding="utf-8")
    batch = signed(root)
    found = Month(find(root), batch, made, mails)
    sent = drained(send.go(found.workspace, batch, now=found.now, wait=False))
    assert sent.object["accepted"] == len(made)
    found.arrived()
    return found


def truth_of(keys: list[str]) -> Truth:
    """Draw who reports when: most in time, some late, some never."""
    die = random.Random(2026)  # noqa: S311 (reports of a test)
    reports = {}
    for day in WORKED:
        for key in keys:
            lot = die.random()
            hour = die.randrange(9, 17) if lot < 0.85 else die.randrange(17, 21)
            if lot < 0.94:
                at = dt.datetime.combine(day, dt.time(hour, die.randrange(60)), ZONE)
                reports[key, day] = at if lot < 0.91 else at + dt.timedelta(days=1)
    return Truth(reports)


def held_against_a_recount(tmp_path: Path, first: dt.date, last: dt.date, bounces: dt.date) -> None:
    """Wind the clock through some days; on one of them the mail of an organisation bounces."""
    with PostOffice(tmp_path / "mails", lambda token: token) as office:
        found = month(tmp_path / "w", office, tmp_path / "mails")
        keys = [one.key for one in found.made]
        truth = truth_of(keys)
        taken: set[tuple[str, dt.date]] = set()
        with Ledger.open(found.workspace.ledger, at=found.at) as ledger:
            letters = ledger.letters(found.batch)
        firsts = {one.organisation: one for one in letters}
        by_address = {one.to[0]: one.organisation for one in letters}
        day = first
        while day <= last:
            for hour, minute in TIMES if day in WORKED else OFF:
                found.at = dt.datetime.combine(day, dt.time(hour, minute), ZONE)
                came = [
                    (*key, (Verdict.GOOD, Verdict.NIL, Verdict.FAULTY)[number % 3], at)
                    for number, (key, at) in enumerate(truth.reports.items())
                    if at <= found.at and key not in taken
                ]
                found.reported(came)
                taken |= {(key, about) for key, about, _, _ in came}
                if (day, hour) == (bounces, 16):
                    found.mark(firsts["005"].id, MarkKind.BOUNCED, found.at, "o05@cs.example")
                    truth.bounced["005"] = found.at
                wanted = truth.owing(keys, found.at)
                drained(remind.go(found.workspace, "日报", now=found.now, uncollected=True))
                got = found.arrived()
                assert sorted(by_address[_to(one)] for one in got) == sorted(wanted), found.at
                for one in got:
                    key = by_address[_to(one)]
                    about = wanted[key]
                    said = f"{about.month}月{about.day}日"
                    assert said in one["Subject"]
                    assert one["In-Reply-To"] == firsts[key].message_id
                    assert one["References"].split()[0] == firsts[key].message_id
                    truth.sent.setdefault((key, about), []).append(found.at)
                if got and hour == 18 and day.day % 4 == 0:
                    _answered(found, truth, by_address[_to(got[0])], day)
            day += dt.timedelta(days=1)
        counts = Counter(len(one) for one in truth.sent.values())
        assert set(counts) == {1, 2}, counts
        assert {at.date() for one in truth.sent.values() for at in one} <= set(WORKED)
        audit = fawen("--json", "audit", cwd=found.workspace.root)
        assert (audit.status, audit.object["findings"]) == (0, []), audit.out
        sums = fawen("--json", "status", found.batch, cwd=found.workspace.root).object["letters"]
        assert sums["accepted"] == 24 + sum(map(len, truth.sent.values()))


def test_reminders_over_the_holidays_are_what_a_recount_says(tmp_path: Path) -> None:
    """From the first day over 国庆 and the Saturday that is worked for it."""
    held_against_a_recount(tmp_path, FIRST, dt.date(2026, 10, 13), dt.date(2026, 10, 9))


def _to(mail: email.message.EmailMessage) -> str:
    return str(mail["To"]).split(",")[0].strip()


def _answered(found: Month, truth: Truth, key: str, day: dt.date) -> None:
    """Let an organisation answer a reminder, in words that are no report."""
    with Ledger.open(found.workspace.ledger, at=found.at) as ledger:
        last = [one for one in ledger.reminded("日报") if one.organisation == key][-1]
    found.mark(last.letter, MarkKind.REPLIED, found.at, f"o{key[1:]}@cs.example")
    truth.replied.add((key, day))
