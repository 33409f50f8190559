"""What has been forgotten by right, told from what somebody has blanked."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from sqlalchemy import select

from outbox.ledger import oblivion, tables
from outbox.ledger.entries import entries
from outbox.ledger.provenance import flaw
from outbox.ledger.states import BatchState, EntryKind
from outbox.ledger.values import SIGNED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

    from outbox.ledger.links import Told, Walk
    from rosters.finding import Finding

_T, _ENTRY, _APPROVAL = tables.letter, tables.entry, tables.approval
_KEPT = ("id", "organisation", "name", "kind", "n", "channel", "to", "content", "token", "state")
BLANK = ("subject", "body", "reply", "reason")  # columns of `letter` that are emptied
EMPTY = "[]"


def forgotten(connection: Connection, walk: Walk) -> tuple[dict[str, int], list[Finding]]:
    """Return the batches that were forgotten, each with its link, and what was blanked besides."""
    known: dict[str, int] = {}
    found: list[Finding] = []
    rows = connection.execute(select(_ENTRY.c.id, _ENTRY.c.move))
    moves = {row[0]: row[1] for row in rows}
    for one in entries(connection, EntryKind.FORGET):
        known[one.batch] = moves[one.id]
        if one.data.get("left") != left(connection, one.batch):
            found.append(flaw("forgotten", one.batch, "", "清除旧资料之后，剩下的记录被改动"))
        came = one.data.get("returns")
        if came and came["left"] != oblivion.left(connection, one.batch, came["held"]):
            found.append(flaw("forgotten", one.batch, "", "清除旧资料之后，剩下的回执记录被改动"))
    found += _blanked(walk, known)
    return known, found


def _blanked(walk: Walk, known: dict[str, int]) -> Iterator[Finding]:
    seen: set[str] = set()
    for told in walk.unsaid:
        batch = told.batch or ""
        if batch in seen or (told.id < known.get(batch, 0) and may_go(told)):
            continue
        seen.add(batch)
        yield flaw("forgotten", batch, "", f"第 {told.id} 条的原因被抹去，而不是按规定清除的")


def may_go(told: Told) -> bool:
    """Tell whether a link's reason may be forgotten: not that of a recording or a signature."""
    if told.letter is not None:
        return True
    return bool(told.before) and told.after not in {told.before, BatchState.APPROVED}


def left(connection: Connection, batch: str) -> str:
    """Hash what is left of a forgotten batch: its letters, and its signatures.

    The entries that told of the signatures are forgotten, too: they name whoever typed.
    """
    columns = [_T.c[name] for name in (*_KEPT, *BLANK, "cc", "attachments")]
    query = select(*columns).where(_T.c.batch == batch).order_by(_T.c.id)
    made = hashlib.sha256()
    for row in connection.execute(query):
        made.update(json.dumps(list(row), ensure_ascii=False).encode())
    signed = select(_APPROVAL).where(_APPROVAL.c.batch == batch).order_by(_APPROVAL.c.id)
    for one in connection.execute(signed).mappings():
        told = [one[name] for name in sorted(SIGNED)]
        made.update(json.dumps(told, ensure_ascii=False).encode())
    return made.hexdigest()
