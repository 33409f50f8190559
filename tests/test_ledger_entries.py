"""Entries: what happens beside the moves hangs on the chain; what is changed of it is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from postal import START, Batch, make_batch
from stores import tamper

from outbox.ledger.entries import enter
from outbox.ledger.moves import Act
from outbox.ledger.states import EntryKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from outbox.ledger.server import Server

DATA = {"why": "地址有误", "to": ["hq@branch.example"], "n": 2}


@pytest.fixture
def batch(tmp_path: Path, place: Path | Server) -> Iterator[Batch]:
    """A signed batch, with one entry about the ledger, one about the batch, one about a letter."""
    made = make_batch(tmp_path, 2, place=place)
    made.approve()
    with made.ledger as ledger:
        letter = ledger.letters(made.name)[0].id
        with ledger._store.writing() as connection:
            act = Act(START, "王芳")
            enter(connection, EntryKind.TAKEOVER, {"machine": "新"}, act)
            enter(connection, EntryKind.REVIEW, {"code": "3F9A-21C0"}, act, batch=made.name)
            enter(connection, EntryKind.RESEND, DATA, act, batch=made.name, letter=letter)
        yield made


def test_an_entry_is_read_as_it_was_written(batch: Batch) -> None:
    ledger = batch.ledger
    whole, review, resend = ledger.entries()
    assert (whole.kind, whole.batch, whole.letter) == (EntryKind.TAKEOVER, "", None)
    assert ledger.entries(batch=batch.name) == (review, resend)
    assert ledger.entries(EntryKind.RESEND) == (resend,)
    assert (resend.data, resend.letter) == (DATA, ledger.letters(batch.name)[0].id)
    assert (resend.at, resend.who) == (START, "王芳")
    assert ledger.broken() is None
    assert ledger.unexplained(batch.name) == []
    assert ledger.batch(batch.name).state == "approved", "an entry changes no state"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE entry SET data = '{}' WHERE kind = 'resend'",
        "UPDATE entry SET data = '' WHERE kind = 'review'",
        "UPDATE entry SET salt = 'x' WHERE kind = 'review'",
        "UPDATE entry SET kind = 'forget' WHERE kind = 'review'",
        "DELETE FROM entry WHERE kind = 'resend'",
        "DELETE FROM entry WHERE kind = 'review'",
    ],
)
def test_an_entry_that_was_changed_is_not_explained(batch: Batch, sql: str) -> None:
    assert tamper(batch.place, sql) == 1
    assert batch.ledger.unexplained(batch.name) != []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE move SET reason = '' WHERE id = 1",
        "UPDATE move SET salt = 'x' WHERE id = 1",
        "UPDATE move SET seal = '' WHERE id = 1",
        "UPDATE move SET who = '李明' WHERE batch IS NULL",
    ],
)
def test_a_link_that_was_changed_breaks_the_chain(batch: Batch, sql: str) -> None:
    assert tamper(batch.place, sql) == 1
    assert batch.ledger.broken() is not None


def test_reasons_can_be_forgotten_with_their_salts(batch: Batch) -> None:
    moves = tamper(batch.place, "UPDATE move SET reason = '', salt = ''")
    entries = tamper(batch.place, "UPDATE entry SET data = '', salt = ''")
    assert (moves, entries) == (5, 3)
    assert batch.ledger.broken() is None
    assert batch.ledger.unexplained(batch.name) == []
    assert [one.data for one in batch.ledger.entries()] == [{}, {}, {}]


def test_a_letter_is_named_with_its_batch(batch: Batch) -> None:
    with batch.ledger._store.writing() as connection, pytest.raises(ValueError, match="batch"):
        enter(connection, EntryKind.RESEND, DATA, Act(START, "王芳"), letter=1)
