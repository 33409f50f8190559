"""Faults set by hand: each put into a copy of the tree, where the tests must fail.

`python tests/mutants.py` runs them all and writes docs/mutants.md; `make long` runs them too.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PARTS = ("rosters", "templates", "merge", "outbox", "tests", "docs", "cli.py", "pyproject.toml")
LISTS = Path(__file__).parent / "cases" / "mutants"
PAGE = ROOT / "docs" / "mutants.md"
NOT_YET = "not run yet"
FAILED = 1  # pytest's exit status when tests failed, and nothing else did


@dataclass(frozen=True)
class Mutant:
    """A fault: what stands in a file, what takes its place, and who should notice."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def mutants() -> list[Mutant]:
    """Read the lists, the ledger's first."""
    lists = sorted(LISTS.glob("*.toml"), key=lambda path: (path.stem != "mutants", path.stem))
    texts = (path.read_text(encoding="utf-8") for path in lists)
    found = [one for text in texts for one in tomllib.loads(text)["mutant"]]
    return [Mutant(**{**one, "tests": tuple(one["tests"])}) for one in found]


def copied(target: Path) -> Path:
    """Copy what the tests need of the tree."""
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return target


def killer(tree: Path, mutant: Mutant) -> str:
    """Put a mutant into the tree, run its tests there, and return the test that failed; "" if none.

    Raises:
        RuntimeError: the tests could not be run.

    """
    place = tree / mutant.file
    whole = place.read_bytes()
    text = whole.decode("utf-8")
    place.write_bytes(text.replace(mutant.old, mutant.new).encode("utf-8"))
    try:
        done = subprocess.run(
            [
                sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider",
                "-m", "not long and not postgres", *(f"tests/{name}" for name in mutant.tests),
            ],
            cwd=tree, env={**os.environ, "FAWEN_NO_SHRINKING": "1"},
            capture_output=True, encoding="utf-8", check=False, timeout=900,
        )  # fmt: skip
    finally:
        place.write_bytes(whole)
    found = re.search(r"^(?:FAILED|ERROR) tests/([^\s\[]+)", done.stdout, re.MULTILINE)
    if done.returncode == 0:
        return ""
    if done.returncode != FAILED or found is None:
        raise RuntimeError(done.stdout + done.stderr)
    return found[1]


def page(killed: dict[str, str]) -> str:
    """Write what came of them as Markdown."""
    rows = [
        f"| {number} | {one.name} | `{one.file}` | `{killed.get(one.name) or NOT_YET}` |"
        for number, one in enumerate(mutants(), start=1)
    ]
    return "\n".join(
        [
            "# Mutants",
            "",
            "Faults that were set by hand into ledger, verdict, pace, courier and mailbox, one at "
            "a time, and the test that failed then. Written by `python tests/mutants.py`; "
            "the faults themselves stand in `tests/cases/mutants/`, "
            "and `make long` sees that each is still noticed.",
            "",
            "| | fault | in | noticed by |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def main() -> int:
    """Run every mutant, or those whose name holds the words given, and write the page."""
    words = " ".join(sys.argv[1:])
    killed = {} if not words else _known()
    with tempfile.TemporaryDirectory() as folder:
        tree = copied(Path(folder))
        for one in mutants():
            if words in one.name:
                killed[one.name] = killer(tree, one)
                sys.stdout.write(f"{killed[one.name] or 'SURVIVED'}  {one.name}\n")
                sys.stdout.flush()
    if all(killed.values()):
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page(killed), encoding="utf-8", newline="\n")
    return 0 if all(killed.values()) else 1


def _known() -> dict[str, str]:
    """Read what the page says of each, to run a few again."""
    if not PAGE.exists():
        return {}
    rows = (line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines())
    return {row[1]: row[3].strip(" `|") for row in rows if len(row) == 4}


if __name__ == "__main__":
    sys.exit(main())
