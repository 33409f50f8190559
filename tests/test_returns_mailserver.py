"""Real Postfix and Dovecot: a notice with a form goes out to 24, and their replies come back."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from bureau import fawen
from mailserver import PASSWORD, USERS, MailServer
from replied import SENDER, answered, numbered, office
from replies import ORGANISATIONS, learnt, signed, this_day, written
from test_returns_replies import compared

from outbox.ledger.ledger import Ledger
from outbox.workspace import find

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.mailserver
COUNT = 150  # with those of test_returns_mailserver_days: 500
# The last organisation's mailboxes are gone: what is sent there, Postfix sends back.
TOWN = tuple(f"o{n:02}{part}@cs.example" for n in range(1, ORGANISATIONS) for part in ("", "b"))


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", PASSWORD)


def test_a_notice_goes_out_and_its_forms_come_back(tmp_path: Path) -> None:
    today = this_day()
    tomorrow = today + dt.timedelta(days=1)
    with MailServer(users=(*USERS, *TOWN)) as server:
        made = office(tmp_path, server, today, tomorrow)
        batch = signed(tmp_path)
        sent = fawen("--json", "send", "--go", cwd=tmp_path)
        assert sent.object["accepted"] == ORGANISATIONS, sent.out + sent.err
        for one in TOWN:
            server.wait_for(one, 1)
        bounces = len(server.wait_for(SENDER, 1))
        learnt(tmp_path, batch, made, dt.datetime.now(dt.UTC))
        mails = written(made, today, tomorrow, COUNT, today=today)
        answered(server, list(enumerate(mails.mails, start=1)), dated=False)
        uids = numbered(server, mails, dated=False)
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
