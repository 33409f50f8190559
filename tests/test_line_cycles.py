"""What a command leaves in cycles can be collected, where the process that ran it goes on."""

from __future__ import annotations

import gc
import weakref
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from bureau import bureau, drained, fawen

from outbox.desk.merge import Choice, merge
from outbox.workspace import find
from rosters.reader import unhurried

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 25, tzinfo=UTC)


class Knot:
    """What refers to itself: the collector alone gets rid of it."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def _by_hand() -> Iterator[None]:
    """Collect when a test says so, and have nothing frozen by others."""
    gc.unfreeze()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = bureau(tmp_path_factory.mktemp("cycles") / "w")
    assert fawen("merge", "通知", cwd=root).status == 0
    return root


def test_what_lived_while_a_command_ran_is_collected_after_it(office: Path) -> None:
    knot = Knot()
    seen = weakref.ref(knot)
    assert fawen("status", cwd=office).status == 0
    del knot
    gc.collect()
    assert seen() is None


def test_what_one_command_left_is_collected_as_the_next_begins(office: Path) -> None:
    seen = weakref.ref(Knot())
    assert seen() is not None
    assert fawen("status", cwd=office).status == 0
    assert seen() is None


def test_a_merge_that_is_called_as_a_function_freezes_nothing(office: Path) -> None:
    assert drained(merge(find(office), "通知", Choice(), now=lambda: NOW)).status == 0
    assert gc.get_freeze_count() == 0


def test_a_large_reading_freezes_nothing() -> None:
    gc.enable()
    with unhurried():
        rows = [[number] for number in range(250_000)]
    assert len(rows) == 250_000
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
