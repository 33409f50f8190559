"""Word or WPS at work on Windows: Word files to PDF by COM, spoken to through PowerShell."""

from __future__ import annotations

import base64
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from merge.soffice import run

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMES = {"Word.Application": "Word", "KWPS.Application": "WPS"}

# The files stand in a JSON beside the script: a name in a command line is cut at odd signs.
# 17 is PDF; a file that cannot be opened is left out, and the next one is tried. Macros never run.
_SCRIPT = """
$ErrorActionPreference = 'Stop'
$orders = Get-Content -Raw -Encoding UTF8 -LiteralPath '%s' | ConvertFrom-Json
$office = New-Object -ComObject $orders.application
try {
  $office.Visible = $false
  try { $office.DisplayAlerts = 0; $office.AutomationSecurity = 3 } catch {}
  foreach ($one in $orders.files) {
    try {
      $paper = $office.Documents.Open($one.source, $false, $true, $false)
      try { $paper.ExportAsFixedFormat($one.target, 17) } finally { $paper.Close(0) }
    } catch { [Console]::Error.WriteLine($_) }
  }
} finally { $office.Quit() }
"""


def installed() -> WinWord | None:
    """Find Word, else WPS: by what Windows knows under its name."""
    if os.name != "nt":
        return None
    shell = shutil.which("powershell") or shutil.which("pwsh")
    application = next((one for one in _NAMES if _registered(one)), None)
    return WinWord(shell, application) if shell and application else None


def _registered(application: str) -> bool:
    import winreg

    try:
        winreg.CloseKey(  # type: ignore[attr-defined,unused-ignore]  # on Windows alone
            winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, application)  # type: ignore[attr-defined,unused-ignore]
        )
    except OSError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class WinWord:
    """Word or WPS: the shell that speaks to it, and the name that Windows knows it by."""

    shell: str
    application: str

    @property
    def name(self) -> str:
        """Name the program as staff know it."""
        return _NAMES[self.application]

    def convert(self, files: Sequence[Path], out: Path, patience: float) -> None:
        """Write `<stem>.pdf` into a folder for each file it can open; the rest is missing there.

        Args:
            files: Word files, no two of one stem.
            out: where the PDFs go.
            patience: seconds without a new PDF, after which the program is killed.

        """
        pairs = [
            {"source": str(file.resolve()), "target": str((out / f"{file.stem}.pdf").resolve())}
            for file in files
        ]
        with TemporaryDirectory(prefix="fawen-office-", ignore_cleanup_errors=True) as folder:
            orders = Path(folder, "orders.json")
            said = {"application": self.application, "files": pairs}
            orders.write_text(json.dumps(said), encoding="utf-8")
            script = _SCRIPT % str(orders).replace("'", "''")
            encoded = base64.b64encode(script.encode("utf-16-le")).decode()
            words = [self.shell, "-NoProfile", "-NonInteractive", "-EncodedCommand", encoded]
            run(words, out, patience)
