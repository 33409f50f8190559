"""A month of one notice, walked at the command line: signed, sent, mended, corrected, told.

The clock is passed in (`cli._now`); what leaves goes to the post office of this machine, and what
comes back is collected from a mailbox over IMAP.
"""

from __future__ import annotations

import email
import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy
from typing import TYPE_CHECKING, Any

import pytest
from bureau import fawen
from netease import NetEase
from openpyxl import load_workbook
from PIL import Image, ImageDraw

from outbox.post.postoffice import PostOffice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

ISSUER = "中共示例大学委员会组织部"
NUMBER = "示大组〔2026〕1号"
SIGNER = "周明远"
ACCOUNT = "zzb@sldx.example"
BOUNCED, LOST = "020", "003"  # whose first letter came back; who said 没收到
OLD_WORDS, NEW_WORDS = "每日16:00前报送当日排查情况", "每日17:00前报送当日排查情况"
CHANGE = "正文第19段“每日16:00前报送当日排查情况”改为“每日17:00前报送当日排查情况”"
OLD = "fszx@dw.shili.example"
NEW = "fszx-new@sldx.example"
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

    def received_by(self, address: str) -> list[email.message.EmailMessage]:
        return [mail for mail in self.received() if mail["To"] == address]


@pytest.fixture
def month(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Month]:
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")
    with PostOffice(tmp_path / "mails", lambda token: token) as post, NetEase() as mailbox:
        one = Month(tmp_path / "w", tmp_path / "mails", mailbox)
        monkeypatch.setattr("cli._now", one.now)
        assert fawen("new", one.root, cwd=tmp_path).status == 0
        for path in (one.root / "jobs").iterdir():
            if path.name != "通知.md" and path.is_file():
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


@pytest.mark.usefixtures("no_office")
def test_a_month(month: Month) -> None:
    month.day(20)
    first = signed(month, "通知")
    tried(month, first)
    sent(month, first, 24)
    bounced(month, first)
    month.day(25)
    correct(month, first)
    second = signed(month, "通知-更正")
    sent(month, second, 24)
    month.day(27)
    lost(month, second)
    month.day(30)
    told(month, first, second)
    registered(month, first, second)
    assert month.run("audit")["findings"] == []
    assert month.said("audit").startswith("台账完好")


def signed(month: Month, job: str) -> str:
    """Merge, show to the leader, and take down what he signed on paper."""
    made = month.run("merge", job)
    batch: str = made["batch"]
    assert (made["documents"], made["letters"], made["numbers"]) == (24, 24, [NUMBER])
    assert month.letters(batch, 24) == {"queued": 24}
    code = month.run("review", batch, "-o", f"送签-{batch}.html")["code"]
    paper = (month.root / f"送签-{batch}.html").read_text(encoding="utf-8")
    assert code in paper
    assert NUMBER in paper
    assert ("通知（更正）" in paper) == (job == "通知-更正")
    assert ("内容有变24份" in paper) == (job == "通知-更正")
    scan(month.root / f"批示-{job}.jpg", f"OK {code}")
    done = month.run("approve", batch, "--by", SIGNER, "--basis", f"批示-{job}.jpg")
    assert done["reviewed"]
    data = (month.root / f"批示-{job}.jpg").read_bytes()
    assert done["basis_sha256"] == hashlib.sha256(data).hexdigest()
    return batch


def tried(month: Month, batch: str) -> None:
    """Try it first: to the office itself, one of each 类别; the letters wait as before."""
    ran = month.run("send", batch, "--trial", ACCOUNT)
    assert (ran["sent"], ran["organisations"]) == (3, ["001", "017", "022"])
    assert all(mail["Subject"].startswith("【试发】") for mail in month.received())
    assert {mail["To"] for mail in month.received()} == {ACCOUNT}
    assert month.letters(batch, 24) == {"queued": 24}


def sent(month: Month, batch: str, count: int) -> None:
    before = len(month.received())
    ran = month.run("send", batch, "--go")
    assert (ran["accepted"], ran["balanced"], ran["state"]) == (count, True, "done")
    assert month.letters(batch, count) == {"accepted": count}
    assert len(month.received()) == before + count


