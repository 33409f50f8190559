"""collect can be killed at any line and run again: nothing is lost, nothing counted twice."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bureau import bureau, drained
from netease import NetEase
from postal import LEASE, make_batch

from outbox.desk import collect as collecting
from outbox.ledger.ledger import Ledger
from outbox.ledger.states import LetterState
from outbox.ledger.values import Outcome
from outbox.workspace import Workspace, find

CHILD = Path(__file__).with_name("collect_child.py")
ACCOUNT = "zzb@cs.example"
# NetEase's server of the tests dates all its mails so.
CAME = datetime(2026, 11, 24, 1, tzinfo=UTC)
AT = CAME - timedelta(hours=1)
BOUNCE = """\
From: Postmaster@mail.example
To: zzb@cs.example
Subject: 系统退信
Content-Type: text/plain; charset=utf-8

抱歉，您的邮件被退回来了……
收件人：{address}
Message-ID: <{token}@cs.example>
"""
STEPS = [("keep", 1), ("keep", 3), ("file", 1), ("file", 2), ("file", 4), ("see", 1)]


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAWEN_PASSWORD", "abcdefgh")


def laid(root: Path, server: NetEase) -> tuple[Workspace, str]:
    """Lay a workspace of which four letters have been accepted, and let each of them bounce."""
    bureau(root)
    path = root / "fawen.toml"
    imap = f'imap_host = "127.0.0.1"\nimap_port = {server.port}\nimap_security = "plain"\n'
    text = path.read_text(encoding="utf-8").replace("[approve]", f"{imap}[approve]")
    path.write_text(text, encoding="utf-8")
    batch = make_batch(root, 4)
    with batch.ledger as ledger:
        batch.approve()
        accepted = Outcome(LetterState.ACCEPTED, "dot", 250, "ok", account=ACCOUNT)
        for one in ledger.claim(batch.name, "live", "w", AT, LEASE, domain="cs.example", limit=4):
            assert ledger.to_dot(one, AT, LEASE, ACCOUNT)
            assert ledger.settle(one, accepted, AT)
        server.mails["INBOX"] = [
            (uid, BOUNCE.format(address=one.to[0], token=one.token).replace("\n", "\r\n").encode())
            for uid, one in enumerate(ledger.letters(batch.name), start=1)
        ]
    return find(root), batch.name


def gathered(workspace: Workspace) -> dict[str, object]:
    return drained(collecting.collect(workspace, now=lambda: CAME)).object


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX's")
def test_killed_anywhere_it_goes_on(tmp_path: Path) -> None:
    with NetEase() as server:
        workspace, name = laid(tmp_path, server)
        for step, number in STEPS:
            killed = subprocess.run(
                [sys.executable, str(CHILD), str(tmp_path), step, str(number)],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                check=False,
            )
            # What was filed before is not taken again: a later step may not be reached any more.
            assert killed.returncode in {-9, 0}
        gathered(workspace)
    with Ledger.open(workspace.ledger, at=CAME) as ledger:
        marks = ledger.marks(name)
        assert len(marks) == len({one.letter for one in marks}) == 4
        assert sorted(one.uid for one in ledger.mails()) == [1, 2, 3, 4]
        assert ledger.broken() is None
        assert ledger.unexplained(name) == []
        kept = {path.stem for path in (workspace.outbox / "来信").rglob("*.eml")}
        assert kept == {one.sha256 for one in ledger.mails()}


def test_a_mailbox_whose_numbers_begin_anew_marks_nothing_twice(tmp_path: Path) -> None:
    with NetEase() as server:
        workspace, name = laid(tmp_path, server)
        assert len(gathered(workspace)["bounced"]) == 4  # type: ignore[arg-type]  # a list
        with Ledger.open(workspace.ledger, at=CAME) as ledger:
            ledger.see(ACCOUNT, "INBOX", 99, 4, CAME)  # what it was before
            assert ledger.kept(ACCOUNT, 1) == {1, 2, 3, 4}
        assert gathered(workspace)["bounced"] == []
    with Ledger.open(workspace.ledger, at=CAME) as ledger:
        assert len(ledger.marks(name)) == 4


class Withholding(NetEase):
    """Lists the second mail, and hands over nothing of it, or its header alone, until told."""

    withheld = "2"

    def _do_uid_fetch(self, command: str) -> tuple[bytes, str]:
        words = command.split(" ")
        kept = [one for one in words[2].split(",") if one != self.withheld]
        if not kept and self.withheld == "2":
            return b"", "OK done"
        if "BODY.PEEK[]" not in command and not self.heads:
            words[2] = ",".join(kept)
        return super()._do_uid_fetch(" ".join(words))

    heads = False


@pytest.mark.parametrize("heads", [False, True])
def test_a_mail_that_is_listed_and_not_handed_over_is_asked_for_again(
    tmp_path: Path, *, heads: bool
) -> None:
    with Withholding() as server:
        server.heads = heads
        workspace, name = laid(tmp_path, server)
        assert len(gathered(workspace)["bounced"]) == 3  # type: ignore[arg-type]  # a list
        assert gathered(workspace)["mails"] == 0
        server.withheld = ""
        assert len(gathered(workspace)["bounced"]) == 1  # type: ignore[arg-type]  # a list
        assert gathered(workspace)["mails"] == 0
    with Ledger.open(workspace.ledger, at=CAME) as ledger:
        assert len(ledger.marks(name)) == 4


def test_a_mail_that_is_too_large_is_not_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "MOST_BYTES", 100)
    with NetEase() as server:
        workspace, _ = laid(tmp_path, server)
        found = gathered(workspace)
        assert found["bounced"] == []
        assert found["mails"] == 4
        assert not any("BODY.PEEK[]" in line for line in server.lines)


def test_a_bounce_proves_that_a_letter_in_doubt_left(tmp_path: Path) -> None:
    with NetEase() as server:
        workspace, name = laid(tmp_path, server)
        with Ledger.open(workspace.ledger, at=AT) as ledger:
            batch = make_batch(
                tmp_path / "more", 1, job="另一件", size=6000, to=("x@branch.example",)
            )
            batch.ledger.close()
            ledger.record(batch.manifest, "outbox/y", AT, "王芳")
            ledger.approve(
                batch.name, batch.manifest.digest, by="李明", basis="当面", basis_sha256="",
                typed_by="王芳", at=AT,
            )  # fmt: skip
            [one] = ledger.claim(batch.name, "live", "w", AT, LEASE, domain="cs.example")
            assert ledger.to_dot(one, AT, LEASE, ACCOUNT)
            ledger.recover(CAME)
            assert ledger.letter(one.id).state is LetterState.IN_DOUBT
        mail = BOUNCE.format(address="x@branch.example", token=one.token).encode()
        server.mails["INBOX"].append((5, mail))
        found = gathered(workspace)
        assert (found["in_doubt"], found["settled"]) == (0, [])
        assert len(found["bounced"]) == 5  # type: ignore[arg-type]  # a list
    with Ledger.open(workspace.ledger, at=CAME) as ledger:
        assert ledger.letter(one.id).state is LetterState.ACCEPTED
        assert ledger.batch(batch.name).state == "done"
        assert name != batch.name
