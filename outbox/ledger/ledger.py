"""The ledger: what is known of every batch and letter, and cannot be unsaid."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Self

from sqlalchemy import insert, select

from outbox.ledger import schema
from outbox.ledger.drafts import overtake, revive
from outbox.ledger.marks import Marks
from outbox.ledger.moves import Act, begin_batch, cancel_letter, move_batch, sent_by
from outbox.ledger.reader import batch_row, read_batch, unknown
from outbox.ledger.rows import add_letter, add_letters, as_trial, batch_values, next_number
from outbox.ledger.states import WAITING, BatchState, Channel, LetterState, may
from outbox.ledger.store import Store
from outbox.ledger.values import Approval
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import RowMapping
    from sqlalchemy.engine import Connection

    from merge.letter import Manifest
    from outbox.ledger.server import Server
    from outbox.ledger.values import BatchInfo

_T = schema.letter
_CALLABLE_BACK = WAITING - {LetterState.DOT}


class Ledger(Marks):
    """An open ledger. Every change is one short, durable transaction; no clock is read inside."""

    farewell: Callable[[], None] | None = None  # called when it is closed after a change

    @classmethod
    def open(cls, place: Path | Server, *, at: datetime) -> Self:
        """Open the ledger in a file or on a server, or make it: the file 0600, a new folder 0700.

        `at` is written down when the ledger is made now.

        Raises:
            UnavailableError: it cannot be read, is damaged, or was made by a newer version.

        """
        return cls(Store(place, at))

    def close(self) -> None:
        """Close the store; where the chain has grown, whoever wants to know is told before."""
        if self.moved and self.farewell:
            self.farewell()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def record(self, manifest: Manifest, folder: str, at: datetime, who: str) -> BatchInfo:
        """Record a batch as a draft, its letters queued; the same batch again changes nothing.

        Older drafts of the same job are superseded; one that is merged again as it was, and was
        never signed, is a draft again. `folder` is the batch's folder as the workspace knows it.
        `BatchInfo.fresh` tells whether it was recorded now, `overtook` which drafts it replaced.

        Raises:
            InputError: another content already bears the batch's name.

        """
        name = manifest.batch
        with self._store.writing() as connection:
            if batch_row(connection, name):
                known = read_batch(connection, name)
                if known.digest != manifest.digest:
                    raise InputError(
                        f"批次“{name}”已存在，内容却不同", "请给发文单换一个文件名再合并"
                    )
                revived = revive(connection, known, Act(at, who, "重新合并，内容未变"))
                return self._newest(connection, known, Act(at, who), manifest) if revived else known
            connection.execute(insert(schema.batch).values(batch_values(manifest, folder, at, who)))
            begin_batch(connection, name, Act(at, who, f"核对全文 {manifest.digest}"))
            add_letters(connection, self.key, name, manifest.letters)
            known = read_batch(connection, name)
            newest = self._newest(connection, known, Act(at, who), manifest)
            return replace(newest, fresh=True)

    def _newest(
        self, connection: Connection, info: BatchInfo, act: Act, manifest: Manifest
    ) -> BatchInfo:
        if manifest.partial:  # a look at a few does not displace the whole
            return info
        act = replace(act, reason=f"已由草稿 {info.name} 代替")
        overtook = overtake(connection, info, act)
        return replace(read_batch(connection, info.name), overtook=overtook)

    def enrol(
        self,
        batch: str,
        channel: Channel,
        *,
        address: str = "",
        only: Collection[str] = (),
    ) -> int:
        """Lay copies of the live letters onto the trial or rehearsal road; return how many.

        A rehearsal is laid once, so that a second one sends nothing. A trial is laid anew each
        time, goes to `address` alone and says 试发 in its subject.

        Raises:
            ValueError: the channel is live, or a trial has no address.

        """
        if channel is Channel.LIVE or (channel is Channel.TRIAL and not address):
            raise ValueError("only a rehearsal, or a trial with its address, can be laid")
        letters = [
            one for one in self.manifest(batch).letters if not only or one.organisation in only
        ]
        with self._store.writing() as connection:
            return sum(
                add_letter(connection, self.key, batch, as_trial(one, address), (channel, n))
                for one in letters
                if (n := next_number(connection, batch, one, channel))
            )

    def approve(
        self,
        batch: str,
        digest: str,
        *,
        by: str,
        basis: str,
        basis_sha256: str,
        typed_by: str,
        at: datetime,
    ) -> BatchInfo:
        """Record that `by` signed exactly this digest, on that evidence.

        `basis_sha256` is the evidence's hash where it is a file, else "".

        Raises:
            UsageError: there is no such batch.
            InputError: it is a sample, the digest is another, or it cannot be signed any more.

        """
        signed = Approval(batch, digest, by, basis, basis_sha256, typed_by, at)
        with self._store.writing() as connection:
            info, row = _info(connection, batch)
            _signable(info, digest)
            act = Act(at, typed_by, f"{by}签发，依据：{basis}")
            move_batch(connection, row, BatchState.APPROVED, act)
            connection.execute(insert(schema.approval).values(asdict(signed)))
            return read_batch(connection, batch)

    def halt(self, batch: str, at: datetime, who: str, reason: str) -> bool:
        """Stop a batch: no letter of it can be claimed; tell whether it was going."""
        return self._shift(batch, BatchState.HALTED, Act(at, who, reason))

    def resume(self, batch: str, at: datetime, who: str) -> bool:
        """Let a halted batch, or one that was done, go on; tell whether it was one."""
        return self._shift(batch, BatchState.SENDING, Act(at, who, "继续发送"))

    def supersede(self, batch: str, at: datetime, who: str, reason: str) -> bool:
        """Mark a batch as replaced by a correction."""
        return self._shift(batch, BatchState.SUPERSEDED, Act(at, who, reason))

    def cancel(
        self, batch: str, at: datetime, who: str, reason: str, *, only: Collection[str] = ()
    ) -> int:
        """Call back what has not left: these organisations' letters, or all and the batch.

        Return how many live letters were cancelled; what has gone, or may have, stays as it is.

        Raises:
            UsageError: there is no such batch.

        """
        query = select(_T).where(
            _T.c.batch == batch, _T.c.channel == Channel.LIVE, _T.c.state.in_(_CALLABLE_BACK)
        )
        act = Act(at, who, reason)
        with self._store.writing() as connection:
            row = _info(connection, batch)[1]
            rows = connection.execute(query).mappings().all()
            chosen = [one for one in rows if not only or one["organisation"] in only]
            count = sum(cancel_letter(connection, one, act) for one in chosen)
            if not only and may(BatchState(row["state"]), BatchState.CANCELLED):
                move_batch(connection, row, BatchState.CANCELLED, act)
            return count

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
        raise InputError(f"批次“{info.name}”的状态是“{info.state.word}”，不能再签发")
