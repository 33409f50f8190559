"""What an archive holds of batches that were forgotten since: it stands in the lists as before."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

SUMS = "SHA256SUMS"
_HOMES = ("定稿", "审批单", "送达", "回执")  # of which each holds a folder or book of a batch


def kept(target: Path, gone: Collection[str]) -> dict[str, tuple[int, str]]:
    """Return the size and hash of each file, by its path, that no ledger could write again.

    Raises:
        InputError: one is not there any more, or is another than the old list says.

    """
    found = {}
    for path, sha256 in _listed(target):
        if _batch(path) not in gone:
            continue
        try:
            data = (target / path).read_bytes()
        except OSError as error:
            raise InputError(f"归档里的 {path} 读不出来，没有归档", "请从备份恢复") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise InputError(f"归档里的 {path} 与归档时不一致，没有归档", "请从备份恢复")
        found[path] = (len(data), sha256)
    return found


def _listed(target: Path) -> Iterator[tuple[str, str]]:
    """Yield what the list of hashes names that lies there from last time."""
    try:
        lines = (target / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in lines:
        sha256, _, path = line.partition("  ")
        yield path, sha256


def _batch(path: str) -> str:
    home, _, rest = path.partition("/")
    return rest.partition("/")[0].removesuffix(".xlsx") if home in _HOMES else ""
