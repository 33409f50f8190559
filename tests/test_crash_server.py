"""Senders killed at each named failpoint, and stopped past their lease: a ledger on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from nursery import Nursery
from trial import forks, killed_often, stopped_past_its_lease, stops

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stores import Cluster

    from outbox.ledger.server import Server


pytest_plugins = ["stores"]
pytestmark = [forks, pytest.mark.postgres]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as one:
        yield one


@pytest.fixture
def place(cluster: Cluster) -> Server:
    return cluster.database()


def test_killed_twenty_one_times(tmp_path: Path, place: Server, nursery: Nursery) -> None:
    killed_often(tmp_path, place, nursery, letters=45, kills=21, most=3)


@pytest.mark.long
def test_killed_three_hundred_times(tmp_path: Path, place: Server, nursery: Nursery) -> None:
    killed_often(tmp_path, place, nursery, letters=5_000, kills=300, most=36)


@stops
def test_stopped_past_its_lease(tmp_path: Path, place: Server, nursery: Nursery) -> None:
    stopped_past_its_lease(tmp_path, place, nursery, times=3)


@stops
@pytest.mark.long
def test_stopped_past_its_lease_fifty_times(
    tmp_path: Path, place: Server, nursery: Nursery
) -> None:
    stopped_past_its_lease(tmp_path, place, nursery, times=50)
