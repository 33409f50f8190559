"""A process that runs `fawen collect` in forks of itself, and kills each at a given step.

returns_child.py WORKSPACE; each line on stdin says at which step to die (0: nowhere). A step is a
statement to the ledger, before and after, a commit, a change to a file, or an answer of a child
that has opened a mail. The answer: the fork's exit status (-9: killed), how many steps it took.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import event
from sqlalchemy.engine import Engine

import cli
from rosters.keeper import Keeper

for module in ("outbox.desk.collect", "outbox.desk.receive", "outbox.post.mailbox"):
    importlib.import_module(module)  # once, so that forks need not

# What changes something outside the process: between two of these a death is the same.
WATCHED = frozenset({"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.truncate"})


class Watch:
    """Counts what `collect` does to files and to the ledger, and dies before one of these."""

    def __init__(self, last: int) -> None:
        self.last, self.count = last, 0
        sys.addaudithook(self.audit)
        for moment in ("before_cursor_execute", "after_cursor_execute", "commit", "rollback"):
            event.listen(Engine, moment, self.tick)
        asked = Keeper.ask

        def ask(keeper: Keeper, *words: object) -> object:
            found = asked(keeper, *words)  # type: ignore[arg-type]
            self.tick()
            return found

        Keeper.ask = ask  # type: ignore[method-assign, assignment]

    def audit(self, name: str, arguments: tuple[object, ...]) -> None:
        if name == "open":
            mode, flags = arguments[1], arguments[2]
            writing = str(mode or "").startswith(("w", "x", "a"))
            if writing or (isinstance(flags, int) and flags & os.O_CREAT):
                self.tick()
        elif name in WATCHED:
            self.tick()

    def tick(self, *_: object) -> None:
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def run(last: int) -> tuple[int, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        os.dup2(0, 1)
        os.dup2(0, 2)
        sys.argv = ["fawen", "collect"]
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


def main(root: str) -> None:
    os.chdir(root)
    for line in sys.stdin:
        status, count = run(int(line))
        sys.stdout.write(f"{status} {count}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
