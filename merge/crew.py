"""Processes that fill shards. Each ends by itself when the process that began it is gone."""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import IO, TYPE_CHECKING, Self

from merge.nursery import NURSERY
from rosters.child import HEAD
from rosters.finding import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from merge.shard import Filled, Parcels

MANY = 3_000  # documents from which on a process more is worth its start
_MOST = 32  # processes, however many processors there are
_PATIENCE = 5  # seconds for a process to end by itself
_LOOK = 1  # seconds between two looks for Ctrl-C, which Windows does not hear while it waits
_START = "import sys; sys.path[:] = sys.argv[1:]; from merge.crew import serve; serve()"


def size(documents: int, asked: int | None) -> int:
    """Say how many processes are to fill: as asked; else all processors for many documents."""
    if asked is not None:
        return min(asked, _MOST)
    if documents < MANY:
        return 1
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), _MOST)
    return min(os.cpu_count() or 1, _MOST)


class Crew:
    """Some processes at work, each with a thread that hands it parcels, the same on all systems.

    They are forked by the nursery where there is one; else each is started anew. They are no
    children of `multiprocessing`: that would have each import all that the command line needs.
    """

    def __init__(self, count: int, parcels: Parcels, folder: Path, *, fresh: bool) -> None:
        self._first = pickle.dumps((parcels, str(folder), fresh))
        self.processes: list[subprocess.Popen[bytes]] = []
        self._hands = [NURSERY.bear() or self._started() for _ in range(count)]

    def _started(self) -> tuple[IO[bytes], IO[bytes]]:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-c", _START, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.processes.append(process)
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        return process.stdin, process.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for hand in self._hands:
            with contextlib.suppress(OSError):  # it is gone already
                hand[0].close()
        for process in self.processes:
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for hand in self._hands:
            hand[1].close()

    def run(self, parcels: Iterable[bytes]) -> Iterator[Filled]:
        """Have each parcel filled by whoever is free; yield what came of them in their order.

        Raises:
            UnavailableError: a process is gone.

        """
        waiting, lock = enumerate(parcels), Lock()
        heard: SimpleQueue[tuple[int, object]] = SimpleQueue()
        for hand in self._hands:
            words = (hand, waiting, lock, heard)
            Thread(target=self._lead, args=words, daemon=True).start()
        busy, following = len(self._hands), 0
        done: dict[int, Filled] = {}
        while busy:
            try:
                number, answer = heard.get(timeout=_LOOK)
            except Empty:
                continue
            if isinstance(answer, BaseException):
                raise answer
            if number < 0:
                busy -= 1
                continue
            done[number] = answer  # type: ignore[assignment]  # what a bench answers
            while following in done:
                yield done.pop(following)
                following += 1

    def _lead(
        self,
        hand: tuple[IO[bytes], IO[bytes]],
        waiting: Iterator[tuple[int, bytes]],
        lock: Lock,
        heard: SimpleQueue[tuple[int, object]],
    ) -> None:
        """Hand parcels to a process until there are no more; say -1 at the end."""
        asks, answers = hand
        try:
            _told(asks, self._first)
            while True:
                with lock:
                    task = next(waiting, None)
                if task is None:
                    heard.put((-1, None))
                    return
                _told(asks, task[1])
                heard.put((task[0], pickle.loads(_said(answers))))  # noqa: S301 - our own
        except (EOFError, OSError, ValueError) as error:
            gone = UnavailableError(
                "一个填写进程意外结束", "已做好的都完整，请再运行一次；仍不行时加上 --workers 1"
            )
            gone.__cause__ = error
            heard.put((-1, gone))
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            heard.put((-1, error))


def _told(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(HEAD.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def _said(pipe: IO[bytes]) -> bytes:
    head = pipe.read(HEAD.size)
    message = pipe.read(*HEAD.unpack(head)) if len(head) == HEAD.size else b""
    if not message:
        raise EOFError
    return message


def serve() -> None:
    """Fill, as a process that was started for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other side hears it, and closes
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that is printed gets among the answers
    work(sys.stdin.buffer, out)


def work(asked: IO[bytes], out: IO[bytes]) -> None:
    """Fill parcel after parcel, until the other side closes or is gone."""
    with contextlib.suppress(EOFError, OSError):
        parcels, folder, fresh = pickle.loads(_said(asked))  # noqa: S301 - from the parent
        bench = parcels.unpacked()
        gc.freeze()  # what is compiled stays
        while True:
            parcel = _said(asked)
            answer: object
            try:
                answer = bench.fill(parcel, Path(folder), fresh=fresh)
            except Exception as error:  # noqa: BLE001 - raised again on the other side
                answer = error
            _told(out, pickle.dumps(answer))
