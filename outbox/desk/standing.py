"""Whether what was signed still stands: each thing that has changed since, with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outbox.desk import alterations, basis
from outbox.desk import folder as folders
from outbox.ledger.exceptions import as_signed, mandated
from outbox.ledger.states import BatchState, EntryKind
from outbox.ledger.values import signature, told
from rosters.finding import Finding, Level, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from merge.manifest import Manifest
    from outbox.ledger.ledger import Ledger
    from outbox.ledger.values import Approval, BatchInfo, Entry
    from outbox.workspace import Workspace

_LEDGER_ADVICE = "请用备份核对，或请技术人员查看"


def faults(workspace: Workspace, ledger: Ledger, batch: BatchInfo) -> list[Finding]:
    """Find all that differs from what was signed: files, letters, skipped rows, the evidence."""
    folder = workspace.outbox / batch.folder
    manifest = ledger.manifest(batch.name)
    found = folders.altered(folder, ledger.issued(batch.name, manifest), ledger.key)
    found += _contents(workspace, ledger, batch, manifest)
    found += evidence(workspace, ledger, batch)
    if ledger.broken() is not None or ledger.unexplained(batch.name):
        message = "台账被人改动过：有的记录没有来历"
        place = Place(workspace.config.ledger.path, where="台账")
        found.append(Finding(Level.ERROR, "ledger.altered", place, message, _LEDGER_ADVICE))
    return found


def _contents(
    workspace: Workspace, ledger: Ledger, batch: BatchInfo, manifest: Manifest
) -> list[Finding]:
    """Compare the three places where letters stand: the ledger's rows, its list, the folder's."""
    shown = workspace.config.ledger.path
    signed = {one.digest for one in ledger.approvals(batch.name)}
    listed, fault = alterations.recorded(workspace.outbox / batch.folder, signed)
    place = f"{batch.folder}/{folders.MANIFEST}"
    leaves = ledger.issued(batch.name, manifest)  # a confirmed scan stands for Word files
    entries = ledger.entries(batch=batch.name)
    kept = as_signed(ledger.letters(batch.name), entries, mandated(leaves))
    if manifest.digest in signed:
        found = alterations.letters(leaves.letters, kept, shown)
        if fault:
            found.append(alterations.finding(place, "清单", fault))
            found += alterations.manifests(manifest, listed, place) if listed else []
        return found
    message = "台账里的清单与签发的核对码不符"
    found = [alterations.finding(shown, "", message)]
    if listed is not None and not fault:
        found += alterations.manifests(listed, manifest, shown)
        found += alterations.letters(listed.letters, kept, shown)
    return list(dict.fromkeys(found))


def evidence(workspace: Workspace, ledger: Ledger, batch: BatchInfo) -> list[Finding]:
    """Compare each signature with what the chain tells of it, and its file with its hash."""
    known = ledger.entries(EntryKind.EVIDENCE, batch.name)
    return [
        one
        for signed in ledger.approvals(batch.name)
        for one in _signature(workspace, ledger, batch, (signed, _of(signed, known)))
    ]


def _signature(
    workspace: Workspace, ledger: Ledger, batch: BatchInfo, both: tuple[Approval, Entry | None]
) -> Iterator[Finding]:
    signed, entry = both
    shown = workspace.config.ledger.path
    reasons = {
        one.reason
        for one in ledger.moves(batch.name)
        if (one.letter, one.before, one.after) == (None, BatchState.DRAFT, BatchState.APPROVED)
    }
    if not reasons & {signature(signed.by, signed.basis), ""}:  # "": forgotten, with its salt
        yield _told(shown, "台账里的签发人或签发依据与当时记下的不一致")
    data = entry.data if entry else {}
    if data and any(data.get(name) != value for name, value in told(signed).items()):
        yield _told(shown, "台账里的签发记录与当时记下的不一致")
    file = str(data.get("file", ""))
    fault = basis.fault(workspace.outbox / batch.folder, file, signed.basis_sha256)
    if fault:
        yield fault


def _of(signed: Approval, known: tuple[Entry, ...]) -> Entry | None:
    return next((one for one in known if one.at == signed.at), None)


def _told(shown: str, message: str) -> Finding:
    return Finding(
        Level.ERROR, "basis.altered", Place(shown, where="签发依据"), message, _LEDGER_ADVICE
    )
