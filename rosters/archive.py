"""What is wrong with a ZIP archive that cannot be read: the one list of zipfile's words for it."""

from __future__ import annotations

import zipfile
import zlib

# Cut off or overwritten: the first four, and ValueError for a date or place that is none.
# RuntimeError: locked with a password; below it, zipfile's NotImplementedError for encryption and
# compressions that it does not know.
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError,
)  # fmt: skip
