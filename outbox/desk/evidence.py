"""What lies in the folders, held against the ledger: documents, manifests, evidence and mails."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

from outbox.desk import opening
from outbox.desk.basis import HOME as BASES
from outbox.desk.folder import MANIFEST
from outbox.desk.outcome import Progress
from outbox.ledger.intakes import MAIL
from outbox.ledger.states import BatchState, EntryKind, Reason
from rosters.finding import Finding, Level, Place, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from merge.manifest import Manifest
    from outbox.ledger.intakes import Held, Version
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import BatchInfo
    from outbox.workspace import Workspace

_GONE = (BatchState.CANCELLED, BatchState.SUPERSEDED)  # nobody needs the papers of these
_ADVICE = "请从备份找回原来的文件；原因查不明的，请技术人员查看"


def check(workspace: Workspace, ledger: Ledger) -> Generator[Progress, None, list[Finding]]:
    """Read every file that the ledger knows by its hash."""
    found: list[Finding] = []
    forgotten = {one.batch for one in ledger.entries(EntryKind.FORGET)}
    batches = ledger.batches()
    for number, batch in enumerate(batches, start=1):
        folder = workspace.outbox / batch.folder
        if batch.name in forgotten:
            found += _bases(folder, ledger, batch)  # a signature's evidence is never forgotten
        elif folder.is_dir() or batch.state not in _GONE:
            with suppress(UnavailableError):  # a manifest that is spoilt has its own finding
                manifest = ledger.manifest(batch.name)
                found += _papers(folder, manifest, ledger.issued(batch.name, manifest))
            found += _bases(folder, ledger, batch)
        yield Progress("核验文件", number, len(batches))
    found += _mails(workspace, ledger, forgotten)
    found += _files(workspace, ledger)
    return found


def _flaw(folder: str, name: str, message: str) -> Finding:
    return Finding(Level.ERROR, "audit.file", Place(f"{folder}/{name}"), message, _ADVICE)


def _papers(folder: Path, manifest: Manifest, leaves: Manifest) -> Iterator[Finding]:
    if not folder.is_dir():
        yield _flaw("outbox", folder.name, "批次的文件夹不见了")
        return
    letters = (*manifest.letters, *leaves.letters)
    parts = [part for letter in letters for part in letter.attachments]
    known = {part.path: part.sha256 for part in (*parts, *(one.file for one in manifest.documents))}
    for path, sha256 in known.items():
        said = _fault(folder / path, sha256)
        if said:
            yield _flaw(folder.name, path, said)
    said = _fault(folder / MANIFEST, hashlib.sha256(manifest.to_json().encode()).hexdigest())
    if said:
        yield _flaw(folder.name, MANIFEST, said)


def _bases(folder: Path, ledger: Ledger, batch: BatchInfo) -> Iterator[Finding]:
    there = {_sha256(path) for path in (folder / BASES).glob("*") if path.is_file()}
    for one in ledger.approvals(batch.name):
        if one.basis_sha256 and one.basis_sha256 not in there:
            yield _flaw(folder.name, BASES, f"签发依据「{one.basis}」不见了，或内容被改动")


def _mails(workspace: Workspace, ledger: Ledger, forgotten: set[str]) -> Iterator[Finding]:
    letters = {one.id for name in forgotten for one in ledger.letters(name)}
    kept = {one.sha256 for one in ledger.mails() if one.sha256 and one.letter not in letters}
    kept -= ledger.dropped()[0]
    for sha256 in sorted(kept):
        path = opening.place(workspace, sha256)
        said = _fault(path, sha256)
        if said:
            yield _flaw("来信", path.name, f"来信的原件：{said}")


def _files(workspace: Workspace, ledger: Ledger) -> Iterator[Finding]:
    """Read the files that returns were taken from, and those in quarantine."""
    held = [one for one in ledger.quarantine(every=True) if one.reason is not Reason.BIG]
    jobs = {info.job for info, _ in ledger.loops()}
    kept = {}
    versions = [version for job in sorted(jobs) for version in ledger.versions(job)]
    found: list[Held | Version] = [*held, *versions]
    gone, _ = ledger.dropped()
    for one in found:
        if one.sha256 and one.sha256 not in gone:
            kept[opening.file_place(workspace, one.part, one.sha256)] = one.sha256
        if one.how != MAIL and one.source not in gone:
            kept[opening.file_place(workspace, one.name, one.source)] = one.source
    for path, sha256 in sorted(kept.items()):
        said = _fault(path, sha256)
        if said:
            yield _flaw("来件", path.name, f"回执的原件：{said}")


def _fault(path: Path, sha256: str) -> str:
    try:
        found = _sha256(path)
    except FileNotFoundError:
        return "文件不见了"
    except OSError:
        return "文件读不出来"
    return "" if found == sha256 else "文件内容与登记的不一致"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
