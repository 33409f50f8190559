"""Returns: staged as they come, decided on by people; every decision is an entry of the chain."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import insert, select, update

from merge.manifest import Manifest
from outbox.ledger import returntables, tables
from outbox.ledger.entries import enter
from outbox.ledger.lookups import read_batch
from outbox.ledger.states import EntryKind, HeldState, Verdict
from outbox.ledger.vouchers import held_seal, version_seal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from merge.mandate import Standing
    from outbox.ledger.intakes import Come, Held, Intake, Kept, Staged, Version
    from outbox.ledger.moves import Act
    from outbox.ledger.store import Store
    from outbox.ledger.values import BatchInfo

_B = tables.batch
_I, _R, _H = returntables.intake, returntables.returned, returntables.held
_PRIVATE, _PAPER = returntables.private, returntables.paper
_SOURCE = (_I.c.sha256.label("source"), _I.c.how, _I.c.name, _I.c.sender)
_VERSION = [column for column in _R.c if column.name != "intake"]
_HELD = [column for column in _H.c if column.name != "intake"]
_COME = [_I.c[name] for name in ("id", "sha256", "how", "name", "sender", "subject", "at", "who")]


class Returned:
    """What organisations sent back, and what is in quarantine."""

    _store: Store

    def take(self, intake: Intake, act: Act) -> bool:
        """Record a mail or file with all that was made of it; False: it was recorded before."""
        with self._store.writing() as connection:
            return take(connection, intake, act)

    def taken(self, sha256s: Iterable[str]) -> frozenset[str]:
        """Tell which of these mails and files were recorded before."""
        known: set[str] = set()
        with self._store.reading() as connection:
            for one in sha256s:
                query = select(_I.c.sha256).where(_I.c.sha256 == one)
                known.update(connection.execute(query).scalars())
        return frozenset(known)

    def loops(self) -> tuple[tuple[BatchInfo, Standing], ...]:
        """List the signed batches with a 常设签发, and it; oldest first."""
        columns = (_B.c.name, _B.c.manifest)
        query = select(*columns).join(returntables.loop, returntables.loop.c.batch == _B.c.name)
        query = query.order_by(_B.c.recorded_at, _B.c.name)
        found = []
        with self._store.reading() as connection:
            for name, manifest in connection.execute(query):
                info = read_batch(connection, name)
                standing = Manifest.from_json(manifest).standing
                if info.approved_by and not info.sample and standing is not None:
                    found.append((info, standing))
        return tuple(found)

    def versions(self, job: str, organisation: str = "") -> tuple[Version, ...]:
        """List what was returned for a job: by organisation, period, subject and version."""
        from outbox.ledger.intakes import version_of

        query = select(*_VERSION, *_SOURCE).join(_I, _I.c.id == _R.c.intake).where(_R.c.job == job)
        if organisation:
            query = query.where(_R.c.organisation == organisation)
        query = query.order_by(_R.c.organisation, _R.c.period, _R.c.subject, _R.c.version)
        with self._store.reading() as connection:
            return tuple(version_of(row) for row in connection.execute(query).mappings())

    def quarantine(self, *, every: bool = False) -> tuple[Held, ...]:
        """List what is in quarantine, oldest first: what is open, or all there ever was."""
        from outbox.ledger.intakes import held_of

        query = select(*_HELD, *_SOURCE, _I.c.subject, _I.c.at).order_by(_H.c.id)
        query = query.join(_I, _I.c.id == _H.c.intake)
        if not every:
            query = query.where(_H.c.state == HeldState.OPEN)
        with self._store.reading() as connection:
            return tuple(held_of(row) for row in connection.execute(query).mappings())

    def came(self, job: str = "") -> tuple[Come, ...]:
        """List every mail and file that was looked through, oldest first.

        With a job, those are left out that are about other jobs alone: who came to be assessed is
        nothing for the register of a daily report.
        """
        from outbox.ledger.intakes import Come

        with self._store.reading() as connection:
            rows = connection.execute(select(*_COME).order_by(_I.c.at, _I.c.id)).mappings()
            found = tuple(Come(**row) for row in rows)
            if not job:
                return found
            own, other = set[int](), set[int]()
            for table in (_R, _H):
                query = select(table.c.intake, table.c.job).where(table.c.job != "").distinct()
                for intake, name in connection.execute(query):
                    (own if name == job else other).add(int(intake))
            return tuple(one for one in found if one.id in own or one.id not in other)

    def privates(self) -> dict[str, str]:
        """Return the addresses that people assigned: address -> organisation."""
        with self._store.reading() as connection:
            rows = connection.execute(select(_PRIVATE.c.address, _PRIVATE.c.organisation))
            return {str(row[0]): str(row[1]) for row in rows}

    def papers(self, job: str) -> frozenset[tuple[str, str]]:
        """Return the (organisation, period) whose paper copies are there."""
        query = select(_PAPER.c.organisation, _PAPER.c.period).where(_PAPER.c.job == job)
        with self._store.reading() as connection:
            return frozenset((str(row[0]), str(row[1])) for row in connection.execute(query))

    def accept(self, version: Version, act: Act) -> bool:
        """Take over a report though something stands against it; False: somebody has before."""
        where = (_R.c.id == version.id, _R.c.accepted_by == "")
        done = update(_R).where(*where).values(accepted_by=act.who, accepted_at=act.at)
        with self._store.writing() as connection:
            if connection.execute(done).rowcount != 1:
                return False
            data = {
                "job": version.job,
                "organisation": version.organisation,
                "period": version.period,
                "subject": version.subject,
                "version": version.version,
                "findings": list(version.findings),
            }
            enter(connection, EntryKind.ACCEPT, data, act, batch=version.batch)
            return True

    def tick(self, job: str, organisation: str, period: str, act: Act) -> bool:
        """Note that the paper copy of a report is there; False: it was noted before."""
        key = {"job": job, "organisation": organisation, "period": period}
        with self._store.writing() as connection:
            query = select(_PAPER.c.by).where(*(_PAPER.c[name] == one for name, one in key.items()))
            if connection.execute(query).first() is not None:
                return False
            connection.execute(insert(_PAPER).values({**key, "by": act.who, "at": act.at}))
            enter(connection, EntryKind.PAPER, key, act)
            return True


def take(connection: Connection, intake: Intake, act: Act) -> bool:
    """Record a mail or file with all that was made of it, in the caller's transaction."""
    if connection.execute(select(_I.c.id).where(_I.c.sha256 == intake.sha256)).first() is not None:
        return False
    row = {
        **{name: getattr(intake, name) for name in ("sha256", "how", "name", "sender", "subject")},
        "letter": intake.letter,
        "at": intake.at,
        "taken_at": act.at,
        "who": act.who,
    }
    key = connection.execute(insert(_I).values(row)).inserted_primary_key
    number = int(key[0]) if key else 0
    versions = [stage(connection, number, one, intake.at) for one in intake.staged]
    kept = [keep(connection, number, one) for one in intake.kept]
    data = {
        "source": intake.sha256,
        "versions": [*filter(None, versions)],
        "kept": [seal for _, seal in kept],
    }
    enter(connection, EntryKind.RETURNED, data, act)
    return True


