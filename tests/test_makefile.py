"""The Makefile sets up by itself, once, and says what is missing in one sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")

OLD = "import sys; sys.version_info = (3, 9, 2, 'final', 0)"
NO_VENV = "import sys; sys.modules['ensurepip'] = None"  # as on Debian without python3-venv


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def make(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    # Not what an outer make hands on.
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))
    }
    return subprocess.run(
        ["make", *words], cwd=tree, env=kept, capture_output=True, text=True, check=False
    )


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}", encoding="utf-8")
    path.chmod(0o755)
    return path


def python(tree: Path, change: str) -> Path:
    """Make a Python that is the real one but for a change made before it is asked anything."""
    first = f"{change}; exec(sys.argv[1])"
    return program(tree / "bin" / "python", f'shift; exec "{sys.executable}" -c "{first}" "$1"\n')


def installed(tree: Path) -> None:
    """Put the traces of a finished set-up in place."""
    stamp = tree / ".venv" / ".installed"
    stamp.parent.mkdir()
    stamp.touch()
    later = time.time() + 60
    os.utime(stamp, (later, later))


@pytest.mark.parametrize("goal", ["demo", "test", "check", "long"])
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (OLD, "fawen needs Python 3.11 or newer: install it, or name one with "),
        (NO_VENV, "Python's venv is missing: on Debian and Ubuntu, apt install python3-venv"),
    ],
)
def test_a_python_that_will_not_do_gives_one_sentence_with_the_cure(
    tree: Path, goal: str, change: str, sentence: str
) -> None:
    done = make(tree, goal, f"PYTHON={python(tree, change)}")
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert done.returncode != 0
    assert len(said) == 1
    assert said[0].startswith(sentence)
    assert done.stdout == ""
    assert not (tree / ".venv").exists()


def test_no_python_at_all_gives_the_same_cure(tree: Path) -> None:
    done = make(tree, "test", "PYTHON=no-such-python")
    assert done.returncode != 0
    assert "install it, or name one with 'make PYTHON=" in done.stderr


def test_a_first_start_sets_up(tree: Path) -> None:
    assert "pip install" in make(tree, "-n", "test").stdout


@pytest.mark.parametrize("goal", ["demo", "test", "check", "long"])
def test_started_again_it_installs_nothing_and_begins_at_once(tree: Path, goal: str) -> None:
    installed(tree)
    start = time.monotonic()
    done = make(tree, "-n", goal)
    assert time.monotonic() - start < 1
    assert done.returncode == 0
    assert "pip" not in done.stdout
    assert "-m venv" not in done.stdout


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_what_it_depends_on_has_changed_so_it_installs_again(tree: Path, name: str) -> None:
    installed(tree)
    later = time.time() + 120
    os.utime(tree / name, (later, later))
    assert "pip install" in make(tree, "-n", "test").stdout


def test_a_set_up_that_failed_is_begun_anew(tree: Path) -> None:
    broken = program(
        tree / "bin" / "python",
        'case "$2" in venv) mkdir -p .venv/bin; printf "#!/bin/sh\\nexit 1\\n" > .venv/bin/pip; '
        "chmod +x .venv/bin/pip;; esac\n",
    )
    assert make(tree, "test", f"PYTHON={broken}").returncode != 0
    assert (tree / ".venv").exists()
    assert "pip install" in make(tree, "-n", "test").stdout


@pytest.fixture
def demo(tree: Path) -> Path:
    """Stand in for the program: like it, refuse a folder that is not empty."""
    installed(tree)
    program(
        tree / ".venv" / "bin" / "fawen",
        '[ -z "$(ls -A "$2" 2>/dev/null)" ] || exit 1\nmkdir -p "$2" && echo made > "$2/made"\n',
    )
    return tree


def test_the_demo_replaces_what_an_earlier_one_made(demo: Path) -> None:
    assert make(demo, "demo").returncode == 0
    (demo / "demo" / "of the first time").touch()
    assert make(demo, "demo").returncode == 0
    assert (demo / "demo" / "made").exists()
    assert not (demo / "demo" / "of the first time").exists()


def test_the_demo_leaves_a_folder_of_somebody_else(demo: Path) -> None:
    (demo / "demo").mkdir()
    (demo / "demo" / "thesis.docx").touch()
    for _ in range(2):
        assert make(demo, "demo").returncode != 0
        assert (demo / "demo" / "thesis.docx").exists()
