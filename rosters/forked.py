"""A child that is a fork of this process: it costs no start of Python, nor what is loaded already.

Linux alone: elsewhere libraries of the system do not bear a fork. It is made before anything is
read, while this process has one thread and holds nothing that a file must not get hold of.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_RESERVED = 2**27  # bytes: glibc's, for the first thread beside the main one
_LOOK = 0.005  # seconds between two looks whether it has ended


def can() -> bool:
    """Tell whether this process can be forked safely here and now."""
    return sys.platform == "linux" and hasattr(os, "fork") and threading.active_count() == 1


def held() -> int:
    """Tell how much address space this process has, and a thread of its fork reserves."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE") + _RESERVED


class Forked:
    """What a keeper asks of its child, as `subprocess.Popen` has it; the fork does `serve`."""

    def __init__(self, serve: Callable[[IO[bytes], IO[bytes]], None]) -> None:
        asks, ours_out = os.pipe()
        ours_in, answers = os.pipe()
        self.returncode: int | None = None
        self.pid = os.fork()
        if not self.pid:
            _born(serve, asks, answers)
        os.close(asks)
        os.close(answers)
        self.stdin: IO[bytes] | None = os.fdopen(ours_out, "wb")
        self.stdout: IO[bytes] | None = os.fdopen(ours_in, "rb")

    def poll(self) -> int | None:
        """Return how it ended, as a number below 0 by a signal; None while it lives."""
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:  # somebody else has heard of its end
                pid, status = self.pid, 0
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            TimeoutExpired: it has not ended in so many seconds.

        """
        late = None if timeout is None else time.monotonic() + timeout
        while (ended := self.poll()) is None:
            if late is not None and time.monotonic() > late:
                raise subprocess.TimeoutExpired("fork", timeout or 0)
            time.sleep(_LOOK)
        return ended

    def kill(self) -> None:
        """End it now."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)


def _born(serve: Callable[[IO[bytes], IO[bytes]], None], asks: int, answers: int) -> None:
    """Serve, and end; nothing of what the other process has begun is ended here."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with Path(os.devnull).open("r+b", buffering=0) as nowhere:
            for usual in (0, 1, 2):  # nothing that a parser prints gets anywhere
                os.dup2(nowhere.fileno(), usual)
        let_go(asks, answers)
        serve(os.fdopen(asks, "rb"), os.fdopen(answers, "wb"))
    finally:
        os._exit(0)


def let_go(*kept: int) -> None:
    """Close whatever the process that was forked had open, but its usual three."""
    for name in [one.name for one in Path("/proc/self/fd").iterdir()]:
        if int(name) > 2 and int(name) not in kept:  # noqa: PLR2004 - 0, 1 and 2 are the usual ones
            with contextlib.suppress(OSError):
                os.close(int(name))
