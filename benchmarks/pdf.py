"""Wall time of 300 Word files to PDF: ours beside LibreOffice's own conversion of the same files.

python benchmarks/pdf.py [how many] [--page]
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import _page

HERE = Path(__file__).parent.parent
sys.path.insert(0, str(HERE))  # before this folder, which has a merge.py of its own

from merge import pdf, soffice  # noqa: E402 (found only now)

ROUNDS = 3
RESTART = 81  # what LibreOffice ends with that wants to be started again, as in a new profile


def documents(home: Path, wanted: int) -> list[Path]:
    """Merge the sample university, and return as many of its documents."""
    command = [sys.executable, str(HERE / "cli.py"), "--quiet", "demo", str(home / "demo")]
    subprocess.run(command, check=True)
    found = sorted((home / "demo" / "outbox").rglob("*.docx"))
    flat = home / "flat"
    flat.mkdir()
    for number in range(wanted):
        # Not two of the same bytes: a comment behind the zip's end changes the hash alone.
        source = found[number % len(found)]
        data = source.read_bytes()
        (flat / f"{number:04}.docx").write_bytes(_differing(data, number))
    return sorted(flat.iterdir())


def _differing(data: bytes, number: int) -> bytes:
    """Write a number into the zip's comment, the last field of its last record."""
    comment = f"{number:08}".encode()
    assert data[-2:] == b"\0\0", "the package has a comment already"
    return data[:-2] + len(comment).to_bytes(2, "little") + comment


def itself(program: str) -> str:
    """Name LibreOffice behind its starter, which passes on some 250 arguments and no more."""
    behind = Path(program).resolve().with_name("soffice.bin")
    return str(behind) if behind.is_file() else program


def its_own(program: str, files: list[Path], home: Path) -> float:
    """Convert by one call of LibreOffice; return the seconds."""
    with tempfile.TemporaryDirectory(dir=home) as folder:
        profile = Path(folder, "profile").as_uri()
        words = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore"]
        words += ["--convert-to", "pdf:writer_pdf_Export", "--outdir", f"{folder}/out"]
        began = time.perf_counter()
        again = RESTART
        while again == RESTART:
            again = subprocess.run([*words, *map(str, files)], capture_output=True).returncode  # noqa: PLW1510  # looked at below
        spent = time.perf_counter() - began
        assert again == 0
        assert len(list(Path(folder, "out").iterdir())) == len(files)
        return spent


def ours(files: list[Path], home: Path, workers: int | None) -> float:
    """Convert by `papers`; return the seconds."""
    shelf = home / "shelf"
    began = time.perf_counter()
    made = list(pdf.papers(files, shelf, pdf.engine(), workers=workers))
    spent = time.perf_counter() - began
    assert len(made) == len(files)
    assert not any(paper.fault for paper in made)
    shutil.rmtree(shelf)
    return spent


def main(wanted: int, *, page: bool) -> None:
    """Measure all three in turn."""
    program = soffice.program()
    if program is None:
        sys.exit("soffice is missing: apt install libreoffice-writer")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        files = documents(home, wanted)
        theirs, one, all_of_them = [], [], []
        for _ in range(ROUNDS):
            theirs.append(its_own(itself(program), files, home))
            one.append(ours(files, home, 1))
            all_of_them.append(ours(files, home, None))
            print(f"{theirs[-1]:.1f} {one[-1]:.1f} {all_of_them[-1]:.1f}", flush=True)
    base = statistics.median(theirs)
    lines = [
        f"{wanted} documents of the sample university; medians of {ROUNDS} interleaved rounds.",
        "",
        "| | seconds | × LibreOffice's own |",
        "|---|---:|---:|",
        f"| LibreOffice, one call for all | {base:.1f} | 1.00 |",
    ]
    for name, spent in (("one program", one), ("one a processor", all_of_them)):
        ratio = statistics.median(a / b for a, b in zip(spent, theirs, strict=True))
        lines.append(f"| fawen, {name} | {statistics.median(spent):.1f} | {ratio:.2f} |")
    print("\n".join(lines))
    if page:
        _page.write("pdf", "\n".join(lines))


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    main(numbers[0] if numbers else 300, page="--page" in sys.argv)
