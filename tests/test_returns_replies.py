"""Generated replies of 24 organisations, taken in: each as the truth says, and nothing wrongly."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from bureau import drained, fawen
from netease import NetEase
from replies import (
    FAULTY,
    GOOD,
    HELD,
    NOTHING,
    ZONE,
    Town,
    Truth,
    accepted,
    learnt,
    signed,
    town,
    written,
)

from outbox.desk import collect as collecting
from outbox.ledger.ledger import Ledger
from outbox.ledger.returned import counting
from outbox.workspace import Workspace, find

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from outbox.ledger.intakes import Held, Version

FIRST = dt.date(2026, 11, 26)
SENT = dt.datetime(2026, 11, 25, 9, tzinfo=ZONE)


@dataclass
class Dated(NetEase):
    """An inbox whose mails came at times of their own."""

    times: dict[int, dt.datetime] = field(default_factory=dict)

    def _do_uid_fetch(self, command: str) -> tuple[bytes, str]:
        said, end = super()._do_uid_fetch(command)
        for uid in command.split(" ")[2].split(","):
            told = self.times[int(uid)].strftime("%d-%b-%Y %H:%M:%S +0800").encode()
            said = said.replace(b"24-Nov-2026 09:00:00 +0800", told, 1)
        return said, end


def office(
    root: Path, server: NetEase, first: dt.date, last: dt.date
) -> tuple[Workspace, list[Any]]:
    made = town(root, first, last)
    path = root / "fawen.toml"
    imap = f'imap_host = "127.0.0.1"\nimap_port = {server.port}\nimap_security = "plain"\n'
    path.write_text(
        path.read_text(encoding="utf-8").replace("[approve]", f"{imap}[approve]"), encoding="utf-8"
    )
    batch = signed(root)
    workspace = find(root)
    accepted(workspace, batch, SENT)
    learnt(root, batch, made, SENT)
    return workspace, made


def delivered(server: Dated, mails: Town, begin: int = 0, end: int | None = None) -> None:
    """Put mails into the inbox: all, or those of these places."""
    for uid, mail in enumerate(mails.mails[begin:end], start=begin + 1):
        raw = mail.raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        server.mails.setdefault("INBOX", []).append((uid, raw))
        server.times[uid] = mail.at


def compared(ledger: Ledger, mails: Town, uids: dict[int, int] | None = None) -> str:
    """Hold what the ledger has against the truth, mail by mail and in the end; say the counts.

    `uids` tells which number the mailbox gave each mail, where it is not its place.
    """
    by_mail = {one.uid: one.sha256 for one in ledger.mails()}
    staged: dict[str, list[Version]] = defaultdict(list)
    held: dict[str, list[Held]] = defaultdict(list)
    for version in ledger.versions("日报"):
        staged[version.source].append(version)
    for one in ledger.quarantine(every=True):
        held[one.source].append(one)
    wrong = []
    matched = 0
    for place, mail in enumerate(mails.mails, start=1):
        sha256 = by_mail[uids[place] if uids else place]
        versions, kept = staged.pop(sha256, []), held.pop(sha256, [])
        got = sorted(map(_said, versions), key=str)
        want = sorted(
            (
                (mail.organisation, day.isoformat(), verdict, kept_of(values))
                for day, values, verdict in mail.staged
            ),
            key=str,
        )
        reasons = {one.reason.value for one in kept}
        if (got, reasons) != (want, {mail.held} if mail.held else set()):
            words = [one.words for one in kept]
            wrong.append((place, mail.sort, want, mail.held, got, reasons, words))
        matched += mail.valid and got == want
    assert wrong == [], "\n".join(map(str, wrong))
    assert not staged, "reports of mails that were never sent"
    assert not held, "things in quarantine that never came"
    counted = {
        key[:2]: (dict(one.values), one.verdict.value)
        for key, one in counting(ledger.versions("日报")).items()
    }
    assert counted == Truth(mails.mails).counts()
    valid = sum(one.valid for one in mails.mails)
    waiting = Counter(one.held for one in mails.mails if one.held)
    return (
        f"{len(mails.mails)} mails of {len({one.sort for one in mails.mails})} classes: "
        f"{matched} of {valid} valid ones matched without a person, 0 taken wrongly, "
        f"{waiting.total()} in quarantine, each for its reason ({dict(sorted(waiting.items()))}), "
        f"{sum(not (one.staged or one.held) for one in mails.mails)} left alone"
    )


def _said(one: Version) -> tuple[str, str, str, dict[str, str]]:
    return (one.organisation, one.period, one.verdict.value, dict(one.values))


def kept_of(values: Mapping[str, str]) -> dict[str, str]:
    """Return what is kept of a report's values: a blank is none."""
    return {name: said for name, said in values.items() if said}


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")


CLASSES = {*GOOD, *FAULTY, *HELD, *NOTHING, "correction"}


def test_each_reply_is_what_the_truth_says(tmp_path: Path) -> None:
    first, last = FIRST, FIRST + dt.timedelta(days=2)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(9), ZONE)
    with Dated() as server:
        workspace, made = office(tmp_path, server, first, last)
        mails = written(made, first, last, 90)  # 500 more come through Postfix and Dovecot
        delivered(server, mails)
        found = drained(collecting.collect(workspace, now=lambda: end))
        again = drained(collecting.collect(workspace, now=lambda: end))
    assert found.object["mails"] == len(mails.mails)
    assert again.object["mails"] == 0
    with Ledger.open(workspace.ledger, at=end) as ledger:
        compared(ledger, mails)
        assert ledger.broken() is None
    audit = fawen("--json", "audit", cwd=tmp_path)
    assert (audit.status, audit.object["findings"]) == (0, []), audit.out + audit.err
