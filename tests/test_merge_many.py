"""A large job: its memory, and its folders."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parent / "merge_many.py"

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="this system does not tell a process's peak"
)


def merged(root: Path, count: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(root), str(count)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_six_thousand_documents_lie_in_folders_of_two_thousand(tmp_path: Path) -> None:
    made = merged(tmp_path / "w", 6_000)
    assert made["documents"] == 6_000
    assert made["fullest"] == 2_000
    assert made["own"] < 150  # MB, of which Python and its packages take some 75


@pytest.mark.long
def test_a_hundred_thousand_stay_under_300_mb(tmp_path: Path) -> None:
    made = merged(tmp_path / "w", 100_000)
    assert made["documents"] == 100_000
    assert made["fullest"] == 2_000
    assert made["own"] < 300
    assert made["others"] < 100  # a process that fills holds the rows of its shard alone
