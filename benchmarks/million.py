"""The same as benchmarks/merge.py for a million documents, each deleted some seconds after it.

python benchmarks/million.py
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    script = Path(__file__).with_name("merge.py")
    sys.exit(subprocess.call([sys.executable, str(script), "--delete", "1000000"]))
