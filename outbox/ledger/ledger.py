"""The ledger: what is known of every batch and letter, and cannot be unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from merge.letter import RECALL, REMINDER
from outbox.ledger import numbers, releases, tables
from outbox.ledger.corrections import take_over
from outbox.ledger.decisions import Decisions
from outbox.ledger.entries import enter
from outbox.ledger.fate import called_back
from outbox.ledger.lookups import batch_row, read_batch, read_counts, unknown
from outbox.ledger.moves import Act, cancel_letter, move_batch, sent_by
from outbox.ledger.recorder import Recorder
from outbox.ledger.reminders import Reminders
from outbox.ledger.returned import Returned
from outbox.ledger.rows import add_letter, as_trial, next_number
from outbox.ledger.stamps import issued, put_in_place
from outbox.ledger.states import (
    FINAL,
    WAITING,
    BatchState,
    Channel,
    EntryKind,
    LetterState,
    may,
)
from outbox.ledger.values import Approval, Review, signature, told
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.engine import Connection

    from outbox.ledger.stamps import Stamped
    from outbox.ledger.values import BatchInfo

_T = tables.letter
_CALLABLE_BACK = WAITING - {LetterState.DOT}


class Ledger(Recorder, Returned, Decisions, Reminders):
    """An open ledger. Every change is one short, durable transaction; no clock is read inside."""

    def enrol(
        self,
        batch: str,
        channel: Channel,
        *,
        address: str = "",
        only: Collection[str] = (),
        act: Act | None = None,
    ) -> int:
        """Lay copies of the live letters onto the trial or rehearsal road; return how many.

        A rehearsal is laid once, so that a second one sends nothing. A trial is laid anew each
        time, goes to `address` alone and says 试发 in its subject; what an earlier one has left is
        called back, as `act` says by whom and when.

        Raises:
            ValueError: the channel is live, or a trial has no address.

        """
        if channel is Channel.LIVE or (channel is Channel.TRIAL and not address):
            raise ValueError("only a rehearsal, or a trial with its address, can be laid")
        letters = [
            one for one in self.issued(batch).letters if not only or one.organisation in only
        ]
        with self._store.writing() as connection:
            if channel is Channel.TRIAL and act:
                _drop_trials(connection, batch, act._replace(reason="又试发了一次"))
            return sum(
                add_letter(connection, self.key, batch, as_trial(one, address), (channel, n))
                for one in letters
                if (n := next_number(connection, batch, one, channel))
            )

    def note_review(
        self, batch: str, digest: str, code: str, sha256: str, at: datetime, who: str
    ) -> Review:
        """Record that a batch was shown for signature: what, under which 核对码, in which file.

        Raises:
            UsageError: there is no such batch.

        """
        data = {"digest": digest, "code": code, "sha256": sha256}
        with self._store.writing() as connection:
            _info(connection, batch)
            enter(connection, EntryKind.REVIEW, data, Act(at, who), batch=batch)
        return Review(batch, digest, code, sha256, at, who)

    def approve(  # noqa: PLR0913 (all that is kept of a signature)
        self,
        batch: str,
        digest: str,
        *,
        by: str,
        basis: str,
        basis_sha256: str,
        typed_by: str,
        at: datetime,
        evidence: Mapping[str, object] | None = None,
    ) -> BatchInfo:
        """Record that `by` signed exactly this digest, on that evidence.

        `basis_sha256` is the evidence's hash where it is a file, else "". `evidence` is what else
        is known of it: it goes into an entry, together with all of the signature.

        Raises:
            UsageError: there is no such batch.
            InputError: it is a sample, the digest is another, or it cannot be signed any more.

        """
        signed = Approval(batch, digest, by, basis, basis_sha256, typed_by, at)
        with self._store.writing() as connection:
            info, row = _info(connection, batch)
            _signable(info, digest)
            act = Act(at, typed_by, signature(by, basis))
            move_batch(connection, row, BatchState.APPROVED, act)
            connection.execute(insert(tables.approval).values(signed._asdict()))
            take_over(connection, batch, Act(at, typed_by))
            data = {**(evidence or {}), **told(signed)}
            enter(connection, EntryKind.EVIDENCE, data, Act(at, typed_by), batch=batch)
            numbers.finish(connection, info, act)
            return read_batch(connection, batch)

    def stamp(self, batch: str, stamped: Stamped, at: datetime, who: str) -> BatchInfo:
        """Put the parts of a scan that `who` confirmed in the place of the signed files.

        Raises:
            UsageError: there is no such batch.
            InputError: it is not signed, not just this was signed, or something has left already.

        """
        leaves = issued(self.manifest(batch), stamped)
        with self._store.writing() as connection:
            info, _ = _info(connection, batch)
            counts = read_counts(connection, batch, Channel.LIVE)
            waiting = counts[LetterState.QUEUED] + counts[LetterState.CANCELLED]
            if info.state is not BatchState.APPROVED or waiting != sum(counts.values()):
                raise InputError(
                    f"批次“{batch}”的状态是“{info.state.word}”，盖章件没有换上",
                    "盖章件要在签发之后、发送之前换上",
                )
            if info.digest != stamped.digest:
                raise InputError(f"盖章件不是照批次“{batch}”签发的内容拆分的", "请重新拆分")
            enter(connection, EntryKind.STAMPED, stamped.to_data(), Act(at, who), batch=batch)
            put_in_place(connection, batch, leaves)
            return info

    def halt(self, batch: str, at: datetime, who: str, reason: str) -> bool:
        """Stop a batch: no letter of it can be claimed; tell whether it was going."""
        return self._shift(batch, BatchState.HALTED, Act(at, who, reason))

    def resume(self, batch: str, at: datetime, who: str) -> bool:
        """Let a halted batch, or one that was done, go on; tell whether it was one."""
        return self._shift(batch, BatchState.SENDING, Act(at, who, "继续发送"))

    def cancel(
        self, batch: str, at: datetime, who: str, reason: str, *, only: Collection[str] = ()
    ) -> int:
        """Call back what has not left: these organisations' letters, or all and the batch.

        A batch of which copies alone were called back is done, as it was before them; so is one
        of which nothing waited any more.
        Return how many live letters were cancelled; what has gone, or may have, stays as it is.

        Raises:
            UsageError: there is no such batch.

        """
        query = select(_T).where(
            _T.c.batch == batch, _T.c.channel == Channel.LIVE, _T.c.state.in_(_CALLABLE_BACK)
        )
        act = Act(at, who, reason)
        with self._store.writing() as connection:
            info, row = _info(connection, batch)
            rows = connection.execute(query).mappings().all()
            chosen = [one for one in rows if not only or one["organisation"] in only]
            back = [one for one in chosen if cancel_letter(connection, one, act)]
            if not only and may(BatchState(row["state"]), BatchState.CANCELLED):
                then = _ended(connection, batch, back)
                done = act if back else act._replace(reason="")  # as when a sending closes it
                move_batch(connection, row, then, done if then is BatchState.DONE else act)
                if then is BatchState.CANCELLED:
                    releases.release(connection, info, act)
            return len(back)

    def block_sent(self, batch: str, at: datetime, who: str) -> dict[int, str]:
        """Cancel the letters that another batch has sent, or may have: letter id -> that batch."""
        found = self.sent_elsewhere(batch)
        if not found:
            return {}
        open_ = select(_T).where(_T.c.batch == batch, _T.c.state.in_(_CALLABLE_BACK))
        with self._store.writing() as connection:
            rows = connection.execute(open_.order_by(_T.c.id)).mappings().all()
            return {
                row["id"]: found[row["id"]]
                for row in rows
                if row["id"] in found
                and cancel_letter(connection, row, sent_by(found[row["id"]], at, who))
            }

    def _shift(self, batch: str, then: BatchState, act: Act) -> bool:
        with self._store.writing() as connection:
            row = batch_row(connection, batch)
            if row is None or not may(BatchState(row["state"]), then):
                return False
            return move_batch(connection, row, then, act)


def _ended(connection: Connection, batch: str, back: Sequence[RowMapping]) -> BatchState:
    """Tell how a batch ends of which letters were called back: done, if these were but copies.

    So it does where there were none: a sending that was killed had not closed it.
    """
    counts = read_counts(connection, batch, Channel.LIVE)
    signed = [
        one for one in back if one["kind"] == REMINDER or (one["n"] == 1 and one["kind"] != RECALL)
    ]
    whole = all(state in FINAL for state, count in counts.items() if count)
    issued = not signed and whole and counts[LetterState.ACCEPTED]
    return BatchState.DONE if issued else BatchState.CANCELLED


def _drop_trials(connection: Connection, batch: str, act: Act) -> None:
    query = select(_T).where(
        _T.c.batch == batch, _T.c.channel == Channel.TRIAL, _T.c.state.in_(_CALLABLE_BACK)
    )
    for row in connection.execute(query.order_by(_T.c.id)).mappings().all():
        cancel_letter(connection, row, act)


def _info(connection: Connection, batch: str) -> tuple[BatchInfo, RowMapping]:
    row = batch_row(connection, batch)
    if row is None:
        raise unknown(batch)
    return read_batch(connection, batch), row


def _signable(info: BatchInfo, digest: str) -> None:
    if info.sample:
        raise InputError(f"批次“{info.name}”是样张，不能签发", "请去掉 --limit 重新合并")
    if info.digest != digest:
        raise InputError(
            f"批次“{info.name}”的内容与要签发的不一致", "请重新合并并送签，再按新的核对码签发"
        )
    if info.state is not BatchState.DRAFT:
        advice = called_back(info) if info.state is BatchState.CANCELLED else ""
        raise InputError(f"批次“{info.name}”的状态是“{info.state.word}”，不能再签发", advice)
