"""Whose file is this: by its hash while it is unchanged, else by the mark it bears."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from merge import mark
from outbox.ledger.states import BatchState, Channel, EntryKind
from rosters import gate
from rosters.finding import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from merge.letter import Attachment
    from merge.manifest import Manifest
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo, LetterInfo
    from outbox.workspace import Workspace

_OVER = (BatchState.SUPERSEDED, BatchState.CANCELLED)
_LARGEST = 100 * 1024 * 1024  # bytes of a file in hand
_BODY, _BOOK = "word/document.xml", "xl/workbook.xml"
_TEXT = re.compile(rb"<w:t(?: [^>]*)?>([^<]*)</w:t>|</w:p>")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a file: said for people, the letters that it went with, and for programs.

    `how` is hash, stamped, mark or nothing; `altered` tells whether its text differs from what was
    sent: None where that cannot be told.
    """

    lines: tuple[str, ...]
    letters: tuple[LetterInfo, ...] = ()
    how: str = ""
    altered: bool | None = None
    sha256: str = ""

    @property
    def object(self) -> dict[str, object]:
        """Write it for programs."""
        return {"recognised": self.how, "altered": self.altered, "sha256": self.sha256}


def recognise(workspace: Workspace, ledger: Ledger, path: Path) -> Known:
    """Look a file up among all that was made here.

    Raises:
        InputError: it is too large, or the gate refuses it.

    """
    if path.stat().st_size > _LARGEST:
        raise InputError(f"{path.name} 太大，不是这里发出的文件")
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    known = sorted(ledger.batches(), key=_rank)
    batches = {one.name: (one, ledger.manifest(one.name)) for one in known}
    for name, part in _files(batches):
        if part.sha256 == sha256:
            said = f"{path.name}：与批次 {name} 里的「{part.name}」一字不差（sha256 相同）"
            letters = _letters(ledger, batches, sha256)
            return Known((said, *_none(letters)), letters, "hash", altered=False, sha256=sha256)
    stamped = _stamped(ledger, sha256)
    if stamped:
        name, signed = stamped
        said = f"{path.name}：是批次 {name} 的盖章扫描件，一字不差（sha256 相同）"
        letters = _letters(ledger, batches, signed) or _letters(ledger, batches, sha256)
        return Known((said, *_none(letters)), letters, "stamped", altered=False, sha256=sha256)
    kind = _kind(data)
    borne = mark.read(data, kind) if kind else ""
    for name, (batch, manifest) in batches.items():
        for document in manifest.documents:
            if borne and document.mark == borne:
                ours = workspace.outbox / batch.folder / document.file.path
                altered = _altered(ours, data) if kind == "docx" else None
                what = f"批次 {name} 里「{document.file.name}」的副本"
                said = f"{path.name}：按文件里的印记，是{what}；"
                letters = _letters(ledger, {name: (batch, manifest)}, document.file.sha256)
                filled = "表里填过或另存过" if kind == "xlsx" else _difference(altered)
                lines = (said + filled, *_none(letters))
                return Known(lines, letters, "mark", altered=altered, sha256=sha256)
    return Known((_stranger(path.name, borne),), sha256=sha256)


def _rank(batch: BatchInfo) -> int:
    """Put what was signed before drafts, these before samples and what others took the place of."""
    if batch.approved_by:
        return 0
    return 2 if batch.sample or batch.state in _OVER else 1


def _files(batches: dict[str, tuple[BatchInfo, Manifest]]) -> Iterator[tuple[str, Attachment]]:
    for name, (_, manifest) in batches.items():
        for document in manifest.documents:
            yield name, document.file
        for letter in manifest.letters:
            for part in letter.attachments:
                yield name, part


def _letters(
    ledger: Ledger, batches: dict[str, tuple[BatchInfo, Manifest]], sha256: str
) -> tuple[LetterInfo, ...]:
    """List the letters that carry a file, of every batch that is no sample.

    Of drafts that were overtaken or called back only where no other batch holds it.
    """
    holding = [
        batch
        for batch, manifest in batches.values()
        if not batch.sample and _holds(manifest, sha256)
    ]
    lasting = [one for one in holding if one.approved_by or one.state not in _OVER]
    return tuple(
        letter
        for batch in sorted(lasting or holding, key=lambda one: one.recorded_at)
        for letter in ledger.letters(batch.name, Channel.LIVE)
        if any(part.sha256 == sha256 for part in letter.attachments)
    )


def _holds(manifest: Manifest, sha256: str) -> bool:
    return any(part.sha256 == sha256 for one in manifest.letters for part in one.attachments)


def _stamped(ledger: Ledger, sha256: str) -> tuple[str, str] | None:
    """Find a part of a stamped scan: its batch, and the hash of the signed file it stands for."""
    for one in ledger.entries(EntryKind.STAMPED):
        for part in one.data.get("parts", ()):
            if part.get("sha256") == sha256:
                return one.batch, str(part.get("signed", ""))
    return None


def _kind(data: bytes) -> str:
    """Tell whether a file is of Word ("docx"), a workbook ("xlsx"), or neither."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return ""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = set(package.namelist())
    return "docx" if _BODY in names else "xlsx" if _BOOK in names else ""


def _altered(ours: Path, data: bytes) -> bool | None:
    """Tell whether a Word file says something else than the one that was sent."""
    try:
        return _words(ours.read_bytes()) != _words(data)
    except (OSError, KeyError, zipfile.BadZipFile, InputError):
        return None


def _words(data: bytes) -> str:
    """Return the text of a Word file, paragraph by paragraph, without what only looks differ in."""
    gate.check(data, "docx")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        body = package.read(_BODY)
    text = b"".join(one[1] if one[1] is not None else b"\n" for one in _TEXT.finditer(body))
    return "".join(text.decode("utf-8", "replace").split())


def _difference(altered: bool | None) -> str:
    if altered is None:
        return "另存过，发出的原件已不在，比不出文字有没有改动"
    if altered:
        return "文字与发出的不同：有人改动过，不能当作发出的文件"
    return "另存过，文字与发出的相同"


def _stranger(name: str, borne: str) -> str:
    if borne:
        said = "可是这本台账没有发过带这个印记的文件：是别的工作区的，或是伪造的"
        return f"{name}：印着 {borne}，{said}"
    return f"{name}：不是这里发出的文件，或者印记和内容都已改动，认不出来"


def _none(letters: tuple[LetterInfo, ...]) -> tuple[str, ...]:
    return () if letters else ("没有一封信带着它：只是做好了，没有发出",)
