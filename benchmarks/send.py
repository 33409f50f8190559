"""Letters a second over TLS with a login: the product's road, and yagmail's own `send()`.

Both send the same letters of 40 KB to the same server on this machine, a process of its own that
forgets them. yagmail is used its manual's way: one object, `send()` for each mail, which logs in
anew each time; its certificate is verified as ours is. Ours is the whole of `deliver`: claimed,
compared with the manifest, hashed, built, two durable commits a letter, settled. Both take turns,
a few dozen letters each, so that both meet the same machine.

python benchmarks/send.py [--page] [--rounds 7]
"""

from __future__ import annotations

import argparse
import ipaddress
import os
import platform
import resource
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]

import _page  # noqa: E402  # after the path to it

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postal import Batch

    from outbox.post.account import Account

PASSWORD = "loopback-only-password"  # noqa: S105  # of a server that lives for one run
SIZE = 40_000
OURS, THEIRS = 200, 15  # letters in a round


class Cost(NamedTuple):
    """Wall and CPU milliseconds a letter."""

    wall: float
    cpu: float


@contextmanager
def server(certificate: Path) -> Iterator[int]:
    """Run the server; yield its port."""
    words = [sys.executable, str(HERE / "_smtp.py"), str(certificate), PASSWORD]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def timed(letters: int, begun: tuple[float, float]) -> Cost:
    wall, cpu = time.perf_counter() - begun[0], time.process_time() - begun[1]
    return Cost(wall * 1000 / letters, cpu * 1000 / letters)


def ours(batch: Batch, account: Account, trust: ssl.SSLContext) -> Cost:
    """Deliver a batch."""
    from outbox.post.delivery import deliver

    begun = time.perf_counter(), time.process_time()
    events = deliver(
        batch.ledger, batch.name, "live", account, PASSWORD, batch.folder,
        now=lambda: datetime.now(UTC), pause=time.sleep, worker="bench", context=trust,
    )  # fmt: skip
    kinds = [str(event.kind) for event in events]
    assert kinds == ["accepted"] * OURS + ["finished"], kinds
    return timed(OURS, begun)


def theirs(batch: Batch, account: Account, trust: ssl.SSLContext) -> Cost:
    """Send as yagmail's manual shows."""
    import yagmail

    letters = batch.ledger.letters(batch.name)[:THEIRS]
    begun = time.perf_counter(), time.process_time()
    with yagmail.SMTP(
        {account.address: account.name}, PASSWORD, "127.0.0.1", account.port, context=trust,
    ) as sender:  # fmt: skip
        for letter in letters:
            files = [str(batch.folder / part.path) for part in letter.attachments]
            sent = sender.send(list(letter.to), letter.subject, letter.body, attachments=files)
            assert sent == {}, sent
    return timed(THEIRS, begun)


def commits(folder: Path) -> float:
    """Return the milliseconds of a durable commit of a single row, as SQLite makes it."""
    import sqlite3

    with sqlite3.connect(folder / "commits.db", isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE t (n)")
        begun = time.perf_counter()
        for number in range(100):
            connection.execute("INSERT INTO t VALUES (?)", (number,))
        spent = time.perf_counter() - begun
    connection.close()
    return spent * 10


def measured(rounds: int, place: str | None) -> tuple[list[tuple[Cost, Cost]], float]:
    """Let both take turns; return what each round cost, and a commit's milliseconds."""
    from postal import make_account, make_batch
    from test_post_tls import make_certificate

    with tempfile.TemporaryDirectory(dir=place) as home:
        folder = Path(home)
        certificate = make_certificate(folder, str(ipaddress.ip_address("127.0.0.1")))
        trust = ssl.create_default_context(cafile=str(certificate))
        found = []
        with server(certificate) as port:
            account = make_account(port, security="ssl", timeout=60.0)
            for number in range(rounds + 1):  # the first warms up and does not count
                batch = make_batch(folder / str(number), OURS, size=SIZE)
                batch.approve()
                with batch.ledger:
                    found.append((theirs(batch, account, trust), ours(batch, account, trust)))
                print(f"round {number}: {1000 / found[-1][0].wall:.1f} theirs, "
                      f"{1000 / found[-1][1].wall:.1f} ours", flush=True)  # fmt: skip
        return found[1:], commits(folder)


def told(found: list[tuple[Cost, Cost]], commit: float) -> str:
    """Write the table."""
    ratio = statistics.median(a.wall for a, _ in found) / statistics.median(
        b.wall for _, b in found
    )
    rows = []
    for name, which in (("yagmail `send()`", 0), ("**fawen**", 1)):
        wall = statistics.median(one[which].wall for one in found)
        cpu = statistics.median(one[which].cpu for one in found)
        times = "1" if which == 0 else f"{ratio:.1f}"
        rows.append(f"| {name} | {1000 / wall:.1f} | {wall:.1f} | {cpu:.1f} | {times} |")
    spread = sorted(a.wall / b.wall for a, b in found)
    version = ".".join(platform.python_version_tuple())
    return "\n".join([
        f"Python {version}, {platform.machine()}; medians of {len(found)} interleaved rounds; the "
        f"ratio within a round ran from {spread[0]:.1f} to {spread[-1]:.1f}; a durable commit of "
        f"one row costs {commit:.1f} ms here; {_load()}.",
        "",
        "| TLS + login, 40 KB attached | letters a second | wall ms | CPU ms | × |",
        "|---|---:|---:|---:|---:|",
        *rows,
    ])  # fmt: skip


def _load() -> str:
    """Say how busy the machine is besides, where that can be known."""
    if not hasattr(os, "getloadavg"):
        return "how busy the machine was is not known"
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors at the end"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--place", help="where ledger and files lie, e.g. /dev/shm")
    asked = parser.parse_args()
    text = told(*measured(asked.rounds, asked.place))
    print(text)
    print(f"peak RSS {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    if asked.page:
        _page.write("send", text)


if __name__ == "__main__":
    main()
