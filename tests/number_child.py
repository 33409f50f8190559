"""A process that runs the real command line in forks of itself, and kills one at a given step.

Each line on stdin is a JSON list: at which step to die (0: nowhere), then the words of the command.
A step is a statement to the ledger, before and after, a commit, or a change to a file. The answer
is a JSON list: the fork's exit status (-9: killed), and how many steps it took.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import event
from sqlalchemy.engine import Engine

import cli

LOADED = (
    "outbox.desk.merge",
    "outbox.desk.approve",
    "outbox.desk.cancel",
    "outbox.desk.sender",
    "outbox.ledger.ledger",
    "rosters.reader",
    "templates.gongwen.build",
)
for module in LOADED:
    importlib.import_module(module)  # once, so that forks need not


# What changes something outside the process: between two of these a death is the same.
WATCHED = frozenset({"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.truncate"})


class Watch:
    """Counts what a command does to files and to the ledger, and dies before one of these."""

    def __init__(self, last: int) -> None:
        self.last, self.count = last, 0
        sys.addaudithook(self.audit)
        for moment in ("before_cursor_execute", "after_cursor_execute", "commit", "rollback"):
            event.listen(Engine, moment, self.tick)

    def audit(self, name: str, arguments: tuple[object, ...]) -> None:
        writing = name == "open" and str(arguments[1] or "").startswith(("w", "x", "a"))
        if name in WATCHED or writing:
            self.tick()

    def tick(self, *_: object) -> None:
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def run(last: int, words: list[str]) -> tuple[int, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        os.dup2(0, 1)
        os.dup2(0, 2)
        sys.argv = ["fawen", *words]
        watch = Watch(last)
        status = 0
        try:
            cli.main()
        except SystemExit as end:
            status = int(end.code or 0)
        os.write(writing, str(watch.count).encode())
        os._exit(status)
    os.close(writing)
    told = os.read(reading, 100)
    os.close(reading)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), int(told or 0)


def main() -> None:
    for line in sys.stdin:
        last, *words = json.loads(line)
        sys.stdout.write(json.dumps(run(last, words)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