def bounced(month: Month, batch: str) -> None:
    """One comes back; the new address is asked for, and it is sent again."""
    [letter] = month.run("trace", BOUNCED)["letters"]
    text = BOUNCE.format(account=ACCOUNT, address=letter["to"][0], message_id=letter["message_id"])
    month.mailbox.mails["INBOX"] = [(1, text.replace("\n", "\r\n").encode())]
    month.day(24, 10)
    assert [one["organisation"] for one in month.run("collect", status=3)["bounced"]] == [BOUNCED]
    assert month.run("status", batch)["marks"]["bounced"] == 1
    assert month.letters(batch, 24) == {"accepted": 24}
    assert f"fawen readdress {batch}" in month.said()
    why = ("--why", "退信，电话核实")
    month.run("readdress", batch, BOUNCED, NEW, *why)
    again = month.run("resend", batch, BOUNCED, *why, "--go")
    assert (again["accepted"], again["balanced"]) == (25, True)
    assert month.letters(batch, 25) == {"accepted": 25}

    assert month.received_by(NEW)[0]["Subject"].startswith("【补发】")


def correct(month: Month, batch: str) -> None:
    """Change one hour in a copy of the job; and the roster, when the merge reminds of it."""
    made = month.run("correct", "1号")
    assert (made["batch"], made["job"], made["changes"]) == (batch, "通知-更正", [])
    job = month.root / made["file"]
    text = job.read_text(encoding="utf-8")
    assert OLD_WORDS in text
    job.write_text(text.replace(OLD_WORDS, NEW_WORDS), encoding="utf-8")
    assert month.run("correct", batch)["changes"] == [CHANGE]
    [reminder] = month.run("merge", "通知-更正")["findings"]
    assert (reminder["rule"], OLD in reminder["message"], NEW in reminder["message"]) == (
        "letter.readdressed", True, True,
    )  # fmt: skip
    _mended(month.root / "rosters" / "示例大学名册.xlsx")
    assert month.run("merge", "通知-更正")["findings"] == []


def _mended(path: Path) -> None:
    book = load_workbook(path)
    cells = [cell for row in book["二级党组织"].iter_rows() for cell in row if cell.value == OLD]
    [cell] = cells
    cell.value = NEW
    book.save(path)


def lost(month: Month, batch: str) -> None:
    """One says 没收到: the same bytes leave once more, to the same address."""
    again = month.run("resend", batch, LOST, "--why", "没收到", "--go")
    assert (again["accepted"], again["balanced"]) == (25, True)
    assert month.letters(batch, 25) == {"accepted": 25}


def told(month: Month, first: str, second: str) -> None:
    """Trace tells of each of the 24 what happened, and of nothing else."""
    seen: Counter[str] = Counter()
    mails = {str(mail["Message-ID"]): mail for mail in month.received()}
    for number in range(1, 25):
        code = f"{number:03}"
        letters = month.run("trace", code)["letters"]
        assert {one["organisation"] for one in letters} == {code}
        assert _histories(letters) == _expected(letters, code, first, second), code
        for one in letters:
            batch = one["batch"]
            job = "通知" if batch == first else "通知-更正"
            basis = f"批示-{job}.jpg"
            data = (month.root / basis).read_bytes()
            assert one["number"] == NUMBER
            assert one["code"].replace("-", "").lower() == batch.rpartition("-")[2]
            assert (one["signed_by"], one["basis"]) == (SIGNER, basis)
            assert one["basis_sha256"] == hashlib.sha256(data).hexdigest()
            assert one["typed_by"]
            assert one["answered_at"] == []
            seen[one["message_id"]] += 1
            [part] = one["attachments"]
            mail = mails[one["message_id"]]
            [sent_] = mail.iter_attachments()
            assert hashlib.sha256(sent_.get_content()).hexdigest() == part["sha256"]
            assert [mail["To"]] == one["to"]
    assert len(seen) == 50, "24, one again; 24 corrected, one again"
    assert set(seen.values()) == {1}
    assert len(month.run("trace", NUMBER)["letters"]) == 50
    words = month.said("trace", BOUNCED)
    for line in (
        f"退信　{OLD}", f"由 {OLD} 改为 {NEW}（退信，电话核实）", f"补发1　到 {NEW}",
        f"已由更正件 {second} 代替，以更正件为准", f"本件更正批次 {first}，以本件为准",
    ):  # fmt: skip
        assert line in words
    assert "已收到" not in words


