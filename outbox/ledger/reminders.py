"""催报 under 常设签发: laid, counted, and taken back where nothing is owed any more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, select

from merge import mandate
from merge.letter import REMINDER, Letter
from outbox.ledger import returntables, tables
from outbox.ledger.aftercare import Aftercare
from outbox.ledger.entries import enter
from outbox.ledger.exceptions import mandated
from outbox.ledger.lookups import batch_row, current_address
from outbox.ledger.moves import Act, cancel_letter, move_batch
from outbox.ledger.reminded import Reminded, came, entry_of, of_job, stale
from outbox.ledger.rows import next_number
from outbox.ledger.states import WAITING, BatchState, Channel, EntryKind, LetterState
from outbox.ledger.values import letter_info
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from merge.mandate import Party, Standing
    from outbox.ledger.values import LetterInfo

_T, _R, _B = tables.letter, returntables.reminder, tables.batch
_OPEN = (BatchState.APPROVED, BatchState.SENDING, BatchState.DONE)
_BACK = (LetterState.QUEUED, LetterState.DEFERRED)  # waits, and nobody has it


class Asked(NamedTuple):
    """A reminder that is to be laid: to whom, about which period, at which step of 催报.

    `of` is the letter in whose thread it goes; it must have left by `until`; `every` is the least
    time between two about one period, in hours.
    """

    party: Party
    period: str
    step: str
    of: int
    until: datetime
    every: int


class Reminders(Aftercare):
    """Reminders: each is a letter, an entry that says what it rests on, and a row of `reminder`."""

    def remind(self, batch: str, wanted: Iterable[Asked], act: Act) -> tuple[LetterInfo, ...]:
        """Queue reminders; what another process has laid meanwhile, or what came, is left out.

        Raises:
            InputError: the batch is not to be sent, or has no 常设签发.

        """
        may = mandated(self.issued(batch))
        if may is None:
            raise InputError(f"批次「{batch}」没有常设签发，不能催报", "请重新合并、送签")
        made = []
        with self._store.writing() as connection:
            info = connection.execute(select(_B.c.job, _B.c.state).where(_B.c.name == batch)).one()
            if info.state not in _OPEN:
                said = f"批次「{batch}」的状态是「{BatchState(info.state).word}」，不催报"
                raise InputError(said, f"请先看 fawen status {batch}")
            _withdraw(connection, batch, act)
            for one in wanted:
                known = of_job(connection, info.job, one.party.organisation, one.period)
                count = sum(each.counts for each in known) + 1
                if count > may.standing.most or _too_soon(known, one, act.at):
                    continue
                here = came(connection, info.job, one.party.organisation, one.period)
                lacking = tuple(key for key in one.party.keys if key not in here)
                if not lacking:
                    continue
                letter = _letter(connection, may.standing, batch, one, count, lacking)
                letter = replace(letter, attachments=may.enclosed(one.party, lacking))
                n = next_number(connection, batch, letter, Channel.LIVE)
                laid = self._added(connection, batch, letter, n)
                _note(connection, laid, one, len(known) + 1, count, act, lacking)
                made.append(laid)
            row = batch_row(connection, batch)
            if made and row is not None and row["state"] == BatchState.DONE:
                move_batch(connection, row, BatchState.SENDING, act._replace(reason="催报"))
        return tuple(made)

    def reminded(self, job: str) -> tuple[Reminded, ...]:
        """List the reminders about a job, oldest first."""
        with self._store.reading() as connection:
            return of_job(connection, job)

    def thread_of(self, letter: LetterInfo) -> str:
        """Return the Message-ID of the letter in whose thread one goes; "" where it begins one."""
        if letter.kind != REMINDER:
            return ""
        with self._store.reading() as connection:
            made = entry_of(connection, letter.batch, letter.id)
            of = made.data.get("of") if made else None
            query = select(_T.c.message_id).where(_T.c.id == of)
            return str(connection.execute(query).scalar_one_or_none() or "")


def _withdraw(connection: Connection, batch: str, act: Act) -> None:
    """Call back the reminders that wait and must not leave any more."""
    query = select(_T).where(
        _T.c.batch == batch,
        _T.c.kind == REMINDER,
        _T.c.channel == Channel.LIVE,
        _T.c.state.in_(_BACK),
    )
    for row in connection.execute(query.order_by(_T.c.id)).mappings().all():
        why = stale(connection, letter_info(row), act.at)
        if why:
            cancel_letter(connection, row, act._replace(reason=why))


def _too_soon(known: Iterable[Reminded], one: Asked, at: datetime) -> bool:
    """Tell whether the last one is not long enough ago, or still waits."""
    counted = [each for each in known if each.counts]
    if any(each.state in WAITING for each in counted):
        return True
    last = max((max(each.at, each.settled_at or each.at) for each in counted), default=None)
    return last is not None and (at - last).total_seconds() < one.every * 3600


def _letter(
    connection: Connection,
    standing: Standing,
    batch: str,
    one: Asked,
    count: int,
    lacking: Collection[str],
) -> Letter:
    party = one.party
    row = connection.execute(select(_T).where(_T.c.id == one.of)).mappings().one()
    # Where another batch sent the first letter, what was signed with this one counts.
    to = current_address(connection, row) if row["batch"] == batch else party.to
    about = [each for each in party.subjects if each.key in lacking]
    moment = mandate.moment(standing, one.period, count, about)
    subject, body = standing.said(party, one.step, moment)
    return Letter(
        party.organisation,
        party.name,
        party.short,
        party.category,
        REMINDER,
        mandate.addressed(party, one.step, to),
        party.cc,
        subject,
        body,
        (),
    )


def _note(
    connection: Connection,
    laid: LetterInfo,
    one: Asked,
    n: int,
    count: int,
    act: Act,
    lacking: Collection[str],
) -> None:
    values = {
        "batch": laid.batch,
        "organisation": laid.organisation,
        "period": one.period,
        "n": n,
        "step": one.step,
        "letter": laid.id,
        "at": act.at,
    }
    connection.execute(insert(_R).values(values))
    data = {
        "organisation": laid.organisation,
        "period": one.period,
        "n": n,
        "step": one.step,
        "count": count,
        "of": one.of,
        "until": one.until.isoformat(),
        **({"lacking": list(lacking)} if any(lacking) else {}),
    }
    enter(connection, EntryKind.STANDING, data, act, batch=laid.batch, letter=laid.id)
