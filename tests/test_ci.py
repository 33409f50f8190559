"""`.ci/run` with stand-ins for apt, dpkg and make, which write down how they were called."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / ".ci" / "run"
ALL = "python3-venv make libreoffice-writer libreoffice-calc poppler-utils fonts-noto-cjk"

pytestmark = pytest.mark.skipif(not shutil.which("bash"), reason="CI runs on Debian; no bash here")

NOTES = """echo "$(basename "$0") $*${DEBIAN_FRONTEND:+ [$DEBIAN_FRONTEND]}\
${FAWEN_REQUIRE_PROGRAMS:+ [required]}" >> "$LOG"
"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    (tmp_path / ".ci").mkdir()
    shutil.copy(SCRIPT, tmp_path / ".ci")
    (tmp_path / "bin").mkdir()
    (tmp_path / "fonts").mkdir()
    for name in ("apt-get", "make"):
        program(tmp_path, name, NOTES)
    program(tmp_path, "id", "echo 0\n")
    program(tmp_path, "sudo", NOTES + 'exec "$@"\n')
    program(tmp_path, "dpkg-query", 'echo "install ok installed"\n')
    return tmp_path


def program(machine: Path, name: str, text: str) -> None:
    path = machine / "bin" / name
    path.write_text(f"#!/bin/sh\n{text}", encoding="utf-8")
    path.chmod(0o755)


def run(machine: Path) -> tuple[int, list[str]]:
    log = machine / "log"
    path = f"{machine / 'bin'}{os.pathsep}{os.environ['PATH']}"
    kept = {key: value for key, value in os.environ.items() if key != "FAWEN_REQUIRE_PROGRAMS"}
    kept.pop("DEBIAN_FRONTEND", None)
    done = subprocess.run(
        [machine / ".ci" / "run"],
        env={**kept, "PATH": path, "LOG": str(log), "FAWEN_FONTS": str(machine / "fonts")},
        check=False,
    )
    return done.returncode, log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def test_nothing_is_installed_where_all_is_there(machine: Path) -> None:
    assert run(machine) == (0, ["make check", "make test [required]"])


def test_what_is_missing_is_installed_without_questions(machine: Path) -> None:
    program(machine, "dpkg-query", "exit 1\n")
    status, calls = run(machine)
    assert status == 0
    assert calls[0].startswith("apt-get update")
    assert ALL in calls[1]
    assert "--yes" in calls[1]
    assert all("[noninteractive]" in call for call in calls[:2])
    assert calls[2:] == ["make check", "make test [required]"]


def test_only_what_is_missing_is_installed(machine: Path) -> None:
    program(
        machine,
        "dpkg-query",
        'for last; do :; done\n[ "$last" = make ] && echo "unknown ok not-installed" && exit 0\n'
        'echo "install ok installed"\n',
    )
    assert run(machine)[1][1].startswith("apt-get install")
    assert run(machine)[1][1].endswith(" make [noninteractive]")


def test_someone_who_is_not_root_asks_sudo(machine: Path) -> None:
    program(machine, "id", "echo 1000\n")
    program(machine, "dpkg-query", "exit 1\n")
    calls = run(machine)[1]
    assert calls[0].startswith("sudo env DEBIAN_FRONTEND=noninteractive apt-get update")


def test_a_failing_check_ends_it(machine: Path) -> None:
    program(machine, "make", NOTES + '[ "$1" != check ]\n')
    status, calls = run(machine)
    assert status != 0
    assert calls == ["make check"]


def test_typefaces_that_are_missing_are_taken_out_of_their_package(machine: Path) -> None:
    (machine / "fonts").rmdir()
    program(machine, "apt-get", NOTES + 'case $1 in download) : > "${3}_1_all.deb";; esac\n')
    program(machine, "dpkg-deb", 'test -f "$2" && echo tar\n')
    taken = 'mkdir -p "$3/$4" && : > "$3/$4/FandolFang-Regular.otf"'
    program(machine, "tar", f"cat > /dev/null; {taken}\n")
    status, calls = run(machine)
    assert (status, calls[1]) == (0, "apt-get download --quiet texlive-lang-chinese")
    assert [one.name for one in (machine / "fonts").iterdir()] == ["FandolFang-Regular.otf"]
