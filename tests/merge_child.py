"""A process that has imported everything and runs the real command line in forks of itself.

Each line on stdin is the words of one command, or `kill`, which kills the one that runs, if any: a
process id that nobody has waited for is no other's. It answers with the fork's process id, then,
when that has ended, with its exit status (-9: killed). FAWEN_SHARD is the size of a shard, so that
a small batch has many.
"""

from __future__ import annotations

import importlib
import os
import select
import shlex
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import cli
from merge import press

for name in ("outbox.desk.merge", "outbox.ledger.ledger", "rosters.reader", "templates.body"):
    importlib.import_module(name)  # once, so that forks need not
press._SHARD = int(os.environ["FAWEN_SHARD"])


def say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


_lines: list[str] = []


def heard() -> str:
    """Return the next line; "" where nothing more will come."""
    if not _lines:
        _lines.extend(os.read(0, 1 << 16).decode().splitlines())
    return _lines.pop(0) if _lines else ""


def run(line: str) -> None:
    child = os.fork()
    if not child:
        sys.argv = ["fawen", *shlex.split(line)]
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        os.dup2(0, 1)
        cli.main()
        os._exit(0)
    say(child)
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            say(os.waitstatus_to_exitcode(status))
            return
        if (_lines or select.select([0], [], [], 0.001)[0]) and heard() == "kill":
            os.kill(child, signal.SIGKILL)


def main() -> None:
    while line := heard():
        if line != "kill":  # it came too late
            run(line)


if __name__ == "__main__":
    main()
