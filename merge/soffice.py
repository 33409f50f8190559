"""LibreOffice at work: Word files to PDF, in a profile of its own, stopped when it hangs."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.com",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
)
_LOOK = 0.2  # seconds between two looks at what has come
_BYE = 10.0  # seconds for a program that was killed to be gone


def program() -> str | None:
    """Find LibreOffice: on the path, else where its installers put it."""
    for name in ("soffice", "libreoffice"):
        if found := shutil.which(name):
            return found
    return next((place for place in _PLACES if Path(place).is_file()), None)


@dataclass(frozen=True, slots=True)
class LibreOffice:
    """LibreOffice, by the path of its program."""

    path: str
    name: str = "LibreOffice"

    def convert(self, files: Sequence[Path], out: Path, patience: float) -> None:
        """Write `<stem>.pdf` into a folder for each file it can open; the rest is missing there.

        Args:
            files: Word files, no two of one stem.
            out: where the PDFs go.
            patience: seconds without a new PDF, after which the program is killed.

        """
        # A profile of its own: a LibreOffice that the clerk has open would take the order over,
        # and forget it.
        with TemporaryDirectory(prefix="fawen-office-", ignore_cleanup_errors=True) as profile:
            words = [
                self.path,
                f"-env:UserInstallation={Path(profile).as_uri()}",
                "--headless",
                "--norestore",
                "--convert-to",
                "pdf:writer_pdf_Export",
                "--outdir",
                str(out),
                *map(str, files),
            ]
            run(words, out, patience)


def run(words: Sequence[str], out: Path, patience: float) -> None:
    """Run a program to its end, or until nothing new came for too long; nothing of it is left.

    Args:
        words: the program and its arguments.
        out: the folder in which its files appear.
        patience: seconds without a new one.

    """
    alone = {"start_new_session": True} if os.name == "posix" else {}
    child = subprocess.Popen(  # noqa: S603 (our own words)
        list(words),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **alone,  # type: ignore[call-overload]  # a mapping of options
    )
    try:
        _watch(child, out, patience)
    finally:
        _end(child)


def _watch(child: subprocess.Popen[bytes], out: Path, patience: float) -> None:
    seen, still = -1, time.monotonic()  # measures a gap; tells no time of day
    while True:
        try:
            child.wait(_LOOK)
        except subprocess.TimeoutExpired:
            there = len(list(out.iterdir()))
            if there != seen:
                seen, still = there, time.monotonic()
            elif time.monotonic() - still > patience:
                return
        else:
            return


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill a program and those it started: `soffice` is only the starter of one."""
    if sys.platform == "win32":
        killer = shutil.which("taskkill") or "taskkill"
        if child.poll() is None:
            words = [killer, "/F", "/T", "/PID", str(child.pid)]
            subprocess.run(words, check=False, capture_output=True)  # noqa: S603 (our own words)
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(_BYE)
