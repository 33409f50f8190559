"""The shards that are done, noted beside the folder they went to: an interrupted run goes on."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from merge.files import sized

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from merge.orders import Made, Order


BEGUN = ".staging-"  # how folders of merges that are not done are called
_KEPT = 7 * 24 * 3600  # seconds that one which was broken off waits to be gone on with


class Finished:
    """A file of one line for each shard: its number, then sha256, size and mark of each document.

    A line is written only after the shard's files are on the disk under their names.
    """

    def __init__(self, folder: Path, *, fresh: bool) -> None:
        self._path = place(folder)
        if fresh:
            self._path.unlink(missing_ok=True)
        self._folder = folder
        self._known = {} if fresh else _read(self._path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._file = os.fdopen(os.open(self._path, flags, 0o600), "w", encoding="ascii")
        if self._known:
            self._file.write("\n")  # the last line may have been cut off

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def has(self, number: int) -> bool:
        """Tell whether a shard was noted as done."""
        return number in self._known

    def made(self, number: int) -> list[Made | None]:
        """Return what a shard that was noted came to."""
        with self._path.open("rb") as file:
            file.seek(self._known[number])
            _, made = _line(file.readline())
        return list(made)

    def whole(self, number: int, wanted: Sequence[Order]) -> bool:
        """Tell whether all files of a shard that was noted are there."""
        made = self.made(number)
        return len(made) == len(wanted) and all(
            noted is not None and sized(f"{self._folder}/{one.path}", noted[1])
            for one, noted in zip(wanted, made, strict=True)
        )

    def add(self, number: int, made: Sequence[Made | None]) -> None:
        """Note a shard, unless a document of it could not be made."""
        if None not in made:
            told = ",".join([f'["{one[0]}",{one[1]},"{one[2]}"]' for one in made if one])
            self._file.write(f"[{number},[{told}]]\n")
            self._file.flush()


def place(folder: Path) -> Path:
    """Name the file that belongs to a folder."""
    return folder.with_name(f"{folder.name}.done")


def discard(folder: Path) -> None:
    """Delete what a merge that nobody goes on with has made, and its notes."""
    if folder.is_dir():
        shutil.rmtree(folder)
    place(folder).unlink(missing_ok=True)


def tidy(parent: Path, now: float) -> None:
    """Delete what was broken off long before `now`, a POSIX time; no merge may be under way."""
    for one in sorted(parent.glob(f"{BEGUN}*")):
        if one.exists() and one.stat().st_mtime < now - _KEPT:
            discard(one.with_suffix(""))


def _read(path: Path) -> dict[int, int]:
    """Tell where the line of each shard begins: there may be thousands."""
    known: dict[int, int] = {}
    if not path.exists():
        return known
    with path.open("rb") as file:
        begin = 0
        for line in file:
            with suppress(ValueError, TypeError):  # cut off by the interruption
                known[_line(line)[0]] = begin
            begin += len(line)
    return known


def _line(line: bytes) -> tuple[int, list[Made]]:
    number, made = json.loads(line)
    return int(number), [(str(one), int(size), str(mark)) for one, size, mark in made]
