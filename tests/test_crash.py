"""Senders killed at each named failpoint, and stopped past their lease: a ledger in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from nursery import Nursery
from trial import forks, killed_often, stopped_past_its_lease, stops

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


pytestmark = forks


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as one:
        yield one


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "outbox" / "ledger.db"


def test_killed_sixty_times(tmp_path: Path, place: Path, nursery: Nursery) -> None:
    killed_often(tmp_path, place, nursery, letters=110, kills=60, most=3)


@pytest.mark.long
def test_killed_three_hundred_times(tmp_path: Path, place: Path, nursery: Nursery) -> None:
    killed_often(tmp_path, place, nursery, letters=5_000, kills=300, most=36)


@stops
def test_stopped_past_its_lease(tmp_path: Path, place: Path, nursery: Nursery) -> None:
    stopped_past_its_lease(tmp_path, place, nursery, times=5)


@stops
@pytest.mark.long
def test_stopped_past_its_lease_fifty_times(tmp_path: Path, place: Path, nursery: Nursery) -> None:
    stopped_past_its_lease(tmp_path, place, nursery, times=50)
