"""What this machine remembers of a ledger, outside the workspace: where its chain ended.

A file in the state folder, written in a moment, and besides, where there is one, the system's
keyring, which is harder to forge. The keyring may be slow, locked or absent: it is asked in a
thread with a time limit, and nothing depends on its answer.
"""

from __future__ import annotations

import hashlib
import json
import threading
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from outbox.desk import machine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

R = TypeVar("R")

KEYRING = "fawen-head"
PATIENCE = 2.0  # seconds that the keyring may take
_MUTE = "no-keyring"  # a file: there is none here, so it is not asked after every command


class Memory(NamedTuple):
    """Where a chain ended: its last hash, how many links it had, when, and where the ledger lay."""

    head: str
    links: int
    at: str
    place: str

    @property
    def when(self) -> datetime:
        """The time of its last link."""
        return datetime.fromisoformat(self.at)


def recall(ledger: str) -> Memory | None:
    """Return what the state folder remembers of a ledger."""
    with suppress(OSError, UnicodeDecodeError):
        return _read(_file(ledger).read_text(encoding="utf-8"))
    return None


def recall_ring(ledger: str) -> tuple[Memory | None, bool]:
    """Return what the keyring remembers, and whether there is a keyring that answered."""
    found = _asked(lambda: _from_ring(ledger))
    if found is None:
        return None, False
    _mute().unlink(missing_ok=True)
    return (_read(found) if found else None), True


def lay(place: str) -> str:
    """Tell which ledger last lay at a place; "" where none is remembered."""
    with suppress(OSError, UnicodeDecodeError):
        return _place(place).read_text(encoding="ascii")
    return ""


def remember(ledger: str, memory: Memory, *, ring: bool = True) -> None:
    """Remember where a chain ended; what cannot be written is no reason to stop anything.

    Without `ring` the keyring, which may be slow, is left for another time.
    """
    text = json.dumps(memory._asdict(), ensure_ascii=False)
    with suppress(OSError):
        machine.write(_file(ledger), text)
        if lay(memory.place) != ledger:
            machine.write(_place(memory.place), ledger)
        if ring and not _mute().exists() and _asked(lambda: _to_ring(ledger, text)) is None:
            _mute().touch(mode=0o600)


def _file(ledger: str) -> Path:
    return _folder() / f"{ledger}.json"


def _place(place: str) -> Path:
    return _folder() / f"{hashlib.sha256(place.encode()).hexdigest()[:32]}.place"


def _mute() -> Path:
    return _folder() / _MUTE


def _folder() -> Path:
    folder = machine.state() / "ledgers"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _read(text: str) -> Memory | None:
    """Read a memory; None where it is spoilt: as if it were not there."""
    try:
        known = json.loads(text)
        datetime.fromisoformat(known["at"])
        return Memory(str(known["head"]), int(known["links"]), known["at"], str(known["place"]))
    except (ValueError, KeyError, TypeError):
        return None


def _asked(question: Callable[[], R]) -> R | None:
    """Ask the keyring; None where there is none, it fails, or it takes too long."""
    answers: list[R] = []

    def ask() -> None:
        # Backends raise what they like: dbus, Windows and macOS each have their own errors.
        with suppress(Exception):
            answers.append(question())

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return answers[0] if answers else None


def _from_ring(ledger: str) -> str:
    import keyring

    return keyring.get_password(KEYRING, ledger) or ""


def _to_ring(ledger: str, text: str) -> bool:
    import keyring

    keyring.set_password(KEYRING, ledger, text)
    return True
