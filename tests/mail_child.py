"""A sender that is killed at its first dot: mail_child.py LEDGER BATCH FOLDER PORT ADDRESS CA WHEN.

WHEN is `before` or `after` the terminator leaves. The dot is committed in either case.
"""

from __future__ import annotations

import os
import signal
import ssl
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mailserver import PASSWORD
from postal import make_account

from outbox.ledger.ledger import Ledger
from outbox.post import delivery
from outbox.post.courier import Courier

if TYPE_CHECKING:
    from collections.abc import Callable

    from outbox.post.verdict import Answer

LINGER = 0.5  # seconds: the server takes the mail before the connection breaks


def die(*_: object) -> tuple[int, bytes]:
    time.sleep(LINGER)
    os.kill(os.getpid(), signal.SIGKILL)
    return 0, b""


class Doomed(Courier):
    when = ""

    def _dot(self, commit: Callable[[], bool], lost: tuple[str, ...]) -> Answer:
        setattr(self.smtp, {"before": "send", "after": "getreply"}[self.when], die)
        return super()._dot(commit, lost)


def main(ledger: str, batch: str, folder: str, port: str, address: str, ca: str, when: str) -> None:
    Doomed.when = when
    delivery.Courier = Doomed
    account = make_account(int(port), address=address, security="ssl", timeout=10.0)
    with Ledger.open(Path(ledger), at=datetime.now(UTC)) as book:
        for _ in delivery.deliver(
            book, batch, "live", account, PASSWORD, Path(folder),
            now=lambda: datetime.now(UTC), pause=time.sleep, worker="doomed",
            context=ssl.create_default_context(cafile=ca),
        ):  # fmt: skip
            pass


if __name__ == "__main__":
    main(*sys.argv[1:])
