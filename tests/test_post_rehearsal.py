"""A rehearsal over the real road: every letter is received once, read back, and compared."""

from __future__ import annotations

import email
import email.policy
import errno
import json
from typing import TYPE_CHECKING

import pytest
from postal import LEASE, Batch, make_account, make_batch

from outbox.ledger.states import Channel
from outbox.post.postoffice import JOURNAL
from outbox.post.rehearsal import received, rehearse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from outbox.post.delivery import Event

# As configured: caps and a real host, none of which a rehearsal uses.
ACCOUNT = make_account(465, host="smtp.uni.example", security="ssl", per_day=1, per_minute=1)


@pytest.fixture
def batch(tmp_path: Path) -> Iterator[Batch]:
    made = make_batch(tmp_path, 5, cc=("chief@branch.example",))
    with made.ledger:
        yield made


def rehearsal(batch: Batch) -> list[Event]:
    return list(
        rehearse(
            batch.ledger, batch.name, ACCOUNT, batch.folder, batch.path / "mails",
            now=batch.clock.now, pause=batch.clock.pause, worker="w",
        )
    )  # fmt: skip


def test_everything_arrives_and_no_live_letter_is_touched(batch: Batch) -> None:
    events = rehearsal(batch)
    assert [str(event.kind) for event in events] == ["accepted"] * 5
    found = received(batch.ledger, batch.name, batch.path / "mails")
    assert found.whole
    assert (found.letters, found.mails, found.hash_mismatches) == (5, 5, 0)
    assert batch.states() == {"queued": 5}
    assert batch.ledger.batch(batch.name).state == "draft"
    assert batch.ledger.dots(ACCOUNT.address, batch.clock.now() - LEASE) == 0
    files = sorted(file.name for file in (batch.path / "mails").glob("*.eml"))
    assert files[0].startswith("001-数院1-")
    raw = (batch.path / "mails" / files[0]).read_bytes()
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["Subject"] == batch.manifest.letters[0].subject


def test_a_mail_that_cannot_be_kept_is_put_off_without_a_trace(
    batch: Batch, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("outbox.post.postoffice.os.fsync", full)
        events = rehearsal(batch)
    assert "accepted" not in {str(event.kind) for event in events}
    assert any("452" in event.words for event in events)
    assert not list((batch.path / "mails").glob("*.eml")), "no half of a mail"
    assert "Traceback" not in "".join(capfd.readouterr())
    batch.clock.pause(3 * 3600)
    rehearsal(batch)
    assert received(batch.ledger, batch.name, batch.path / "mails").whole


def test_the_second_rehearsal_sends_nothing(batch: Batch) -> None:
    rehearsal(batch)
    before = (batch.path / "mails" / JOURNAL).read_bytes()
    assert rehearsal(batch) == []
    assert (batch.path / "mails" / JOURNAL).read_bytes() == before
    assert received(batch.ledger, batch.name, batch.path / "mails").whole


def test_what_a_killed_rehearsal_left_is_made_good(batch: Batch) -> None:
    rehearsal(batch)
    ledger, now = batch.ledger, batch.clock.now()
    lines = (batch.path / "mails" / JOURNAL).read_text().splitlines()
    other = make_batch(batch.path / "other", 3, cc=("chief@branch.example",))
    other.ledger.close()
    ledger.record(other.manifest, "outbox/y", now, "王芳")
    again = Batch(batch.path / "other", ledger, other.manifest, batch.clock, batch.place)
    ledger.enrol(again.name, Channel.REHEARSAL)
    one, two = ledger.claim(
        again.name, "rehearsal", "dead", now, LEASE, domain="uni.example", limit=2
    )
    ledger.to_dot(one, now, LEASE, "rehearsal")
    ledger.to_dot(two, now, LEASE, "rehearsal")
    mails = again.path / "mails"
    mails.mkdir()
    # The first had been received when the program died, the second had not.
    journal = {**json.loads(lines[0]), "token": one.token, "file": "x.eml"}
    (mails / JOURNAL).write_text(json.dumps(journal) + "\n")
    events = rehearsal(again)
    assert [event.letter.id for event in events if event.letter] == [two.id, two.id + 1]
    assert again.states("rehearsal") == {"accepted": 3}


def test_reading_back_sees_what_is_not_as_it_was_meant(batch: Batch) -> None:
    rehearsal(batch)
    mails = batch.path / "mails"
    files = sorted(mails.glob("*.eml"))
    files[0].unlink()
    files[1].write_bytes(files[1].read_bytes().replace(b"dzz002@", b"dzz003@"))
    raw = files[2].read_bytes()
    at = raw.rindex(b"\r\n\r\n") + 10
    files[2].write_bytes(raw[:at] + (b"A" if raw[at : at + 1] != b"A" else b"B") + raw[at + 1 :])
    lines = (mails / JOURNAL).read_text(encoding="utf-8").splitlines()
    (mails / JOURNAL).write_text("\n".join([*lines[:4], lines[3], ""]), encoding="utf-8")
    found = received(batch.ledger, batch.name, mails)
    assert (found.mails, found.hash_mismatches, found.address_mismatches, found.twice) == (
        3,
        1,
        1,
        1,
    )
    assert len(found.faults) == 5
    assert not found.whole
