"""An office program that misbehaves on demand: run by tests in the place of `soffice`.

    fakeoffice.py -env:… --headless --norestore --convert-to pdf:… --outdir OUT FILES…

What it does with a file stands in the file's own text: HANG waits for ever and leaves a child
behind, DIE ends the program, HALF writes a PDF without its end; PAGES n writes one of n pages.
Each start and each file are written into the journal that FAKE_OFFICE names.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from pypdf import PdfWriter


def _say(line: str) -> None:
    with Path(os.environ["FAKE_OFFICE"]).open("a", encoding="utf-8") as journal:
        journal.write(f"{line}\n")


def _convert(source: Path, out: Path) -> None:
    with zipfile.ZipFile(source) as package:
        text = package.read("word/document.xml").decode()
    target = out / f"{source.stem}.pdf"
    if "HANG" in text:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        _say(f"child {child.pid}")
        time.sleep(600)
    if "DIE" in text:
        os._exit(9)
    if "HALF" in text:
        target.write_bytes(b"%PDF-1.7\n1 0 obj")
        return
    writer = PdfWriter()
    said = re.search(r"PAGES (\d+)", text)
    for _ in range(int(said[1]) if said else 1):
        writer.add_blank_page(595, 842)
    writer.write(target)
    _say(f"made {source.name}")


def main() -> None:
    """Convert the files named on the command line."""
    words = sys.argv[1:]
    at = words.index("--outdir")
    _say(f"start {words[0]}")
    for name in words[at + 2 :]:
        _convert(Path(name), Path(words[at + 1]))


if __name__ == "__main__":
    main()
