"""The ledger's file: opened, kept private, and every transaction short and durable."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, insert, inspect, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError, InterfaceError, ProgrammingError
from sqlalchemy.pool import QueuePool

from outbox.ledger import schema
from outbox.ledger.chain import GENESIS
from rosters.finding import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.engine import Connection, Engine

BUSY_MS = 30_000  # how long one sender waits for another's transaction


class Store:
    """An open ledger file; `key` is the workspace key that was made with it."""

    def __init__(self, path: Path, at: datetime) -> None:
        self.path = path
        _private(path)
        self._engine = _engine(path)
        try:
            self.key = self._prepare(at)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads; it waits for nobody."""
        with self._said(), self._engine.connect() as connection:
            yield connection.execution_options(reading=True)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that holds the only pen; it is durable when it ends."""
        with self._said(), self._engine.begin() as connection:
            yield connection

    def _prepare(self, at: datetime) -> bytes:
        with self.writing() as connection:
            if not inspect(connection).has_table("meta"):
                _create(connection, at)
            known = {row.key: row.value for row in connection.execute(select(schema.meta))}
            version = int(known.get("schema", "0"))
            if version > schema.VERSION:
                raise UnavailableError(
                    f"台账 {self.path.name} 由更新版本的 fawen 建立（格式 {version}）",
                    "请先升级 fawen，再继续",
                )
            for step in range(version, schema.VERSION):
                schema.STEPS[step](connection)
                connection.execute(
                    update(schema.meta)
                    .where(schema.meta.c.key == "schema")
                    .values(value=str(step + 1))
                )
            return bytes.fromhex(known["key"])

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Turn what the database refuses into a sentence; faults of the program stay faults."""
        try:
            yield
        except (IntegrityError, ProgrammingError, InterfaceError):
            raise
        except (DatabaseError, KeyError) as error:
            cause = getattr(error, "orig", error)
            raise UnavailableError(
                f"台账 {self.path.name} 无法读写（{cause}）",
                "请确认它没有损坏、磁盘未满且没有被别的程序占用；必要时从备份恢复，切勿删除重建",
            ) from error


def _create(connection: Connection, at: datetime) -> None:
    schema.metadata.create_all(connection)
    connection.execute(
        insert(schema.meta),
        [
            {"key": "schema", "value": str(schema.VERSION)},
            # The one thing made at random: nobody can guess a token or a Message-ID from outside.
            {"key": "key", "value": secrets.token_hex(32)},
            {"key": "head", "value": GENESIS},
            {"key": "made", "value": schema.stamp(at)},
        ],
    )


def _private(path: Path) -> None:
    """Make the file readable by its owner alone; SQLite gives -wal and -shm the same mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        if os.name == "posix":
            path.chmod(0o600)
    except OSError as error:
        raise UnavailableError(
            f"台账 {path.name} 无法打开（{error.strerror}）", "请检查文件夹的权限"
        ) from error


def _engine(path: Path) -> Engine:
    engine = create_engine("sqlite://", creator=lambda: _connect(path), poolclass=QueuePool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _connect(path: Path) -> Any:  # noqa: ANN401 (a DBAPI connection has no common type)
    import sqlite3

    connection = sqlite3.connect(
        path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in (
            f"busy_timeout={BUSY_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",  # NORMAL can forget an acceptance when the power fails
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection
