"""The shards that are done, noted beside the folder they went to: an interrupted run goes on."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Self

from merge.files import sized

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from merge.orders import Made, Order


class Finished:
    """A file of one line for each shard: its number, then sha256, size and mark of each document.

    A line is written only after the shard's files are on the disk under their names.
    """

    def __init__(self, folder: Path, *, fresh: bool) -> None:
        self._path = place(folder)
        if fresh:
            self._path.unlink(missing_ok=True)
        self._known = {} if fresh else _read(self._path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._file = os.fdopen(os.open(self._path, flags, 0o600), "w", encoding="ascii")
        if self._known:
            self._file.write("\n")  # the last line may have been cut off

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def made(self, number: int, wanted: Sequence[Order], folder: Path) -> list[Made | None] | None:
        """Return what a shard came to, None unless it is done and all its files are there."""
        made = self._known.get(number)
        if made is None or len(made) != len(wanted):
            return None
        sizes = (size for _, size, _ in made)
        whole = all(
            sized(f"{folder}/{one.path}", size) for one, size in zip(wanted, sizes, strict=True)
        )
        return list(made) if whole else None

    def add(self, number: int, made: Sequence[Made | None]) -> None:
        """Note a shard, unless a document of it could not be made."""
        if None not in made:
            self._file.write(json.dumps([number, made], separators=(",", ":")) + "\n")
            self._file.flush()


def place(folder: Path) -> Path:
    """Name the file that belongs to a folder."""
    return folder.with_name(f"{folder.name}.done")


def _read(path: Path) -> dict[int, list[Made]]:
    known: dict[int, list[Made]] = {}
    if not path.exists():
        return known
    with path.open(encoding="ascii", errors="replace") as file:
        for line in file:
            try:
                number, made = json.loads(line)
                known[int(number)] = [(str(one), int(size), str(mark)) for one, size, mark in made]
            except (ValueError, TypeError):
                continue  # cut off by the interruption
    return known