def _histories(letters: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (
            one["batch"], one["kind"], one["n"], one["word"], one["to"], one["at"][:10],
            one["signed_at"][:10], one["corrects"], one["superseded_by"],
            [(event["at"][8:10], event["what"]) for event in one["events"]],
        )
        for one in letters
    ]  # fmt: skip


def _expected(
    letters: list[dict[str, Any]], code: str, first: str, second: str
) -> list[tuple[Any, ...]]:
    """Write down what happened to an organisation's letters in that month."""
    bounced_ = code == BOUNCED
    own = [OLD] if bounced_ else letters[0]["to"]
    accepted = "服务器已接收"
    begun = [("20", "登记"), ("20", "送签"), ("20", "签发")]
    ended = [("25", "被代替")]
    back = [("24", "退信"), ("24", "改地址")] if bounced_ else []
    rows: list[tuple[Any, ...]] = [
        (
            first, "issue", 1, f"{accepted}，退信" if bounced_ else accepted, own, "2026-11-20",
            "2026-11-20", "", second, [*begun, ("20", accepted), *back, *ended],
        )
    ]  # fmt: skip
    if bounced_:
        rows.append(
            (
                first, "issue", 2, accepted, [NEW], "2026-11-24", "2026-11-20", "", second,
                [*begun, ("24", "补发1"), ("24", accepted), *ended],
            )
        )  # fmt: skip
    begun = [("25", "登记"), ("25", "更正"), ("25", "送签"), ("25", "签发")]
    to = [NEW] if bounced_ else own
    rows.append(
        (
            second, "correction", 1, accepted, to, "2026-11-25", "2026-11-25", first, "",
            [*begun, ("25", accepted)],
        )
    )  # fmt: skip
    if code == LOST:
        rows.append(
            (
                second, "correction", 2, accepted, to, "2026-11-27", "2026-11-25", first, "",
                [*begun, ("27", "补发1"), ("27", accepted)],
            )
        )  # fmt: skip
    return rows


def registered(month: Month, first: str, second: str) -> None:
    """The registers balance; the number was used once, nothing is missing, one is a 更正."""
    [number] = month.run("number")["numbers"]
    assert (number["number"], number["state"]) == (NUMBER, "final")
    rows = []
    for batch in (first, second):
        assert month.run("report", batch, "-o", f"登记簿-{batch}.xlsx")["balanced"]
        book = load_workbook(month.root / f"登记簿-{batch}.xlsx")
        own = _rows(book["发文登记簿"])
        assert [row["发文字号"] for row in own] == [NUMBER], "no gap, no 空号"
        rows += own
        deliveries = _rows(book["送达明细"])
        assert [row["状态"].split("，")[0] for row in deliveries] == ["服务器已接收"] * 25
        account = {row["项目"].strip(): row["数量"] for row in _rows(book["对账单"])}
        assert (account["信件"], account["服务器已接收"], account["是否相符"]) == (25, 25, "相符")
    assert [row["签发依据"] for row in rows] == ["批示-通知.jpg", "批示-通知-更正.jpg"]
    assert all("服务器已接收 25/25 封，其中补发 1 封" in row["备注"] for row in rows)
    assert f"已由更正件 {second} 代替" in rows[0]["备注"]
    assert ["更正件：更正批次" in row["备注"] for row in rows] == [False, True]


def _rows(sheet: Worksheet) -> list[dict[str, Any]]:
    """Read a printed page: the title, the head, then its numbered or named rows."""
    _, head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows if row[1] not in {None, ""}]
