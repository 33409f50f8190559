"""A collector that is killed: collect_child.py WORKSPACE STEP NUMBER; at the n-th of that step.

STEP is `keep` (the mail is fetched, nothing kept), `file` (kept, not filed), `see` (all filed, the
folder's last UID not remembered).
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from outbox.desk import collect, opening
from outbox.ledger.ledger import Ledger
from outbox.workspace import find


def doom(owner: Any, name: str, number: int) -> None:
    real, left = getattr(owner, name), [number]

    def killed(*args: Any, **named: Any) -> Any:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **named)

    setattr(owner, name, killed)


def main(root: str, step: str, number: str) -> None:
    doom(opening if step == "keep" else Ledger, step, int(number))
    for _ in collect.collect(find(Path(root)), now=lambda: datetime.now(UTC)):
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
