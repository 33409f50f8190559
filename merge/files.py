"""Files written whole or not at all, readable by their owner alone."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from merge.letter import Attachment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_PART = ".part"  # a file not yet whole
_FEW = 8  # folders
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_writev: Callable[[int, Sequence[bytes]], int] | None = getattr(os, "writev", None)
_beside = [""]  # how a file of this process is called that is not yet whole


def _named() -> None:
    _beside[0] = f".{os.getpid()}{_PART}"


_named()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_named)


def written(path: Path, data: bytes, shown: str) -> Attachment:
    """Write a file whole, unless it is there already with these bytes."""
    write(str(path), data)
    return Attachment(path.name, shown, hashlib.sha256(data).hexdigest(), len(data))


def write(path: str, *data: bytes, fresh: bool = False) -> None:
    """Write a file whole, unless it is there with these bytes; `fresh`: it cannot be there."""
    if not fresh and _there(path, b"".join(data)):
        return
    # One name for each process: those of an interrupted and of this run never share a file, and a
    # name that is used again is cheaper than a new one. As below: no Path for each file.
    part = f"{path[: _end(path)]}/{_beside[0]}"
    try:
        handle = os.open(part, _FLAGS, 0o600)
    except FileExistsError:  # of an interrupted run whose process had this number
        Path(part).unlink()
        handle = os.open(part, _FLAGS, 0o600)
    try:
        _put(handle, data)
    finally:
        os.close(handle)
    os.replace(part, path)  # noqa: PTH105 - a Path for each of 100,000 files costs too much


def _end(path: str) -> int:
    """Return where a path's folder ends."""
    return path.rfind("/") if os.sep == "/" else max(path.rfind("/"), path.rfind(os.sep))


def _put(handle: int, data: tuple[bytes, ...]) -> None:
    """Write pieces one after the other; where the system can, at once and without a copy."""
    done = 0
    if _writev is not None:
        done = _writev(handle, data)
        if done == sum(map(len, data)):
            return
    left = memoryview(b"".join(data))[done:]  # a disk that is nearly full takes a part
    while left:
        left = left[os.write(handle, left) :]


def pour(path: Path, portions: Iterable[bytes]) -> None:
    """Write a file whole, portion by portion."""
    part = path.with_name(_beside[0])
    with os.fdopen(os.open(part, _FLAGS & ~os.O_EXCL | os.O_TRUNC, 0o600), "wb") as file:
        file.writelines(portions)
    part.replace(path)


def _there(path: str, data: bytes) -> bool:
    try:
        # As above: no Path for each file.
        return os.stat(path).st_size == len(data) and Path(path).read_bytes() == data  # noqa: PTH116
    except FileNotFoundError:
        return False


def sized(path: str, size: int) -> bool:
    """Tell whether a file of this size is there."""
    try:
        return os.stat(path).st_size == size  # noqa: PTH116 - no Path for each of 100,000 files
    except FileNotFoundError:
        return False


def make(folder: Path) -> None:
    """Make a folder that only its owner enters, and those above it."""
    if not folder.is_dir():
        make(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def sweep(folder: Path) -> None:
    """Remove the files that an interrupted run left half written."""
    for path in folder.glob(f"*{_PART}"):
        path.unlink(missing_ok=True)


def settled(folders: Iterable[Path]) -> None:
    """Sync some folders; many of them by one sync of all there is, where the system has that."""
    found = list(folders)
    if len(found) > _FEW and hasattr(os, "sync"):
        os.sync()  # a sync of each of 400 folders takes a second
        return
    for folder in found:
        sync(folder)


def sync(folder: Path) -> None:
    """Have the folder's names reach the disk; Windows cannot open a folder, and needs not."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
