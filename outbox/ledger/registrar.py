"""The registrar: what desks ask of the ledger about numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outbox.ledger import doubles, numbers, register, releases
from outbox.ledger.lookups import read_batch
from outbox.ledger.moves import Act

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from merge.manifest import Manifest
    from merge.number import Given, Numbers, Run, Series, Want
    from outbox.ledger.register import Claim, Standing
    from outbox.ledger.store import Store
    from rosters.finding import Finding


class Registrar:
    """Reserves numbers for jobs, and tells which are used, reserved, void, missing and free."""

    _store: Store

    def offer(self, claim: Claim, series: Iterable[Series], code: str = "") -> Numbers:
        """Tell a job which numbers it holds and which others hold; nothing is written."""
        with self._store.reading() as connection:
            return register.offer(connection, self._store.key, claim, tuple(series), code)

    def reserve(
        self, claim: Claim, wants: Mapping[Want, Series], at: datetime, who: str
    ) -> tuple[dict[Want, Given], tuple[Run, ...]]:
        """Give a job the numbers that it wants, for good until it wants them no more."""
        with self._store.writing() as connection:
            return numbers.reserve(connection, self._store.key, claim, wants, Act(at, who))

    def holds(self, job: str) -> bool:
        """Tell whether a job has numbers reserved."""
        with self._store.reading() as connection:
            return register.reserved(connection, job)

    def keep_number(self, batch: str, job: str, at: datetime, who: str) -> None:
        """Let a job bear the numbers of a batch that it corrects, in all its merges from now on.

        Raises:
            UsageError: there is no such batch.

        """
        with self._store.writing() as connection:
            read_batch(connection, batch)
            numbers.keep(connection, batch, job, Act(at, who))

    def begin_series(self, series: Series, start: int, at: datetime, who: str) -> int:
        """Let a series begin at a number; return what it began at before, 0 where nobody said."""
        with self._store.writing() as connection:
            return numbers.begin(connection, series, start, Act(at, who))

    def give_up_number(self, given: Given, at: datetime, who: str) -> str | None:
        """Free a reserved number that no draft bears: see `releases.give_up`."""
        with self._store.writing() as connection:
            return releases.give_up(connection, given, Act(at, who))

    def numbers(self, series: Series | None = None) -> tuple[Standing, ...]:
        """List the numbers that are not free, and the gaps between them."""
        with self._store.reading() as connection:
            return register.standing(connection, series)

    def free_numbers(self) -> dict[Series, int]:
        """Tell the next number of every series that there is."""
        with self._store.reading() as connection:
            return register.free(connection)

    def strayed_numbers(self) -> list[str]:
        """Name the numbers that are not as the chain tells it."""
        from outbox.ledger import replay

        with self._store.reading() as connection:
            return replay.strayed(connection)

    def borne(self, batch: str) -> tuple[Run, ...]:
        """List the numbers that a batch bears."""
        with self._store.reading() as connection:
            return tuple(register.run_of(row) for row in register.runs_of(connection, batch))

    def doubled(self, job: str, runs: tuple[Run, ...], paper: str) -> list[Finding]:
        """Find what stands against numbers before any document is made."""
        with self._store.reading() as connection:
            bearer = doubles.Bearer("", runs, paper)
            return [
                *dict.fromkeys(doubles.against(connection, job, bearer)),
                *doubles.alike(connection, job, runs),
            ]

    def doubled_by(self, manifest: Manifest) -> list[Finding]:
        """Find what stands against a batch that is made but not recorded."""
        with self._store.reading() as connection:
            if doubles.signed(connection, manifest.batch):
                return []  # the very batch, made again
            bearer = doubles.Bearer.of(manifest)
            return list(dict.fromkeys(doubles.against(connection, manifest.job, bearer)))
