"""收到即可: acknowledgements come back in a reply's own words, and nothing else counts as one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
from bureau import JOB, bureau, fawen
from netease import NetEase
from openpyxl import load_workbook
from replies import ACCOUNT, ZONE, accepted
from test_returns_replies import Dated

from outbox.ledger.ledger import Ledger
from outbox.office import answers
from outbox.workspace import find

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = dt.datetime.now(ZONE).replace(microsecond=0)
SENT = NOW - dt.timedelta(days=2)
DUE = NOW + dt.timedelta(days=1)
NAMES = {
    "文学院党委": "wx",
    "数学院党委": "sx",
    "后勤党总支": "hq",
    "机械学院党委": "jx",
    "化工学院党委": "hg",
    "医学院党委": "yx",
}
BARE = f"回执:\n  内容: 收到即可\n  截止时间: {DUE:%Y-%m-%d %H:%M}\n信件:\n"
PHOTO = b"\xff\xd8\xff\xe0" + b"0" * 900


@dataclass
class Office:
    """A workspace whose notice was signed and has left, and the inbox of its account."""

    root: Path
    server: Dated
    batches: dict[str, str]
    ids: dict[tuple[str, str], str]  # (job, organisation) -> Message-ID

    def reply(self, who: str, text: str, *, job: str = "签收", **how: Any) -> EmailMessage:
        """Write as people do: in the thread, with the letter quoted below."""
        mail = EmailMessage()
        mail["From"] = how.get("sender", f"{NAMES.get(who, who)}@cs.example")
        mail["To"] = ACCOUNT
        mail["Subject"] = how.get("subject", f"回复：【通知】关于核对党员名册的通知（{who}）")
        mail["Message-ID"] = f"<{len(self.server.mails.get('INBOX', []))}@m.example>"
        if how.get("thread", True):
            mail["In-Reply-To"] = mail["References"] = self.ids[job, who]
        quoted = "\n\n------------------ 原始邮件 ------------------\n请查收 A&B <附件>。\n"
        mail.set_content(text + (quoted if how.get("quote", True) else "\n"))
        return mail

    def deliver(self, mail: EmailMessage | bytes, at: dt.datetime) -> None:
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        inbox = self.server.mails.setdefault("INBOX", [])
        self.server.times[len(inbox) + 1] = at
        inbox.append((len(inbox) + 1, raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")))

    def run(self, *words: str) -> Any:  # noqa: ANN401 - what JSON holds
        done = fawen("--json", *words, cwd=self.root)
        assert done.status in {0, 3}, done.out + done.err
        return done.object


def units() -> list[list[Any]]:
    head = ["党组织编码", "党组织名称", "简称", "类别", "书记", "联系人", "联系电话", "电子邮箱"]
    rows: list[list[Any]] = [head]
    for n, (short, box) in enumerate(NAMES.items(), start=1):
        name = f"中共测试大学{short.removesuffix('党委')}委员会"
        rows.append([f"{n:03}", name, short, "分党委", "林一", "何二", f"010-6275{n:04}",
                     f"{box}@cs.example; {box}2@cs.example"])  # fmt: skip
    return rows


def asking(text: str = JOB) -> str:
    return text.replace("信件:\n", BARE).replace("现有党员{{ 党员数 }}名，请核对", "请收到后回复")


def lay(root: Path, server: NetEase, jobs: dict[str, str]) -> Office:
    """Sign every job, and let its letters leave."""
    bureau(root, sheets={"二级党组织": units()}, jobs=jobs)
    path = root / "fawen.toml"
    imap = f'imap_host = "127.0.0.1"\nimap_port = {server.port}\nimap_security = "plain"\n'
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[approve]", f"{imap}[approve]"), encoding="utf-8")
    batches, ids = {}, {}
    for job in jobs:
        made = fawen("--json", "merge", job, cwd=root)
        assert made.status == 0, made.out + made.err
        batches[job] = made.object["batch"]
        words = ("approve", batches[job], "--by", "周明远", "--basis", "当面", "--no-review")
        assert fawen(*words, cwd=root).status == 0
        accepted(find(root), batches[job], SENT)
        with Ledger.open(root / "outbox" / "ledger.db", at=NOW) as ledger:
            for one in ledger.letters(batches[job]):
                ids[job, one.short] = one.message_id
    assert isinstance(server, Dated)
    return Office(root, server, batches, ids)


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    other = JOB.replace("关于核对党员名册的通知", "关于预订会议室的通知").replace("7号", "8号")
    with Dated() as server:
        yield lay(tmp_path, server, {"签收": asking(), "另一件": other})


def test_who_has_acknowledged_and_who_has_not(office: Office) -> None:
    """Six organisations, sixteen mails: what a person wrote in answer counts, and nothing else."""
    began = NOW - dt.timedelta(hours=20)
    clock = iter(began + dt.timedelta(minutes=10 * n) for n in range(40))

    def came(mail: EmailMessage | bytes) -> dt.datetime:
        at = next(clock)
        office.deliver(mail, at)
        return at

    # A machine's words, in the three ways that machines have.
    auto = office.reply("文学院党委", "您的邮件已收到。")
    auto["Auto-Submitted"] = "auto-replied"
    came(auto)
    came(office.reply("文学院党委", "收到", subject="自动回复：我在休假"))
    came(office.reply("文学院党委", "我已收到您的来信，本人出差，稍后回复您。"))
    # It says that nothing arrived.
    came(office.reply("数学院党委", "老师好，没收到附件，请重发。"))
    # Of another letter, in its thread; and of nothing in particular.
    came(office.reply("后勤党总支", "收到", job="另一件", subject="回复：【通知】关于预订会议室的通知"))
    came(office.reply("后勤党总支", "想借用会议室，可以吗", thread=False, quote=False, subject="借会议室"))
    came(office.reply("后勤党总支", "收到", thread=False, quote=False, subject="回复：别的事"))
    # Nobody knows this address.
    came(office.reply("机械学院党委", "收到", sender="jxclerk@mail.example"))
    bounce = f"From: MAILER-DAEMON@cs.example\nSubject: 退信\nIn-Reply-To: {office.ids['签收', '化工学院党委']}\nContent-Type: text/plain; charset=utf-8\n\n550 hg@cs.example: user unknown 收到\n"
    came(bounce.encode())

    first = office.run("collect")
    assert first["returned"] == []
    assert [one[0] for one in first["quarantined"]] == ["unclear", "unclear", "unknown_sender"]
    told = office.run("returns", "签收")
    assert (told["reported"], len(told["missing"])) == ([], 6)

    # Now people answer.
    signed = came(office.reply("文学院党委", "收到。\n\n文学院党委　何二\n电话 010-62750001"))
    again = office.reply("文学院党委", "收到，请问表在哪里下载？")
    again.add_attachment(PHOTO, maintype="image", subtype="jpeg", filename="签收单.jpg")
    came(again)
    beside = office.reply("后勤党总支", "已收到", sender="hq2@cs.example")
    docx = (office.root / "outbox" / office.batches["签收"]).rglob("*.docx")
    beside.add_attachment(next(docx).read_bytes(), maintype="application", subtype="octet-stream", filename="通知（已阅）.docx")
    beside.add_attachment(b"PK\x03\x04junk", maintype="application", subtype="octet-stream", filename="报名.xlsx")
    came(beside)
    came(office.reply("医学院党委", "知悉，按要求办理", thread=False, quote=False))
    second = office.run("collect")
    assert [one[:2] for one in second["returned"]] == [["签收", one] for one in ("001", "001", "003", "006")]
    assert second["quarantined"] == []
    told = office.run("returns", "签收")
    assert told["reported"] == ["001", "003", "006"]
    assert told["missing"] == ["002", "004", "005"]
    assert dt.datetime.fromisoformat(told["times"]["001"]) == signed, "the first counts"
    assert "请问表在哪里下载" in told["notes"]["001"], "the second is kept, and told"
    assert "签收单.jpg" in told["notes"]["001"]
    assert "通知（已阅）.docx、报名.xlsx" in told["notes"]["003"]
    assert "006" not in told["notes"]
    text = fawen("returns", "签收", "--text", cwd=office.root)
    assert "已回执3，未回执3：数学院党委、机械学院党委、化工学院党委。" in text.out
    assert "@" not in text.out
    assert "报" not in text.out.replace("【", ""), text.out

    assert office.run("collect")["mails"] == 0


def test_words() -> None:
    for own in ("收到", "已收到，谢谢！", "收悉。\n文学院党委 何二 010-62750001", ""):
        assert answers.acknowledged(own).values == {}, own
        assert not answers.acknowledged(own).unclear
    assert replace(answers.Told()) == answers.Told()
