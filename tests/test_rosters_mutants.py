"""Mutated workbooks: no dead parent, no traceback, at most 512 MB and 10 s each."""

from __future__ import annotations

import io
import json
import random
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import roster_books

from rosters.finding import InputError
from rosters.reader import read_roster

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases" / "rosters").glob("*.json"))
OTHERS = [HERE / "data" / f"小名册.{kind}" for kind in ("xls", "ods")]
SECONDS, MEMORY = 10, 512  # MB
IN_CI, LONG, STEPS = 300, 5000, 5

Parts = dict[str, bytes]


def parts_of(content: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def flipped(dice: random.Random, content: bytes) -> bytes:
    """Change a few bytes: anywhere, so most often in what is packed or in the directory."""
    made = bytearray(content)
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(made))
        made[at : at + dice.choice((0, 1, 1, 4))] = dice.randbytes(dice.choice((0, 1, 1, 3)))
    return bytes(made)


def cut(dice: random.Random, content: bytes) -> bytes:
    return content[: dice.randrange(len(content))]


def inside(dice: random.Random, content: bytes) -> bytes:
    """Change a few bytes of one part, and pack it rightly again."""
    parts = parts_of(content)
    name = dice.choice(sorted(parts))
    return packed({**parts, name: flipped(dice, parts[name]) if parts[name] else b"<"})


WORDS = [
    *(b"1e999", b"-1", b"99999999999999999999", b"NaN", b"XFD1048576", b"A0", b"ZZZZ9", b"", b"s"),
    *(b"&#0;", b"&lol;", b"]]>", b"<![CDATA[", b"<!--", b"\xff\xfe", b"\xf0\x9f\x98\x80", b"b"),
    *(b"inlineStr", b"d", b"e", b"2020-13-45", b"true", b"A1:XFD1048576", b"1048577", b"00"),
]


def worded(dice: random.Random, content: bytes) -> bytes:
    """Put a wrong word between two quotes or tags of one part."""
    parts = parts_of(content)
    name = dice.choice([one for one in sorted(parts) if one.endswith((".xml", ".rels"))])
    part = parts[name]
    for _ in range(dice.randint(1, 3)):
        at = max(part.find(dice.choice((b'"', b">")), dice.randrange(len(part))), 0)
        end = max(part.find(dice.choice((b'"', b"<")), at + 1), at + 1)
        part = part[: at + 1] + dice.choice(WORDS) + part[end:]
    return packed({**parts, name: part})


def shuffled(dice: random.Random, content: bytes) -> bytes:
    """Leave a part out, put one in another's place, or repeat a piece of one."""
    parts = parts_of(content)
    name, other = dice.choice(sorted(parts)), dice.choice(sorted(parts))
    way = dice.randrange(3)
    if way == 0:
        del parts[name]
    elif way == 1:
        parts[name] = parts[other]
    else:
        part = parts[name]
        begin, end = sorted(dice.randrange(len(part) + 1) for _ in range(2))
        parts[name] = part[:end] + part[begin:end] * dice.choice((1, 3, 50)) + part[end:]
    return packed(parts)


WAYS: list[Callable[[random.Random, bytes], bytes]] = [
    *(flipped, cut, inside, inside, worded, worded, worded, shuffled)
]


def peak() -> float:
    """Return the most memory that this process or one that it began has taken so far, in MB.

    Of this process /proc tells: what it asks of getrusage counts the parent that began it, too.
    """
    if sys.platform == "win32":
        return 0
    import resource

    unit = 2**20 if sys.platform == "darwin" else 2**10
    others = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit
    status = Path("/proc/self/status")
    own = re.search(r"VmHWM:\s*(\d+) kB", status.read_text()) if status.exists() else None
    return max(others, int(own[1]) / 2**10 if own else 0)


def said(path: Path) -> bool:
    """Read a mutant: True if it is a roster, False if it was refused with its findings."""
    try:
        return bool(read_roster([path]).sheets)
    except InputError as error:
        if not error.findings:
            raise
        return False


def run(numbers: range, folder: Path) -> tuple[int, float]:
    """Read the mutants of these numbers: how many were rosters, and the peak of memory in MB."""
    sources = [
        (roster_books.build(roster_books.loaded(one), folder / "a.xlsx").read_bytes(), ".xlsx")
        for one in CASES[::6]
    ]
    sources += [(one.read_bytes(), one.suffix) for one in OTHERS]
    read = 0
    for number in numbers:
        dice = random.Random(number)  # noqa: S311 - each mutant has its number
        content, kind = dice.choice(sources)
        way = dice.choice(WAYS if kind != ".xls" else [flipped, cut])
        path = folder / f"mutant{kind}"
        path.write_bytes(way(dice, content))
        begin = time.monotonic()
        read += said(path)
        if (took := time.monotonic() - begin) >= SECONDS:
            raise SystemExit(f"mutant {number} took {took:.1f} s")
    return read, peak()


def judged(numbers: range, folder: Path) -> None:
    """Read mutants in a process of its own: what other tests took of memory does not count."""
    words = [sys.executable, __file__, str(numbers.start), str(numbers.stop), str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    read, memory = json.loads(done.stdout)
    assert memory < MEMORY
    assert 0 < read < len(numbers)


def test_mutants_are_read_or_refused(tmp_path: Path) -> None:
    judged(range(IN_CI), tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("step", range(STEPS))
def test_many_mutants_are_read_or_refused(step: int, tmp_path: Path) -> None:
    each = LONG // STEPS
    judged(range(IN_CI + step * each, IN_CI + (step + 1) * each), tmp_path)


if __name__ == "__main__":
    first, last, where = sys.argv[1:]
    sys.stdout.write(json.dumps(run(range(int(first), int(last)), Path(where))))
