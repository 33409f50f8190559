"""The same as benchmarks/merge.py for a million documents, each deleted soon after its hash.

In memory (/dev/shm) where there is such a place: a disk is much slower at creating files soon after
many were deleted.

python benchmarks/million.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it

if __name__ == "__main__":
    script = Path(__file__).with_name("merge.py")
    place = str(MEMORY) if MEMORY.is_dir() else tempfile.gettempdir()
    beside = ["10000", "100000"] * 3  # in turn, before it and after: the machine changes meanwhile
    words = ["--place", place, "--delete", *beside, "1000000", *beside]
    sys.exit(subprocess.call([sys.executable, str(script), *words]))
