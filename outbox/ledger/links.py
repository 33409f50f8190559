"""The chain walked from its beginning: where it first breaks, and what its links tell of rows."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from outbox.ledger import schema, tables
from outbox.ledger.chain import GENESIS, HEAD, covered, link, whole
from outbox.ledger.states import BatchState, LetterState, may

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from sqlalchemy import RowMapping
    from sqlalchemy.engine import Connection

_SEAL = re.compile(r"[0-9a-f]{64}")
_PORTION = 2_000


@dataclass(frozen=True, slots=True)
class Told:
    """What a link tells: `reason` is None where it has been forgotten."""

    id: int
    at: datetime
    who: str
    batch: str | None
    letter: int | None
    before: str
    after: str
    fence: int
    reason: str | None
    sealed: bool


@dataclass(frozen=True, slots=True)
class Break:
    """The first link that does not hold: what it looks like, and what seems to have happened."""

    link: Told | None  # None: the chain ends too early
    number: int
    cause: str


@dataclass
class Walk:
    """What the links tell, by the row that they are about."""

    links: int = 0
    head: str = GENESIS
    last_at: datetime | None = None
    first_break: Break | None = None
    breaks: int = 0
    begun: dict[str, Told] = field(default_factory=dict)
    last: dict[tuple[str | None, int | None], Told] = field(default_factory=dict)
    # As the last link of any kind has it: another address raises a letter's without moving it.
    fences: dict[tuple[str | None, int | None], int] = field(default_factory=dict)
    signed: defaultdict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))
    tried: defaultdict[int, list[Told]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[int, Told] = field(default_factory=dict)
    unsaid: list[Told] = field(default_factory=list)  # their reasons are gone
    leaps: list[Told] = field(default_factory=list)  # moves that the table does not allow


_TRIED = frozenset({
    LetterState.ACCEPTED, LetterState.REJECTED, LetterState.DEFERRED,
    LetterState.EXPIRED, LetterState.HELD, LetterState.IN_DOUBT,
})  # fmt: skip
_HOLDS = frozenset({LetterState.LEASED, LetterState.DOT})


def walk(connection: Connection, *, gapless: bool) -> Walk:
    """Verify every link, and gather what they tell.

    `gapless`: the store numbers links without gaps, so that a gap is a link that was taken out.
    """
    found = Walk()
    query = select(tables.move).order_by(tables.move.c.id)
    number, seals = 0, False
    with connection.execute(query.execution_options(yield_per=_PORTION)) as rows:
        for row in rows.mappings():
            told = _told(row)
            cause = _cause(row, found.head, number if gapless else int(row["id"]) - 1, seals=seals)
            if cause:
                found.breaks += 1
                found.first_break = found.first_break or Break(told, told.id, cause)
            _gather(found, told)
            number, seals = told.id, seals or told.sealed
            found.links, found.head, found.last_at = found.links + 1, str(row["hash"]), told.at
    end = connection.scalar(select(tables.meta.c.value).where(tables.meta.c.key == HEAD))
    if found.head != end:
        found.breaks += 1
        cause = "最后的记录被截去，或者链尾被改动"
        found.first_break = found.first_break or Break(None, number + 1, cause)
    return found


def describe(told: Told, names: dict[int, str], zone: tzinfo) -> str:
    """Name a link as a clerk knows it: its number, when, who, and what it was about."""
    when = f"{told.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    about = [f"批次 {told.batch}"] if told.batch else ["整本台账"]
    if told.letter is not None:
        about.append(f"给{names.get(told.letter, f'第 {told.letter} 号')}的信")
    states = f"：{word(told, told.before)} → {word(told, told.after)}"
    return f"第 {told.id} 条（{when}，{told.who}，{'，'.join(about)}{states}）"


def word(told: Told, state: str) -> str:
    """Name a state that a link tells of, as staff see it; what is none as it stands there."""
    kind = BatchState if told.letter is None else LetterState
    try:
        return kind(state).word if state else "无"
    except ValueError:
        return state


def _told(row: RowMapping) -> Told:
    reason = None if row["seal"] and not row["salt"] else row["reason"]
    return Told(
        row["id"], row["at"], row["who"], row["batch"], row["letter"],
        row["before"], row["after"], row["fence"], reason, bool(row["seal"]),
    )  # fmt: skip


def _cause(row: RowMapping, previous: str, before: int, *, seals: bool) -> str:
    """Say why a link does not hold; "" where it does."""
    if link(previous, covered({**row, "at": schema.stamp(row["at"])})) != row["hash"]:
        gone = int(row["id"]) - before - 1
        if gone > 0:
            return f"它前面少了 {gone} 条记录"
        return "它的内容被改动，或者它前面的记录被换过"
    if not whole(row):
        return "写在上面的原因被改动"
    if not row["seal"] and (seals or _SEAL.fullmatch(row["reason"])):
        return "它的封印被去掉，原因被换过"
    return ""


def _gather(found: Walk, told: Told) -> None:
    key = (told.batch, told.letter)
    found.fences[key] = told.fence
    if told.reason is None:
        found.unsaid.append(told)
    if told.before == told.after:
        found.notes[told.id] = told
        return
    known = found.last.get(key)
    start = "" if told.letter is None else LetterState.QUEUED
    back = told.before == LetterState.CANCELLED and told.batch in found.signed
    if told.before != (known.after if known else start) or back or not _allowed(told):
        found.leaps.append(told)
    if told.letter is None and told.batch is not None:
        if not told.before:
            found.begun[told.batch] = told
        if told.after == BatchState.APPROVED:
            found.signed[told.batch].append(told)
    elif told.letter is not None and told.before in _HOLDS and told.after in _TRIED:
        found.tried[told.letter].append(told)
    found.last[key] = told


def _allowed(told: Told) -> bool:
    try:
        if told.letter is None:
            return not told.before or may(BatchState(told.before), BatchState(told.after))
        return may(LetterState(told.before), LetterState(told.after))
    except ValueError:
        return False
