"""The ledger's file: private, durable, and a clear sentence where it cannot be used."""

from __future__ import annotations

import os
import sqlite3
import stat
from typing import TYPE_CHECKING

import pytest
from postal import START, make_batch
from stores import tamper

from outbox.ledger.ledger import Ledger
from rosters.finding import UnavailableError

if TYPE_CHECKING:
    from pathlib import Path

POSIX = pytest.mark.skipif(os.name != "posix", reason="mode bits are POSIX's")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@POSIX
def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        batch = make_batch(tmp_path)
    finally:
        os.umask(old)
    with batch.ledger:
        files = list((tmp_path / "outbox").iterdir())
        assert {file.name for file in files} >= {"ledger.db", "ledger.db-wal", "ledger.db-shm"}
        assert {mode(file) for file in files} == {0o600}
        assert mode(tmp_path / "outbox") == 0o700


@POSIX
def test_a_file_left_open_to_others_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    Ledger.open(path, at=START).close()
    path.chmod(0o644)
    Ledger.open(path, at=START).close()
    assert mode(path) == 0o600


def test_it_is_durable_and_waits_for_its_turn(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "ledger.db", at=START)
    with ledger, ledger._store.reading() as connection:
        asked = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert asked == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000,
    }  # fmt: skip


def test_the_key_is_made_once_and_everything_stays(tmp_path: Path) -> None:
    batch = make_batch(tmp_path)
    with batch.ledger as ledger:
        key, letters = ledger.key, ledger.letters(batch.name)
    with Ledger.open(tmp_path / "outbox" / "ledger.db", at=START) as ledger:
        assert ledger.key == key
        assert len(key) == 32
        assert ledger.letters(batch.name) == letters
    with Ledger.open(tmp_path / "other.db", at=START) as other:
        assert other.key != key


def test_a_file_that_is_no_ledger_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"no ledger at all " * 100)
    with pytest.raises(UnavailableError, match=r"台账 ledger\.db 无法读写"):
        Ledger.open(path, at=START)
    assert path.read_bytes().startswith(b"no ledger")


def test_a_damaged_ledger_is_said(tmp_path: Path) -> None:
    batch = make_batch(tmp_path, 30)
    batch.ledger.close()
    path = tmp_path / "outbox" / "ledger.db"
    data = bytearray(path.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(UnavailableError, match="从备份恢复"):  # noqa: SIM117 (two ways to fail)
        with Ledger.open(path, at=START) as ledger:
            ledger.letters(batch.name)


SPOILT = {
    "a time": "UPDATE letter SET next_at = 'soon'",
    "an address": 'UPDATE letter SET "to" = \'["a@b.example\'',
    "an attachment": "UPDATE letter SET attachments = '[{\"name\": 1}]'",
    "an entry": "UPDATE entry SET data = '{'",
    "the key": "UPDATE meta SET value = 'z' WHERE key = 'key'",
    "the version": "UPDATE meta SET value = 'z' WHERE key = 'schema'",
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_cannot_be_read_any_more_is_said(tmp_path: Path, name: str) -> None:
    batch = make_batch(tmp_path, 1)
    batch.approve()
    batch.ledger.close()
    path = tmp_path / "outbox" / "ledger.db"
    assert tamper(path, SPOILT[name])
    with pytest.raises(UnavailableError, match="读不出来，台账被改动过或已损坏"):
        read(path, batch.name)


def read(path: Path, batch: str) -> None:
    with Ledger.open(path, at=START) as ledger:
        ledger.letters(batch)
        ledger.entries()


def test_a_newer_ledger_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    Ledger.open(path, at=START).close()
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    connection.close()
    with pytest.raises(UnavailableError, match="请先升级"):
        Ledger.open(path, at=START)


def test_a_database_of_something_else_is_not_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("CREATE TABLE meta (key TEXT, value TEXT)")
    connection.close()
    with pytest.raises(UnavailableError, match="无法读写"):
        Ledger.open(path, at=START)


def test_a_folder_in_its_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").mkdir()
    with pytest.raises(UnavailableError, match="台账"):
        Ledger.open(tmp_path / "ledger.db", at=START)
