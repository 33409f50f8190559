"""Returns held against the entries that tell of them: numbers that a leader reads are proven."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from merge.canonical import dumps
from outbox.ledger import returntables
from outbox.ledger.entries import entries
from outbox.ledger.provenance import flaw
from outbox.ledger.states import EntryKind, HeldState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy import RowMapping
    from sqlalchemy.engine import Connection

    from outbox.ledger.values import Entry
    from rosters.finding import Finding

RULE = "规则"  # who took a return over, where the job's rule did
_R, _H = returntables.returned, returntables.held
_I, _PAPER = returntables.intake, returntables.paper
_WHICH = ("job", "organisation", "period", "subject", "version")
_SAID = (*_WHICH, "part", "sha256", "values", "verdict")
_KEPT = ("part", "sha256", "reason", "words", "job", "organisation")
_TELLING = (EntryKind.RETURNED, EntryKind.ASSIGN, EntryKind.DISCARD)
_DECIDED = {EntryKind.ASSIGN: HeldState.ASSIGNED, EntryKind.DISCARD: HeldState.DISCARDED}


def version_seal(row: Mapping[str, Any] | RowMapping) -> str:
    """Return the digest of a version of a return, as its entry tells it; who took it over apart."""
    said = [str(row[name]) for name in (*_SAID, "findings")]
    at = row["at"].astimezone(UTC).isoformat(timespec="seconds")
    return _digest([*said, int(row["late"]), at, row["accepted_by"] == RULE])


def held_seal(row: Mapping[str, Any] | RowMapping) -> str:
    """Return the digest of a thing in quarantine, as its entry tells it; not its decision."""
    return _digest([str(row[name]) for name in _KEPT])


def _digest(said: list[object]) -> str:
    return hashlib.sha256(dumps(said).encode()).hexdigest()


def returns(connection: Connection) -> Iterator[Finding]:
    """Each return, thing in quarantine, decision and paper copy has its entry; none is lost."""
    every = entries(connection)
    told, gone = _told(every), _Gone(every)
    yield from _versions(connection, told, gone)
    yield from _held(connection, told, gone)
    for one in every:
        if one.kind in _TELLING and not one.data and one.id not in gone.entries:
            yield flaw("returned", "", "回执", f"{one.at:%Y-%m-%d} 收到的记录被抹去")
    rows = connection.execute(select(_PAPER)).mappings()
    ticked: Counter[tuple[str, ...]] = Counter(
        ("paper", row["job"], row["organisation"], row["period"]) for row in rows
    )
    known = Counter({key: count for key, count in told.items() if key[0] == "paper"})
    for key in (ticked - known) + (known - ticked):
        what = "不见了" if known[key] else "没有来历，是后来塞进来的"
        yield flaw("returned", key[1], f"{key[2]} {key[3]}", f"收到纸质件的记录{what}")


class _Gone:
    """What of returns was forgotten by right: batches, and what their entries name."""

    def __init__(self, found: Iterable[Entry]) -> None:
        forgets = [one for one in found if one.kind is EntryKind.FORGET]
        told = [one.data.get("returns") or {} for one in forgets]
        self.batches = {one.batch for one in forgets}
        self.entries = {number for one in told for number in one.get("entries", ())}
        self.held = {number for one in told for number in one.get("held", ())}
        seals = [one.get("seals", {}) for one in told]
        self.versions = {seal for one in seals for seal in one.get("versions", ())}
        self.things = {seal for one in seals for seal in one.get("kept", ())}


def _told(found: Iterable[Entry]) -> Counter[tuple[str, ...]]:
    """Write what entries tell, each as a key that its row makes again."""
    told: Counter[tuple[str, ...]] = Counter()
    for one in found:
        data = one.data
        told.update(("version", seal) for seal in data.get("versions", ()))
        told.subtract(("version", seal) for seal in data.get("withdrawn", ()))
        told.update(("held", seal) for seal in data.get("kept", ()))
        if one.kind in _DECIDED and "held" in data:
            _decide(told, one)
        elif one.kind is EntryKind.PAPER:
            told["paper", data["job"], data["organisation"], data["period"]] += 1
        elif one.kind is EntryKind.ACCEPT:  # of a forgotten batch it tells nothing any more
            said = [str(data[name]) for name in _WHICH] if data else [one.batch]
            told["accept", *said, one.who] += 1
    return +told


def _decide(told: Counter[tuple[str, ...]], one: Entry) -> None:
    """Note the last decision on a thing in quarantine; none where it was taken back."""
    number = str(one.data["held"])
    for key in [key for key in told if key[:2] == ("decided", number)]:
        del told[key]
    if not one.data.get("undone"):
        told["decided", number, _DECIDED[one.kind], one.who] = 1


def _versions(
    connection: Connection, told: Counter[tuple[str, ...]], gone: _Gone
) -> Iterator[Finding]:
    known = {key[1] for key in told if key[0] == "version"} - gone.versions
    for row in connection.execute(select(_R).order_by(_R.c.id)).mappings():
        if row["batch"] in gone.batches:
            continue  # what is left of it is held against the entry that tells of the forgetting
        where = f"{row['organisation']} {row['period']} 第{row['version']}版"
        seal = version_seal(row)
        if seal not in known:
            yield flaw("returned", row["job"], where, "回执的内容被改动，或是后来塞进来的")
        known.discard(seal)
        who = row["accepted_by"]
        whole = ("accept", *(str(row[name]) for name in _WHICH), who)
        if who and who != RULE and whole not in told and ("accept", row["batch"], who) not in told:
            yield flaw("returned", row["job"], where, f"说是{who}采用的，没有采用的记录")
        if not who and any(key[:6] == whole[:6] for key in told):
            yield flaw("returned", row["job"], where, "采用过，采用的人被抹去了")
    if known:
        yield flaw("returned", "", "回执", f"登记过的回执有 {len(known)} 份不见了，或被改动")


def _held(connection: Connection, told: Counter[tuple[str, ...]], gone: _Gone) -> Iterator[Finding]:
    """Hold quarantine against its entries: the same thing may have come twice."""
    known = Counter({key[1]: count for key, count in told.items() if key[0] == "held"})
    for seal in gone.things:
        del known[seal]
    for row in connection.execute(select(_H).order_by(_H.c.id)).mappings():
        if row["id"] in gone.held:
            continue
        where, seal = f"隔离区第 {row['id']} 件", held_seal(row)
        if known[seal] < 1:
            yield flaw("returned", row["job"], where, "内容被改动，或是后来塞进来的")
        known[seal] -= 1
        decided = {key[2:] for key in told if key[:2] == ("decided", str(row["id"]))}
        now = set() if row["state"] == HeldState.OPEN else {(row["state"], row["decided_by"])}
        if decided != now:
            yield flaw("returned", row["job"], where, "认领或弃置的记录被改动")
    lost = sum((+known).values())
    if lost:
        yield flaw("returned", "", "隔离区", f"登记过的来件有 {lost} 件不见了，或被改动")
