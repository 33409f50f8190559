"""What is kept of a 送签 and of a signature beside the moves, each hung on the chain."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from postal import START, make_batch

from merge.letter import check_code
from outbox.ledger.ledger import Ledger
from outbox.ledger.states import EntryKind
from rosters.finding import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def test_the_last_review_is_the_one_that_counts(tmp_path: Path) -> None:
    batch = make_batch(tmp_path)
    with batch.ledger as ledger:
        assert ledger.review(batch.name) is None
        with pytest.raises(UsageError):
            ledger.note_review("没有", "0" * 64, "0000-0000", "", START, "王芳")
        digest, code = batch.manifest.digest, check_code(batch.manifest.digest)
        ledger.note_review(batch.name, digest, code, "1" * 64, START, "王芳")
        later = START + timedelta(hours=1)
        noted = ledger.note_review(batch.name, digest, code, "2" * 64, later, "王芳")
        assert ledger.review(batch.name) == noted
        assert (ledger.broken(), ledger.unexplained(batch.name)) == (None, [])


def test_a_signature_is_told_whole_in_an_entry_that_the_chain_covers(tmp_path: Path) -> None:
    batch = make_batch(tmp_path)
    with batch.ledger as ledger:
        batch.approve()
        [one] = ledger.entries(EntryKind.EVIDENCE, batch.name)
        assert (one.data["by"], one.data["basis"]) == ("李明", "当面")
        assert (one.data["digest"], one.who) == (batch.manifest.digest, "王芳")
        assert (ledger.broken(), ledger.unexplained(batch.name)) == (None, [])
    with sqlite3.connect(tmp_path / "outbox" / "ledger.db") as connection:
        connection.execute("update entry set data = replace(data, '李明', '李鬼')")
    connection.close()
    with Ledger.open(batch.place, at=START) as ledger:
        assert ledger.unexplained(batch.name) == [batch.name]
