"""Tests that need LibreOffice: skipped with one line where it is missing, never in CI."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
TWO_TESTS = """
import pytest

@pytest.mark.libreoffice
def test_one(): pass

@pytest.mark.libreoffice
def test_two(): pass

def test_other(): pass
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copy(CONFTEST, tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = libreoffice\n", encoding="utf-8")
    (tmp_path / "test_it.py").write_text(TWO_TESTS, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    return tmp_path


def run(project: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the project's tests where PATH holds nothing but its own bin."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    kept.pop("FAWEN_REQUIRE_PROGRAMS", None)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider", "-p", "no:xdist"],
        cwd=project,
        env={**kept, "PATH": str(project / "bin"), **more},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_without_the_program_they_are_skipped_with_one_line(project: Path) -> None:
    done = run(project)
    assert done.returncode == 0
    assert "1 passed, 2 skipped" in done.stdout
    [line] = [line for line in done.stdout.splitlines() if line.startswith("SKIPPED")]
    assert "soffice is missing: apt install" in line


def test_where_programs_are_required_they_fail(project: Path) -> None:
    done = run(project, FAWEN_REQUIRE_PROGRAMS="1")
    assert done.returncode == 1
    assert "2 errors" in done.stdout
    assert "forbids to skip" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="a program there needs more than a mode")
def test_with_the_program_they_run(project: Path) -> None:
    program = project / "bin" / "soffice"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    done = run(project, FAWEN_REQUIRE_PROGRAMS="1")
    assert done.returncode == 0
    assert "3 passed" in done.stdout
