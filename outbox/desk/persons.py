"""Who may stand by something done after the signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from outbox.workspace import Workspace


def second(workspace: Workspace, by: str, what: str = "办理") -> str:  # noqa: ARG001
    """Return who agreed."""
    return by.strip()
