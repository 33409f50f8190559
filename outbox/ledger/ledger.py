"""The ledger: what is known of every batch and letter, and cannot be unsaid."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Self

from sqlalchemy import func, insert, select

from outbox.ledger import schema
from outbox.ledger.dispatch import Dispatch, batch_row, cancel_as_sent
from outbox.ledger.moves import Act, begin_batch, move_batch, move_letter
from outbox.ledger.reader import read_batch, unknown
from outbox.ledger.states import WAITING, BatchState, Channel, LetterState, may
from outbox.ledger.store import Store
from outbox.ledger.values import Approval
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import RowMapping
    from sqlalchemy.engine import Connection

    from merge.letter import Letter, Manifest
    from outbox.ledger.values import BatchInfo

_T = schema.letter
_CALLABLE_BACK = WAITING - {LetterState.DOT}


class Ledger(Dispatch):
    """An open ledger. Every change is one short, durable transaction; no clock is read inside."""

    @classmethod
    def open(cls, path: Path, *, at: datetime) -> Self:
        """Open the ledger at `path`, or make it: the file 0600, a new folder 0700.

        `at` is written down when the ledger is made now.

        Raises:
            UnavailableError: it cannot be read, is damaged, or was made by a newer version.

        """
        return cls(Store(path, at))

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def record(self, manifest: Manifest, folder: str, at: datetime, who: str) -> BatchInfo:
        """Record a batch as a draft, its letters queued; the same batch again changes nothing.

        `folder` is the batch's folder as the workspace knows it. `BatchInfo.fresh` tells whether
        it was recorded now.

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
                return known
            connection.execute(insert(schema.batch).values(_batch(manifest, folder, at, who)))
            begin_batch(connection, name, Act(at, who, f"核对全文 {manifest.digest}"))
            for letter in manifest.letters:
                self._add(connection, name, letter, Channel.LIVE, 1)
            return replace(read_batch(connection, name), fresh=True)

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
                self._add(connection, batch, _as_trial(one, address), channel, n)
                for one in letters
                if (n := _number(connection, batch, one, channel))
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
            count = sum(_call_back(connection, one, act) for one in chosen)
            if not only and may(BatchState(row["state"]), BatchState.CANCELLED):
                move_batch(connection, row, BatchState.CANCELLED, act)
            return count

    def block_sent(self, batch: str, at: datetime, who: str) -> dict[int, str]:
        """Cancel the letters that another batch has sent, or may have: letter id -> that batch."""
        found = self.sent_elsewhere(batch)
        with self._store.writing() as connection:
            rows = connection.execute(select(_T).where(_T.c.id.in_(found))).mappings().all()
            return {
                row["id"]: found[row["id"]]
                for row in rows
                if row["state"] in _CALLABLE_BACK
                and cancel_as_sent(connection, row, found[row["id"]], Act(at, who))
            }

    def _shift(self, batch: str, then: BatchState, act: Act) -> bool:
        with self._store.writing() as connection:
            row = batch_row(connection, batch)
            if row is None or not may(BatchState(row["state"]), then):
                return False
            return move_batch(connection, row, then, act)

    def _add(
        self, connection: Connection, batch: str, letter: Letter, channel: Channel, n: int
    ) -> int:
        values = {
            "batch": batch,
            "channel": channel,
            "n": n,
            "state": LetterState.QUEUED,
            "content": letter.content,
            "token": _token(self.key, batch, letter.organisation, letter.kind, str(n), channel),
            **{key: getattr(letter, key) for key in _COPIED},
            "to": json.dumps(letter.to),
            "cc": json.dumps(letter.cc),
            "attachments": json.dumps(
                [asdict(part) for part in letter.attachments], ensure_ascii=False
            ),
        }
        connection.execute(insert(_T).values(values))
        return 1


_COPIED = ("organisation", "name", "short", "category", "kind", "subject", "body")


def _batch(manifest: Manifest, folder: str, at: datetime, who: str) -> dict[str, object]:
    return {
        "name": manifest.batch,
        "job": manifest.job,
        "title": manifest.title,
        "number": manifest.number,
        "digest": manifest.digest,
        "state": BatchState.DRAFT,
        "folder": folder,
        "sample": int(manifest.sample),
        "letters": len(manifest.letters),
        "documents": len(manifest.documents),
        "skipped": len(manifest.skipped),
        "manifest": manifest.to_json(),
        "recorded_at": at,
        "recorded_by": who,
    }


def _token(key: bytes, *parts: str) -> str:
    """Make a letter's token, the left side of its Message-ID: 130 bits that only we can make."""
    digest = hmac.new(key, json.dumps(parts).encode("utf-8"), hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii")[:26].lower()


def _number(connection: Connection, batch: str, letter: Letter, channel: Channel) -> int:
    """Count what goes next on this road; 0 where a rehearsal has been laid already."""
    query = select(func.count()).where(
        _T.c.batch == batch,
        _T.c.organisation == letter.organisation,
        _T.c.kind == letter.kind,
        _T.c.channel == channel,
    )
    laid = int(connection.execute(query).scalar_one())
    return 0 if laid and channel is Channel.REHEARSAL else laid + 1


def _as_trial(letter: Letter, address: str) -> Letter:
    if not address:
        return letter
    return replace(letter, to=(address,), cc=(), subject=f"【试发】{letter.subject}")


def _info(connection: Connection, batch: str) -> tuple[BatchInfo, RowMapping]:
    row = batch_row(connection, batch)
    if row is None:
        raise unknown(batch)
    return read_batch(connection, batch), row


def _call_back(connection: Connection, row: RowMapping, act: Act) -> bool:
    return move_letter(
        connection,
        row,
        LetterState.CANCELLED,
        act,
        fence=row["fence"] + 1,
        reason=act.reason,
        settled_at=act.at,
        lease_until=None,
        next_at=None,
    )


def _signable(info: BatchInfo, digest: str) -> None:
    if info.sample:
        raise InputError(f"批次“{info.name}”是样张，不能签发", "请去掉 --limit 重新合并")
    if info.digest != digest:
        raise InputError(
            f"批次“{info.name}”的内容与要签发的不一致", "请重新合并并送签，再按新的核对码签发"
        )
    if info.state is not BatchState.DRAFT:
        raise InputError(f"批次“{info.name}”的状态是“{info.state.word}”，不能再签发")
