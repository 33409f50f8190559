"""What a person says of a thing in quarantine: whose it is, that it is nothing; or takes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from outbox.ledger import returntables
from outbox.ledger.entries import enter, entries
from outbox.ledger.returned import keep, stage
from outbox.ledger.states import EntryKind, HeldState
from outbox.ledger.vouchers import RULE, version_seal
from rosters.finding import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.engine import Connection

    from outbox.ledger.intakes import Kept, Staged
    from outbox.ledger.moves import Act
    from outbox.ledger.store import Store
    from outbox.ledger.values import Entry

_I, _R = returntables.intake, returntables.returned
_H, _PRIVATE = returntables.held, returntables.private


class Decisions:
    """Decisions about things in quarantine, each an entry of the chain."""

    _store: Store

    def assign(
        self,
        number: int,
        organisation: str,
        staged: Iterable[Staged],
        act: Act,
        *,
        always: str = "",
        kept: Iterable[Kept] = (),
    ) -> tuple[int, ...]:
        """Note whose a thing in quarantine is, and record what it says.

        `always` is the sender's address, which is the organisation's from then on. What it says
        counts from when it came, not from now: what has come since goes before it. `kept` are the
        files of it that are not taken even so: each waits as a thing of its own, unless it does
        already, and its number is returned. Another organisation's form is not lost with this one.

        Raises:
            UsageError: there is no such thing, or it has been decided on.

        """
        with self._store.writing() as connection:
            row = _decided(connection, number, HeldState.ASSIGNED, act)
            came = connection.execute(select(_I.c.at).where(_I.c.id == row)).scalar_one()
            staged = tuple(staged)
            made = [stage(connection, row, one, came) for one in staged]
            fresh = [(one, seal) for one, seal in zip(staged, made, strict=True) if seal]
            left = dict(_left(connection, row, kept))
            data = {
                "held": number,
                "organisation": organisation,
                "address": always,
                "staged": [[one.job, one.period, one.subject] for one, _ in fresh],
                "versions": [seal for _, seal in fresh],
                "kept": list(left.values()),
            }
            if always:
                values = {
                    "address": always.lower(),
                    "organisation": organisation,
                    "by": act.who,
                    "at": act.at,
                }
                connection.execute(delete(_PRIVATE).where(_PRIVATE.c.address == always.lower()))
                connection.execute(insert(_PRIVATE).values(values))
            enter(connection, EntryKind.ASSIGN, data, act)
            return tuple(left)

    def discard(self, number: int, why: str, act: Act) -> None:
        """Note that a thing in quarantine is nothing to us.

        Raises:
            UsageError: there is no such thing, or it has been decided on.

        """
        with self._store.writing() as connection:
            _decided(connection, number, HeldState.DISCARDED, act)
            enter(connection, EntryKind.DISCARD, {"held": number, "why": why}, act)

    def reopen(self, number: int, act: Act) -> int:
        """Put a thing back into quarantine, as if nobody had decided; return how many reports go.

        What was made of it counts no more: its rows go, their seals stay in the chain. An address
        that was remembered with it is forgotten.

        Raises:
            UsageError: there is no such thing, or it has not been decided on.
            InputError: somebody has taken over what was made of it.

        """
        with self._store.writing() as connection:
            row = connection.execute(select(_H.c.intake, _H.c.state).where(_H.c.id == number))
            found = row.first()
            if found is None or found[1] == HeldState.OPEN:
                said = "还没有处理过" if found else "不存在"
                raise UsageError(f"隔离区第 {number} 件{said}", "用 fawen quarantine --all 看")
            made = _assigned(connection, number) if found[1] == HeldState.ASSIGNED else None
            data: dict[str, Any] = {"held": number, "undone": True, "withdrawn": []}
            if made is not None:
                data["withdrawn"] = _withdrawn(connection, int(found[0]), made)
                data["address"] = made.data.get("address", "")
                own = _PRIVATE.c.organisation == made.data.get("organisation", "")
                address = _PRIVATE.c.address == data["address"].lower()
                connection.execute(delete(_PRIVATE).where(address, own))
            values = {"state": HeldState.OPEN, "decided_by": "", "decided_at": None}
            connection.execute(update(_H).where(_H.c.id == number).values(values))
            enter(connection, EntryKind.ASSIGN if made else EntryKind.DISCARD, data, act)
            return len(data["withdrawn"])


def _decided(connection: Connection, number: int, state: HeldState, act: Act) -> int:
    """Take a thing out of quarantine; return its intake."""
    row = connection.execute(select(_H.c.intake, _H.c.state).where(_H.c.id == number)).first()
    if row is None:
        raise UsageError(f"隔离区里没有第 {number} 件", "用 fawen quarantine 看有哪些")
    if row[1] != HeldState.OPEN:
        raise UsageError(
            f"隔离区第 {number} 件已经处理过了", "用 fawen quarantine --all 看是谁处理的"
        )
    values = {"state": state, "decided_by": act.who, "decided_at": act.at}
    connection.execute(update(_H).where(_H.c.id == number).values(values))
    return int(row[0])


def _left(connection: Connection, intake: int, kept: Iterable[Kept]) -> Iterator[tuple[int, str]]:
    """Put files of an intake into quarantine that are not there yet; yield numbers and seals."""
    query = select(_H.c.part, _H.c.sha256).where(_H.c.intake == intake)
    known = {(row[0], row[1]) for row in connection.execute(query)}
    for one in kept:
        if one.sha256 and (one.part, one.sha256) not in known:
            known.add((one.part, one.sha256))
            yield keep(connection, intake, one)


def _assigned(connection: Connection, number: int) -> Entry | None:
    """Return the entry by which a thing was assigned last."""
    found = entries(connection, EntryKind.ASSIGN)
    return next((one for one in reversed(found) if one.data.get("held") == number), None)


def _withdrawn(connection: Connection, intake: int, made: Entry) -> list[str]:
    """Remove the reports that an entry tells of; return their seals."""
    seals = set(made.data.get("versions", ()))
    query = select(_R).where(_R.c.intake == intake)
    rows = [row for row in connection.execute(query).mappings() if version_seal(row) in seals]
    if any(row["accepted_by"] not in {"", RULE} for row in rows):
        raise InputError("认领出来的回执已经有人采用，不能撤回", "请对方把正确的再发一次")
    for row in rows:
        connection.execute(delete(_R).where(_R.c.id == row["id"]))
    return sorted(map(version_seal, rows))
