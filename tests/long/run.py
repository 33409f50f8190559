"""The long runs (`make long`): one step at a time, each under an hour, going on where it stopped.

A step is a test marked `long`, or a script of benchmarks/ whose name begins with no underscore. Its
result is stamped into .long/ with a fingerprint of the code that ran; what passed on this very code
is not run again. When every step has its stamp, docs/long-runs.md is written.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

HOUR = 3600
CODE = ("rosters", "templates", "merge", "outbox", "cli.py", "constraints.txt")
KEPT = 40  # lines of what a step printed last
NO_TESTS = 5  # pytest's exit status


@dataclass(frozen=True)
class Step:
    """What to run: its name, the words after `python`, and the file that it comes from."""

    name: str
    words: tuple[str, ...]
    file: str


@dataclass(frozen=True)
class Stamp:
    """What came of a step, and the code that it ran."""

    step: str
    command: str
    code: str
    started: str
    seconds: float
    passed: bool
    said: str


def long_tests(root: Path) -> list[Step]:
    """Ask pytest which tests are marked long."""
    words = ["-m", "pytest", "--collect-only", "-q", "-m", "long"]
    done = subprocess.run(
        [sys.executable, *words], cwd=root, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode not in (0, NO_TESTS):
        sys.exit(f"the tests cannot be collected:\n{done.stdout}{done.stderr}")
    names = [line for line in done.stdout.splitlines() if re.match(r"\S+\.py::", line)]
    return [Step(name, ("-m", "pytest", "-rP", name), name.split("::")[0]) for name in names]


def benchmarks(root: Path) -> list[Step]:
    """List the scripts that measure."""
    paths = sorted((root / "benchmarks").glob("[!_]*.py"))
    names = [path.relative_to(root).as_posix() for path in paths]
    return [Step(name, (name,), name) for name in names]


def fingerprint(root: Path, step: Step) -> str:
    """Hash the code that a step runs, and its own file."""
    tops = [root / name for name in (*CODE, step.file)]
    found = {path for top in tops for path in (top.rglob("*") if top.is_dir() else [top])}
    digest = hashlib.sha256()
    for path in sorted(found):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def place(root: Path, step: Step, suffix: str) -> Path:
    """Name the file in .long/ that belongs to a step."""
    short = re.sub(r"\W+", "-", step.name)[:60]
    code = hashlib.sha256(step.name.encode()).hexdigest()[:8]
    return root / ".long" / f"{short}-{code}{suffix}"


def stamped(root: Path, step: Step) -> Stamp | None:
    """Return what came of a step on the code as it is, None where that is not known."""
    try:
        stamp = Stamp(**json.loads(place(root, step, ".json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return stamp if stamp.code == fingerprint(root, step) else None


def told(log: Path, root: Path, *, brief: bool) -> str:
    """Return what a step printed last, without this machine's paths."""
    lines = log.read_text(encoding="utf-8", errors="replace").rstrip().splitlines()
    said = [*printed(lines), lines[-1].strip("= ")] if brief and lines else lines
    said = said[-KEPT:]
    return "\n".join(said).replace(f"{root}/", "").replace(str(root), ".")


def printed(lines: list[str]) -> list[str]:
    """Return what a test that passed has printed, of all that pytest tells with -rP."""
    own, found = False, []
    for line in lines:
        if re.match(r"[-=]{5}", line):
            own = "Captured stdout call" in line
        elif own:
            found.append(line)
    return found


def run(root: Path, step: Step, limit: float) -> Stamp:
    """Run a step to its end or the limit, and stamp what came of it."""
    code = fingerprint(root, step)
    log = place(root, step, ".log")
    log.parent.mkdir(exist_ok=True)
    started, begin = datetime.now(UTC), time.monotonic()
    with log.open("w", encoding="utf-8") as out:
        try:
            done = subprocess.run(
                [sys.executable, *step.words],
                cwd=root,
                stdout=out,
                stderr=subprocess.STDOUT,
                timeout=limit,
                check=False,
            )
            passed = done.returncode == 0
        except subprocess.TimeoutExpired:
            out.write(f"\nstopped: longer than {limit:g} s; divide it into smaller steps\n")
            passed = False
    stamp = Stamp(
        step=step.name,
        command=" ".join(("python", *step.words)),
        code=code,
        started=f"{started:%Y-%m-%d %H:%M} UTC",
        seconds=round(time.monotonic() - begin, 1),
        passed=passed,
        said=told(log, root, brief=passed and step.words[0] == "-m"),
    )
    text = json.dumps(asdict(stamp), ensure_ascii=False, indent=2)
    unfinished = place(root, step, ".new")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(place(root, step, ".json"))
    return stamp


def page(stamps: list[Stamp]) -> str:
    """Write the results as Markdown."""
    parts = [
        "# Long runs",
        "Written by `make long`: each step with its command, when it ran, and what it said.",
    ]
    for one in stamps:
        word = "passed" if one.passed else "**failed**"
        fact = f"{one.started} · {one.seconds:g} s · {word} · code `{one.code}`"
        parts += [f"## {one.step}", f"`{one.command}`", fact, f"```\n{one.said}\n```"]
    return "\n\n".join(parts) + "\n"


def say(words: str) -> None:
    """Print a line at once, also into a file."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def words() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, prog="tests/long/run.py")
    parser.add_argument("--list", action="store_true", help="name the steps and what is known")
    parser.add_argument("--fresh", action="store_true", help="forget the stamps and begin anew")
    parser.add_argument("--only", default="", metavar="WORD", help="steps whose name holds WORD")
    parser.add_argument("--limit", type=float, default=HOUR, metavar="SECONDS", help="for a step")
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[2], help="the project")
    return parser.parse_args()


def main() -> int:
    """Run what is left, and write the page when nothing is."""
    asked = words()
    root: Path = asked.root.resolve()
    if asked.fresh:
        shutil.rmtree(root / ".long", ignore_errors=True)
    steps = [*long_tests(root), *benchmarks(root)]
    for step in (one for one in steps if asked.only in one.name):
        stamp = stamped(root, step)
        if not asked.list and (stamp is None or not stamp.passed):
            say(f"{step.name} …")
            stamp = run(root, step, asked.limit)
        word = "to be run" if stamp is None else "passed" if stamp.passed else "failed"
        say(f"{step.name}: {word}" + (f" in {stamp.seconds:g} s" if stamp else ""))
    stamps = [stamped(root, one) for one in steps]
    known = [one for one in stamps if one is not None]
    if not asked.list and len(known) == len(steps):
        (root / "docs").mkdir(exist_ok=True)
        (root / "docs" / "long-runs.md").write_text(page(known), encoding="utf-8", newline="\n")
    say(f"{sum(one.passed for one in known)} of {len(steps)} passed on this code")
    return 0 if asked.list or all(one.passed for one in known) else 1


if __name__ == "__main__":
    sys.exit(main())
