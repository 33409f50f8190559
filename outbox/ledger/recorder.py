"""The recorder: of a ledger what a merge needs, so that a merge loads no more of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from sqlalchemy import insert

from merge.letter import CORRECTS
from outbox.ledger import numbers
from outbox.ledger.corrections import begin_correction
from outbox.ledger.custody import Custody
from outbox.ledger.drafts import overtake, revive
from outbox.ledger.lookups import batch_row, read_batch
from outbox.ledger.moves import Act, begin_batch
from outbox.ledger.registrar import Registrar
from outbox.ledger.rows import add_batch, add_letters
from outbox.ledger.store import Store
from outbox.ledger.values import recording
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from merge.manifest import Manifest
    from outbox.ledger.server import Server
    from outbox.ledger.values import BatchInfo


class Recorder(Registrar, Custody):
    """An open ledger that batches are recorded in, with their numbers.

    Every change is one short, durable transaction; no clock is read inside.
    """

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
        never signed, is a draft again, with what was called back of it. `folder` is the batch's
        folder as the workspace knows it. `BatchInfo.fresh` tells whether it was recorded now,
        `overtook` which drafts it replaced, `requeued` how many letters were called back till now.

        Raises:
            InputError: another content already bears the batch's name, or one of its numbers
                belongs to another paper, or was planned anew meanwhile.

        """
        name = manifest.batch
        with self._store.writing() as connection:
            if batch_row(connection, name):
                known = read_batch(connection, name)
                if known.digest != manifest.digest:
                    raise InputError(
                        f"批次“{name}”已存在，内容却不同", "请给发文单换一个文件名再合并"
                    )
                again = revive(connection, known, Act(at, who, "重新合并，内容未变"))
                if again.draft:
                    numbers.bear_again(connection, manifest, Act(at, who))
                    known = read_batch(connection, name)
                    known = self._newest(connection, known, Act(at, who), manifest)
                return known._replace(requeued=again.letters)
            add_batch(connection, manifest, folder, at, who)
            begun = recording(manifest.digest, manifest.fingerprint)
            begin_batch(connection, name, Act(at, who, begun))
            add_letters(connection, self.key, name, manifest.letters)
            if manifest.standing is not None:
                from outbox.ledger.returntables import loop

                connection.execute(insert(loop).values(batch=name))
            if manifest.meta.get(CORRECTS):
                begin_correction(connection, name, manifest.meta[CORRECTS], Act(at, who))
            numbers.bear(connection, manifest, Act(at, who))
            known = read_batch(connection, name)
            newest = self._newest(connection, known, Act(at, who), manifest)
            return newest._replace(fresh=True)

    def _newest(
        self, connection: Connection, info: BatchInfo, act: Act, manifest: Manifest
    ) -> BatchInfo:
        if manifest.partial:  # a look at a few does not displace the whole
            return info
        act = act._replace(reason=f"已由草稿 {info.name} 代替")
        overtook = overtake(connection, info, act)
        return read_batch(connection, info.name)._replace(overtook=overtook)
