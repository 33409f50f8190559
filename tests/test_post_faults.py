"""Every row of the fault table in docs/reliability.md, with the ledger in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from faulttable import MODES, Row, play, rows

if TYPE_CHECKING:
    from pathlib import Path


def test_the_page_tells_of_every_mode_once() -> None:
    assert sorted(row.mode for row in rows()) == sorted(MODES)
    assert len(MODES) >= 35


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.mode)
def test_what_comes_of_a_fault(tmp_path: Path, row: Row) -> None:
    assert play(tmp_path, tmp_path / "outbox" / "ledger.db", row.mode) == row
