"""A sender that is there to be killed: python sender_child.py LEDGER BATCH FOLDER PORT WORKER."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path


def main(ledger: str, batch: str, folder: str, port: str, worker: str) -> None:
    from postal import make_account

    from outbox.ledger.ledger import Ledger
    from outbox.post.delivery import deliver

    def now() -> datetime:
        return datetime.now(UTC)

    with Ledger.open(Path(ledger), at=now()) as book:
        for _ in deliver(
            book, batch, "live", make_account(int(port)), None, Path(folder),
            now=now, pause=time.sleep, worker=worker,
        ):  # fmt: skip
            pass


if __name__ == "__main__":
    main(*sys.argv[1:])
