"""What organisations sent back under a batch, forgotten: what it said goes, that it came stays."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from outbox.ledger import mailtables, returntables, tables
from outbox.ledger.states import EntryKind, HeldState
from outbox.ledger.vouchers import held_seal, version_seal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.engine import Connection

_R, _H, _I, _B = returntables.returned, returntables.held, returntables.intake, tables.batch
_MAIL, _ENTRY = mailtables.mail, tables.entry
_TELLING = (EntryKind.RETURNED, EntryKind.ASSIGN, EntryKind.DISCARD)
_LEFT = ("organisation", "period", "subject", "version", "verdict", "late", "part", "sha256",
         "values", "findings", "accepted_by")  # fmt: skip


def came_last(connection: Connection, batch: str) -> datetime | None:
    """Tell when something last came back under a batch."""
    query = select(func.max(_R.c.at)).where(_R.c.batch == batch)
    found: datetime | None = connection.execute(query).scalar_one()
    return found


def waiting(connection: Connection, batch: str) -> int:
    """Count what lies undecided in quarantine, and would go with a batch."""
    query = select(func.count()).where(_H.c.state == HeldState.OPEN)
    return int(connection.scalar(query.where(_H.c.id.in_(_held(connection, batch)))) or 0)


def drop(connection: Connection, batch: str, before: datetime) -> dict[str, object]:
    """Drop what came back under a batch; return what an entry has to tell of it, {} for nothing.

    A thing in quarantine goes with the report that it was assigned to, or with the last batch of
    the job that it is probably about; what was discarded and is about nothing, once it is older
    than `before`.
    """
    versions = connection.execute(select(_R).where(_R.c.batch == batch)).mappings().all()
    seals = {version_seal(row) for row in versions}
    told = _told(connection)
    numbers = {*_held(connection, batch), *_about_nothing(connection, before), *(
        data["held"] for kind, data in told.values()
        if kind == EntryKind.ASSIGN and data.get("versions") and {*data["versions"]} <= seals
    )}  # fmt: skip
    things = connection.execute(select(_H).where(_H.c.id.in_(numbers))).mappings().all()
    if not versions and not things:
        return {}
    kept = {held_seal(row) for row in things}
    entries = [number for number, (_, data) in told.items() if _goes(data, seals, kept, numbers)]
    blank = {"values": "{}", "findings": "[]", "part": ""}
    connection.execute(update(_R).where(_R.c.batch == batch).values(blank))
    _nameless(connection, versions)
    connection.execute(update(_H).where(_H.c.id.in_(numbers)).values(words="", part=""))
    gone = update(_ENTRY).where(_ENTRY.c.id.in_(entries))
    connection.execute(gone.values(data="", salt=""))
    _sources(connection, batch, numbers)
    mixed = {"versions": sorted(seals), "kept": sorted(kept)}
    return {"entries": entries, "held": sorted(numbers), "seals": mixed}


def _nameless(connection: Connection, versions: Iterable[RowMapping]) -> None:
    """Put a number in the place of whom a form is about: which forms are of one person stays."""
    first: dict[tuple[str, str, str], int] = {}
    for row in versions:
        if row["subject"]:
            key = row["organisation"], row["period"], row["subject"]
            number = first.setdefault(key, row["id"])
            one = update(_R).where(_R.c.id == row["id"])
            connection.execute(one.values(subject=f"#{number}"))


def _told(connection: Connection) -> dict[int, tuple[str, dict[str, Any]]]:
    """Return the entries that tell of what came and what was decided on it: kind and data."""
    query = select(_ENTRY.c.id, _ENTRY.c.kind, _ENTRY.c.data).where(_ENTRY.c.kind.in_(_TELLING))
    rows = connection.execute(query.where(_ENTRY.c.data != "").order_by(_ENTRY.c.id))
    return {row[0]: (row[1], json.loads(row[2])) for row in rows}


def _goes(
    data: dict[str, Any], seals: Collection[str], kept: Collection[str], held: Collection[int]
) -> bool:
    """Tell whether an entry speaks of nothing that stays."""
    versions, things = {*data.get("versions", ())}, {*data.get("kept", ())}
    own = bool(versions or things) or data.get("held") in held
    return own and versions <= {*seals} and things <= {*kept}


def _held(connection: Connection, batch: str) -> list[int]:
    """Return what in quarantine is probably about a batch's job, where no other batch lives."""
    job = connection.scalar(select(_B.c.job).where(_B.c.name == batch))
    loops = select(returntables.loop.c.batch).join(_B, _B.c.name == returntables.loop.c.batch)
    known = {*connection.execute(loops.where(_B.c.job == job)).scalars()}
    if batch not in known or known - {*_forgotten(connection)} - {batch}:
        return []
    query = select(_H.c.id).where(_H.c.job == job).order_by(_H.c.id)
    return [*connection.execute(query).scalars()]


