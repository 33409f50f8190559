"""After sending: another address, the same letter again, a request to delete, a correction."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from merge.letter import BESIDE, RECALL, Letter
from outbox.ledger import objections, tables
from outbox.ledger.corrections import corrects
from outbox.ledger.entries import enter, entries
from outbox.ledger.exceptions import RECALL_SUBJECT, recall_body, signed_form
from outbox.ledger.lookups import batch_row, current_address, letter_row
from outbox.ledger.marks import Marks
from outbox.ledger.moves import move_batch, reopen_letter, requeue_letter
from outbox.ledger.rows import add_letter, next_number, resent_mark
from outbox.ledger.states import (
    GONE,
    REFUSED,
    BatchState,
    Channel,
    EntryKind,
    LetterState,
)
from outbox.ledger.values import LetterInfo, letter_info

if TYPE_CHECKING:
    from sqlalchemy import RowMapping
    from sqlalchemy.engine import Connection

    from outbox.ledger.moves import Act

_T = tables.letter


class Aftercare(Marks):
    """What is needed after sending; each leaves its entry in the chain."""

    def readdress(
        self, number: int, to: tuple[str, ...], act: Act, *, second: str = ""
    ) -> LetterInfo:
        """Give a letter another address; `act.reason` says why, `second` who agreed.

        What has not gone goes there; what was refused waits again. What was accepted stays as it
        is: the next 补发 goes to the new address.

        Raises:
            InputError: it is in doubt, about to be answered or called back, or its batch is not to
                be sent.

        """
        with self._store.writing() as connection:
            row = letter_row(connection, number)
            objections.to_address(connection, row)
            state = LetterState(row["state"])
            before = letter_info(row).to
            if state is LetterState.ACCEPTED:
                before = current_address(connection, row)
            elif state in REFUSED:
                reopen_letter(connection, row, act, to=_text(to))
                _go_on(connection, row["batch"], act, "改地址")
            else:
                _rewrite(connection, row, to, act)
            data = {"from": list(before), "to": list(to), "why": act.reason, "second": second}
            enter(connection, EntryKind.READDRESS, data, act, batch=row["batch"], letter=number)
            return letter_info(letter_row(connection, number))

    def resend(
        self,
        number: int,
        act: Act,
        *,
        although_in_doubt: bool = False,
        recall: tuple[str, ...] = (),
        day: str = "",
    ) -> tuple[LetterInfo, ...]:
        """Queue the same letter again, as the next of its kind, to the address it now has.

        One that was refused has gone to nobody: it waits again itself, and is no 补发. `recall` are
        the addresses that are asked to delete what came on that `day`: 误发，请删除.

        Raises:
            InputError: it has not gone yet, is in doubt (and that was not said), or was called
                back; or its batch is not to be sent.

        """
        with self._store.writing() as connection:
            row = letter_row(connection, number)
            objections.to_copy(connection, row, although_in_doubt=although_in_doubt)
            state = LetterState(row["state"])
            made = []
            if state in REFUSED:
                reopen_letter(connection, row, act)
                made.append(letter_info(letter_row(connection, number)))
            else:
                made.append(self._copy(connection, row, act))
                if recall:
                    made.append(self._recall(connection, row, (recall, day), act))
            # What nobody got is no 补发.
            _go_on(connection, row["batch"], act, "重发" if state in REFUSED else "补发")
            return tuple(made)

    def _copy(self, connection: Connection, row: RowMapping, act: Act) -> LetterInfo:
        first = _first(connection, row)
        letter = _letter(first, to=current_address(connection, row))
        n = next_number(connection, row["batch"], letter, Channel.LIVE)
        nth = _gone(connection, row) + 2  # what was called back nobody got, and is not counted
        marked = replace(letter, subject=f"{resent_mark(nth)}{letter.subject}")
        copy = self._added(connection, row["batch"], marked, n)
        data = {
            "n": n,
            "nth": nth,
            "of": row["id"],
            "to": list(copy.to),
            "signed": list(first.to),
            "why": act.reason,
            "in_doubt": row["state"] == LetterState.IN_DOUBT,
        }
        enter(connection, EntryKind.RESEND, data, act, batch=copy.batch, letter=copy.id)
        return copy

    def _recall(
        self, connection: Connection, row: RowMapping, recall: tuple[tuple[str, ...], str], act: Act
    ) -> LetterInfo:
        to, day = recall
        letter = _letter(
            letter_info(row),
            kind=RECALL,
            to=to,
            cc=(),
            subject=RECALL_SUBJECT,
            body=recall_body(day),
            attachments=(),
        )
        n = next_number(connection, row["batch"], letter, Channel.LIVE)
        made = self._added(connection, row["batch"], letter, n)
        data = {"of": row["id"], "to": list(to), "day": day, "why": act.reason}
        enter(connection, EntryKind.RECALL, data, act, batch=made.batch, letter=made.id)
        return made

    def _added(self, connection: Connection, batch: str, letter: Letter, n: int) -> LetterInfo:
        add_letter(connection, self.key, batch, letter, (Channel.LIVE, n))
        row = (
            connection.execute(
                select(_T).where(
                    *tables.copies(batch, letter.organisation, letter.kind, Channel.LIVE),
                    _T.c.n == n,
                )
            )
            .mappings()
            .one()
        )
        if letter.kind in BESIDE:  # the same words may be due for another batch's letter, too
            own = hashlib.sha256(row["token"].encode()).hexdigest()
            connection.execute(update(_T).where(_T.c.id == row["id"]).values(content=own))
        return letter_info(letter_row(connection, row["id"]))

    def added(self, batch: str) -> int:
        """Count the letters that came to those that were signed: 补发, 误发请删除, 催报."""
        kinds = (EntryKind.RESEND, EntryKind.RECALL, EntryKind.STANDING)
        return sum(len(self.entries(kind, batch)) for kind in kinds)

    def corrects(self, batch: str) -> str:
        """Name the batch that a batch corrects; "" where it corrects none."""
        with self._store.reading() as connection:
            return corrects(connection, batch)

    def corrected_by(self, batch: str) -> tuple[str, ...]:
        """Name the batches that correct a batch, oldest first, signed or not."""
        found = self.entries(EntryKind.CORRECT)
        return tuple(one.batch for one in found if one.data.get("corrects") == batch)


def _letter(info: LetterInfo, **changes: object) -> Letter:
    names = Letter.__dataclass_fields__
    return Letter(**{name: changes.get(name, getattr(info, name)) for name in names})  # type: ignore[arg-type]  # as they stand there


def _text(to: tuple[str, ...]) -> str:
    return json.dumps(to)


def _gone(connection: Connection, row: RowMapping) -> int:
    """Count the copies of a letter that have left, or may have."""
    query = select(func.count()).where(
        *tables.copies(row["batch"], row["organisation"], row["kind"], Channel.LIVE),
        _T.c.n > 1,
        _T.c.state.in_(GONE),
    )
    return int(connection.execute(query).scalar_one())


def _first(connection: Connection, row: RowMapping) -> LetterInfo:
    """Return the first letter of a kind as it was signed."""
    query = select(_T).where(
        *tables.copies(row["batch"], row["organisation"], row["kind"], Channel.LIVE),
        _T.c.n == 1,
    )
    first = letter_info(connection.execute(query).mappings().one())
    return signed_form(first, entries(connection, batch=row["batch"])) or first


def _rewrite(connection: Connection, row: RowMapping, to: tuple[str, ...], act: Act) -> None:
    """Put another address on a letter that waits; a worker that has it loses it."""
    if row["state"] == LetterState.LEASED:
        requeue_letter(connection, row, act)
        row = letter_row(connection, row["id"])
    same = (_T.c.id == row["id"], _T.c.fence == row["fence"], _T.c.state == row["state"])
    values = {"to": _text(to), "fence": row["fence"] + 1}
    if connection.execute(update(_T).where(*same).values(values)).rowcount != 1:
        raise RuntimeError("a letter was moved by somebody who had not the pen")


def _go_on(connection: Connection, batch: str, act: Act, what: str) -> None:
    """Open a batch again that was done; its reason says for what."""
    row = batch_row(connection, batch)
    if row is not None and row["state"] == BatchState.DONE:
        told = act._replace(reason=f"{what}：{act.reason}")
        move_batch(connection, row, BatchState.SENDING, told)
