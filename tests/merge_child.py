"""A process that has imported everything and runs the real command line in forks of itself.

Each line on stdin is the words of one command. It answers with the fork's process id, then, when
that has ended, with its exit status (-9: killed). FAWEN_SHARD is the size of a shard, so that a
small batch has many.
"""

from __future__ import annotations

import importlib
import os
import shlex
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


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if not child:
            sys.argv = ["fawen", *shlex.split(line)]
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            cli.main()
            os._exit(0)
        say(child)
        say(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main()
