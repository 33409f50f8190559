"""A ledger in a file: SQLite, readable by its owner alone, every commit on the disk."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event
from sqlalchemy.pool import QueuePool

from rosters.finding import UnavailableError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Connection, Engine

BUSY_MS = 30_000  # how long one sender waits for another's transaction
LONG = 7_000_000  # bytes: what exceeds SQLite's cache of 2 MB is longer than the log ever gets


def open_file(path: Path) -> Engine:
    """Return an engine on the file, which is made where there is none.

    Raises:
        UnavailableError: the folder or the file cannot be made private.

    """
    _private(path)
    engine = create_engine("sqlite://", creator=lambda: _connect(path), poolclass=QueuePool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def stretch(engine: Engine) -> None:
    """Give the write-ahead log at once the length that it will have: nothing is written.

    While the file still grows, each durable commit waits for the file system's journal as well,
    and so for whoever else writes to this disk; the commits that follow are twice as fast, and
    more. What a transaction writes beyond the cache lies in the log, and is void when it is
    rolled back.
    """
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE filler (bytes)")
        connection.exec_driver_sql("INSERT INTO filler VALUES (zeroblob(?))", (LONG,))
        connection.rollback()


def _private(path: Path) -> None:
    """Make the file readable by its owner alone; SQLite gives -wal and -shm the same mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        if os.name == "posix":
            path.chmod(0o600)
    except OSError as error:
        from rosters import disk

        raise UnavailableError(
            f"台账 {path.name} 无法打开（{disk.worded(error)}）", "请检查文件夹的权限"
        ) from error


def _connect(path: Path) -> Any:  # noqa: ANN401 (a DBAPI connection has no common type)
    import sqlite3

    connection = sqlite3.connect(
        path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in (
            f"busy_timeout={BUSY_MS}",
            "synchronous=FULL",  # NORMAL can forget an acceptance when the power fails
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        _write_ahead(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _write_ahead(connection: Any) -> None:  # noqa: ANN401 (likewise)
    """Turn to WAL; while several open a new file at once SQLite refuses that without waiting."""
    import sqlite3

    for patience in range(100, -1, -1):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if not patience or "locked" not in str(error):
                raise
            time.sleep(0.05)
        else:
            return
