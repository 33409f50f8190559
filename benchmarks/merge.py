"""What `fawen merge` of many certificates costs: CPU over all its processes, and memory.

A roster of N members in 25 Party organisations with branches of 400, a certificate of 15 KB, one
document a member, sent to its 二级党组织. The command runs as a process of its own; CPU is that of
the process and of all its children, the start of Python included; memory is the peak RSS of the
largest process. Reading the roster is measured again alone, so that both can be told apart.
docxtpl fills a sample the way its manual shows (a new DocxTemplate a record, autoescape on), saved
to memory: no file, no check, no plan, no hash, no ledger.

    python benchmarks/merge.py [documents ...]      10000 100000 unless told
    python benchmarks/merge.py --workers 1 10000
    python benchmarks/merge.py --place /dev/shm 10000
    python benchmarks/merge.py --delete 1000000      what is made is deleted some seconds later
    python benchmarks/merge.py 10000 100000 10000 100000        in turn, and how flat it is
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from _college import HEADINGS, members, office, template
from _cost import measured

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

SAMPLE = 200  # documents that docxtpl fills


def theirs() -> float:
    """Return docxtpl's CPU seconds for a document."""
    from docxtpl import DocxTemplate

    content = template()
    people = list(members(SAMPLE))
    start = time.process_time()
    for row in people:
        made = DocxTemplate(io.BytesIO(content))
        record = dict(zip(HEADINGS, row, strict=True))
        record |= {
            "届次": "二〇二六年度",
            "署名": "中共测试大学委员会",
            "成文日期": "2026年11月23日",
        }
        made.render(record, autoescape=True)
        made.save(io.BytesIO())
    return (time.process_time() - start) / SAMPLE


READ = """
import sys
from pathlib import Path
from rosters.reader import read_roster
print(len(read_roster([Path(sys.argv[1])]).members))
"""
FAWEN = "import sys, cli; sys.argv[0] = 'fawen'; cli.main()"


class Broom(threading.Thread):
    """Deletes documents that were made some seconds ago, so that a million need no disk.

    Folder by folder, when nothing more is put into one: whoever looks at each file every second
    takes a processor, and folders, from what is measured.
    """

    def __init__(self, outbox: Path) -> None:
        super().__init__(daemon=True)
        self.outbox, self.done = outbox, threading.Event()

    def run(self) -> None:
        """Sweep every second; the process under measure does not pay for it."""
        while not self.done.wait(1):
            with suppress(FileNotFoundError):  # the batch has got its name meanwhile
                for office in self.outbox.glob("*/*/"):
                    sweep(office, time.time() - 5)


def sweep(office: Path, old: float) -> None:
    """Empty the full folders of one organisation."""
    with os.scandir(office) as found:
        folders = [one for one in found if one.is_dir() and one.stat().st_mtime < old]
    for folder in folders:
        with os.scandir(folder) as files:
            for file in files:
                if file.name.endswith(".docx"):  # not one that is being written
                    os.unlink(file)  # noqa: PTH108 - there are two thousand


def run(count: int, words: list[str], place: Path, *, delete: bool = False) -> float:
    """Merge once; print the line, and return CPU milliseconds a document."""
    root = place / str(count)
    # In a process of its own, so that writing the workbook does not count.
    subprocess.run([sys.executable, __file__, "--only-office", str(root), str(count)], check=True)
    reading = measured(["-c", READ, "rosters"], root)
    before = theirs()
    broom = Broom(root / "outbox")
    if delete:
        broom.start()
    whole = measured(["-c", FAWEN, "--quiet", "merge", "证书", *words], root)
    broom.done.set()
    slow = (before + theirs()) / 2 * 1000  # the machine is not the same at all times
    each, alone = whole.cpu / count * 1000, (whole.cpu - reading.cpu) / count * 1000
    print(
        f"{count:>9,} {slow:8.2f} {each:8.3f} {slow / each:6.1f} {alone:12.3f} {slow / alone:6.1f}"
        f" {whole.wall:7.1f} {whole.own:6} {whole.others:6} {reading.own:6}",
        flush=True,
    )
    return each


def told(costs: Mapping[int, Sequence[float]]) -> None:
    """Tell how flat the cost of a document is: the medians of each count beside each other.

    The start of the command is in the cost of each document, and in that of no further one.
    """
    middle = {count: statistics.median(found) for count, found in costs.items()}
    mean = statistics.mean(middle.values())
    for count, found in sorted(costs.items()):
        print(
            f"{count:>9,}  least {min(found):.3f}  median {middle[count]:.3f} of {len(found)}"
            f"  {middle[count] / mean - 1:+.0%} of the mean"
        )
    least = [min(found) for found in costs.values()]
    print(
        f"dearest / cheapest: {max(middle.values()) / min(middle.values()):.2f} by medians,"
        f" {max(least) / min(least):.2f} by the least"
    )
    fewer: tuple[int, float] | None = None
    for count, cost in sorted(middle.items()):
        if fewer:
            more = (count * cost - fewer[0] * fewer[1]) / (count - fewer[0])
            print(f"from {fewer[0]:,} to {count:,} a further document costs {more:.3f}")
        fewer = count, cost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--workers", default="", help="as fawen merge --workers")
    parser.add_argument("--delete", action="store_true", help="delete documents once made")
    parser.add_argument("--place", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--only-office", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only_office:
        office(asked.only_office, *asked.counts)
        return
    words = ["--workers", asked.workers] if asked.workers else []
    print(f"template {len(template()) / 1024:.1f} KB; CPU ms a document; peak RSS in MB")
    print("documents  docxtpl    fawen      x  w/o reading      x  wall s   fawen others reading")
    costs: dict[int, list[float]] = {}
    for count in asked.counts:
        with tempfile.TemporaryDirectory(dir=asked.place) as place:
            each = run(count, words, Path(place), delete=asked.delete)
        costs.setdefault(count, []).append(each)
    told(costs)


if __name__ == "__main__":
    main()
