"""Every row of the fault table in docs/reliability.md, with the ledger on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from faulttable import Row, play, rows

if TYPE_CHECKING:
    from pathlib import Path

    from stores import Cluster


pytest_plugins = ["stores"]


@pytest.mark.postgres
@pytest.mark.parametrize("row", rows(), ids=lambda row: row.mode)
def test_what_comes_of_a_fault(tmp_path: Path, cluster: Cluster, row: Row) -> None:
    assert play(tmp_path, cluster.database(), row.mode) == row
