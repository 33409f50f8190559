"""Letters in doubt and a real Sent folder: what it proves, and what it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bureau import drained, fawen
from mailserver import FORGETFUL, PASSWORD, SENDERS, MailServer
from mailtown import mailbox, office
from postal import Clock, make_account, make_batch

from outbox.desk import collect as collecting
from outbox.desk import resolve as resolving
from outbox.post.delivery import deliver
from outbox.workspace import Workspace, find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from outbox.desk.outcome import Outcome

pytestmark = pytest.mark.mailserver
CHILD = Path(__file__).with_name("mail_child.py")
MINUTES = timedelta(minutes=1)


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


class Doubted:
    """A batch whose second letter was cut off at its dot, and a workspace around it."""

    def __init__(self, root: Path, server: MailServer, sender: str, when: str) -> None:
        self.server, self.sender = server, sender
        office(root, server, sender)
        self.batch = batch = make_batch(root, 3, to=("wx@cs.example",))
        batch.clock = Clock(datetime.now(UTC))
        batch.approve()
        self.before = len(server.maildir("wx@cs.example"))
        self.account = make_account(
            server.ports["smtps"], address=sender, security="ssl", timeout=10.0
        )
        self.send(1)
        doomed = subprocess.run(
            [
                sys.executable, str(CHILD), str(root / "outbox" / "ledger.db"), batch.name,
                str(batch.folder), str(server.ports["smtps"]), sender, str(server.ca), when,
            ],
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        assert doomed.returncode == -9
        self.workspace: Workspace = find(root)
        batch.clock.at = datetime.now(UTC)
        self.wait(minutes=10)
        batch.ledger.recover(batch.clock.now())

    def send(self, most: int = 99) -> None:
        """Send so many letters, and no more."""
        batch = self.batch
        road = deliver(
            batch.ledger, batch.name, "live", self.account, PASSWORD, batch.folder,
            now=batch.clock.now, pause=batch.clock.pause, worker="w1",
            context=self.server.context,
        )  # fmt: skip
        for number, event in enumerate(road, start=1):
            assert event.kind in {"accepted", "finished"}, event.words
            if number == most:
                road.close()  # type: ignore[attr-defined]  # a generator

    def wait(self, *, minutes: int) -> None:
        self.batch.clock.at += minutes * MINUTES

    def resolve(self) -> Outcome:
        return resolving.resolve(self.workspace, None, at=self.batch.clock.now())

    def kept(self, count: int) -> None:
        """Wait until so many letters are in Sent, however the machine may be busy."""
        self.server.wait_for(self.sender, count, "Sent")

    @property
    def received(self) -> int:
        return len(self.server.maildir("wx@cs.example")) - self.before


def test_a_letter_that_left_is_found_in_sent(
    tmp_path: Path, server: MailServer, sender: str
) -> None:
    case = Doubted(tmp_path, server, sender, "after")
    assert case.batch.states() == {"accepted": 1, "in_doubt": 1, "queued": 1}
    case.kept(2)
    found = case.resolve()
    assert (found.status, found.object["in_doubt"]) == (0, 0)
    case.send()
    case.kept(3)
    assert case.batch.states() == {"accepted": 3}
    server.wait_for("wx@cs.example", case.before + 3)
    assert case.received == 3
    second = case.batch.ledger.letters(case.batch.name)[1]
    assert "UIDVALIDITY" in second.reason
    assert "X-Fawen-Letter" in second.reason
    case.batch.ledger.close()


def test_a_letter_that_did_not_leave_is_proven_so_and_sent_once(
    tmp_path: Path, server: MailServer, sender: str
) -> None:
    case = Doubted(tmp_path, server, sender, "before")
    assert case.batch.states() == {"accepted": 1, "in_doubt": 1, "queued": 1}
    early = case.resolve()
    assert (early.status, early.object["in_doubt"]) == (3, 1)
    case.wait(minutes=11)
    # The others leave: they are the witnesses on its other side.
    case.send()
    case.kept(2)
    case.wait(minutes=1)
    proven = case.resolve()
    assert proven.object["letters"] == [
        {
            "batch": case.batch.name,
            "organisation": "002",
            "name": "数学学院第2党总支",
            "finding": "unsent",
            "words": proven.object["letters"][0]["words"],  # type: ignore[index]  # JSON
        }
    ]
    assert case.batch.states() == {"accepted": 2, "queued": 1}
    case.send()
    server.wait_for("wx@cs.example", case.before + 3)
    case.kept(3)
    assert case.received == 3
    assert case.batch.states() == {"accepted": 3}
    case.batch.ledger.close()


def test_without_a_letter_after_it_a_canary_is_sent(
    tmp_path: Path, server: MailServer, sender: str
) -> None:
    case = Doubted(tmp_path, server, sender, "before")
    case.batch.ledger.halt(case.batch.name, case.batch.clock.now(), "王芳", "先停下")
    case.wait(minutes=11)
    asked = case.resolve()
    assert asked.object["in_doubt"] == 1
    assert any("对照信" in line for line in asked.lines)
    case.kept(2)  # the canary is kept as letters are
    server.wait_for(sender, 1)
    assert case.resolve().object["in_doubt"] == 0
    assert case.batch.states() == {"accepted": 1, "queued": 2}
    again = drained(collecting.collect(case.workspace, now=case.batch.clock.now))
    assert again.object["replies"] == []
    case.batch.ledger.close()


def test_a_mailbox_that_keeps_nothing_proves_nothing(tmp_path: Path, server: MailServer) -> None:
    case = Doubted(tmp_path, server, FORGETFUL, "before")
    case.wait(minutes=11)
    case.send()
    case.wait(minutes=11)
    asked = case.resolve()
    assert (asked.status, asked.object["in_doubt"]) == (3, 1)
    assert "没有保存全部已发的信" in asked.lines[0]
    assert case.batch.states() == {"accepted": 2, "in_doubt": 1}

    root = case.workspace.root
    case.batch.ledger.close()
    told = fawen("--json", "resolve", "数院2", "--sent", "--why", "电话问过", cwd=root)
    assert (told.status, told.object["letters"][0]["finding"]) == (0, "sent")
    assert fawen("--json", "status", case.batch.name, cwd=root).object["state"] == "done"
    assert fawen("resolve", "数院2", "--sent", cwd=root).status == 2


def test_a_folder_made_anew_proves_nothing(tmp_path: Path, server: MailServer, sender: str) -> None:
    case = Doubted(tmp_path, server, sender, "before")
    case.resolve()
    case.wait(minutes=11)
    case.send()
    case.kept(2)
    case.wait(minutes=11)
    remake(case)
    asked = case.resolve()
    assert asked.object["in_doubt"] == 1
    assert "重建过" in asked.lines[0]
    case.batch.ledger.close()


def remake(case: Doubted) -> None:
    """Copy the Sent folder into a new one of the same name: another UIDVALIDITY."""
    with mailbox(case.server, case.sender) as box:
        client = box._client
        client.folder.create("Other")
        client.folder.set("Sent")
        client.copy([str(uid) for uid in box.after(0)], "Other")
        client.folder.set("INBOX")
        client.folder.delete("Sent")
        client.folder.rename("Other", "Sent")
