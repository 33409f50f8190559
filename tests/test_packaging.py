"""The wheel: built, installed in a folder of its own, and read there."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("rosters", "templates", "merge", "outbox")
DATA = {".docx", ".xlsx", ".md", ".txt"}

# Run without site-packages, so that nothing but the installed wheel can answer.
LOOK = """
import hashlib, json, sys
from importlib.resources import files
sys.path.insert(0, sys.argv[1])

def walk(folder, path):
    for one in folder.iterdir():
        if one.is_dir():
            yield from walk(one, f"{path}/{one.name}")
        else:
            yield f"{path}/{one.name}", hashlib.sha256(one.read_bytes()).hexdigest()

print(json.dumps({n: dict(walk(files(n), n)) for n in sys.argv[2:]}))
"""


def pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *words]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build from a copy of what git would hold, with the tools that are installed here."""
    folder = tmp_path_factory.mktemp("wheel")
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    ignored = shutil.ignore_patterns(".git", "docs", *(line.strip("/") for line in lines))
    shutil.copytree(ROOT, folder / "tree", ignore=ignored)
    out = folder / "out"
    pip("wheel", "--no-build-isolation", "--no-deps", "-w", str(out), str(folder / "tree"))
    [built] = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    target = wheel.parent.parent / "site"
    pip("install", "--no-deps", "--no-compile", "--target", str(target), str(wheel))
    return target


@pytest.fixture(scope="module")
def resources(installed: Path) -> dict[str, dict[str, str]]:
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", LOOK, str(installed), *PACKAGES]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    found: dict[str, dict[str, str]] = json.loads(done.stdout)
    return found


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def shipped(package: str) -> dict[str, str]:
    """List the data of the tree that a package is to carry."""
    return {
        path.relative_to(ROOT).as_posix(): sha256(path)
        for path in (ROOT / package).rglob("*")
        if path.suffix in DATA
    }


def test_the_wheel_holds_the_four_packages_and_the_command_line(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {*PACKAGES, "cli.py"}


def test_no_module_of_the_tree_is_left_out(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.endswith(".py")}
    here = {p.relative_to(ROOT).as_posix() for n in PACKAGES for p in (ROOT / n).rglob("*.py")}
    assert packed == here | {"cli.py"}


def test_the_installed_wheel_gives_the_sample_workbook(
    resources: dict[str, dict[str, str]],
) -> None:
    name = "rosters/samples/示例大学名册.xlsx"
    assert resources["rosters"][name] == sha256(ROOT / name)


def test_the_installed_wheel_gives_the_sample_templates(
    resources: dict[str, dict[str, str]],
) -> None:
    expected = shipped("templates")
    word = {Path(name).stem for name in expected if name.endswith(".docx")}
    assert word >= {"荣誉证书", "支部责任清单"}  # 文种 are built, and need no file
    words = "templates/gongwen/words.txt"  # that titles are broken by
    assert resources["templates"][words] == sha256(ROOT / words)
    assert expected.items() <= resources["templates"].items()


@pytest.mark.parametrize("package", PACKAGES)
def test_the_installed_wheel_gives_all_data_of_a_package(
    resources: dict[str, dict[str, str]], package: str
) -> None:
    assert shipped(package).items() <= resources[package].items()
    assert f"{package}/py.typed" in resources[package]


def metadata(wheel: Path, name: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        [path] = [one for one in archive.namelist() if one.endswith(f".dist-info/{name}")]
        return archive.read(path).decode()


def test_the_command_is_fawen(wheel: Path) -> None:
    assert "fawen = cli:main" in metadata(wheel, "entry_points.txt")


def test_the_wheel_says_what_it_needs(wheel: Path) -> None:
    said: Any = Parser().parsestr(metadata(wheel, "METADATA"))
    assert said["Requires-Python"] == ">=3.11"
    assert said["License-Expression"] == "MIT"
    assert "dev" in said.get_all("Provides-Extra")


def test_the_same_tree_gives_the_same_wheel(wheel: Path) -> None:
    again = wheel.parent.parent / "again"
    tree = wheel.parent.parent / "tree"
    pip("wheel", "--no-build-isolation", "--no-deps", "-w", str(again), str(tree))
    assert sha256(again / wheel.name) == sha256(wheel)
