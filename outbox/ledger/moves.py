"""The one place where a state changes: compare-and-swap, with its link of the chain."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, func, insert, select, update

from outbox.ledger import schema, tables
from outbox.ledger.chain import HEAD, covered, link, sealed
from outbox.ledger.fate import said_before
from outbox.ledger.states import BatchState, LetterState, may

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, RowMapping, Update
    from sqlalchemy.engine import Connection

    Row = RowMapping | Mapping[str, Any]  # of `letter`, as it was read or as it must be


_LINK = insert(tables.move)


class Act(NamedTuple):
    """Who does it, when and why; `account` is the sending mailbox where one is used."""

    at: datetime
    who: str
    reason: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Only:
    """A further condition of a move, and the values of its parameters."""

    where: ColumnElement[bool] | None = None
    words: Mapping[str, object] = field(default_factory=dict)


ALWAYS = Only()


def move_letter(
    connection: Connection,
    row: Row,
    then: LetterState,
    act: Act,
    only: Only = ALWAYS,
    **values: object,
) -> bool:
    """Move a letter from the state in `row` if nobody else has moved it; tell whether it moved.

    Of `row` the columns id, batch, fence and state are read.

    Raises:
        ValueError: the table allows no such move: a fault of the program.

    """
    now = LetterState(row["state"])
    _allowed(now, then)
    swap = _moving(tuple(values), only.where)
    done = connection.execute(swap, {"state": then, **values, **_was(row), **only.words})
    if done.rowcount != 1:
        return False
    fence = values.get("fence", row["fence"])
    _write(connection, act, row["batch"], row["id"], (now, then), fence)
    return True


def move_letters(
    connection: Connection,
    rows: Sequence[Row],
    then: LetterState,
    act: Act,
    values: Sequence[Mapping[str, object]],
) -> None:
    """Move several letters as `move_letter` does, each with its own values of the same columns.

    Raises:
        ValueError: the table allows no such move: a fault of the program.
        RuntimeError: one of them was moved since it was read in this very transaction.

    """
    if not rows:
        return
    for row in rows:
        _allowed(LetterState(row["state"]), then)
    swap = _moving(tuple(values[0]), None)
    changes = [{"state": then, **own, **_was(row)} for row, own in zip(rows, values, strict=True)]
    if connection.execute(swap, changes).rowcount != len(rows):
        raise RuntimeError("a letter was moved by somebody who had not the pen")
    links = [
        _linked(
            connection,
            act,
            row["batch"],
            row["id"],
            (row["state"], then),
            own.get("fence", row["fence"]),
        )
        for row, own in zip(rows, values, strict=True)
    ]
    connection.execute(_LINK, links)


def _was(row: Row) -> dict[str, object]:
    return {"b_id": row["id"], "b_fence": row["fence"], "b_state": row["state"]}


@lru_cache
def _moving(names: tuple[str, ...], where: ColumnElement[bool] | None) -> Update:
    """Return the compare-and-swap of a letter that sets these columns, built once."""
    table = tables.letter
    swap = (
        update(table)
        .where(
            table.c.id == bindparam("b_id"),
            table.c.fence == bindparam("b_fence"),
            table.c.state == bindparam("b_state"),
        )
        .values({name: bindparam(name) for name in ("state", *names)})
    )
    return swap if where is None else swap.where(where)


def cancel_letter(connection: Connection, row: RowMapping, act: Act) -> bool:
    """Cancel a letter, whoever holds it before its dot; tell whether it was cancelled."""
    return move_letter(
        connection,
        row,
        LetterState.CANCELLED,
        act,
        fence=row["fence"] + 1,
        reason=act.reason,
        settled_at=act.at,
        lease_until=None,
        next_at=None,
    )


def requeue_letter(connection: Connection, row: RowMapping, act: Act) -> bool:
    """Put a leased letter back; its worker can no longer move it."""
    return move_letter(
        connection,
        row,
        LetterState.QUEUED,
        act,
        fence=row["fence"] + 1,
        lease_until=None,
        first_at=begun(row),
    )


def reopen_letter(connection: Connection, row: RowMapping, act: Act, to: str = "") -> bool:
    """Queue a letter again that was refused, or called back unsigned; tell whether it moved.

    It is as if it had never been offered. `to` is the column of that name where it goes elsewhere.
    """
    return move_letter(
        connection,
        row,
        LetterState.QUEUED,
        act,
        fence=row["fence"] + 1,
        attempts=0,
        first_at=None,
        next_at=None,
        settled_at=None,
        code=0,
        reply="",
        reason=act.reason,
        to=to or row["to"],
    )


def begun(row: Row) -> datetime | None:
    """Return since when a letter has been offered to its server; None: it never was in earnest."""
    since: datetime | None = row["first_at"] if row["attempts"] else None
    return since


def sent_by(other: str, at: datetime, who: str) -> Act:
    """Give the reason why a letter is cancelled that another batch has sent."""
    return Act(at, who, said_before(other))


def move_batch(connection: Connection, row: RowMapping, then: BatchState, act: Act) -> bool:
    """Move a batch from the state in `row` if nobody else has moved it; tell whether it moved.

    Raises:
        ValueError: the table allows no such move: a fault of the program.

    """
    now = BatchState(row["state"])
    _allowed(now, then)
    table = tables.batch
    fence = row["fence"] + 1
    done = connection.execute(
        update(table)
        .where(table.c.name == row["name"], table.c.fence == row["fence"], table.c.state == now)
        .values(state=then, fence=fence, reason=act.reason)
    )
    if done.rowcount != 1:
        return False
    _write(connection, act, row["name"], None, (now, then), fence)
    return True


def begin_batch(connection: Connection, name: str, act: Act) -> None:
    """Write the first link of a batch: it was recorded."""
    _write(connection, act, name, None, ("", BatchState.DRAFT), 0)


def note_letter(connection: Connection, row: RowMapping, act: Act) -> int:
    """Write a link about a letter that leaves its state as it is; return the link's number."""
    state = LetterState(row["state"])
    return note(connection, act, (row["batch"], row["id"]), state, row["fence"])


