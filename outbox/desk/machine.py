"""This machine, as a ledger knows it: a number drawn once for its user, and the machine's name."""

from __future__ import annotations

import os
import re
import secrets
import socket
import sys
from pathlib import Path
from typing import NamedTuple

VARIABLE = "FAWEN_STATE"  # where it is kept instead, for tests and for machines set up alike
_FILE = "machine"
_NUMBER = re.compile(r"[0-9a-f]{32}")


class Machine(NamedTuple):
    """Who keeps a ledger: the number of this user on this machine, and the machine's name."""

    number: str
    host: str


def state() -> Path:
    """Return the folder of what this user's fawen keeps beside all workspaces, 0700."""
    named = os.environ.get(VARIABLE, "")
    folder = Path(named) if named else _usual()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def here() -> Machine:
    """Tell which machine this is; its number is drawn the first time."""
    path = state() / _FILE
    number = _read(path)
    if not number:
        write(path, secrets.token_hex(16))
        number = _read(path)  # of two that began at once the last one's number holds for both
    return Machine(number, socket.gethostname())


def write(path: Path, text: str) -> None:
    """Write a small file whole and durably, readable by its owner alone."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())  # it matters most after the power has failed
    part.replace(path)


def _read(path: Path) -> str:
    try:
        found = path.read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return ""
    return found if _NUMBER.fullmatch(found) else ""


def _usual() -> Path:
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "") or home / "AppData" / "Local") / "fawen"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "fawen"
    return Path(os.environ.get("XDG_STATE_HOME", "") or home / ".local" / "state") / "fawen"
