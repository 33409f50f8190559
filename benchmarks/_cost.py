"""What a program costs that runs as a process of its own: CPU, time, memory, children included."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent

# As installed: what Python compiles of a module stays, and is not compiled at each start.
KEPT = {name: word for name, word in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class Watch(threading.Thread):
    """Looks at the memory of a process and of all that it begins, while they live.

    The peak that the system tells of children is of no use: it counts what the process that began
    them held at that moment.
    """

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process, self.done = process, threading.Event()
        self.peaks: dict[int, int] = {}

    def run(self) -> None:
        """Look ten times a second."""
        while not self.done.wait(0.1):
            self.look(self.process)

    def look(self, process: int) -> None:
        """Note the peak of a process, and of those that it began."""
        home = Path(f"/proc/{process}")
        try:
            status = (home / "status").read_text(encoding="utf-8")
            children = (home / "task" / str(process) / "children").read_text(encoding="utf-8")
        except OSError:
            return
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                self.peaks[process] = int(line.split()[1]) // 1024
        for child in children.split():
            self.look(int(child))


class Cost(NamedTuple):
    """CPU and wall seconds; peak RSS in MB of the process, and of the largest that it began."""

    cpu: float
    wall: float
    own: int
    others: int


def measured(words: list[str], cwd: Path) -> Cost:
    """Run a program."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with subprocess.Popen(
        [sys.executable, *words],
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        env={**KEPT, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)},
    ) as process:
        watch = Watch(process.pid)
        watch.start()
        status = process.wait()
    watch.done.set()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if status:
        sys.exit(f"{words[-1]} ended with {status}")
    own = watch.peaks.pop(process.pid, 0)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, time.monotonic() - start, own, max(watch.peaks.values(), default=0))
