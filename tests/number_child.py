"""A process that runs the real command line in forks of itself, and kills one at a given line.

Each line on stdin is a JSON list: at which line of the watched modules to die (0: nowhere), then
the words of the command. The answer is a JSON list: the fork's exit status (-9: killed), and how
many watched lines it came by.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent))

import cli

if TYPE_CHECKING:
    from types import FrameType, TracebackType

HOME = Path(__file__).parent.parent
WATCHED = {
    f"outbox/{name}.py"
    for name in (
        "ledger/numbers", "ledger/ledger", "ledger/entries", "ledger/moves", "ledger/drafts",
        "ledger/store", "desk/number", "desk/merge", "desk/approve", "desk/cancel", "desk/folder",
    )
}  # fmt: skip

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


class Watch:
    """Counts the lines of the watched modules, and dies at one of them."""

    def __init__(self, last: int) -> None:
        self.last, self.count = last, 0

    def call(self, frame: FrameType, event: str, _: object) -> object:
        path = frame.f_code.co_filename.removeprefix(f"{HOME}/")
        return self.line if event == "call" and path in WATCHED else None

    def line(self, frame: FrameType, event: str, argument: TracebackType) -> object:
        del frame, argument
        if event == "line":
            self.count += 1
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.line


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
        sys.settrace(watch.call)  # type: ignore[arg-type]  # what it returns is traced further
        try:
            cli.main()
        except SystemExit as end:
            status = int(end.code or 0)
        sys.settrace(None)
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
