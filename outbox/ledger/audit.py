"""What does not add up: rows that no move explains, and one 发文字号 on two contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select

from merge.letter import REMINDER
from outbox.ledger import mailtables, tables
from outbox.ledger.chain import sealed
from outbox.ledger.corrections import lineage
from outbox.ledger.states import GONE, BatchState, Channel, LetterState

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection

_LETTER, _BATCH, _MOVE = tables.letter, tables.batch, tables.move
_MARK, _ENTRY = mailtables.mark, tables.entry


def unexplained(connection: Connection, batch: str) -> list[str]:
    """Name the rows of a batch whose state is not the one that its last move left it in."""
    known = _last(connection, batch, _MOVE.c.letter.is_not(None))
    rows = connection.execute(
        select(_LETTER.c.id, _LETTER.c.name, _LETTER.c.state).where(_LETTER.c.batch == batch)
    )
    odd = [name for key, name, state in rows if state != known.get(key, LetterState.QUEUED)]
    odd += _unmarked(connection, batch)
    state = connection.execute(select(_BATCH.c.state).where(_BATCH.c.name == batch)).scalar_one()
    if state != _last(connection, batch, _MOVE.c.letter.is_(None)).get(None, BatchState.DRAFT):
        odd.append(batch)
    return odd


def _unmarked(connection: Connection, batch: str) -> list[str]:
    """Name the letters with a mark that its link does not tell of, or a link without its mark."""
    query = (
        select(_LETTER.c.name, _LETTER.c.id, _MARK, _MOVE.c.reason, _MOVE.c.letter.label("told"))
        .select_from(_MARK.join(_LETTER).join(_MOVE, _MARK.c.move == _MOVE.c.id))
        .where(_LETTER.c.batch == batch)
    )
    rows = connection.execute(query).mappings().all()
    odd = [
        row["name"]
        for row in rows
        if row["told"] != row["letter"]
        or row["reason"] not in {told(row["kind"], row["address"], row["mail"], row["words"]), ""}
    ]
    return odd + _unentered(connection, batch)


def _unentered(connection: Connection, batch: str) -> list[str]:
    """Name what has an entry that its link does not tell of, or a link that changes nothing alone.

    Such a link belongs to a mark or to an entry.
    """
    named = func.coalesce(_LETTER.c.name, _MOVE.c.batch)
    moves = _MOVE.outerjoin(_LETTER, _MOVE.c.letter == _LETTER.c.id)
    query = (
        select(named, _ENTRY, _MOVE.c.reason)
        .select_from(moves.join(_ENTRY, _ENTRY.c.move == _MOVE.c.id))
        .where(or_(_MOVE.c.batch == batch, _ENTRY.c.batch == batch))
    )
    odd = [
        row[0]
        for row in connection.execute(query)
        if row.reason not in {f"{row.kind} {row.seal}", ""}
        or (row.salt and sealed(row.salt, row.data) != row.seal)
        or (not row.salt and row.data)
    ]
    known = select(_MARK.c.move).union_all(select(_ENTRY.c.move))
    lost = (
        select(named)
        .select_from(moves)
        .where(_MOVE.c.batch == batch, _MOVE.c.before == _MOVE.c.after, _MOVE.c.id.not_in(known))
    )
    return odd + [name for (name,) in connection.execute(lost)]


def told(kind: str, address: str, mail: str, words: str) -> str:
    """Write a mark as the reason of its link, so that the chain covers all of it."""
    return " ".join((kind, address or "-", mail or "-", words)).rstrip()


def _last(connection: Connection, batch: str, which: ColumnElement[bool]) -> dict[int | None, str]:
    latest = select(func.max(_MOVE.c.id)).where(_MOVE.c.batch == batch, which)
    rows = connection.execute(
        select(_MOVE.c.letter, _MOVE.c.after).where(_MOVE.c.id.in_(latest.group_by(_MOVE.c.letter)))
    )
    return {letter: after for letter, after in rows}  # noqa: C416 (a Row is no tuple to mypy)


def renumbered(connection: Connection, batch: str) -> dict[str, str]:
    """Tell who has been sent another content under the same 发文字号: name -> that batch."""
    ours, theirs = _LETTER.alias("ours"), _LETTER.alias("theirs")
    own, other = _BATCH.alias("own"), _BATCH.alias("other")
    same = and_(
        or_(theirs.c.organisation == ours.c.organisation, theirs.c.to == ours.c.to),
        theirs.c.kind == ours.c.kind,
        theirs.c.content != ours.c.content,
        theirs.c.channel == Channel.LIVE,
        theirs.c.state.in_(GONE),
    )
    query = (
        select(ours.c.name, theirs.c.batch)
        .join(own, own.c.name == ours.c.batch)
        .join(theirs, same)
        .join(other, and_(other.c.name == theirs.c.batch, other.c.number == own.c.number))
        .where(
            ours.c.batch == batch,
            ours.c.channel == Channel.LIVE,
            ours.c.state == LetterState.QUEUED,
            ours.c.kind != REMINDER,  # each is its own
            theirs.c.batch != batch,
            theirs.c.batch.not_in(lineage(connection, batch)),  # what it corrects bears its number
            own.c.number != "",
        )
        .order_by(ours.c.id)
    )
    return {name: found for name, found in connection.execute(query)}  # noqa: C416 (likewise)
