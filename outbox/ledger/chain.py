"""The hash chain of moves: each row's hash covers the one before, so that none can be unsaid."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import RowMapping

    Row = RowMapping | Mapping[str, Any]  # of `move`

GENESIS = "0" * 64
_COVERED = ("at", "who", "batch", "letter", "before", "after", "fence", "account")
HEAD = "head"  # where the last hash stands: in `meta`, and with a connection that writes


def link(previous: str, entry: Mapping[str, object]) -> str:
    """Hash an entry onto the hash before it: sha256 of canonical JSON, 64 hexadecimal digits."""
    text = json.dumps([previous, entry], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def sealed(salt: str, words: str) -> str:
    """Hash words with their salt: what the chain covers of them, even when they are forgotten."""
    return hashlib.sha256(f"{salt}\0{words}".encode()).hexdigest()


def covered(row: Row) -> dict[str, object]:
    """Return what the chain covers of a link: `at` as it is stored, the reason by its seal.

    A link from before seals is covered with its reason as it stands.
    """
    entry = {name: row[name] for name in _COVERED}
    return {**entry, "reason": row["seal"] or row["reason"]}


def whole(row: Row) -> bool:
    """Tell whether a link's reason is the sealed one, or has been forgotten (no salt, no words)."""
    if not row["seal"]:
        return True
    if not row["salt"]:
        return not row["reason"]
    return sealed(row["salt"], row["reason"]) == str(row["seal"])


def broken(links: Iterable[tuple[int, str, Mapping[str, object]]], head: str) -> int | None:
    """Return the number of the first link that does not hold, or None when all do.

    `links` are (number, hash, entry) in order. A chain that ends before `head` was cut off: the
    number after its last link is returned.
    """
    previous, last = GENESIS, 0
    for number, digest, entry in links:
        if link(previous, entry) != digest:
            return number
        previous, last = digest, number
    return None if previous == head else last + 1
