"""Entries: what happens beside the moves, each hung on its link of the chain."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from outbox.ledger import tables
from outbox.ledger.chain import sealed
from outbox.ledger.moves import note
from outbox.ledger.states import EntryKind
from outbox.ledger.values import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sqlalchemy import RowMapping
    from sqlalchemy.engine import Connection

    from outbox.ledger.moves import Act

_E = tables.entry


def enter(
    connection: Connection,
    kind: EntryKind,
    data: Mapping[str, object],
    act: Act,
    *,
    batch: str | None = None,
    letter: int | None = None,
) -> int:
    """Write an entry and its link, in the caller's transaction; return the entry's number.

    `data` is what JSON can hold; the chain covers its salted hash. A letter is named with its
    batch. `act.reason` is not written: what matters stands in `data`.

    Raises:
        ValueError: a letter without its batch: a fault of the program.

    """
    if letter is not None and batch is None:
        raise ValueError("an entry about a letter names its batch")
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    salt = secrets.token_hex(16)
    seal = sealed(salt, text)
    state, fence = _stand(connection, batch, letter)
    told = type(act)(act.at, act.who, reason(kind, seal), act.account)
    row = {
        "kind": kind,
        "batch": batch,
        "letter": letter,
        "data": text,
        "salt": salt,
        "seal": seal,
        "at": act.at,
        "who": act.who,
        "move": note(connection, told, (batch, letter), state, fence),
    }
    key = connection.execute(insert(_E).values(row)).inserted_primary_key
    return int(key[0]) if key else 0


def entries(
    connection: Connection, kind: EntryKind | None = None, batch: str | None = None
) -> tuple[Entry, ...]:
    """List entries, oldest first: all, of a kind, or of a batch."""
    query = select(_E).order_by(_E.c.id)
    if kind is not None:
        query = query.where(_E.c.kind == kind)
    if batch is not None:
        query = query.where(_E.c.batch == batch)
    return tuple(_entry(row) for row in connection.execute(query).mappings())


def reason(kind: str, seal: str) -> str:
    """Write an entry as the reason of its link."""
    return f"{kind} {seal}"


def _stand(connection: Connection, batch: str | None, letter: int | None) -> tuple[str, int]:
    """Return the state and the fence of what an entry is about."""
    if batch is None:
        return "", 0
    if letter is None:
        query = select(tables.batch.c.state, tables.batch.c.fence).where(
            tables.batch.c.name == batch
        )
    else:
        query = select(tables.letter.c.state, tables.letter.c.fence).where(
            tables.letter.c.id == letter, tables.letter.c.batch == batch
        )
    row = connection.execute(query).one()
    return str(row[0]), int(row[1])


def _entry(row: RowMapping) -> Entry:
    try:
        data: dict[str, Any] = json.loads(row["data"]) if row["data"] else {}
    except ValueError as error:
        from outbox.ledger.refusal import spoilt

        raise spoilt(f"台账里「{EntryKind(row['kind']).word}」的第 {row['id']} 条记录") from error
    return Entry(
        row["id"],
        EntryKind(row["kind"]),
        row["batch"] or "",
        row["letter"],
        data,
        row["at"],
        row["who"],
    )