def _about_nothing(connection: Connection, before: datetime) -> list[int]:
    known = {number for one in _forgotten(connection).values() for number in one}
    query = select(_H.c.id).join(_I, _I.c.id == _H.c.intake).order_by(_H.c.id)
    query = query.where(_H.c.job == "", _H.c.state == HeldState.DISCARDED, _I.c.at < before)
    return [one for one in connection.execute(query).scalars() if one not in known]


def _forgotten(connection: Connection) -> dict[str, set[int]]:
    """Return the batches that were forgotten, each with what of quarantine went along."""
    query = select(_ENTRY.c.batch, _ENTRY.c.data).where(_ENTRY.c.kind == EntryKind.FORGET)
    return {
        batch: {*(json.loads(text).get("returns") or {}).get("held", ())}
        for batch, text in connection.execute(query)
    }


def _sources(connection: Connection, batch: str, held: Collection[int]) -> None:
    """Drop who sent what came, where nothing that was taken from it stays."""
    gone, _ = _split(connection, {**_forgotten(connection), batch: {*held}})
    shas = [*{source for source, _ in gone}]
    blank = update(_I).where(_I.c.sha256.in_(shas)).values(sender="", subject="", name="")
    connection.execute(blank)
    mails = update(_MAIL).where(_MAIL.c.sha256.in_(shas))
    connection.execute(mails.values(sender="", subject="", words=""))


def _split(
    connection: Connection, forgotten: Mapping[str, set[int]]
) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Part what was taken, as hashes of source and file: what is forgotten, and what stays."""
    numbers = {number for one in forgotten.values() for number in one}
    joined = select(_I.c.sha256, _R.c.sha256, _R.c.batch).join(_R, _R.c.intake == _I.c.id)
    rows = [(row[0], row[1], row[2] in forgotten) for row in connection.execute(joined)]
    things = select(_I.c.sha256, _H.c.sha256, _H.c.id).join(_H, _H.c.intake == _I.c.id)
    rows += [(row[0], row[1], row[2] in numbers) for row in connection.execute(things)]
    alive = {(source, part) for source, part, gone in rows if not gone}
    sources, parts = {one for one, _ in alive}, {one for _, one in alive}
    dropped = {(source, part) for source, part, gone in rows if gone and source not in sources}
    return {(one, "" if part in parts else part) for one, part in dropped}, alive


def left(connection: Connection, batch: str, held: Collection[int]) -> str:
    """Hash what is left of what came back under a forgotten batch."""
    made = hashlib.sha256()
    query = select(*(_R.c[name] for name in _LEFT)).where(_R.c.batch == batch).order_by(_R.c.id)
    for row in connection.execute(query):
        made.update(json.dumps(list(row), ensure_ascii=False).encode())
    things = select(_H.c.id, _H.c.part, _H.c.sha256, _H.c.reason, _H.c.words, _H.c.state)
    for row in connection.execute(things.where(_H.c.id.in_(held)).order_by(_H.c.id)):
        made.update(json.dumps(list(row), ensure_ascii=False).encode())
    return made.hexdigest()


def dropped(connection: Connection) -> tuple[frozenset[str], frozenset[str]]:
    """Return the hashes of files and mails that returns were taken from: the gone, those that stay.

    A file that is gone as one thing and stays as another stays.
    """
    gone, alive = _split(connection, _forgotten(connection))
    stays = {name for pair in alive for name in pair if name}
    return frozenset({name for pair in gone for name in pair if name} - stays), frozenset(stays)
