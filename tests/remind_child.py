"""A sender of reminders, which may be killed: remind_child.py WORKSPACE AT STEP NUMBER."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from collect_child import doom

from outbox.desk import remind
from outbox.ledger.ledger import Ledger
from outbox.workspace import find


def main(root: str, at: str, step: str, number: str) -> None:
    if step:
        doom(Ledger, step, int(number))
    for _ in remind.go(
        find(Path(root)), "日报", now=lambda: datetime.fromisoformat(at), uncollected=True
    ):
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
