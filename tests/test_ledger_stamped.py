"""盖章件 in the ledger: the parts leave in place of what was signed, and it is the same paper."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from postal import Batch, make_account, make_batch
from stores import tamper

from outbox.ledger.stamps import Part, Stamped, read
from outbox.ledger.states import EntryKind
from outbox.post.postoffice import PostOffice
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from outbox.ledger.server import Server


def stamp_of(batch: Batch) -> Stamped:
    """Lay a stamped part beside each signed file; return what a person would confirm."""
    parts = []
    for letter in batch.manifest.letters:
        [file] = letter.attachments
        path = file.path.replace(".docx", ".pdf")
        data = f"%PDF- stamped {letter.organisation}".encode()
        (batch.folder / path).write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        parts.append(Part(file.path, "通知.pdf", path, sha256, len(data), 1))
    return Stamped(batch.manifest.digest, "f" * 64, "盖章.pdf", 3, tuple(parts))


@pytest.fixture
def batch(tmp_path: Path, place: Path | Server) -> Iterator[Batch]:
    made = make_batch(tmp_path, 3, place=place)
    with made.ledger:
        yield made


def test_only_what_was_signed_and_has_not_left_is_replaced(batch: Batch) -> None:
    stamped, now = stamp_of(batch), batch.clock.now()
    with pytest.raises(InputError, match="待签发"):
        batch.ledger.stamp(batch.name, stamped, now, "王芳")
    batch.approve()
    other = Stamped("0" * 64, stamped.scan, stamped.name, 3, stamped.parts)
    with pytest.raises(InputError, match="不是照批次"):
        batch.ledger.stamp(batch.name, other, now, "王芳")
    assert batch.ledger.entries(EntryKind.STAMPED) == ()
    assert batch.ledger.issued(batch.name) == batch.manifest
    batch.ledger.stamp(batch.name, stamped, now, "王芳")
    [entry] = batch.ledger.entries(EntryKind.STAMPED, batch.name)
    assert (read(entry), entry.who) == (stamped, "王芳")
    assert batch.ledger.stamped(batch.name) == (stamped, entry)


def test_the_parts_leave_and_the_paper_is_the_same(batch: Batch, tmp_path: Path) -> None:
    batch.approve()
    before = batch.ledger.letters(batch.name)
    stamped = stamp_of(batch)
    batch.ledger.stamp(batch.name, stamped, batch.clock.now(), "王芳")
    after = batch.ledger.letters(batch.name)
    assert [one.content for one in after] == [one.content for one in before]
    assert [one.attachments[0].sha256 for one in after] == [one.sha256 for one in stamped.parts]
    assert batch.ledger.batch(batch.name).digest == batch.manifest.digest
    assert batch.ledger.manifest(batch.name) == batch.manifest
    assert batch.ledger.broken() is None
    assert batch.ledger.unexplained(batch.name) == []

    again = make_batch(tmp_path, 3, job="再发", place=batch.place)
    with again.ledger, PostOffice(tmp_path / "mails", lambda token: token) as office:
        again.approve()
        batch.send(make_account(office.port))
        assert batch.states() == {"accepted": 3}
        again.send(make_account(office.port))
        assert again.states() == {"cancelled": 3}, "unstamped, it is what they have"
    mails = [path.read_text() for path in (tmp_path / "mails").glob("*.eml")]
    assert len(mails) == 3
    assert all("application/pdf" in mail for mail in mails)
    with pytest.raises(InputError, match="发送之前"):
        batch.ledger.stamp(batch.name, stamped, batch.clock.now(), "王芳")


@pytest.mark.parametrize("what", ["byte", "word", "row", "entry"])
def test_nothing_but_the_confirmed_parts_leaves(batch: Batch, tmp_path: Path, what: str) -> None:
    batch.approve()
    stamped = stamp_of(batch)
    batch.ledger.stamp(batch.name, stamped, batch.clock.now(), "王芳")
    part = stamped.parts[0]
    if what == "byte":
        (batch.folder / part.path).write_bytes(b"%PDF- something else")
    elif what == "word":
        (batch.folder / part.path).write_bytes((batch.folder / part.signed).read_bytes())
    elif what == "row":  # somebody puts the signed file back
        signed = batch.manifest.letters[0].attachments[0]
        old, new = (part.path, part.sha256), (signed.path, signed.sha256)
        sql = "UPDATE letter SET attachments = replace(attachments, '{}', '{}') WHERE id = 1"
        for before, after in zip(old, new, strict=True):
            tamper(batch.place, sql.format(before, after))
    else:
        tamper(batch.place, "DELETE FROM entry")
        assert batch.ledger.unexplained(batch.name) != []
    with PostOffice(tmp_path / "mails", lambda token: token) as office:
        events = batch.send(make_account(office.port))
    assert any(one.kind == "halted" for one in events), events
    assert batch.ledger.batch(batch.name).state == "halted"
    assert not list((tmp_path / "mails").glob("*.eml"))


def test_a_rehearsal_laid_after_it_carries_the_parts(batch: Batch) -> None:
    batch.approve()
    batch.ledger.enrol(batch.name, "rehearsal")  # type: ignore[arg-type]
    stamped = stamp_of(batch)
    batch.ledger.stamp(batch.name, stamped, batch.clock.now(), "王芳")
    laid = batch.ledger.letters(batch.name, "rehearsal")
    assert {one.attachments[0].name for one in laid} == {"通知.pdf"}