def stage(connection: Connection, intake: int, one: Staged, at: datetime) -> str:
    """Add a version, unless it says nothing new; return its seal, "" where none was added.

    A workbook with a row a day says again what it said on the days before: after the day is over,
    what was said once is no correction. Nor is what was said at that very moment: a table that is
    exported again.
    """
    at = one.at or at
    query = select(_R.c.version, _R.c.at, _R.c["values"], _R.c.verdict, _R.c.findings).where(
        _R.c.job == one.job,
        _R.c.organisation == one.organisation,
        _R.c.period == one.period,
        _R.c.subject == one.subject,
    )
    known = [tuple(row) for row in connection.execute(query.order_by(_R.c.version))]
    findings = json.dumps(one.findings, ensure_ascii=False)
    until = sorted((row[1], row[0], row[2:]) for row in known if row[1] <= at)
    if until and until[-1][2] == (one.values, one.verdict, findings):
        return ""
    if any(row[2] == one.values and (one.late or row[1] == at) for row in known):
        return ""
    values = {
        "intake": intake,
        **{name: getattr(one, name) for name in _STAGED},
        "version": max((row[0] for row in known), default=0) + 1,
        "findings": findings,
        "late": int(one.late),
        "at": at,
        "accepted_by": one.accepted,
        "accepted_at": at if one.accepted else None,
    }
    connection.execute(insert(_R).values(values))
    return version_seal(values)


_STAGED = (
    "batch", "job", "organisation", "period", "subject", "part", "sha256", "values", "verdict",
)  # fmt: skip


def keep(connection: Connection, intake: int, one: Kept) -> tuple[int, str]:
    """Put a thing into quarantine; return its number and its seal."""
    names = ("part", "sha256", "reason", "words", "job", "organisation")
    said = {name: getattr(one, name) for name in names}
    values = {**said, "intake": intake, "state": HeldState.OPEN, "decided_by": ""}
    key = connection.execute(insert(_H).values(values)).inserted_primary_key
    return int(key[0]) if key else 0, held_seal(values)


Report: TypeAlias = "tuple[str, str, str]"  # organisation, period, subject


def counting(versions: Iterable[Version]) -> dict[Report, Version]:
    """Return what counts of each report: of those that may, what came last.

    Of acknowledgements the first counts: something is received once.
    """
    found: dict[Report, Version] = {}
    for one in sorted(versions, key=_came):
        key = one.organisation, one.period, one.subject
        if one.counts and not (one.verdict is Verdict.NOTED and key in found):
            found[key] = one
    return found


def open_faults(versions: Iterable[Version]) -> dict[Report, Version]:
    """Return what came last of each report where that waits for a person."""
    newest: dict[Report, Version] = {}
    for one in sorted(versions, key=_came):
        newest[one.organisation, one.period, one.subject] = one
    return {key: one for key, one in newest.items() if not one.counts}


def _came(one: Version) -> tuple[datetime, int]:
    """Order versions as they came: what a person hands in or assigns later came when it came."""
    return one.at, one.version
