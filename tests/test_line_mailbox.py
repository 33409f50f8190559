"""Real Postfix and Dovecot: letters arrive whole, bounces and answers mark them."""

from __future__ import annotations

import email
import hashlib
from datetime import UTC, datetime, timedelta
from email import policy
from typing import TYPE_CHECKING, Any

import pytest
from bureau import fawen
from mailserver import FORGETFUL, PASSWORD, SENDERS, MailServer
from mailtown import mailbox, office, sent, signed

from outbox.ledger.ledger import Ledger
from outbox.post.mailbox import Access, Mailbox
from rosters.finding import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.mailserver


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def sender(request: pytest.FixtureRequest) -> str:
    """Give every test a mailbox of its own."""
    number = len(_GIVEN)
    _GIVEN.append(request.node.name)
    return SENDERS[number]


_GIVEN: list[str] = []


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", PASSWORD)


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_letters_arrive_whole(
    tmp_path: Path, server: MailServer, sender: str, security: str
) -> None:
    root = office(tmp_path, server, sender)
    path = root / "fawen.toml"
    text = path.read_text(encoding="utf-8").replace('"ssl"', f'"{security}"')
    port = server.ports["smtps" if security == "ssl" else "submission"]
    path.write_text(text.replace(str(server.ports["smtps"]), str(port)), encoding="utf-8")
    before = len(server.maildir("wx@cs.example"))
    batch = signed(root)
    assert sent(root).object["accepted"] == 3
    server.wait_for("wx@cs.example", before + 1)

    with mailbox(server, "wx@cs.example") as box:
        folder = box.open("INBOX")
        assert folder.uidvalidity > 0
        head = list(box.heads(box.after(0)))[-1]
        mail = email.message_from_bytes(box.raw(head.uid), policy=policy.default)
    assert head.size > 5000
    assert abs(head.at - datetime.now(UTC)) < timedelta(days=1)
    assert isinstance(mail, email.message.EmailMessage)
    assert mail["From"].addresses[0].display_name == "测试大学组织部"
    assert mail["Subject"] == "【通知】关于核对党员名册的通知（文学院党委）"
    [part] = mail.iter_attachments()
    assert part.get_filename() == "通知-文学院党委.docx"
    shown = fawen("--json", "show", batch, "001", cwd=root).object
    assert mail["Message-ID"] == shown["message_id"]
    [file] = shown["attachments"]
    assert hashlib.sha256(part.get_content()).hexdigest() == file["sha256"]


def test_a_server_with_another_certificate_gets_nothing(
    tmp_path: Path, server: MailServer, sender: str
) -> None:
    root = office(tmp_path, server, sender)
    path = root / "fawen.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f'ca_file = "{server.ca}"\n', ""), encoding="utf-8")
    signed(root)
    ran = sent(root)
    assert (ran.status, ran.object["accepted"], ran.object["state"]) == (3, 0, "halted")
    with pytest.raises(UnavailableError, match="证书不可信") as caught:
        Mailbox(Access(sender, sender, "127.0.0.1", server.ports["imaps"]), PASSWORD)
    assert caught.value.kind == "tls"
    assert PASSWORD not in server.logs()


def test_a_bounce_marks_its_letter(tmp_path: Path, server: MailServer, sender: str) -> None:
    root = office(tmp_path, server, sender)
    batch = signed(root)
    assert sent(root).object["state"] == "done"
    assert "fawen collect" in fawen(cwd=root).out
    server.wait_for(sender, 1)

    ran = fawen("--json", "collect", cwd=root)
    assert ran.status == 3, ran.err
    [bounced] = ran.object["bounced"]
    assert (bounced["organisation"], bounced["address"]) == ("003", "hq@cs.example")
    assert "550" in bounced["words"]
    again = fawen("--json", "collect", cwd=root)
    assert (again.status, again.object["mails"], again.object["bounced"]) == (0, 0, [])

    assert fawen("--json", "status", batch, cwd=root).object["marks"]["bounced"] == 1
    shown = fawen("--json", "show", batch, "003", cwd=root).object
    [mark] = shown["marks"]
    assert (shown["state"], mark["kind"]) == ("accepted", "bounced")
    kept = root / "outbox" / "来信" / mark["mail"][:2] / f"{mark['mail']}.eml"
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == mark["mail"]
    assert kept.stat().st_mode & 0o077 == 0
    assert "服务器已接收，退信" in fawen("show", batch, "003", cwd=root).out
    assert "被退信" in fawen(cwd=root).out
    assert fawen("report", batch, "-o", "登记簿.xlsx", cwd=root).status == 0
    # Reading has changed nothing: the mail is as unread as it came.
    assert len(list((server.folder / "mail" / sender / "new").iterdir())) == 1


def test_answers_are_told_apart(tmp_path: Path, server: MailServer, sender: str) -> None:
    root = office(tmp_path, server, sender)
    batch = signed(root)
    sent(root)
    letters = {
        code: fawen("--json", "show", batch, code, cwd=root).object for code in ("001", "002")
    }
    arrive(server, "wx@cs.example", sender, letters["001"], "收到，谢谢！")
    away = {"Auto-Submitted": "auto-replied"}
    arrive(server, "sx@cs.example", sender, letters["002"], "出差", **away)
    arrive(server, "bak@cs.example", sender, None, "说的是别的事")
    arrive(server, FORGETFUL, sender, None, "与我们无关")
    server.wait_for(sender, 5)  # and the bounce
    found = fawen("--json", "collect", cwd=root).object
    # Of whom one cannot tell what he answers, it is said; his letter is not marked.
    known = {one["sender"]: one.get("organisation", "") for one in found["replies"]}
    assert known == {"wx@cs.example": "001", "bak@cs.example": ""}
    assert [one["organisation"] for one in found["auto_replied"]] == ["002"]
    assert found["mails"] == 5
    marks = fawen("--json", "status", batch, cwd=root).object["marks"]
    assert marks == {"bounced": 1, "replied": 1, "auto_replied": 1}
    with Ledger.open(root / "outbox" / "ledger.db", at=datetime.now(UTC)) as ledger:
        strange = [one for one in ledger.mails() if one.sort == "other"]
        assert [(one.sender, one.subject, one.sha256) for one in strange] == [("", "", "")]
        assert ledger.broken() is None
        assert ledger.unexplained(batch) == []


def arrive(
    server: MailServer,
    writer: str,
    to: str,
    letter: dict[str, Any] | None,
    body: str,
    **headers: str,
) -> None:
    """Send a mail from one mailbox of the server to another, as an answer to a letter."""
    import smtplib  # the other side: a mail program that is none of ours

    mail = email.message.EmailMessage()
    mail["From"], mail["To"] = writer, to
    mail["Subject"] = f"回复：{letter['subject']}" if letter else "别的事情"
    if letter:
        mail["In-Reply-To"] = mail["References"] = letter["message_id"]
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(body)
    where = ("127.0.0.1", server.ports["smtps"])
    with smtplib.SMTP_SSL(*where, context=server.context, timeout=20) as smtp:
        smtp.login(writer, PASSWORD)
        smtp.send_message(mail)


def test_a_wrong_password_is_said_with_what_to_do(server: MailServer) -> None:
    access = Access("wx@cs.example", "wx@cs.example", "127.0.0.1", server.ports["imaps"])
    with pytest.raises(UnavailableError, match="授权码") as caught:
        Mailbox(access, "wrong", context=server.context)
    assert caught.value.kind == "login"
    assert "IMAP" in caught.value.advice
