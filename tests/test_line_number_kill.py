"""Two merges at once never share a number; a kill never loses or doubles one."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from numbered import Clerk, about, ledger, office, printed, run, states

from outbox.ledger.states import BatchState
from outbox.workspace import find

if TYPE_CHECKING:
    from outbox.ledger.server import Server

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="commands are forked here")
STANDING = {BatchState.DRAFT, BatchState.APPROVED}


def test_two_offices_with_one_ledger_never_share_a_number(
    tmp_path: Path, place: Path | Server
) -> None:
    """Each in a workspace of its own, so that no lock of a workspace keeps them apart."""
    where = tmp_path / "台账" / "ledger.db" if isinstance(place, Path) else place
    roots = [
        office(tmp_path / name, {f"{name}{n}": about(f"{name}{n}") for n in range(2)}, where)
        for name in "甲乙"
    ]
    with Clerk() as one, Clerk() as other:
        for n in range(2):
            for clerk, root in zip((one, other), roots, strict=True):
                clerk.begin(root, "merge", f"{root.name}{n}")
            assert [one.end()[0], other.end()[0]] == [0, 0]
    with ledger(roots[0]) as book:
        numbers = Counter(one.number for one in book.batches())
        assert numbers == {f"测大组〔2026〕{n}号": 1 for n in range(1, 5)}
        assert book.broken() is None
        for one in book.batches():
            home = next(root for root in roots if (root / "outbox" / one.folder).exists())
            assert all(f">{one.number}<" in text for text in printed(home, one.name))


class Desk:
    """An office whose commands are killed; what it must come to is counted beside it."""

    def __init__(self, root: Path, clerk: Clerk, jobs: int) -> None:
        self.root = office(root, {f"事{n}": about(f"事{n}") for n in range(jobs)})
        self.clerk = clerk
        self.voids: set[int] = set()
        self.used: dict[int, str] = {}
        self.steps: dict[str, int] = {}
        self.killed = 0

    def batch(self, job: str) -> tuple[str, BatchState]:
        with ledger(self.root) as book:
            mine = [one for one in book.batches() if one.job == job]
            assert len(mine) == 1, mine
            return mine[0].name, mine[0].state

    def next(self) -> int:
        return next(n for n in range(1, 1000) if n not in self.voids and n not in self.used)

    def kill(self, share: float, *words: str) -> None:
        """Kill a command at some step of it; where it was killed, say it again."""
        status, _ = self.clerk.do(self.root, *words, die=max(1, int(self.steps[words[0]] * share)))
        assert status in {0, -9}, status
        self.killed += status == -9
        self.sound()

    def sound(self) -> None:
        """Whatever has just happened: no number on two papers, no draft without its number."""
        with ledger(self.root) as book:
            standing = [one for one in book.batches() if one.state in STANDING]
            assert max(Counter(one.number for one in standing).values(), default=1) == 1
            known = {one.text: one for one in book.numbers()}
            for one in standing:
                assert known[one.number].job == one.job
                final = one.state is BatchState.APPROVED
                assert (known[one.number].state == "final") is final, one
            assert book.broken() is None
            assert book.strayed_numbers() == []
            assert not any(book.unexplained(one.name) for one in book.batches())

    def merge(self, job: str, share: float | None = None) -> None:
        number = self.next()
        if share is not None:
            self.kill(share, "merge", job)
        status, count = self.clerk.do(self.root, "merge", job)
        assert status == 0
        self.steps.setdefault("merge", count)
        self.used[number] = job
        name, _ = self.batch(job)
        texts = printed(self.root, name)
        assert len(texts) == 3
        assert all(f">测大组〔2026〕{number}号<" in text for text in texts)
        self.compare()

    def approve(self, job: str, share: float | None = None) -> None:
        name, _ = self.batch(job)
        words = ("approve", name, "--by", "周明远", "--basis", "当面", "--no-review")
        if share is not None:
            self.kill(share, *words)
        if self.batch(job)[1] is BatchState.DRAFT:
            status, count = self.clerk.do(self.root, *words)
            assert status == 0
            self.steps.setdefault("approve", count)
        self.compare()

    def cancel(self, job: str, share: float | None = None) -> None:
        name, before = self.batch(job)
        if share is not None:
            self.kill(share, "cancel", name)
        if self.batch(job)[1] is not BatchState.CANCELLED:
            status, count = self.clerk.do(self.root, "cancel", name)
            assert status == 0
            self.steps.setdefault("cancel", count)
        [number] = [n for n, holder in self.used.items() if holder == job]
        del self.used[number]
        if before is BatchState.APPROVED:
            self.voids.add(number)
        self.compare()

    def compare(self) -> None:
        """The register holds what was counted, and nothing else."""
        found = {name for name, state in states(self.root).items() if state != "gap"}
        wanted = {f"测大组〔2026〕{n}号" for n in (*self.used, *self.voids)}
        assert found == wanted
        void = {name for name, state in states(self.root).items() if state == "void"}
        assert void == {f"测大组〔2026〕{n}号" for n in self.voids}


def _killed(root: Path, rounds: int) -> None:
    with Clerk() as clerk:
        desk = Desk(root, clerk, 2 * rounds + 1)
        desk.merge("事0")
        desk.approve("事0")
        desk.cancel("事0")
        for n in range(rounds):
            share = (n + 0.5) / rounds
            signed, dropped = f"事{2 * n + 1}", f"事{2 * n + 2}"
            desk.merge(signed, share)
            desk.approve(signed, share)
            desk.merge(dropped)
            if n % 2:
                desk.cancel(dropped, share)  # a draft: its number is free again
            else:
                desk.cancel(signed, share)  # it was signed: a void
        assert desk.killed >= 3 * rounds * 0.8, desk.killed
        assert run(find(root).root, "number")["numbers"]


def test_killed_in_merge_approve_and_cancel(tmp_path: Path) -> None:
    _killed(tmp_path / "w", 2)


@pytest.mark.long
def test_killed_sixty_times(tmp_path: Path) -> None:
    _killed(tmp_path / "w", 20)