def note(
    connection: Connection,
    act: Act,
    of: tuple[str | None, int | None],
    state: str = "",
    fence: int = 0,
) -> int:
    """Write a link that changes no state; return its number.

    `of` are the batch and the letter that it is about, None where it is about neither; `state` is
    the one that it, and so the batch or letter, has.
    """
    _write(connection, act, *of, (state, state), fence)
    return int(connection.execute(select(func.max(tables.move.c.id))).scalar_one())


def _allowed(now: BatchState | LetterState, then: BatchState | LetterState) -> None:
    if not may(now, then):
        raise ValueError(f"no move from {now} to {then}")


def _write(
    connection: Connection,
    act: Act,
    batch: str | None,
    letter: int | None,
    states: tuple[str, str],
    fence: object,
) -> None:
    connection.execute(_LINK, _linked(connection, act, batch, letter, states, fence))


def _linked(
    connection: Connection,
    act: Act,
    batch: str | None,
    letter: int | None,
    states: tuple[str, str],
    fence: object,
) -> dict[str, object]:
    """Hang a link on the head of the chain; return its row."""
    # Drawn, not derived: what is forgotten with its salt cannot be guessed from the workspace key.
    salt = secrets.token_hex(16)
    row = {
        "at": schema.stamp(act.at),
        "who": act.who,
        "batch": batch,
        "letter": letter,
        "before": str(states[0]),
        "after": str(states[1]),
        "fence": fence,
        "account": act.account,
        "reason": act.reason,
        "salt": salt,
        "seal": sealed(salt, act.reason),
    }
    digest = link(connection.info[HEAD], covered(row))
    connection.info[HEAD] = digest
    return {**row, "at": act.at, "hash": digest}
