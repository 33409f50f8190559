"""Files written whole or not at all, readable by their owner alone."""

from __future__ import annotations

import contextlib
import hashlib
import os
from typing import TYPE_CHECKING

from merge.letter import Attachment

if TYPE_CHECKING:
    from pathlib import Path

_PART = ".part"  # a file not yet whole


def written(path: Path, data: bytes, shown: str) -> Attachment:
    """Write a file whole, unless it is there already with these bytes."""
    if not _there(path, data):
        part = path.with_name(path.name + _PART)
        with contextlib.suppress(FileNotFoundError):
            part.unlink()  # of a run that was interrupted
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(part, flags, 0o600), "wb") as file:
            file.write(data)
        part.replace(path)
    return Attachment(path.name, shown, hashlib.sha256(data).hexdigest(), len(data))


def _there(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except FileNotFoundError:
        return False


def make(folder: Path) -> None:
    """Make a folder that only its owner enters."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def sync(folder: Path) -> None:
    """Have the folder's names reach the disk; Windows cannot open a folder, and needs not."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
