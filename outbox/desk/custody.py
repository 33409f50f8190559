"""Who may write in a ledger: the copy that keeps it, on its machine, in its place."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from outbox.desk import machine, witness
from outbox.ledger.chain import GENESIS
from outbox.ledger.custody import number_of, read_end, read_keeper, read_passed
from outbox.ledger.entries import enter
from outbox.ledger.moves import Act
from outbox.ledger.states import EntryKind
from rosters.finding import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from outbox.desk.machine import Machine
    from outbox.desk.witness import Memory
    from outbox.ledger.custody import End
    from outbox.ledger.recorder import Recorder
    from outbox.ledger.values import Entry
    from outbox.workspace import Workspace


class Standing(Enum):
    """How this copy of a ledger stands to the one that is kept."""

    OURS = auto()
    FRESH = auto()  # nobody keeps it yet
    MOVED = auto()  # the same, in another place of this machine, and gone from the old one
    COPY = auto()  # the old place of this machine still has it
    ELSEWHERE = auto()  # another machine keeps it
    RELEASED = auto()  # handed over, and not taken yet
    BEHIND = auto()  # this machine remembers a chain that this is not, or not all of


class Custody(NamedTuple):
    """This copy: where it lies, on which machine, what is remembered of it, and how it stands."""

    standing: Standing
    number: str
    place: str
    machine: Machine
    keeper: Entry | None
    memory: Memory | None
    end: End

    def data(self, why: str = "") -> dict[str, object]:
        """Write a takeover of this copy."""
        was: dict[str, Any] = dict(self.keeper.data) if self.keeper else {}
        told: dict[str, object] = {
            "machine": self.machine.number,
            "host": self.machine.host,
            "place": self.place,
            "standing": self.standing.name.lower(),
            "from": {"host": was.get("host", ""), "place": was.get("place", "")},
            "why": why,
        }
        if self.standing is Standing.BEHIND and self.memory:
            told["remembered"] = {"head": self.memory.head, "links": self.memory.links}
        return told


# Of these the copy may write, and from then on keeps the ledger: nobody need be asked.
_EASY = frozenset({Standing.FRESH, Standing.MOVED})


def place_of(workspace: Workspace) -> str:
    """Name the place of a workspace's ledger; "" on a server, which has no place of its own."""
    if workspace.config.ledger.url:
        return ""
    return os.path.normcase(os.path.realpath(workspace.ledger))


def look(ledger: Recorder, workspace: Workspace) -> Custody:
    """Tell how this copy stands."""
    with ledger.reading() as connection:
        return _look(connection, ledger.number, place_of(workspace))


def guard_of(
    ledger: Recorder, workspace: Workspace, at: datetime, who: str
) -> Callable[[Connection], None]:
    """Return the guard that lets only the copy be written in that is kept; the first keeps it."""
    number, place = ledger.number, place_of(workspace)

    def guard(connection: Connection) -> None:
        found = _look(connection, number, place)
        if found.standing in _EASY and place:
            enter(connection, EntryKind.TAKEOVER, found.data(), Act(at, who))
        elif found.standing is not Standing.OURS:
            raise refusal(found)

    return guard


def second_guard(ledger: Recorder, workspace: Workspace) -> Callable[[Connection], None]:
    """Return the guard that stops whoever goes on although another copy was taken over since."""
    number, place = ledger.number, place_of(workspace)

    def guard(connection: Connection) -> None:
        if _behind(connection, witness.recall(number)):
            raise refusal(_look(connection, number, place))

    return guard


def require(ledger: Recorder, workspace: Workspace) -> None:
    """Refuse before anything is made that could not be recorded.

    Raises:
        UnavailableError: this copy may only be read.

    """
    refused = readonly(ledger, workspace)
    if refused is not None:
        raise refused


def readonly(ledger: Recorder, workspace: Workspace) -> UnavailableError | None:
    """Say why this copy may only be read, and what to do; None where it may be written in."""
    found = look(ledger, workspace)
    return None if found.standing in {Standing.OURS, *_EASY} else refusal(found)


def remember(ledger: Recorder, workspace: Workspace, *, ring: bool = True) -> None:
    """Remember on this machine where the chain ends now; in the keyring, too, with `ring`."""
    end = ledger.end()
    if end.at is not None:
        memory = witness.Memory(end.head, end.links, end.at.isoformat(), place_of(workspace))
        witness.remember(ledger.number, memory, ring=ring)


def overtaken(ledger: Recorder) -> bool:
    """Tell whether this machine remembers a chain that this one is not the end of."""
    with ledger.reading() as connection:
        return _behind(connection, witness.recall(ledger.number))


def refusal(found: Custody) -> UnavailableError:
    """Say why a copy may only be read, and what to do."""
    was: dict[str, Any] = dict(found.keeper.data) if found.keeper else {}
    take = (
        "用 fawen takeover 接管后再办理；查看、查询和核验（status、trace、report、audit）不受影响"
    )
    if found.standing is Standing.BEHIND and found.memory:
        there = found.memory.place
        if there != found.place and _lies_there(there, found.number):
            said = f"这台电脑上的台账已由 {there} 接着办理，这一份是旧的，不能再发"
            return UnavailableError(said, "请到那里办理")
        short = found.memory.links - found.end.links
        less = f"，少了 {short} 条" if short > 0 else ""
        said = f"台账与本机记得的对不上{less}：换回了旧的副本，或被改写过，不能办理"
        return UnavailableError(
            said, "先用 fawen audit 核验；确是从备份恢复的，用 fawen takeover 接管"
        )
    said = {
        Standing.RELEASED: "台账已经移交，等着接手的人接管，这里只能查看",
        Standing.COPY: f"这是一份副本，原件在 {was.get('place', '')}，这里只能查看",
    }.get(found.standing, f"台账由电脑 {was.get('host', '')} 保管，这里只能查看")
    return UnavailableError(said, take)


def _look(connection: Connection, number: str, place: str) -> Custody:
    here, memory = machine.here(), witness.recall(number)
    keeper, end = read_keeper(connection), read_end(connection)
    standing = _standing(connection, number, place, here, memory, keeper)
    return Custody(standing, number, place, here, keeper, memory, end)


def _behind(connection: Connection, memory: Memory | None) -> bool:
    if memory is None or memory.head == GENESIS:
        return False
    return read_passed(connection, memory.head) is None


def _standing(  # noqa: PLR0911 (a table of cases)
    connection: Connection,
    number: str,
    place: str,
    here: Machine,
    memory: Memory | None,
    keeper: Entry | None,
) -> Standing:
    if _behind(connection, memory):
        return Standing.BEHIND
    if not place:  # a server is the one place for all who may log in to it
        return Standing.OURS
    if keeper is None:
        return Standing.FRESH
    known = keeper.data
    if not known.get("machine"):
        return Standing.RELEASED
    if (known["machine"], known["host"]) != (here.number, here.host):
        return Standing.ELSEWHERE
    if known["place"] == place:
        return Standing.OURS
    return Standing.COPY if _lies_there(known["place"], number) else Standing.MOVED


def _lies_there(place: str, number: str) -> bool:
    """Tell whether a ledger of this number lies at a place."""
    path = Path(place)
    with suppress(OSError, sqlite3.Error, ValueError, TypeError):
        if path.is_file():
            uri = f"{path.as_uri()}?mode=ro"
            with closing(sqlite3.connect(uri, uri=True)) as other:
                (key,) = other.execute("SELECT value FROM meta WHERE key = 'key'").fetchone()
            return number_of(bytes.fromhex(key)) == number
    return False
