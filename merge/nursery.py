"""The nursery: a small process that forks those that fill, with all that they need loaded.

It is begun before a roster is read, so that whoever it forks has neither the rows nor a file, lock
or ledger of the process that merges; and it costs no start of Python. Linux alone: elsewhere
libraries of the system do not bear a fork.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
import time
from typing import IO, TYPE_CHECKING

from rosters.forked import let_go

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Work = Callable[[IO[bytes], IO[bytes]], None]

_PATIENCE = 5  # seconds for a process to end by itself
_LOOK = 0.005  # seconds between two looks whether it has
_PIPES = 2  # that a process is begun with: what it reads, and what it writes


class Nursery:
    """Forks processes that do `work`; one process has one nursery at a time, or none."""

    def __init__(self) -> None:
        self._line: socket.socket | None = None
        self._owner = 0

    @contextlib.contextmanager
    def begun(self, work: Work) -> Iterator[None]:
        """Begin it now, for whoever asks `bear` until the end; not within itself, nor elsewhere."""
        if sys.platform != "linux" or not hasattr(os, "fork") or self._alive():
            yield
            return
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if not pid:
            _child(theirs, work)
        theirs.close()
        self._line, self._owner = ours, os.getpid()
        try:
            yield
        finally:
            if self._alive():
                self._line = None
                ours.close()
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, 0)

    def bear(self) -> tuple[IO[bytes], IO[bytes]] | None:
        """Fork one process; return what it reads and what it writes, None where that cannot be."""
        if self._line is None or not self._alive():
            return None
        reads, ours_out = os.pipe()
        ours_in, writes = os.pipe()
        try:
            socket.send_fds(self._line, [b"+"], [reads, writes])
        except OSError:  # the nursery is gone
            os.close(ours_out)
            os.close(ours_in)
            return None
        finally:
            os.close(reads)
            os.close(writes)
        return os.fdopen(ours_out, "wb"), os.fdopen(ours_in, "rb")

    def _alive(self) -> bool:
        return self._line is not None and self._owner == os.getpid()


NURSERY = Nursery()


def _child(line: socket.socket, work: Work) -> None:
    """Fork as often as is asked, until the other side closes or is gone."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other side hears it, and closes
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.dup2(2, 1)  # what is printed goes to the errors
        let_go(line.fileno())
        gc.freeze()  # what is loaded stays, and is not copied for the collector's marks
        born: list[int] = []
        while True:
            asked, pipes, _, _ = socket.recv_fds(line, 1, _PIPES)
            if not asked:
                break
            pid = os.fork()
            if not pid:
                line.close()
                work(os.fdopen(pipes[0], "rb"), os.fdopen(pipes[1], "wb"))
                return
            born.append(pid)
            for one in pipes:
                os.close(one)
        _ended(born)
    finally:
        os._exit(0)  # nothing of what the other process has begun is ended here


def _ended(born: list[int]) -> None:
    """Wait for those that were forked, and kill who does not end."""
    late = time.monotonic() + _PATIENCE
    for pid in born:
        while not os.waitpid(pid, os.WNOHANG)[0]:
            if time.monotonic() > late:
                os.kill(pid, signal.SIGKILL)
            time.sleep(_LOOK)
