"""Senders that are there to be killed, forked from a process that has everything loaded.

`python nursery.py` reads one order a line. `{"run": …}` forks a sender and answers with its number;
`{"wait": number}` answers with its exit status once it is dead. A sender stops or kills itself at a
named failpoint, wherever the tests want it to die; the product knows nothing of them.
"""

from __future__ import annotations

import json
import mmap
import os
import signal
import struct
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).parent
FAILPOINTS = (
    "claim",
    "connect",
    "body",
    "before the dot's commit",
    "after the dot's commit",
    "after the terminator",
    "before settling",
)


@dataclass
class Order:
    """What a sender is to do; it dies at the `nth` time that it comes by its failpoint."""

    ledger: str
    batch: str
    folder: str
    port: int
    worker: str
    clock: str
    failpoint: str = ""
    nth: int = 1
    signal: int = signal.SIGKILL.value if hasattr(signal, "SIGKILL") else 9
    once_more: bool = False  # stopped at the nth time and woken, it dies at the next
    wait: bool = False
    memory: str = ""  # a file for its memory in KB, a line every 100 letters


class Nursery:
    """The process that has everything loaded, seen from the test."""

    def __enter__(self) -> Self:
        env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)])}
        self._process = subprocess.Popen(
            [sys.executable, HERE / "nursery.py"],
            env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def run(self, order: Order) -> int:
        """Fork a sender; return its number."""
        return self._ask({"run": asdict(order)})

    def wait(self, number: int) -> int:
        """Wait for a sender's end; return its status, minus the signal that killed it."""
        return self._ask({"wait": number})

    def _ask(self, order: dict[str, object]) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


class SharedClock:
    """A clock that all processes see, wound forward by whoever pauses: nobody really waits."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(struct.pack("d", 0.0))
        with path.open("r+b") as file:
            self._ahead = mmap.mmap(file.fileno(), 8)
        self.path = path

    def ahead(self) -> float:
        return float(struct.unpack("d", self._ahead[:])[0])

    def pause(self, seconds: float) -> None:
        self._ahead[:] = struct.pack("d", self.ahead() + seconds)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead())

    def stopwatch(self) -> float:
        return time.monotonic() + self.ahead()


def main() -> None:
    """Serve orders until nobody gives any more."""
    import yagmail  # noqa: F401  # loaded here once, not in each sender

    from outbox.ledger.ledger import Ledger  # noqa: F401
    from outbox.post import delivery  # noqa: F401

    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        if "wait" in order:
            answer = os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1])
        else:
            answer = os.fork()
            if not answer:
                _live(Order(**order["run"]))
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _live(order: Order) -> None:
    status = 1
    try:
        os.close(0)
        work(order)
        status = 0
    except BaseException as error:
        sys.stderr.write(f"{order.worker}: {error!r}\n")
        raise
    finally:
        sys.stderr.flush()
        os._exit(status)


def work(order: Order) -> None:  # noqa: C901 (each failpoint is one small function in here)
    """Be a sender: the product's own road, with failpoints put around its ledger and courier."""
    from postal import make_account, open_ledger

    from outbox.post import delivery
    from outbox.post.courier import Courier, stuffed

    clock = SharedClock(Path(order.clock))
    passed = 0

    def point(name: str) -> None:
        nonlocal passed
        if name == order.failpoint:
            passed += 1
            if passed == order.nth:
                os.kill(os.getpid(), order.signal)
            elif order.once_more and passed > order.nth:
                os.kill(os.getpid(), signal.SIGKILL)

    class Fragile(Courier):
        def __init__(self, *words: Any, **more: Any) -> None:
            super().__init__(*words, **more, stopwatch=clock.stopwatch)

        def _connect(self) -> Any:
            answer = super()._connect()
            point("connect")
            return answer

        def _body(self, mail: bytes) -> None:
            if order.failpoint == "body" and passed + 1 == order.nth:
                self.smtp.send(stuffed(mail)[: len(mail) // 2])
                point("body")
                self.smtp.send(stuffed(mail)[len(mail) // 2 :])
            else:
                point("body")
                super()._body(mail)

        def _end(self) -> None:
            super()._end()
            point("after the terminator")

    with open_ledger(order.ledger, clock.now()) as ledger:
        claim, to_dot, settle = ledger.claim, ledger.to_dot, ledger.settle

        def claiming(*words: Any, **more: Any) -> Any:
            found = claim(*words, **more)
            point("claim")
            return found

        def dotting(*words: Any) -> bool:
            point("before the dot's commit")
            leave: bool = to_dot(*words)
            point("after the dot's commit")
            return leave

        def settling(*words: Any) -> bool:
            point("before settling")
            done: bool = settle(*words)
            return done

        ledger.claim, ledger.to_dot, ledger.settle = claiming, dotting, settling
        delivery.Courier = Fragile
        count = 0
        for event in delivery.deliver(
            ledger, order.batch, "live", make_account(order.port), None, Path(order.folder),
            now=clock.now, pause=clock.pause, worker=order.worker, wait=order.wait,
        ):  # fmt: skip
            count += event.letter is not None
            if order.memory and count % 100 == 0:
                with Path(order.memory).open("a", encoding="ascii") as file:
                    file.write(f"{_kilobytes()}\n")


def _kilobytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main()
