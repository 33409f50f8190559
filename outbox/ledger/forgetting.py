"""People's data forgotten: dropped with their salts, so that the chain still verifies."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import func, or_, select, update

from merge.manifest import Manifest
from outbox.ledger import mailtables, oblivion, tables
from outbox.ledger.entries import enter
from outbox.ledger.forgotten import BLANK, EMPTY, left
from outbox.ledger.states import GONE, BatchState, Channel, EntryKind, LetterState

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from outbox.ledger.moves import Act

_T, _B, _MOVE, _MARK = tables.letter, tables.batch, tables.move, mailtables.mark
_MAIL, _ENTRY, _ATTEMPT = mailtables.mail, tables.entry, tables.attempt
_PERSON = "党员"  # the category of a letter to a person: its name is a person's
_KEPT_KINDS = (EntryKind.NUMBER, EntryKind.FORGET)  # of nobody's data


@dataclass(frozen=True, slots=True)
class Dropped:
    """What was dropped of a batch."""

    letters: int
    reasons: int


def masked_to(key: bytes, to: str) -> str:
    """Write addresses as only who has the key can compare them: never twice survives."""
    made = hmac.new(key, b"to\0" + to.encode(), hashlib.sha256).hexdigest()[:32]
    return json.dumps([f"#{made}"])


def last_moved(connection: Connection, batch: str) -> datetime | None:
    """Tell when something last happened to a batch."""
    query = select(func.max(_MOVE.c.at)).where(_MOVE.c.batch == batch)
    times = (connection.execute(query).scalar_one(), oblivion.came_last(connection, batch))
    return max(filter(None, times), default=None)


def forget(
    connection: Connection, key: bytes, batch: str, data: dict[str, object], act: Act
) -> Dropped:
    """Drop what a batch knows of people, in the caller's transaction, and say so in the chain."""
    ids = select(_T.c.id).where(_T.c.batch == batch)
    letters = _letters(connection, key, batch)
    connection.execute(update(_ATTEMPT).where(_ATTEMPT.c.letter.in_(ids)).values(text=""))
    for row in connection.execute(select(_MARK).where(_MARK.c.letter.in_(ids))).mappings().all():
        hidden = json.loads(masked_to(key, row["address"]))[0]
        own = update(_MARK).where(_MARK.c.id == row["id"])
        connection.execute(own.values(words="", address=hidden))
    connection.execute(
        update(_MAIL).where(_MAIL.c.letter.in_(ids)).values(sender="", subject="", words="")
    )
    entered = update(_ENTRY).where(_ENTRY.c.batch == batch, _ENTRY.c.kind.not_in(_KEPT_KINDS))
    connection.execute(entered.values(data="", salt=""))
    reasons = connection.execute(_unsaid(batch)).rowcount
    _manifest(connection, batch)
    came = oblivion.drop(connection, batch, datetime.fromisoformat(str(data["before"])))
    if came:
        held = cast("list[int]", came["held"])
        data = {**data, "returns": {**came, "left": oblivion.left(connection, batch, held)}}
    told = {**data, "left": left(connection, batch)}
    enter(connection, EntryKind.FORGET, told, act, batch=batch)
    return Dropped(letters, reasons)


def _letters(connection: Connection, key: bytes, batch: str) -> int:
    rows = connection.execute(select(_T).where(_T.c.batch == batch)).mappings().all()
    for row in rows:
        values: dict[str, Any] = dict.fromkeys(BLANK, "")
        values |= {"cc": EMPTY, "attachments": EMPTY, "to": masked_to(key, row["to"])}
        if row["category"] == _PERSON:
            values |= {"name": "", "short": ""}
        connection.execute(update(_T).where(_T.c.id == row["id"]).values(values))
    return len(rows)


def _unsaid(batch: str) -> Any:  # noqa: ANN401 (an Update, whose type has parameters nobody needs)
    """Blank the reasons: all but those of recording and signing, and what only names an entry."""
    own = select(_ENTRY.c.move)
    moved = (_MOVE.c.before != "") & (_MOVE.c.before != _MOVE.c.after)
    may_go = or_(_MOVE.c.letter.is_not(None), moved & (_MOVE.c.after != BatchState.APPROVED))
    which = (_MOVE.c.batch == batch, _MOVE.c.seal != "", may_go, _MOVE.c.id.not_in(own))
    return update(_MOVE).where(*which).values(reason="", salt="")


def _manifest(connection: Connection, batch: str) -> None:
    text = connection.scalar(select(_B.c.manifest).where(_B.c.name == batch))
    known = Manifest.from_json(text or "{}")
    bare = Manifest(
        known.job, (), (), (), known.accounts, known.title, known.number, known.kinds,
        known.sample, known.made_with, {}, known.numbers, known.paper,
    )  # fmt: skip
    own = update(_B).where(_B.c.name == batch)
    connection.execute(own.values(manifest=bare.packed, reason=""))


def twins(connection: Connection, key: bytes, batch: str) -> dict[int, str]:
    """Tell which letters of a batch went to the same address from one that is forgotten."""
    sent = select(_T.c.content, _T.c.to, _T.c.batch).where(
        _T.c.to.startswith('["#'), _T.c.channel == Channel.LIVE, _T.c.state.in_(GONE)
    )
    known = {(row[0], row[1]): row[2] for row in connection.execute(sent)}
    if not known:
        return {}
    ours = select(_T.c.id, _T.c.content, _T.c.to).where(
        _T.c.batch == batch,
        _T.c.channel == Channel.LIVE,
        _T.c.n == 1,
        _T.c.state == LetterState.QUEUED,
    )
    rows = connection.execute(ours)
    found = {row[0]: known.get((row[1], masked_to(key, row[2]))) for row in rows}
    return {letter: other for letter, other in found.items() if other and other != batch}
