"""A collector of returns that is killed: returns_child.py WORKSPACE STEP NUMBER AT.

STEP is `keep` (a mail is fetched, nothing kept), `file` (kept, not filed), `see` (all filed).
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from collect_child import doom

from outbox.desk import collect, opening
from outbox.ledger.ledger import Ledger
from outbox.workspace import find


def main(root: str, step: str, number: str, at: str) -> None:
    doom(opening if step == "keep" else Ledger, step, int(number))
    for _ in collect.collect(find(Path(root)), now=lambda: datetime.fromisoformat(at)):
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
