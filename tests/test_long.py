"""The long runs go on where they stopped; played with a project of three short steps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).parent / "long" / "run.py"

# Each step writes its name down when it is run.
STEP = "from pathlib import Path\nPath('ran').open('a').write('{name} ')\nprint('{said}')\n"
TEST = """
from pathlib import Path
import pytest

@pytest.mark.long
def test_slow():
    Path("ran").open("a").write("slow ")
    print("5,000 replies, none taken wrongly")

def test_quick():
    Path("ran").open("a").write("quick ")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("rosters", "templates", "merge", "outbox", "benchmarks", "tests"):
        (tmp_path / name).mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = long\n", encoding="utf-8")
    write(tmp_path, "tests/test_it.py", TEST)
    write(tmp_path, "benchmarks/fill.py", STEP.format(name="fill", said="412 documents a second"))
    write(tmp_path, "benchmarks/send.py", STEP.format(name="send", said="90 letters a second"))
    write(tmp_path, "benchmarks/_roster.py", "raise SystemExit('no step')\n")
    return tmp_path


def write(project: Path, name: str, text: str) -> None:
    (project / name).write_text(text, encoding="utf-8")


def long(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(RUN), "--root", str(project), *words],
        # The project's own pytest starts faster without the plugins of this one.
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def ran(project: Path) -> list[str]:
    """Return what has run since last asked."""
    path = project / "ran"
    found = path.read_text(encoding="utf-8").split() if path.exists() else []
    path.unlink(missing_ok=True)
    return found


def test_every_step_runs_once_and_is_written_up(project: Path) -> None:
    done = long(project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ran(project) == ["slow", "fill", "send"]
    page = (project / "docs" / "long-runs.md").read_text(encoding="utf-8")
    assert "## tests/test_it.py::test_slow" in page
    assert "```\n5,000 replies, none taken wrongly\n1 passed in" in page
    assert "`python benchmarks/fill.py`" in page
    assert "412 documents a second" in page
    assert str(project) not in page
    assert long(project).returncode == 0
    assert ran(project) == []


def test_killed_in_the_middle_it_goes_on_there(project: Path) -> None:
    killer = "import os, signal\nos.kill(os.getppid(), signal.SIGTERM)\n"
    whole = (project / "benchmarks" / "send.py").read_text(encoding="utf-8")
    write(project, "benchmarks/send.py", killer)
    assert long(project).returncode != 0
    assert ran(project) == ["slow", "fill"]
    assert not (project / "docs").exists()
    write(project, "benchmarks/send.py", whole)
    assert long(project).returncode == 0
    assert ran(project) == ["send"]
    assert (project / "docs" / "long-runs.md").exists()


def test_a_failed_step_does_not_stop_the_others_and_is_tried_again(project: Path) -> None:
    whole = (project / "benchmarks" / "fill.py").read_text(encoding="utf-8")
    failing = whole + "import os\nif not os.path.exists('cured'): raise SystemExit('it leaks')\n"
    write(project, "benchmarks/fill.py", failing)
    assert long(project).returncode == 1
    assert ran(project) == ["slow", "fill", "send"]
    page = (project / "docs" / "long-runs.md").read_text(encoding="utf-8")
    assert "**failed**" in page
    assert "it leaks" in page
    write(project, "cured", "")
    assert long(project).returncode == 0
    assert ran(project) == ["fill"]
    assert "**failed**" not in (project / "docs" / "long-runs.md").read_text(encoding="utf-8")


def test_a_result_belongs_to_the_code_that_gave_it(project: Path) -> None:
    assert long(project).returncode == 0
    ran(project)
    write(project, "benchmarks/send.py", STEP.format(name="send", said="faster"))
    assert long(project).returncode == 0
    assert ran(project) == ["send"]
    write(project, "outbox/courier.py", "NEW = 1\n")
    assert long(project).returncode == 0
    assert ran(project) == ["slow", "fill", "send"]


def test_a_step_is_stopped_at_its_limit(project: Path) -> None:
    write(project, "benchmarks/fill.py", "import time\ntime.sleep(60)\n")
    done = long(project, "--only", "fill", "--limit", "0.5")
    assert done.returncode == 1
    assert "failed" in done.stdout
    assert not (project / "docs").exists()  # two steps have not been run
    [log] = (project / ".long").glob("*.log")
    assert "divide it into smaller steps" in log.read_text(encoding="utf-8")


def test_the_list_runs_nothing(project: Path) -> None:
    done = long(project, "--list")
    assert done.returncode == 0
    assert done.stdout.count("to be run") == 3
    assert ran(project) == []


def test_fresh_begins_anew(project: Path) -> None:
    long(project)
    ran(project)
    assert long(project, "--fresh").returncode == 0
    assert ran(project) == ["slow", "fill", "send"]


def test_tests_that_cannot_be_collected_are_said(project: Path) -> None:
    write(project, "tests/test_it.py", "import nothing_of_that_name\n")
    done = long(project)
    assert done.returncode == 1
    assert "cannot be collected" in done.stderr
    assert ran(project) == []
