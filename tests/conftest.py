"""Which tests run where: those that need a program of the system; and both stores of the ledger."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from stores import Cluster

    from outbox.ledger.server import Server

# For each marker: what proves that the program is here, its name, and how to get it.
PROGRAMS = (
    ("libreoffice", ["soffice"], "soffice", "libreoffice-writer libreoffice-calc"),
    ("postgres", ["initdb", "/usr/lib/postgresql/*/bin/initdb"], "initdb", "postgresql"),
    ("mailserver", ["postfix", "/usr/sbin/postfix"], "postfix", "postfix"),
    ("mailserver", ["dovecot", "/usr/sbin/dovecot"], "dovecot", "dovecot-imapd dovecot-lmtpd"),
)


@pytest.fixture(scope="session", autouse=True)
def _own_state(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let no test touch what this machine's user keeps, nor its keyring."""
    os.environ["FAWEN_STATE"] = str(tmp_path_factory.mktemp("state"))
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"


@pytest.fixture(scope="module", autouse=True)
def _collected() -> Iterator[None]:
    """Give back what a module's tests left in cycles: commands let the collector look seldom."""
    yield
    gc.collect()


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, places, name, packages in PROGRAMS:
        if item.get_closest_marker(marker) and not any(map(_there, places)):
            _without(f"{name} is missing", f": apt install {packages}")
    if item.get_closest_marker("mailserver") and getattr(os, "geteuid", int)() != 0:
        _without("root is missing", ": Postfix starts for nobody else")


def _without(missing: str, cure: str) -> None:
    if os.environ.get("FAWEN_REQUIRE_PROGRAMS") == "1":
        pytest.fail(f"{missing} and FAWEN_REQUIRE_PROGRAMS=1 forbids to skip", pytrace=False)
    pytest.skip(f"{missing}{cure}")


def _there(place: str) -> bool:
    if place.startswith("/"):
        return any(Path("/").glob(place[1:]))
    return shutil.which(place) is not None


@pytest.fixture(scope="module")
def today() -> dt.date:
    """Tell the day that a module's tests are of: midnight does not fall into it."""
    from replies import this_day

    return this_day()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Run a PostgreSQL of our own as long as a test process lives."""
    from stores import Cluster

    one = Cluster(Path(tempfile.mkdtemp(prefix="pg")))  # the path of a socket must be short
    try:
        one.start()
        yield one
    finally:
        one.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | Server:
    """Say where a new ledger may lie: in a file, then on a server."""
    if request.param == "sqlite":
        return tmp_path / "outbox" / "ledger.db"
    one: Cluster = request.getfixturevalue("cluster")
    return one.database()


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no program that makes PDFs: quick, and as on many a clerk's machine."""
    monkeypatch.setattr("merge.soffice.program", lambda: None)
