"""The ledger's store: a file or a server, one code; every transaction short and durable."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, inspect, select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError, InterfaceError, ProgrammingError

from outbox.ledger import schema, tables
from outbox.ledger.chain import GENESIS, HEAD
from outbox.ledger.file import open_file, stretch
from outbox.ledger.server import Server
from rosters.finding import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy.engine import Connection

# Whoever writes holds the head of the chain from the first statement on. SQLite has given the only
# pen with BEGIN IMMEDIATE and ignores FOR UPDATE; PostgreSQL makes the next writer wait here,
# before it holds any other row: so no two writers can wait for each other, and each sees all that
# was written before it.
_PEN = select(tables.meta.c.value).where(tables.meta.c.key == HEAD).with_for_update()
_SWAP = (
    update(tables.meta)
    .where(tables.meta.c.key == HEAD, tables.meta.c.value == bindparam("before"))
    .values(value=bindparam("after"))
)
_MAKING = text("SELECT pg_advisory_xact_lock(7022613)")  # one of us makes or changes the tables
_ON_DISK = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
_FRESH = Path(__file__).with_name("fresh.sql")
_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Store:
    """An open ledger; `key` is the workspace key that was made with it, `name` what it is."""

    def __init__(self, place: Path | Server, at: datetime) -> None:
        self.place = place
        self.name = place.name
        # Asked in the first transaction that writes, before anything is written; it may refuse.
        self.guard: Callable[[Connection], None] | None = None
        self.moved = False  # whether the chain has grown since it was opened here
        self._engine = place.engine() if isinstance(place, Server) else open_file(place)
        # A reader sees one moment on both stores, and on neither does it wait for a writer.
        options = _SNAPSHOT if self.served else {"reading": True}
        self._readers = self._engine.execution_options(**options)
        try:
            self.key = self._prepare(at)
        except BaseException:
            self.close()
            raise

    @property
    def served(self) -> bool:
        """Tell whether the ledger lies on a server, not in a file."""
        return isinstance(self.place, Server)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads; it waits for nobody."""
        with self._said(), self._readers.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that holds the only pen; it is durable when it ends.

        The head of the chain lies in `connection.info` meanwhile: moves hang their links on it,
        and it is written once, at the end.
        """
        with self._said(), self._engine.begin() as connection:
            before = connection.scalar(_PEN)
            connection.info[HEAD] = before
            guard = self.guard
            if guard is not None:
                guard(connection)
            yield connection
            after = connection.info[HEAD]
            if after != before:
                swapped = connection.execute(_SWAP, {"before": before, "after": after})
                if swapped.rowcount != 1:
                    raise RuntimeError("another transaction moved the head of the chain")
        self.guard = None
        self.moved = self.moved or after != before

    def stretch(self) -> None:
        """Make ready for many short transactions; a server is."""
        if not self.served:
            with self._said():
                stretch(self._engine)

    def compact(self) -> None:
        """Write a file anew without what was deleted; a server's own vacuum does that there."""
        if self.served:
            return
        with self._said(), self._engine.connect() as connection:
            raw = connection.connection.driver_connection
            if raw is not None:
                connection.rollback()
                raw.execute("VACUUM")
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def weak(self) -> str:
        """Name the settings with which a server may forget what it confirmed; "" where none."""
        if not self.served:
            return ""  # the pragmas are our own
        with self.reading() as connection:
            found = {name: connection.scalar(text(f"SHOW {name}")) for name in _ON_DISK}
        return "、".join(f"{name} = {found[name]}" for name in _ON_DISK if found[name] == "off")

    def _prepare(self, at: datetime) -> bytes:
        with self._said(foreign=True), self._engine.begin() as connection:
            if self.served:
                connection.execute(_MAKING)
                self._refuse_encoding(connection)
            if not inspect(connection).has_table("meta"):
                _create(connection, at)
            known = {row.key: row.value for row in connection.execute(select(tables.meta))}
            version = int(known["schema"])
            if version > schema.VERSION:
                raise UnavailableError(
                    f"台账 {self.name} 由更新版本的 fawen 建立（格式 {version}）",
                    "请先升级 fawen，再继续",
                )
            if version < schema.VERSION:
                _raise(connection, version)
            return bytes.fromhex(known["key"])

    def _refuse_encoding(self, connection: Connection) -> None:
        encoding = str(connection.scalar(text("SHOW server_encoding")))
        if encoding != "UTF8":
            raise UnavailableError(
                f"数据库 {self.name} 的编码是 {encoding}，存不下全部汉字",
                "请数据库管理员另建一个："
                "CREATE DATABASE 库名 ENCODING 'UTF8' TEMPLATE template0，再改 [ledger] url",
            )

    @contextmanager
    def _said(self, *, foreign: bool = False) -> Iterator[None]:
        """Turn what the database refuses into a sentence; faults of the program stay faults."""
        try:
            yield
        except (DatabaseError, KeyError) as error:
            ours = isinstance(error, IntegrityError | ProgrammingError | InterfaceError)
            if ours and not foreign:
                raise
            from outbox.ledger import refusal

            cause = refusal.worded(str(getattr(error, "orig", error)))
            raise UnavailableError(f"台账 {self.name} 无法读写（{cause}）", self._advice) from error

    @property
    def _advice(self) -> str:
        if self.served:
            return (
                "请确认数据库在运行、网络可达、用户和密码正确；"
                "密码放在钥匙串或环境变量 FAWEN_LEDGER_PASSWORD"
            )
        return (
            "请确认它没有损坏、磁盘未满、所在的文件夹可以读写，且没有被别的程序占用；"
            "必要时从备份恢复，切勿删除重建"
        )


def _create(connection: Connection, at: datetime) -> None:
    if connection.dialect.name == "sqlite":
        # As `steps` derives it: a start need not load and compile tables that it never asks.
        for statement in _FRESH.read_text(encoding="utf-8").split(";\n\n")[:-1]:
            connection.exec_driver_sql(statement)
    else:
        from outbox.ledger import steps

        steps.made(connection)
    connection.execute(
        insert(tables.meta),
        [
            {"key": "schema", "value": str(schema.VERSION)},
            # The one thing made at random: nobody can guess a token or a Message-ID from outside.
            {"key": "key", "value": secrets.token_hex(32)},
            {"key": HEAD, "value": GENESIS},
            {"key": "made", "value": schema.stamp(at)},
        ],
    )


def _raise(connection: Connection, version: int) -> None:
    """Bring an older ledger up to date, step by step, in the one transaction."""
    from outbox.ledger import steps

    connection.execute(_PEN)
    for step in range(version, schema.VERSION):
        steps.STEPS[step](connection)
    known = tables.meta.c.key == "schema"
    connection.execute(update(tables.meta).where(known).values(value=str(schema.VERSION)))
