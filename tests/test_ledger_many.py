"""A batch of many letters, and a letter of many parts: recorded whole, in portions, packed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from stores import tamper

from merge.letter import Attachment, Document, Letter
from merge.manifest import Manifest
from outbox.ledger.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path

    from outbox.ledger.server import Server


NOW = datetime(2026, 11, 23, tzinfo=UTC)


def manifest(letters: int, parts: int) -> Manifest:
    files = [
        Attachment(
            f"证书（{at}）.docx", f"001/{at // 2000 + 1:03d}/证书（{at}）.docx", "ab" * 32, at
        )
        for at in range(parts)
    ]
    return Manifest(
        job="证书",
        letters=tuple(
            Letter(
                f"{at:06d}", f"第{at}党支部", "支部", "党支部", "issue",
                (f"a{at}@cs.example",), (), f"证书{at}", "请查收。", tuple(files),
            )
            for at in range(letters)
        ),
        skipped=(),
        documents=tuple(
            Document(f"1-{at}", 0, "证书", "001", "证书", file) for at, file in enumerate(files)
        ),
    )  # fmt: skip


@pytest.mark.parametrize(("letters", "parts"), [(7, 0), (3, 2), (1, 9), (12_000, 1)])
def test_every_letter_is_queued_in_its_order(
    place: Path | Server, monkeypatch: pytest.MonkeyPatch, letters: int, parts: int
) -> None:
    if letters < 100:
        monkeypatch.setattr("outbox.ledger.rows._PORTION", 4)
    made = manifest(letters, parts)
    with Ledger.open(place, at=NOW) as ledger:
        assert ledger.record(made, "x", NOW, "王芳").fresh
        kept = ledger.letters(made.batch)
        assert [one.organisation for one in kept] == [one.organisation for one in made.letters]
        assert kept[-1].attachments == made.letters[-1].attachments
        assert kept[-1].content == made.letters[-1].content
        assert len({one.token for one in kept}) == letters
        assert ledger.manifest(made.batch) == made


def test_a_failure_in_the_middle_records_nothing(
    place: Path | Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outbox.ledger.rows._PORTION", 2)
    made = manifest(5, 0)
    twice = Manifest(made.job, (*made.letters, made.letters[0]), ())
    with Ledger.open(place, at=NOW) as ledger:
        with pytest.raises(Exception, match=r"(?i)unique"):
            ledger.record(twice, "x", NOW, "王芳")
        assert ledger.batches() == ()


def test_the_manifest_takes_a_tenth_of_its_text(place: Path | Server) -> None:
    made = manifest(1, 2_000)
    with Ledger.open(place, at=NOW) as ledger:
        ledger.record(made, "x", NOW, "王芳")
    [(size,)] = tamper(place, "select length(manifest) from batch")
    assert size < len(made.to_json().encode()) / 10
