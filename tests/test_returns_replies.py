"""Generated replies of 24 organisations, taken in: each as the truth says, and nothing wrongly."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from bureau import drained
from netease import NetEase
from replies import ZONE, Town, Truth, accepted, learnt, signed, town, written

from outbox.desk import collect as collecting
from outbox.ledger.ledger import Ledger
from outbox.ledger.returned import counting
from outbox.workspace import Workspace, find

if TYPE_CHECKING:
    from pathlib import Path

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


def delivered(server: Dated, mails: Town) -> None:
    for uid, mail in enumerate(mails.mails, start=1):
        raw = mail.raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        server.mails.setdefault("INBOX", []).append((uid, raw))
        server.times[uid] = mail.at


def compared(ledger: Ledger, mails: Town, uids: dict[int, int] | None = None) -> None:
    """Hold what the ledger has against the truth, mail by mail and in the end.

    `uids` tells which number the mailbox gave each mail, where it is not its place.
    """
    versions = ledger.versions("日报")
    by_mail = {one.uid: one for one in ledger.mails()}
    held = {}
    for one in ledger.quarantine():
        held.setdefault(one.source, one)
    staged: dict[str, list[Any]] = {}
    for one in versions:
        staged.setdefault(one.source, []).append(one)
    wrong = []
    for place, mail in enumerate(mails.mails, start=1):
        uid = uids[place] if uids else place
        sha = by_mail[uid].sha256
        got = sorted((v.organisation, v.period, v.verdict.value) for v in staged.get(sha, []))
        want = sorted((mail.organisation, day.isoformat(), v) for day, _, v in mail.staged)
        reason = held[sha].reason.value if sha in held else ""
        if (got, reason) != (want, mail.held):
            wrong.append(
                (
                    uid,
                    mail.sort,
                    want,
                    mail.held,
                    got,
                    reason,
                    held[sha].words if sha in held else "",
                )
            )
    assert wrong == [], "\n".join(map(str, wrong))
    counted = {
        key: (dict(one.values), one.verdict.value) for key, one in counting(versions).items()
    }
    assert counted == Truth(mails.mails).counts()


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")


def taken_in(root: Path, first: dt.date, last: dt.date, count: int) -> None:
    with Dated() as server:
        workspace, made = office(root, server, first, last)
        mails = written(made, first, last, count)
        delivered(server, mails)
        looked = dt.datetime.combine(last, dt.time(9), ZONE) + dt.timedelta(days=1)
        found = drained(collecting.collect(workspace, now=lambda: looked))
        again = drained(collecting.collect(workspace, now=lambda: looked))
    assert found.object["mails"] == len(mails.mails)
    assert again.object["mails"] == 0
    assert len(Counter(one.sort for one in mails.mails)) >= 25
    with Ledger.open(workspace.ledger, at=looked) as ledger:
        compared(ledger, mails)
        assert ledger.broken() is None


def test_each_reply_is_what_the_truth_says(tmp_path: Path) -> None:
    taken_in(tmp_path, FIRST, FIRST + dt.timedelta(days=9), 350)  # 150 come through Postfix


@pytest.mark.long
def test_a_month_of_replies_is_what_the_truth_says(tmp_path: Path) -> None:
    taken_in(tmp_path, FIRST, FIRST + dt.timedelta(days=29), 5_000)
