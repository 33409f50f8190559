"""A sender among others: python pace_child.py PLACE BATCH FOLDER PORT WORKER LIMITS-AS-JSON."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path


def main(place: str, batch: str, folder: str, port: str, worker: str, limits: str) -> None:
    from postal import make_account

    from outbox.ledger.ledger import Ledger
    from outbox.ledger.server import Server
    from outbox.post.delivery import deliver

    def now() -> datetime:
        return datetime.now(UTC)

    store = Server(place) if "://" in place else Path(place)
    with Ledger.open(store, at=now()) as book:
        for event in deliver(
            book, batch, "live", make_account(int(port), **json.loads(limits)), None, Path(folder),
            now=now, pause=time.sleep, worker=worker,
        ):  # fmt: skip
            sys.stdout.write(f"{event.kind}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
