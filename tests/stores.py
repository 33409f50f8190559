"""Both stores of the ledger for tests: a file, and a throw-away PostgreSQL cluster."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from outbox.ledger.server import Server

_NUMBERS = count(1)


def programs() -> Path | None:
    """Find initdb and pg_ctl: on PATH, or where Debian puts them."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


@dataclass
class Cluster:
    """A PostgreSQL of our own: a unix socket in a folder that is thrown away, no network."""

    folder: Path
    started: bool = False
    user: str | None = field(default=None)

    def start(self) -> None:
        bin_ = programs()
        assert bin_ is not None
        if os.geteuid() == 0:  # it refuses to run as root
            self.user = "postgres"
            shutil.chown(self.folder, self.user)
        self._run(bin_ / "initdb", "-D", "data", "-U", "fawen", "-A", "trust", "-E", "UTF8",
                  "--locale=C", "--no-sync")  # fmt: skip
        # No power is cut here: what a killed worker leaves does not depend on the disk.
        settings = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off"
        self._run(bin_ / "pg_ctl", "-D", "data", "-w", "-l", "log", "-o", settings, "start")
        self.started = True

    def stop(self) -> None:
        bin_ = programs()
        if self.started and bin_ is not None:
            self._run(bin_ / "pg_ctl", "-D", "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def database(self, encoding: str = "UTF8") -> Server:
        """Make an empty database."""
        name = f"t{next(_NUMBERS)}"
        engine = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(
                text(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0")
            )
        engine.dispose()
        return Server(self._url(name))

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://fawen@/{name}?host={self.folder}"

    def _run(self, *words: str | Path) -> None:
        done = subprocess.run(
            [str(word) for word in words],
            cwd=self.folder,
            user=self.user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def tamper(place: Path | Server, sql: str) -> Any:
    """Write past the ledger, or read: what SQL says, as one who has the store in hand."""
    url = place.url if isinstance(place, Server) else f"sqlite:///{place}"
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            done = connection.execute(text(sql))
            return done.all() if done.returns_rows else done.rowcount
    finally:
        engine.dispose()
