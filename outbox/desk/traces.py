"""What was signed, in outline, kept with the batch: so that a change is told by its paragraph.

That a file has changed its hash says; this only helps to say where. It bears a check of the
workspace key, so that whoever changes it as well hides nothing: then the place is not told.
"""

from __future__ import annotations

import hashlib
import hmac
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from merge.manifest import Manifest
    from outbox.office.stretches import Outline

FILE = "签发时各段.bin"
_ENDING = ".docx"


def keep(folder: Path, manifest: Manifest, key: bytes) -> None:
    """Outline every Word file of a batch as it lies there, and keep that with it."""
    from merge import files

    packer = zlib.compressobj(1)
    parts = [packer.compress(f"{line}\n".encode()) for line in _lines(folder, manifest)]
    packed = b"".join([*parts, packer.flush()])
    files.write(str(folder / FILE), _sealed(key, packed) + packed)


def _lines(folder: Path, manifest: Manifest) -> Iterator[str]:
    from outbox.office.stretches import Outline

    seen: set[str] = set()
    for letter in manifest.letters:
        for part in letter.attachments:
            if part.path in seen or not part.path.endswith(_ENDING):
                continue
            seen.add(part.path)
            outline = Outline.of((folder / part.path).read_bytes())
            if outline:
                yield f"{outline.groups}\t{outline.stretches}\t{part.path}"


@dataclass
class Traces:
    """What is kept of a batch's Word files, read when it is first asked for."""

    folder: Path
    key: bytes

    def where(self, path: str, content: bytes) -> tuple[str, str]:
        """Say where a file differs from what was signed, what stands there now; "" unknown."""
        from outbox.office.stretches import changed

        return changed(self._outlines.get(path), content)

    @cached_property
    def _outlines(self) -> dict[str, Outline]:
        from outbox.office.stretches import Outline

        size = hashlib.sha256().digest_size
        try:
            whole = (self.folder / FILE).read_bytes()
            if not hmac.compare_digest(whole[:size], _sealed(self.key, whole[size:])):
                return {}
            text = zlib.decompress(whole[size:]).decode()
        except (OSError, zlib.error):
            return {}
        found = {}
        for line in text.split("\n")[:-1]:
            groups, stretches, path = line.split("\t", 2)
            found[path] = Outline(groups, stretches)
        return found


def _sealed(key: bytes, packed: bytes) -> bytes:
    return hmac.new(key, b"traces\0" + packed, hashlib.sha256).digest()
