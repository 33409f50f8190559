"""Real Postfix and Dovecot: a notice with a form goes out to 24, and their replies come back."""

from __future__ import annotations

import datetime as dt
import email
import smtplib  # what an organisation's own mail program would do: the other side
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from bureau import fawen
from mailserver import PASSWORD, SENDERS, USERS, MailServer
from mailtown import IMAP, mailbox
from replies import ACCOUNT, ORGANISATIONS, ZONE, learnt, signed, town, written
from test_returns_replies import compared

from outbox.ledger.ledger import Ledger
from outbox.workspace import find

if TYPE_CHECKING:
    from pathlib import Path

    from replies import Organisation, Town

pytestmark = pytest.mark.mailserver
SENDER = SENDERS[0]
COUNT = 150  # with the 350 of test_returns_replies: 500
MARK = "X-Test-Number"
# The last organisation's mailboxes are gone: what is sent there, Postfix sends back.
TOWN = tuple(f"o{n:02}{part}@cs.example" for n in range(1, ORGANISATIONS) for part in ("", "b"))


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", PASSWORD)


def office(root: Path, server: MailServer, today: dt.date) -> list[Organisation]:
    """Lay the workspace, its account a mailbox of the server; today and tomorrow are asked for."""
    made = town(root, today, today + dt.timedelta(days=1), server.ports["smtps"])
    path = root / "fawen.toml"
    text = path.read_text(encoding="utf-8").replace(ACCOUNT, SENDER).replace('"plain"', '"ssl"')
    imap = IMAP.format(ca=server.ca, imaps=server.ports["imaps"])
    path.write_text(text.replace("[approve]", f"{imap}[approve]"), encoding="utf-8")
    return made


def answered(server: MailServer, mails: Town, before: int) -> None:
    """Send every mail through Postfix, as its organisation would, a correction after the first.

    `before` mails lie there already. Of two that are handed over at once either may come first.
    """
    wave: set[str] = set()
    port = server.ports["smtps"]
    with smtplib.SMTP_SSL("127.0.0.1", port, context=server.context) as post:
        post.login("wx@cs.example", PASSWORD)
        for place, mail in enumerate(mails.mails, start=1):
            if mail.organisation in wave:
                server.wait_for(SENDER, before + place - 1)
                wave.clear()
            wave.add(mail.organisation)
            raw = f"{MARK}: {place}\n".encode() + mail.raw
            raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            post.sendmail("o01@cs.example", [SENDER], raw)


def numbered(server: MailServer) -> dict[int, int]:
    """Tell which UID each mail was given."""
    found = {}
    with mailbox(server, SENDER) as box:
        box.open("INBOX")
        for head in box.heads(box.after(0)):
            place = email.message_from_bytes(box.raw(head.uid))[MARK]
            if place:
                found[int(place)] = head.uid
    return found


def test_a_notice_goes_out_and_its_forms_come_back(tmp_path: Path) -> None:
    today = dt.datetime.now(ZONE).date()
    with MailServer(users=(*USERS, *TOWN)) as server:
        made = office(tmp_path, server, today)
        batch = signed(tmp_path)
        sent = fawen("--json", "send", "--go", cwd=tmp_path)
        assert sent.object["accepted"] == ORGANISATIONS, sent.out + sent.err
        for one in TOWN:
            server.wait_for(one, 1)
        bounces = len(server.wait_for(SENDER, 1))
        learnt(tmp_path, batch, made, dt.datetime.now(dt.UTC))
        mails = written(made, today, today + dt.timedelta(days=1), COUNT, today=today)
        answered(server, mails, bounces)
        server.wait_for(SENDER, bounces + len(mails.mails))
        uids = numbered(server)
        found = fawen("--json", "collect", cwd=tmp_path)
        again = fawen("--json", "collect", cwd=tmp_path)
    assert found.object["mails"] == bounces + len(mails.mails), found.out + found.err
    assert again.object["mails"] == 0
    gone = {one["address"] for one in found.object["bounced"]}
    assert {f"o{ORGANISATIONS}@cs.example", f"o{ORGANISATIONS}b@cs.example"} <= gone
    assert len(Counter(one.sort for one in mails.mails)) >= 25
    workspace = find(tmp_path)
    with Ledger.open(workspace.ledger, at=dt.datetime.now(dt.UTC)) as ledger:
        compared(ledger, mails, uids)
        assert ledger.broken() is None
