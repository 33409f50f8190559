"""What the ledger knows, read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from merge.manifest import Manifest
from outbox.ledger import chain, schema, tables
from outbox.ledger.entries import entries
from outbox.ledger.lookups import (
    current_address,
    letter_row,
    read_attempt,
    read_batch,
    read_batches,
    read_counts,
    unknown,
)
from outbox.ledger.states import GONE, WAITING, Channel, EntryKind, LetterState
from outbox.ledger.values import Approval, Move, Review, letter_info
from rosters.finding import UnavailableError

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from outbox.ledger.stamps import Stamped
    from outbox.ledger.store import Store
    from outbox.ledger.values import Attempt, BatchInfo, Entry, LetterInfo


class Reader:
    """Answers about batches, letters, attempts and moves; changes nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def key(self) -> bytes:
        """Hand out the workspace key, made with the ledger."""
        return self._store.key

    @property
    def name(self) -> str:
        """Name the store: the file, or the server and its database."""
        return self._store.name

    def weak(self) -> str:
        """Name the settings with which the store may forget what it confirmed; "" where none."""
        return self._store.weak()

    def batches(self) -> tuple[BatchInfo, ...]:
        """List every batch, oldest first."""
        with self._store.reading() as connection:
            return read_batches(connection)

    def batch(self, name: str) -> BatchInfo:
        """Look a batch up by its name.

        Raises:
            UsageError: there is no such batch.

        """
        with self._store.reading() as connection:
            return read_batch(connection, name)

    def manifest(self, name: str) -> Manifest:
        """Read back the manifest that was recorded.

        Raises:
            UsageError: there is no such batch.
            UnavailableError: somebody has spoilt it.

        """
        query = select(tables.batch.c.manifest).where(tables.batch.c.name == name)
        with self._store.reading() as connection:
            text = connection.execute(query).scalar_one_or_none()
        if text is None:
            raise unknown(name)
        try:
            return Manifest.from_json(text)
        except (ValueError, KeyError, TypeError) as error:
            raise UnavailableError(
                f"批次“{name}”的清单读不出来，台账被改动过或已损坏",
                "请用备份核对，或请技术人员查看",
            ) from error

    def stamped(self, name: str) -> tuple[Stamped, Entry] | None:
        """Return the scan that stands for what was signed, the newest, and its entry."""
        from outbox.ledger import stamps

        for entry in reversed(self.entries(EntryKind.STAMPED, name)):
            found = stamps.read(entry)
            if found:
                return found, entry
        return None

    def issued(self, name: str, manifest: Manifest | None = None) -> Manifest:
        """Return the manifest as it leaves: the parts of a confirmed scan for the signed files.

        `manifest` is the one that was recorded, where it has been read already.

        Raises:
            UsageError: there is no such batch.

        """
        from outbox.ledger import stamps

        manifest, found = manifest or self.manifest(name), self.stamped(name)
        return stamps.issued(manifest, found[0]) if found else manifest

    def letters(self, batch: str, channel: str = Channel.LIVE) -> tuple[LetterInfo, ...]:
        """List a batch's letters on one channel, in the order of the manifest."""
        table = tables.letter
        query = select(table).where(table.c.batch == batch, table.c.channel == channel)
        with self._store.reading() as connection:
            rows = connection.execute(query.order_by(table.c.id)).mappings()
            return tuple(letter_info(row) for row in rows)

    def letter(self, number: int) -> LetterInfo:
        """Look a letter up by its id.

        Raises:
            UsageError: there is no such letter.

        """
        with self._store.reading() as connection:
            return letter_info(letter_row(connection, number))

    def approvals(self, batch: str) -> tuple[Approval, ...]:
        """List who signed the batch, oldest first."""
        table = tables.approval
        columns = [column for column in table.c if column.name != "id"]
        query = select(*columns).where(table.c.batch == batch).order_by(table.c.id)
        with self._store.reading() as connection:
            return tuple(Approval(**row) for row in connection.execute(query).mappings())

    def review(self, batch: str) -> Review | None:
        """Return the last 送签 of a batch; None where there was none."""
        found = [one for one in self.entries(EntryKind.REVIEW, batch) if one.data]
        if not found:
            return None
        last = found[-1]
        digest, code, sha256 = (str(last.data[name]) for name in ("digest", "code", "sha256"))
        return Review(batch, digest, code, sha256, last.at, last.who)

    def address_of(self, number: int) -> tuple[str, ...]:
        """Return the address that the next letter of this kind goes to."""
        with self._store.reading() as connection:
            return current_address(connection, letter_row(connection, number))

    def counts(self, batch: str, channel: str = Channel.LIVE) -> dict[LetterState, int]:
        """Count a batch's letters by state; every state is there, also with 0."""
        with self._store.reading() as connection:
            return read_counts(connection, batch, channel)

    def attempts(self, letter: int) -> tuple[Attempt, ...]:
        """List the attempts at a letter, oldest first."""
        table = tables.attempt
        columns = [column for column in table.c if column.name != "id"]
        query = select(*columns).where(table.c.letter == letter).order_by(table.c.id)
        with self._store.reading() as connection:
            return tuple(read_attempt(row) for row in connection.execute(query).mappings())

    def moves(self, batch: str | None = None, letter: int | None = None) -> tuple[Move, ...]:
        """List the moves, oldest first: all, a batch's, or a letter's."""
        table = tables.move
        columns = [column for column in table.c if column.name not in {"salt", "seal"}]
        query = select(*columns).order_by(table.c.id)
        if batch is not None:
            query = query.where(table.c.batch == batch)
        if letter is not None:
            query = query.where(table.c.letter == letter)
        with self._store.reading() as connection:
            return tuple(Move(**row) for row in connection.execute(query).mappings())

    def entries(self, kind: EntryKind | None = None, batch: str | None = None) -> tuple[Entry, ...]:
        """List what happened beside the moves, oldest first: all, of a kind, or of a batch."""
        with self._store.reading() as connection:
            return entries(connection, kind, batch)

    def broken(self) -> int | None:
        """Verify the chain: return the number of the first move that does not hold, or None."""
        head = select(tables.meta.c.value).where(tables.meta.c.key == chain.HEAD)
        query = select(tables.move).order_by(tables.move.c.id)
        with self._store.reading() as connection:
            end = connection.execute(head).scalar_one()
            with connection.execute(query.execution_options(yield_per=2_000)) as rows:
                links = ((row["id"], row["hash"], _covered(row)) for row in rows.mappings())
                return chain.broken(links, end)

    def unexplained(self, batch: str) -> list[str]:
        """Name the rows of a batch that no move explains: somebody has written past us."""
        from outbox.ledger import audit

        with self._store.reading() as connection:
            return audit.unexplained(connection, batch)

    def renumbered(self, batch: str) -> dict[str, str]:
        """Tell who has been sent another content under the same 发文字号: name -> batch."""
        from outbox.ledger import audit

        with self._store.reading() as connection:
            return audit.renumbered(connection, batch)

    def sent_elsewhere(self, batch: str) -> dict[int, str]:
        """Tell which live letters another batch has sent, or may have: letter id -> that batch."""
        ours, theirs = tables.letter.alias("ours"), tables.letter.alias("theirs")
        same = and_(
            # A code written another way must not send a second copy to the same mailbox.
            or_(theirs.c.organisation == ours.c.organisation, theirs.c.to == ours.c.to),
            theirs.c.kind == ours.c.kind,
            theirs.c.content == ours.c.content,
            theirs.c.channel == Channel.LIVE,
            theirs.c.batch != ours.c.batch,
            theirs.c.state.in_(GONE),
        )
        mine = and_(
            ours.c.batch == batch,
            ours.c.channel == Channel.LIVE,
            ours.c.n == 1,  # an explicit resend is meant to go again
            ours.c.state.in_(WAITING - {LetterState.DOT}),
        )
        query = select(ours.c.id, theirs.c.batch).join(theirs, same).where(mine)
        with self._store.reading() as connection:
            from outbox.ledger.forgetting import twins

            found = twins(connection, self.key, batch)
            rows = connection.execute(query.order_by(theirs.c.id.desc()))
            return {**found, **{number: other for number, other in rows}}  # noqa: C416 (a Row is no tuple to mypy)


def _covered(row: RowMapping) -> dict[str, object]:
    if not chain.whole(row):
        return {}  # no link is made of nothing: the chain does not hold here
    return chain.covered({**row, "at": schema.stamp(row["at"])})
