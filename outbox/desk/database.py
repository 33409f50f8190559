"""The workspace's ledger as fawen.toml names it: a file, or a server with its password."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from outbox.ledger.recorder import Recorder
from outbox.ledger.server import Server
from outbox.ledger.share import refuse_share
from outbox.ring import recalled

if TYPE_CHECKING:
    from datetime import datetime

    from outbox.workspace import Workspace

VARIABLE = "FAWEN_LEDGER_PASSWORD"
KEYRING = "fawen-ledger"
Opened = TypeVar("Opened", bound=Recorder)  # the whole ledger, or what of it a merge needs


def server(workspace: Workspace) -> Server | None:
    """Return the server of the workspace's ledger, None where it is a file.

    The password comes from the environment, else from the keyring; without either the server is
    asked without one, as a local one may allow.

    Raises:
        InputError: the URL is none, or holds a password.

    """
    url = workspace.config.ledger.url
    if not url:
        return None
    known = Server(url)  # refuses before any secret is looked for
    return Server(url, os.environ.get(VARIABLE, "") or recalled(KEYRING, known.login) or None)


def open_ledger(workspace: Workspace, at: datetime, kind: type[Opened]) -> Opened:
    """Open the workspace's ledger, or make it.

    Raises:
        InputError: the URL is none, or holds a password.
        UnavailableError: it is damaged, cannot be reached, or was made by a newer version.

    """
    served = server(workspace)
    if served is None:
        refuse_share(workspace.ledger)
    return kind.open(served or workspace.ledger, at=at)
