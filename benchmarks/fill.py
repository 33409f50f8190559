"""CPU time for each document: our engine, docxtpl, its peers, and the floor.

In each round everybody fills each template in turn, so that all meet the same machine; a ratio is
the median of the ratios within the rounds. Files are written without fsync into memory (/dev/shm
where there is one), then to disk; nothing is deleted before the end. Ours includes the sandbox, the
checks on values and a sha256 of each file. What everybody made is read and compared first.

    python benchmarks/fill.py [rounds] [--page]      # --page writes docs/benchmarks.md and the plot
"""

from __future__ import annotations

import io
import platform
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import _page
import _peers
import docx
from _cases import Case, cases, record
from _shipped import Shipped, environment, shipped
from docxtpl import DocxTemplate

from templates.archive import DEFLATER

if TYPE_CHECKING:
    from _peers import Peer

COUNTS = {"fawen": 400, "floor": 400}  # documents in a round; a slow one needs fewer
FEW = 12


@dataclass
class Measured:
    """CPU ms a document by tool, then by round; the first tool is what ratios are against."""

    name: str
    size: str = ""
    memory: dict[str, list[float]] = field(default_factory=dict)
    disk: dict[str, list[float]] = field(default_factory=dict)

    def ratio(self, tool: str) -> float:
        """Return how many documents a tool makes while docxtpl makes one."""
        slow = self.memory["docxtpl"]
        return statistics.median(a / b for a, b in zip(slow, self.memory[tool], strict=True))

    def ms(self, tool: str, *, disk: bool = False) -> float:
        """Return the median of a tool's CPU ms a document."""
        return statistics.median((self.disk if disk else self.memory)[tool])


def tools(home: Path) -> tuple[dict[str, Peer], _peers.Node]:
    """List who takes part; a peer that cannot be installed here is left out, and said."""
    node = _peers.Node(home / "node")
    found: dict[str, Peer | None] = {
        "docxtpl": _peers.manual,
        "docxtpl, caching": _peers.cached,
        "docxtemplater": node.peer("docxtemplater"),
        "docx-mailmerge2": _peers.mailmerge(home / "pip"),
        "easy-template-x": node.peer("easy-template-x"),
        "fawen": _peers.ours,
        "floor": _peers.floor,
    }
    for name in [name for name, peer in found.items() if peer is None]:
        print(f"{name}: cannot be had here, left out")
    return {name: peer for name, peer in found.items() if peer is not None}, node


class Folders:
    """A new folder each time, in memory or on disk; all go when the run ends."""

    def __init__(self) -> None:
        shared = Path("/dev/shm")  # noqa: S108 - memory, where the system has it
        self._homes = [
            tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None),
            tempfile.TemporaryDirectory(),
        ]
        self._next = 0

    def new(self, *, disk: bool) -> Path:
        """Make a folder."""
        self._next += 1
        made = Path(self._homes[disk].name) / str(self._next)
        made.mkdir()
        return made

    def end(self) -> None:
        """Delete everything."""
        for home in self._homes:
            home.cleanup()


def checked(case: Case, peers: dict[str, Peer], folders: Folders) -> None:
    """Let everybody make two documents and read in them what must be there."""
    for name, peer in peers.items():
        folder = folders.new(disk=False)
        peer(case, folder, 2)
        if name == "floor":
            continue
        document = docx.Document(io.BytesIO((folder / "1.docx").read_bytes()))
        root = document.element.body
        text = "".join(str(one) for one in root.itertext())
        fields = 5 if case.name == "certificate" else 12
        assert all(record(1)[f"字段{n}"] in text for n in range(fields)), (name, case.name)
        if case.loop:
            assert all(row["名称"] in text for row in record(1)["下级"]), (name, case.name)
            assert len(document.tables[0].rows) == 31, (name, case.name)


def measure(made: list[Case], peers: dict[str, Peer], rounds: int) -> list[Measured]:
    """Run the rounds."""
    folders = Folders()
    results = [Measured(case.name) for case in made]
    try:
        for case, result in zip(made, results, strict=True):
            checked(case, peers, folders)
            filled = _peers.compiled(case).fill(record(0))
            result.size = f"{len(case.docxtpl) / 1000:.0f} → {len(filled) / 1000:.0f} KB"
        for number in range(rounds):
            print(f"round {number + 1} of {rounds} …", flush=True)
            for case, result in zip(made, results, strict=True):
                for name, peer in peers.items():
                    for disk, kept in ((False, result.memory), (True, result.disk)):
                        count = COUNTS.get(name, FEW) // (4 if disk and name in COUNTS else 1)
                        spent = peer(case, folders.new(disk=disk), count)
                        kept.setdefault(name, []).append(spent)
    finally:
        folders.end()
    return results


def measure_shipped(made: list[Shipped], rounds: int) -> list[Measured]:
    """Run rounds of ours and docxtpl on the shipped templates with the sample's rows."""
    folders, spaces = Folders(), environment()
    results = [Measured(one.name) for one in made]
    try:
        for _ in range(rounds):
            for one, result in zip(made, results, strict=True):
                count = len(one.records)

                def slow(number: int, one: Shipped = one) -> bytes:
                    tpl = DocxTemplate(io.BytesIO(one.docxtpl))
                    tpl.render(dict(one.records[number % len(one.records)]), spaces)
                    return _peers.saved(tpl.save)

                def fast(number: int, one: Shipped = one) -> bytes:
                    return one.template.made(one.records[number % len(one.records)])[0]

                many = 5 if count == 1 else FEW
                for name, fill, times in (("docxtpl", slow, many), ("fawen", fast, 10 * many)):
                    spent = _peers.clocked(fill, folders.new(disk=False), times)
                    result.memory.setdefault(name, []).append(spent)
                result.size = f"{count} documents of {len(fast(0)) / 1000:.0f} KB"
    finally:
        folders.end()
    return results


def main(rounds: int, *, page: bool) -> None:
    """Measure, print, and write the page if asked."""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        peers, node = tools(Path(home))
        try:
            results = measure(cases(), peers, rounds)
        finally:
            node.end()
    ours = measure_shipped(shipped(), rounds)
    machine = f"Python {platform.python_version()}, {platform.machine()}, deflater {DEFLATER}"
    print(f"{machine}; median of {rounds} rounds, {time.monotonic() - begin:.0f} s\n")
    text = "\n\n".join([_page.table(results), _page.shipped(ours)])
    print(text)
    if page:
        _page.write("fill", f"{machine}; medians of {rounds} interleaved rounds.\n\n{text}")
        _page.plot(results)


if __name__ == "__main__":
    asked = [word for word in sys.argv[1:] if word.isdigit()]
    main(int(asked[0]) if asked else 5, page="--page" in sys.argv)
