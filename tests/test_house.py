"""The house rules that a tool can check, and that the tool notices when they are broken."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PACKAGES = ("rosters", "templates", "merge", "outbox")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = [one["name"] for one in PROJECT["tool"]["importlinter"]["contracts"]]

# For each contract, by the start of its name, a module and the import that violates it.
VIOLATIONS = {
    "outbox > merge > templates > rosters": {"rosters/intruder.py": "import merge.letter"},
    "inside the outbox": {"outbox/ledger/intruder.py": "import outbox.office"},
    "ledger and post know": {"outbox/post/intruder.py": "import openpyxl"},
    "a letter is a value": {"merge/letter.py": "import rosters.finding"},
    "only cli knows click and rich": {"merge/intruder.py": "import click"},
    "never smtplib": {"outbox/post/intruder.py": "import smtplib"},
    "no cycles in a room": {
        "rosters/intruder.py": "import rosters.accomplice",
        "rosters/accomplice.py": "import rosters.intruder",
    },
}

SOURCES = [
    *(path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))),
    ROOT / "cli.py",
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy what import-linter looks at."""
    for name in PACKAGES:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("cli.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def broken(tree: Path) -> tuple[int, list[str]]:
    """Run lint-imports there; return its status and the contracts that it found broken."""
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=tree,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    # A long name is wrapped at the width of the terminal.
    said = " ".join(re.sub(r"\x1b\[[\d;]*m", "", done.stdout).split())
    assert "Contracts:" in said, done.stdout + done.stderr
    return done.returncode, [name for name in CONTRACTS if f"{name} BROKEN" in said]


def test_the_contracts_hold(tree: Path) -> None:
    assert broken(tree) == (0, [])


def test_each_contract_has_its_violation() -> None:
    assert len(VIOLATIONS) == len(CONTRACTS)
    for name in CONTRACTS:
        assert [start for start in VIOLATIONS if name.startswith(start)], name


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_violation_is_noticed(tree: Path, contract: str) -> None:
    [violation] = [what for start, what in VIOLATIONS.items() if contract.startswith(start)]
    for name, line in violation.items():
        with (tree / name).open("a", encoding="utf-8") as module:
            module.write(f"\n{line}\n")
    status, found = broken(tree)
    assert status != 0
    assert contract in found


def imports(path: Path) -> set[str]:
    """Return the names of all modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_smtplib_is_never_imported() -> None:
    guilty = [
        path for path in SOURCES if {name.split(".")[0] for name in imports(path)} & {"smtplib"}
    ]
    assert guilty == []


def test_every_module_is_a_noun_of_the_trade() -> None:
    names = {part for path in SOURCES for part in path.relative_to(ROOT).with_suffix("").parts}
    assert len(names) > len(PACKAGES)
    assert names & {"utils", "util", "helpers", "helper", "common", "models", "misc"} == set()


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = (line.split("#")[0].strip() for line in lines)
    split = (line.partition("==") for line in found if line)
    return {canonicalize_name(name): version for name, _, version in split}


def asked() -> list[Requirement]:
    """List every requirement of pyproject.toml: to build, to run, to develop."""
    project = PROJECT["project"]
    lists = [PROJECT["build-system"]["requires"], project["dependencies"]]
    lists.extend(project["optional-dependencies"].values())
    return [Requirement(line) for names in lists for line in names]


def test_each_dependency_is_pinned_at_a_version_that_it_allows() -> None:
    pinned = pins()
    for one in asked():
        version = pinned.get(canonicalize_name(one.name), "")
        assert version, f"{one.name} is not pinned in constraints.txt"
        assert one.specifier.contains(version), f"{one} does not allow {version}"


def test_what_the_dependencies_bring_along_is_pinned_too() -> None:
    pinned, seen = pins(), set()
    waiting = [(one.name, {*one.extras, ""}) for one in asked()]
    while waiting:
        name, extras = waiting.pop()
        name = canonicalize_name(name)
        try:
            lines = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # for another system, or for building alone
        if name in seen:
            continue
        seen.add(name)
        assert name in pinned, f"{name} comes along and is not pinned in constraints.txt"
        waiting.extend(
            (line.name, {*line.extras, ""})
            for line in map(Requirement, lines)
            if not line.marker or any(line.marker.evaluate({"extra": extra}) for extra in extras)
        )
    assert len(seen) > len(PROJECT["project"]["dependencies"]) / 2


def test_each_dependency_has_its_line_in_the_map() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    _, _, section = page.partition("## Dependencies")
    lines = [line.lower() for line in section.splitlines()]
    missing = [
        one.name
        for one in asked()
        if not any(
            re.search(rf"(?<![\w-]){re.escape(one.name.lower())}(?![\w-])", line) for line in lines
        )
    ]
    assert missing == []


# The user's own words fix the first two lines; ARCHITECTURE.md names the rest.
TOP = {
    *("templates", "merge", "rosters", "outbox", "tests"),
    *("cli.py", "pyproject.toml"),
    *(
        "README.md",
        "README.zh-CN.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "LICENSE",
    ),
    *("Makefile", "constraints.txt", "docs", "benchmarks", ".ci", ".gitignore"),
}


def test_the_top_level_is_what_was_agreed() -> None:
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    ignored = {line.strip().strip("/") for line in lines}
    here = {path.name for path in ROOT.iterdir()} - ignored
    # An editor's own folders are nobody's business.
    own = {name for name in here if not name.startswith(".") or name in TOP}
    assert {name for name in own if not name.endswith((".egg-info", ".pyc"))} == TOP


def test_the_four_packages_are_typed() -> None:
    assert all((ROOT / name / "py.typed").is_file() for name in PACKAGES)
