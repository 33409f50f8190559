"""A month of one notice, walked at the command line: signed, sent, mended, corrected, told.

The clock is passed in (`cli._now`); what leaves goes to the post office of this machine, and what
comes back is collected from a mailbox over IMAP.
"""

from __future__ import annotations

import email
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import policy
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest
from bureau import fawen
from netease import NetEase
from openpyxl import load_workbook
from PIL import Image, ImageDraw

from outbox.post.postoffice import PostOffice

if TYPE_CHECKING:
    from pathlib import Path

ISSUER = "中共示例大学委员会组织部"
NUMBER = "示大组〔2026〕1号"
SIGNER = "周明远"
ACCOUNT = "zzb@sldx.example"
BOUNCED, LOST = "020", "003"  # whose first letter came back; who said 没收到
NEW = "wlzx-new@sldx.example"
SETTINGS = """\
[unit]
name = "{issuer}"
[account]
address = "{account}"
name = "示例大学党委组织部"
host = "127.0.0.1"
port = {smtp}
security = "plain"
per_minute = 1000
per_day = 10000
imap_host = "127.0.0.1"
imap_port = {imap}
imap_security = "plain"
[approve]
approvers = ["{signer}"]
"""
BOUNCE = """\
From: Postmaster@sldx.example
To: {account}
Subject: 系统退信
Content-Type: text/plain; charset=utf-8

抱歉，您的邮件被退回来了……
收件人：{address}
退信原因：550 User not found
Message-ID: {message_id}
"""


@dataclass
class Month:
    """The office, its clock, and what came to the post office and into the mailbox."""

    root: Path
    mails: Path
    mailbox: NetEase
    at: datetime = datetime(2026, 11, 2, 1, tzinfo=UTC)
    accounts: list[dict[str, int]] = field(default_factory=list)

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=50)
        return self.at

    def day(self, number: int, hour: int = 9) -> None:
        """Let it be that day of November, at an hour of Beijing."""
        self.at = datetime(2026, 11, number, hour - 8, tzinfo=UTC)

    def run(self, *words: str, status: int = 0) -> dict[str, Any]:
        ran = fawen("--json", *words, cwd=self.root)
        assert ran.status == status, ran.out + ran.err
        return ran.object

    def said(self, *words: str) -> str:
        """Run a command as a person does, and return what it said."""
        ran = fawen(*words, cwd=self.root)
        assert ran.status == 0, ran.out + ran.err
        return ran.out

    def letters(self, batch: str, total: int) -> dict[str, int]:
        """Return how many letters stand how; they are all there."""
        counts: dict[str, int] = self.run("status", batch)["letters"]
        assert sum(counts.values()) == total
        return {state: count for state, count in counts.items() if count}

    def received(self) -> list[email.message.EmailMessage]:
        found = []
        for path in sorted(self.mails.glob("*.eml")):
            mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
            assert isinstance(mail, email.message.EmailMessage)
            found.append(mail)
        return found


@pytest.fixture
def month(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")
    with PostOffice(tmp_path / "mails", lambda token: token) as post, NetEase() as mailbox:
        one = Month(tmp_path / "w", tmp_path / "mails", mailbox)
        monkeypatch.setattr("cli._now", one.now)
        assert fawen("new", one.root, cwd=tmp_path).status == 0
        for path in (one.root / "jobs").iterdir():
            if path.name != "通知.md":
                path.unlink()
        settings = SETTINGS.format(
            issuer=ISSUER, account=ACCOUNT, smtp=post.port, imap=mailbox.port, signer=SIGNER
        )
        (one.root / "fawen.toml").write_text(settings, encoding="utf-8")
        yield one


def scan(path: Path, words: str) -> None:
    """Draw a sheet of paper with something on it, as a scanner keeps it."""
    page = Image.new("L", (620, 877), 250)
    ImageDraw.Draw(page).text((80, 120), words, fill=20)
    page.save(path, quality=70)


def test_a_month(month: Month) -> None:
    first = _signed(month)
    print(first)


def _signed(month: Month, job: str = "通知") -> str:
    made = month.run("merge", job)
    print(made)
    batch: str = made["batch"]
    review = month.run("review", batch, "-o", f"送签-{batch}.html")
    scan(month.root / f"批示-{batch}.jpg", f"OK {review['code']}")
    signed = month.run(
        "approve", batch, "--by", SIGNER, "--basis", f"批示-{batch}.jpg"
    )
    print(review, signed)
    print(month.run("send", batch, "--trial", ACCOUNT))
    print(month.run("send", batch, "--go"))
    print(month.letters(batch, 24))
    print(month.said("trace", BOUNCED))
    print(month.run("trace", BOUNCED))
    return batch
